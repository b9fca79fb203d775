"""Actions on KPIs: what may be promised, when it is overdue, and which one a KPI shows."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi.catalog import find
from meetings.actions import (
    change,
    close,
    in_market,
    is_overdue,
    most_urgent,
    open_action,
    open_actions,
    overdue_since,
)
from store.scope import LOCAL_OWNER
from store.state import Action, ActionError, ActionStatus, State

TODAY = date(2026, 5, 4)
ON_TIME = find("on_time_delivery_rate")


@pytest.fixture
def state(tmp_path: Path):  # type: ignore[no-untyped-def]
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        yield state


def opened(state: State, days: int = 7, text: str = "Call the carrier", segment: str = "") -> Action:
    """One that is due so many days from today."""
    due = TODAY + timedelta(days=days)
    return open_action(state, LOCAL_OWNER, ON_TIME, text, "Ann", due, today=TODAY, segment=segment)


def test_an_action_belongs_to_the_department_of_its_kpi(state: State) -> None:
    """
    Nobody has to say so, and nobody can say otherwise.
    """
    action = opened(state)

    assert (action.kpi, action.department, action.version) == ("on_time_delivery_rate", "shipping", 1)
    assert open_actions(state, LOCAL_OWNER, ON_TIME.key) == [action]


def test_a_due_day_lies_ahead(state: State) -> None:
    """
    Today is soon enough, yesterday is not; an overdue one keeps its day while its text changes.
    """
    today = opened(state, days=0)
    with pytest.raises(ActionError, match="2026-05-03 has passed; it is 2026-05-04"):
        opened(state, days=-1)

    later = TODAY + timedelta(days=3)
    kept = change(state, LOCAL_OWNER, today, text="Call again", owner="Ann", due=TODAY, today=later)
    assert (kept.text, kept.due) == ("Call again", TODAY)
    with pytest.raises(ActionError, match="has passed"):
        change(
            state,
            LOCAL_OWNER,
            kept,
            text="Call again",
            owner="Ann",
            due=TODAY + timedelta(days=1),
            today=later,
        )


def test_a_part_of_a_kpi_is_named_by_its_dimensions(state: State) -> None:
    """
    On-time delivery has markets and no weather.
    """
    assert opened(state, segment="market=DE").market == "DE"
    with pytest.raises(ActionError, match="is not kept by weather; it is kept by"):
        opened(state, segment="weather=rain")


def test_dropping_one_needs_a_reason(state: State) -> None:
    """
    Done needs none; what is closed stays closed.
    """
    first, second = opened(state), opened(state)

    done = close(state, LOCAL_OWNER, first)
    assert (done.status, done.closed_by) == (ActionStatus.DONE, LOCAL_OWNER.name)
    with pytest.raises(ActionError, match="needs a note that says why"):
        close(state, LOCAL_OWNER, second, ActionStatus.DROPPED)
    dropped = close(state, LOCAL_OWNER, second, ActionStatus.DROPPED, "The lane was closed")
    assert (dropped.status, dropped.note) == (ActionStatus.DROPPED, "The lane was closed")
    for each in (done, dropped):
        with pytest.raises(ActionError, match="was closed by local owner already"):
            close(state, LOCAL_OWNER, each)
    assert open_actions(state, LOCAL_OWNER) == []


def test_an_action_is_overdue_the_day_after() -> None:
    """
    It may be done until the end of its due day; a closed one never is.
    """
    action = Action("csat_score", "service", "Train the team", "Ann", TODAY)

    assert not is_overdue(action, TODAY)
    assert is_overdue(action, TODAY + timedelta(days=1))
    assert not is_overdue(replace(action, status=ActionStatus.DONE), TODAY + timedelta(days=1))


def test_a_kpi_shows_the_one_that_is_due_first() -> None:
    """
    Of two open ones the earlier; a closed one does not count.
    """
    late = Action("csat_score", "service", "Train the team", "Ann", TODAY - timedelta(days=2))
    soon = replace(late, text="Hire", due=TODAY + timedelta(days=2))
    done = replace(late, text="Ask", due=TODAY - timedelta(days=9), status=ActionStatus.DONE)

    assert most_urgent([soon, done, late]) == {"csat_score": late}
    assert overdue_since([soon, done, late], TODAY) == {"csat_score": late.due}
    assert overdue_since([soon], TODAY) == {}


def test_a_market_shows_its_own_and_what_is_for_all() -> None:
    """
    Germany's action is no answer for France.
    """
    whole = Action("csat_score", "service", "Train the team", "Ann", TODAY)
    german = replace(whole, segment="market=DE")

    assert in_market([whole, german], "DE") == [whole, german]
    assert in_market([whole, german], "FR") == [whole]
    assert in_market([whole, german], None) == [whole, german]
