"""What becomes of promises: kept by the first day, late, waiting for the effect, carried from meeting to meeting."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from kpi.catalog import find
from meetings.actions import close, open_action, reopen
from meetings.promises import Kept, Wish, kept, promise, promises
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ActionError, ActionStatus, Cause, Corrective, State
from store.state.edits import NotAllowed
from store.state.meeting_records import WHOLE_FIRM, Meeting, MeetingError, month_of

TODAY = date(2026, 5, 6)
MONDAY = date(2026, 5, 4)
ON_TIME = find("on_time_delivery_rate")
PLAIN = Action("csat_score", "service", "Train", "Ann", TODAY, first_due=TODAY)


@pytest.fixture
def state(tmp_path: Path):  # type: ignore[no-untyped-def]
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        yield state


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def test_a_promise_is_kept_by_the_day_it_was_promised_for_first() -> None:
    """A later extension does not make a late one kept."""
    done = replace(PLAIN, status=ActionStatus.DONE, closed_at=at(TODAY), closed_by="Ann")
    extended = replace(done, due=TODAY + timedelta(days=7), closed_at=at(TODAY + timedelta(days=2)))

    assert kept(PLAIN, TODAY) is Kept.OPEN
    assert kept(PLAIN, TODAY + timedelta(days=1)) is Kept.LATE
    assert kept(done, TODAY) is Kept.KEPT
    assert kept(extended, TODAY) is Kept.KEPT_LATE
    assert kept(replace(done, status=ActionStatus.DROPPED), TODAY) is Kept.DROPPED


def test_one_with_an_effect_waits_for_its_proof() -> None:
    """Carried out in time it is not late however long the proof takes; without the effect it needs a word."""
    told = {name: getattr(PLAIN, name) for name in ("kpi", "department", "text", "owner", "due", "first_due")}
    carried = Corrective(**told, cause=Cause.MEETING, took_effect=TODAY, verify_on=TODAY + timedelta(days=28))
    later = TODAY + timedelta(days=30)

    assert kept(carried, later) is Kept.WAITING
    assert kept(replace(carried, outcome="improved", evaluated_on=later), later) is Kept.TO_CLOSE
    assert kept(replace(carried, outcome="no_detectable_change", evaluated_on=later), later) is Kept.NO_EFFECT


def test_a_promise_of_an_effect_is_proved_where_the_kpi_can_show_it(state: State) -> None:
    """Ten percent on a rate are to be proved; 0 percent, or a sum that shows nothing, is a plain action."""
    wish = Wish("Second pick-up", "Ann", TODAY, percent=10, meeting=7, episode=3)
    proved = promise(state, LOCAL_OWNER, ON_TIME, wish, today=TODAY)
    plain = promise(state, LOCAL_OWNER, ON_TIME, replace(wish, percent=0), today=TODAY)

    assert isinstance(proved, Corrective)
    assert (proved.wanted_percent, proved.cause, proved.sop, proved.reference) == (10, Cause.MEETING, "", "7")
    assert not isinstance(plain, Corrective)
    assert (plain.meeting, plain.episode, plain.first_due) == (7, 3, TODAY)
    assert [each.meeting for each in state.actions.rows(LOCAL_OWNER)] == [7, 7]


def test_a_meeting_meets_what_was_promised_before_its_week() -> None:
    """
    Open since last week or closed since then; of its department, and for a market its own and what is for all. What
    was opened this week is no promise of last week.
    """
    base = replace(PLAIN, opened_at=at(MONDAY - timedelta(days=10)))
    late = replace(base, id=1, due=MONDAY - timedelta(days=1))
    german, french = replace(base, id=2, segment="market=DE"), replace(base, id=3, segment="market=FR")
    fresh = replace(base, id=4, opened_at=at(MONDAY))
    done = replace(base, id=5, status=ActionStatus.DONE, closed_by="Ann")
    lately, long_ago = (
        replace(done, closed_at=at(MONDAY - timedelta(days=2))),
        replace(done, id=6, closed_at=at(MONDAY - timedelta(days=9))),
    )
    other = replace(base, id=7, department="shipping")
    found = promises(
        [german, french, late, fresh, lately, long_ago, other], Meeting("service", MONDAY), TODAY
    )

    assert [(each.action.id, each.kept) for each in found] == [
        (1, Kept.LATE), (2, Kept.OPEN), (3, Kept.OPEN), (5, Kept.KEPT),
    ]  # fmt: skip
    assert found[0].weeks == 1
    here = promises([german, french, late], Meeting("service", MONDAY, "market=DE"), TODAY)
    assert [each.action.id for each in here] == [1, 2]


def test_the_whole_firm_meets_once_a_month() -> None:
    """
    November 2026 begins on a Sunday, so its meeting is named by Monday the 26th of October; the one before by the
    28th of September, as October begins on a Thursday.
    """
    november = Meeting(WHOLE_FIRM, month_of(date(2026, 11, 23)))
    assert (november.week, november.month, november.last_time) == (
        date(2026, 10, 26), date(2026, 11, 1), date(2026, 9, 28),
    )  # fmt: skip
    assert str(november) == "meeting of the whole firm in 2026-11"
    with pytest.raises(MeetingError, match="No month begins in the week of 2026-11-09"):
        Meeting(WHOLE_FIRM, date(2026, 11, 9))


def test_the_monthly_meeting_meets_its_own_promises_and_what_nobody_kept() -> None:
    """Of every department: what came out of meeting 7, kept or not, and what is late; not what is simply under way."""
    meeting = Meeting(WHOLE_FIRM, month_of(TODAY))
    base = replace(PLAIN, opened_at=at(meeting.week - timedelta(days=10)))
    own = replace(base, id=1, meeting=7)
    kept_own = replace(own, id=2, status=ActionStatus.DONE, closed_by="Ann", closed_at=at(meeting.week))
    late = replace(
        base,
        id=3,
        department="shipping",
        due=TODAY - timedelta(days=1),
        meeting=8,
        opened_at=at(meeting.week),
    )
    under_way = replace(base, id=4, meeting=8)
    found = promises([own, kept_own, late, under_way], meeting, TODAY, {7})
    assert [(each.action.id, each.kept) for each in found] == [(3, Kept.LATE), (1, Kept.OPEN), (2, Kept.KEPT)]


def test_the_monthly_meeting_is_for_those_who_see_the_whole_firm(state: State) -> None:
    """A lead of one department neither sees nor opens it; it is one a month, whoever opens it again."""
    asked = Meeting(WHOLE_FIRM, month_of(TODAY))
    opened = state.meetings.open(LOCAL_OWNER, asked)
    assert state.meetings.open(LOCAL_OWNER, asked).id == opened.id
    lead = Principal("lea", Scope(frozenset({"service"})))
    assert state.meetings.rows(lead) == []
    with pytest.raises(NotAllowed):
        state.meetings.open(lead, asked)
    assert state.meetings.open(LOCAL_OWNER, Meeting("service", opened.week)).id != opened.id


def test_what_was_closed_is_opened_again_with_a_reason(state: State) -> None:
    """The first day stays, the count rises, the evidence stays; what is open already is not opened again."""
    action = open_action(state, LOCAL_OWNER, ON_TIME, "Call", "Ann", TODAY, today=TODAY)
    done = close(state, LOCAL_OWNER, action, note="Called", evidence="ticket 7")
    later = TODAY + timedelta(days=5)
    with pytest.raises(ActionError, match="Say why it is opened again"):
        reopen(state, LOCAL_OWNER, done, later, " ", today=TODAY)
    again = reopen(state, LOCAL_OWNER, done, later, "Nobody came", today=TODAY)

    assert (again.status, again.due, again.first_due, again.reopened) == (ActionStatus.OPEN, later, TODAY, 1)
    assert (again.note, again.evidence, again.closed_by) == ("Nobody came", "ticket 7", "")
    with pytest.raises(ActionError, match="is open already"):
        reopen(state, LOCAL_OWNER, again, later, "Why not", today=TODAY)
