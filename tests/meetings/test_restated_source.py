"""A source that corrects itself after a meeting: the pack stays, the next meeting says what is another figure now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from from_a_file import Firm, parcels

from meetings.agenda import Agenda, Because
from meetings.closing import close_meeting
from meetings.looking import look, restated_since
from meetings.pack import Form, frozen_of, made
from meetings.promises import Kept
from store.home import Store, open_store
from store.scope import LOCAL_OWNER
from store.state import Action
from store.state.meeting_records import Meeting, monday_of

KPI = "on_time_delivery_rate"
MONDAY = monday_of(date.today())
WEEKS = [MONDAY - timedelta(weeks=n) for n in range(16, 0, -1)]
BAD = WEEKS[-2:]


@dataclass(frozen=True)
class Met:
    """The meeting of a week as it was looked at, closed, with its pack in every format."""

    meeting: Meeting
    agenda: Agenda
    packs: dict[Form, bytes]


def told(late: int, weeks: list[date]) -> list[str]:
    """Forty parcels a week, all in time but for so many in each of the two bad weeks."""
    return [line for week in weeks for line in parcels("DE", week, 40, late if week in BAD else 0)]


def met(store: Store, week: date, now: datetime) -> Met:
    opened = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", week))
    if week == MONDAY:
        due = week + timedelta(days=3)
        store.state.actions.add(
            LOCAL_OWNER, Action(KPI, "shipping", "Call the carrier", "Ann", due, meeting=opened.id)
        )
    agenda = look(store, LOCAL_OWNER, opened, now)
    closed = close_meeting(store.state, LOCAL_OWNER, opened, agenda, now.date(), uncommented_why="Tried out")
    return Met(closed, agenda, packs(store, closed))


def packs(store: Store, meeting: Meeting) -> dict[Form, bytes]:
    return {form: made(frozen_of(store.state, LOCAL_OWNER, meeting.id), form) for form in Form}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("firm")
    store = open_store(folder / "home", departments={KPI: "shipping"})
    yield Firm(store, folder)
    store.close()


def test_the_pack_stays_and_the_next_meeting_says_what_was_restated(firm: Firm) -> None:
    """
    Ten of 40 late, 75 %; then the source says it were four, 90 %, of the same rows: not a byte of the pack is another,
    the next week's meeting looks at 90 %, says that it was 75 %, that rows were corrected and from which source, and
    begins with the action that was promised and is late now.
    """
    first = met(firm.store, MONDAY, firm.live(told(10, WEEKS), WEEKS[-1] + timedelta(days=6)))
    (off,) = [each for each in first.agenda.items if each.kpi == KPI]
    assert (off.value, off.n, off.period) == (0.75, 40, BAD[-1])
    assert first.agenda.restated == ()

    next_week = MONDAY + timedelta(weeks=1)
    now = firm.live(told(4, [*WEEKS, MONDAY]), MONDAY + timedelta(days=6))
    second = met(firm.store, next_week, now)

    assert packs(firm.store, first.meeting) == first.packs
    (changed,) = [each for each in second.agenda.restated if each.kpi == KPI]
    assert (changed.week, changed.period) == (MONDAY, BAD[-1])
    assert (changed.before, changed.after) == (0.75, 0.9)
    assert (changed.because, changed.sources) == (Because.CORRECTED, ("parcels",))
    assert [
        each for each in restated_since(firm.store, LOCAL_OWNER, first.meeting, now) if each.kpi == KPI
    ] == [changed]
    (carried,) = second.agenda.promised
    assert (carried.kept, carried.due) == (Kept.LATE, MONDAY + timedelta(days=3))
    page = second.packs[Form.HTML].decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert page.index("Call the carrier") < page.index("Restated since the meeting before")
    listed = page[page.index("Restated since the meeting before") :]
    for part in ("75.0 %", "90.0 %", "rows were corrected (parcels)"):
        assert part in listed
