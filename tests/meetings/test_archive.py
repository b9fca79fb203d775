"""Past meetings found again by words, department and time; nobody finds one that is not theirs."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from made_meetings import KPI, MONDAY, closed

from kpi.words import Language, speaking
from meetings.agenda import Agenda
from meetings.archive import find_meetings
from meetings.closing import close_meeting
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import State
from store.state.meeting_records import Decision, Meeting

LATER = MONDAY + timedelta(weeks=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Shipping on 4 May (one of everything), service on 11 May with one decision, and an open one."""
    opened = State.open(f"sqlite:///{tmp_path / 'state.db'}")
    closed(opened)
    other = opened.meetings.open(LOCAL_OWNER, Meeting("service", LATER))
    opened.meetings.decide(LOCAL_OWNER, Decision(other.id, "Hire two for the night", kpi="csat_score"))
    close_meeting(opened, LOCAL_OWNER, other, Agenda(LATER, "EUR"), LATER)
    opened.meetings.open(LOCAL_OWNER, Meeting("shipping", LATER))
    yield opened
    opened.close()


def numbers(state: State, words: str = "", who: Principal = LOCAL_OWNER, **asked: date | str) -> list[int]:
    return [each.meeting.id for each in find_meetings(state, who, words, **asked)]  # type: ignore[arg-type]


def test_meetings_are_found_by_their_words(state: State) -> None:
    """A decision, an action, the notes, the name and key of a KPI that was off; all words, in any order."""
    for words in (
        "second pick-up",
        "BOOK",
        "short good",
        "on-time delivery",
        KPI,
        "transit time",
        "pick second",
        "driver second",
    ):
        assert numbers(state, words) == [1], words
    assert numbers(state, "night hire") == [2]
    assert numbers(state, "second night") == []
    assert numbers(state) == [2, 1]
    (found,) = find_meetings(state, LOCAL_OWNER, "second")
    assert (found.decisions, found.lines) == (
        1, ("On-time delivery · Not followed: =Second pick-up", "On-time delivery · =No second driver",
            "On-time delivery · Book a second pick-up"),
    )  # fmt: skip


def test_names_of_kpis_are_found_in_both_languages(state: State) -> None:
    with speaking(Language.CHINESE):
        assert numbers(state, "准时交付率") == numbers(state, "on-time delivery") == [1]


def test_meetings_are_found_by_department_and_time(state: State) -> None:
    """Weeks count from their Monday: Wednesday 13 May is in the week of the 11th."""
    assert numbers(state, department="shipping") == [1]
    assert numbers(state, since=LATER + timedelta(days=2)) == [2]
    assert numbers(state, until=MONDAY) == [1]


def test_nobody_finds_what_they_may_not_see(state: State) -> None:
    """The lead of service finds nothing of shipping, also by its words."""
    lead = Principal("max@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)

    assert numbers(state, who=lead) == [2]
    assert numbers(state, "second", who=lead) == []
