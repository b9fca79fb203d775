"""What the calendar does to the made-up firm: growth, weekdays, Black Friday, Christmas and Chinese New Year."""

from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np

from demo.dice import Days, Flags, Number

EPOCH = date(1970, 1, 1)
_START = (date(2025, 1, 1) - EPOCH).days
_WEEKDAYS = np.array([1.05, 1.00, 0.98, 1.00, 1.07, 1.00, 0.90])


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(days: int) -> date:
    return EPOCH + timedelta(days=int(days))


def weekday(days: Days) -> Days:
    """0 is Monday."""
    return (days + 3) % 7


def years_of(days: Days) -> list[int]:
    """The calendar years the days touch, and one on either side."""
    return list(range(day_of(int(days.min())).year - 1, day_of(int(days.max())).year + 2))


@lru_cache(maxsize=64)
def black_friday(year: int) -> int:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return number(first) + (3 - first.weekday()) % 7 + 21 + 1


@lru_cache(maxsize=64)
def new_year_in_china(year: int) -> int:
    """The first day of the lunar year: the earliest day the Spring Festival is named after."""
    named = holidays.country_holidays("CN", years=year, language="en_US")
    return min(number(day) for day, name in named.items() if name.startswith("Chinese New Year (Spring"))


def since_black_friday(days: Days) -> Days:
    """Days since the nearest Black Friday; negative before it."""
    return _nearest(days, [black_friday(year) for year in years_of(days)])


def since_new_year_in_china(days: Days) -> Days:
    return _nearest(days, [new_year_in_china(year) for year in years_of(days)])


def plant_is_shut(days: Days) -> Flags:
    """Sundays, the ten days around Chinese New Year and the first days of October."""
    festival = since_new_year_in_china(days)
    october = np.isin(
        days, [number(date(year, 10, 1)) + more for year in years_of(days) for more in range(4)]
    )
    return np.asarray((weekday(days) == 6) | ((festival >= -2) & (festival <= 7)) | october)


def demand(days: Days) -> Number:
    """How many times the usual volume a day sells: 1 is an ordinary day of early 2025."""
    growth = np.exp(0.08 * (days - _START) / 365.25)
    yearly = 1 + 0.06 * np.cos(2 * np.pi * (days - _START + 15) / 365.25)
    return np.asarray(growth * yearly * peak(days) * _WEEKDAYS[weekday(days)])


def peak(days: Days) -> Number:
    """What Black Friday and the weeks before Christmas multiply the demand of each day by."""
    after = since_black_friday(days)
    return np.select(
        [(after >= 0) & (after <= 3), (after >= -5) & (after < 0), (after > 3) & (after <= 21)],
        [2.3, 1.25, 1.3],
        1.0,
    )


def foreseen(days: Days) -> Number:
    """The demand the planners expect: all of it but two thirds of what the peak adds."""
    return np.asarray(demand(days) / peak(days) * (1 + 0.35 * (peak(days) - 1)))


def _nearest(days: Days, events: list[int]) -> Days:
    gaps = days[:, None] - np.asarray(events)[None, :]
    return np.asarray(gaps[np.arange(len(days)), np.abs(gaps).argmin(axis=1)])
