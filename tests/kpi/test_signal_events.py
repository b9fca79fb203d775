"""Days that are not like others, from working calendars and events."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpi.signals.events import event_days, holidays
from store.company import Event
from store.scope import LOCAL_OWNER
from store.state import CalendarPlan, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """The calendars of Germany and France of 2025."""
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        for country in ("DE", "FR"):
            state.calendars.fill_calendar(LOCAL_OWNER, CalendarPlan(country, "UTC", country), [2025])
        yield state


def test_holidays_of_half_the_markets_count(state: State) -> None:
    """
    8 May is one in France, 3 October in Germany, Christmas in both; an unknown calendar is no market.
    """
    both = holidays(state, LOCAL_OWNER, ["DE", "FR", "XX"])
    mostly_french = holidays(state, LOCAL_OWNER, ["DE", "FR", "FR"])

    assert {date(2025, 5, 8), date(2025, 10, 3), date(2025, 12, 25)} <= both.keys()
    assert date(2025, 5, 8) in mostly_french
    assert date(2025, 10, 3) not in mostly_french
    assert both[date(2025, 12, 25)] == "Christmas Day"
    assert holidays(state, LOCAL_OWNER, []) == {}


def test_events_that_weigh_nothing_are_ordinary_days() -> None:
    """
    A sale of two days that doubles business, and a day everybody knows that changes nothing.
    """
    sale = Event("Summer sale", date(2025, 7, 5), before=1, factor=2.0)

    assert event_days([sale, Event("6.18", date(2025, 6, 18))]) == {
        date(2025, 7, 4): "Summer sale",
        date(2025, 7, 5): "Summer sale",
    }
