"""What is usual for a day of the week, taken out of daily figures before they are judged.

Arrays have days on the last axis; `weekdays` is 0 for Monday to 6 for Sunday, shape (days,). Results have one
number a weekday, shape (…, 7), NaN for a weekday the baseline does not have. kpi-domain 2.4.
"""

import numpy as np
from numpy.typing import NDArray

from kpi.signals.limits import Floats, Mask

Weekdays = NDArray[np.intp]


def index(values: Floats, weekdays: Weekdays, baseline: Mask) -> Floats:
    """The mean of each weekday over the mean of all of them: a sum is divided by it. kpi-domain 2.4."""
    by_day = _per_weekday(values, weekdays, baseline) / _per_weekday(
        np.ones_like(values), weekdays, baseline & np.isfinite(values)
    )
    found: Floats = by_day / _mean_of_days(by_day)
    return found


def shift(numerators: Floats, denominators: Floats, weekdays: Weekdays, baseline: Mask) -> Floats:
    """How far the ratio of each weekday's sums lies above that of all sums: taken off a rate. kpi-domain 2.4."""
    tops, bottoms = (_per_weekday(each, weekdays, baseline) for each in (numerators, denominators))
    whole = np.nansum(tops, axis=-1, keepdims=True) / np.nansum(bottoms, axis=-1, keepdims=True)
    found: Floats = tops / bottoms - whole
    return found


def correction(weeks: int) -> float:
    """What limits are multiplied by, because seven means were fitted to the same `weeks` weeks. kpi-domain 2.4.

    Raises ValueError for one week, which says nothing about what is usual.
    """
    if weeks < 2:
        raise ValueError(f"{weeks} week says nothing about what is usual on a weekday; take at least 2.")
    return float(np.sqrt(weeks / (weeks - 1)))


def _per_weekday(values: Floats, weekdays: Weekdays, baseline: Mask) -> Floats:
    """Sums over the baseline by weekday; NaN for one that never occurs."""
    found = np.full((*values.shape[:-1], 7), np.nan)
    known = baseline & np.isfinite(values)
    for day in range(7):
        mine = known & (weekdays == day)
        total = np.sum(np.where(mine, values, 0.0), axis=-1)
        found[..., day] = np.where(mine.any(axis=-1), total, np.nan)
    return found


def _mean_of_days(by_day: Floats) -> Floats:
    there = np.isfinite(by_day)
    total = np.sum(np.where(there, by_day, 0.0), axis=-1, keepdims=True)
    mean: Floats = total / there.sum(axis=-1, keepdims=True)
    return mean
