"""Which points a KPI's usual range is taken from: too few, on trial, growing, locked, or begun anew by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from kpi.period import Every, Span, end_of
from kpi.signals.limits import Mask
from kpi.signals.series import Series
from store.state.baselines import BaselineRow

FEWEST, TRIAL_BELOW = 8, 12
WEEKS_OF_DAYS, DAYS_OF_A_WEEK = 8, 4
LOCKED_AT = {Every.WEEK: 20, Every.MONTH: 12, Every.QUARTER: 12, Every.YEAR: 12}


class State(StrEnum):
    """How firm the limits are. kpi-domain 2.3.

    TOO_FEW: none yet. TRIAL and OPEN: taken anew from all points with each new one; on trial there are fewer than
    12. LOCKED: frozen on the first points. REBASED: the same, of a baseline that a person began anew.
    """

    TOO_FEW = "too few points"
    TRIAL = "trial"
    OPEN = "open"
    LOCKED = "locked"
    REBASED = "rebased"


@dataclass(frozen=True, eq=False)
class Phase:
    """Periods from place `first` up to the one before `after` that are judged by one baseline.

    `used` marks the points of these periods the limits are taken from; `row` is the entry it begins with, and
    `rebased` says that another one came before.
    """

    first: int
    after: int
    state: State
    used: Mask
    row: BaselineRow | None = None
    rebased: bool = False


def phases(series: Series, rows: Sequence[BaselineRow] = (), events: Mask | None = None) -> list[Phase]:
    """The baselines of a series: one from its first point, and one from the period of each entry in force.

    `rows` by day, as `store.state.baselines.of_slice` gives them; entries after the series are left out. Points
    marked in `events` never count.
    """
    begins = _begins(series, rows)
    counted = series.usable if events is None else series.usable & ~events
    ends = [*[place for place, _ in begins[1:]], len(series.starts)]
    found = []
    for (first, row), after in zip(begins, ends, strict=True):
        rebased = row is not None and row.starts_on > rows[0].starts_on
        state, used = _used(series.every, counted[first:after], rebased)
        found.append(Phase(first, after, state, used, row, rebased))
    return found


def _begins(series: Series, rows: Sequence[BaselineRow]) -> list[tuple[int, BaselineRow | None]]:
    """The place each baseline begins at; of several in one period the last counts."""
    begins: dict[int, BaselineRow | None] = {0: None}
    for row in rows:
        if series.starts and row.starts_on < _after(series):
            begins[max(0, sum(start <= row.starts_on for start in series.starts) - 1)] = row
    return sorted(begins.items(), key=lambda each: each[0])


def _after(series: Series) -> date:
    """The first day after the series."""
    last = series.starts[-1]
    return end_of(series.every, last, Span(last, last)) + timedelta(days=1)


def _used(every: Every, counted: Mask, rebased: bool) -> tuple[State, Mask]:
    """The state of one baseline, and the points it is taken from."""
    locked = State.REBASED if rebased else State.LOCKED
    if every is Every.DAY:
        until = _eight_weeks(counted)
        if until is None:
            return State.TOO_FEW, np.zeros_like(counted)
        return locked, counted & (np.arange(len(counted)) < until)
    count = int(counted.sum())
    if count < FEWEST:
        return State.TOO_FEW, np.zeros_like(counted)
    if count < TRIAL_BELOW:
        return State.TRIAL, counted
    if count < LOCKED_AT[every]:
        return State.OPEN, counted
    return locked, counted & (np.cumsum(counted) <= LOCKED_AT[every])


def _eight_weeks(counted: Mask) -> int | None:
    """The place after eight full weeks of days, from the first day that counts; a full week has four days or more."""
    places = np.flatnonzero(counted)
    if not len(places):
        return None
    weeks = (len(counted) - places[0]) // 7
    blocks = counted[places[0] : places[0] + 7 * weeks].reshape(weeks, 7).sum(axis=1) >= DAYS_OF_A_WEEK
    full = np.flatnonzero(np.cumsum(blocks) == WEEKS_OF_DAYS)
    return int(places[0] + 7 * (full[0] + 1)) if len(full) else None
