"""The peaks everybody has: Black Friday, and Chinese New Year where a calendar of the firm knows it."""

from calendar import FRIDAY
from collections.abc import Iterator
from datetime import date, timedelta

from store.home import SYSTEM
from store.state import State
from store.state.peak_records import Peak

PLANNED = timedelta(days=300)  # there is always one to look at
CYBER_MONDAY, FESTIVAL = timedelta(days=3), timedelta(days=14)
NEW_YEAR = ("chinese new year", "spring festival", "春节")


def plan_peaks(state: State, day: date) -> int:
    """Enters those of the coming months that nobody entered or removed; how many. For the worker."""
    return state.peaks.plan(SYSTEM, coming(state, day))


def coming(state: State, day: date) -> Iterator[Peak]:
    """Black Friday to the Monday after it; Chinese New Year for the fifteen days until the Lantern Festival."""
    for year in (day.year, day.year + 1):
        friday = black_friday(year)
        if day <= friday + CYBER_MONDAY and friday <= day + PLANNED:
            yield Peak("Black Friday", friday, friday + CYBER_MONDAY)
    calendars = sorted({each.value.calendar for each in state.markets.rows(SYSTEM)})
    named = state.calendars.named_days_off(SYSTEM, calendars)
    days = {on for days in named.values() for on, label in days.items() if label.lower().startswith(NEW_YEAR)}
    ahead = [on for on in sorted(days) if day - FESTIVAL <= on <= day + PLANNED]
    if ahead:
        yield Peak("Chinese New Year", ahead[0], ahead[0] + FESTIVAL)


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    thursday = (FRIDAY - 1 - first.weekday()) % 7
    return first + timedelta(days=thursday + 22)
