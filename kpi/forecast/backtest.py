"""A backtest by rolling origin: forecast as one would have at several moments of the past, and compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.errors import Errors, errors_of
from kpi.forecast.methods import Method

LEAST_ORIGINS, MOST_ORIGINS, LEAST_HISTORY = 4, 20, 8
LEVEL = 0.8
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """How many periods are known at each origin (rising), and how many periods ahead are forecast from there."""

    origins: tuple[int, ...]
    horizon: int

    @property
    def earlier(self) -> slice:
        """The origins whose horizon had ended at the last one: a choice made on them knows nothing of it."""
        return slice(sum(known + self.horizon <= self.origins[-1] for known in self.origins))


@dataclass(frozen=True, eq=False)
class Backtest:
    """What a method said at each origin and what happened: two tables of origins × periods ahead."""

    method: Method
    plan: Plan
    forecasts: Series
    actuals: Series

    def errors(
        self, origins: slice = slice(None), steps: slice = slice(None), *, as_total: bool = False
    ) -> Errors:
        """Errors over some origins and periods ahead, bucket by bucket or (`as_total`) of each origin's total."""
        forecasts, actuals = self.forecasts[origins, steps], self.actuals[origins, steps]
        if as_total:
            forecasts, actuals = forecasts.sum(axis=1), actuals.sum(axis=1)
        return errors_of(actuals, forecasts)

    def off(self, origins: slice = slice(None), *, as_total: bool = False) -> Series:
        """The absolute error of each of those origins: the sum over its buckets, or that of its total."""
        error = (self.forecasts - self.actuals)[origins]
        return np.asarray(np.abs(error.sum(axis=1)) if as_total else np.abs(error).sum(axis=1))

    def sigma(self, periods: int) -> float:
        """The root mean square error of the total over the first `periods` ahead (a lead time), in units.

        It is what safety stock has to cover (kpi-domain 5.4). Raises ValueError beyond the horizon.
        """
        if not 1 <= periods <= self.plan.horizon:
            raise ValueError(
                f"A lead time of {periods} periods was not backtested; the horizon is {self.plan.horizon}. "
                "Ask for a longer horizon."
            )
        off = (self.forecasts - self.actuals)[:, :periods].sum(axis=1)
        return float(np.sqrt((off * off).mean()))

    def half_widths(self, level: float = LEVEL) -> Series | None:
        """How far a forecast may be off at each period ahead, so that `level` of the past ones were nearer.

        The ⌈(n+1)·level⌉-th smallest error of n origins (split conformal, Vovk et al. 2005), never falling with the
        distance; None when n origins cannot say so much.
        """
        count = len(self.plan.origins)
        rank = ceil((count + 1) * level - 1e-9)
        if rank > count:
            return None
        off = np.sort(np.abs(self.forecasts - self.actuals), axis=0)[rank - 1]
        return np.asarray(np.maximum.accumulate(off), dtype=np.float64)


def backtest(history: Series, method: Method, plan: Plan) -> Backtest:
    """Forecast `plan.horizon` periods at each origin from what was known there, and nothing later.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.10. Raises TooShort, and ValueError
    when an origin's horizon ends after the history.
    """
    if max(plan.origins) + plan.horizon > len(history):
        raise ValueError(
            f"An origin after {max(plan.origins)} periods with a horizon of {plan.horizon} ends after the history of "
            f"{len(history)} periods; choose earlier origins or a shorter horizon."
        )
    said = np.array([method.forecast(history[:known], plan.horizon) for known in plan.origins])
    happened = np.array([history[known : known + plan.horizon] for known in plan.origins])
    return Backtest(method, plan, said, happened)


def plan_for(count: int, season: int, horizons: Sequence[int], cycle: int = 1) -> Plan | None:
    """The longest of the horizons that leaves at least four origins a horizon apart; None if none does.

    The last origin lies one horizon before the end of the history. Before it come up to twenty more, as near each
    other as whole cycles in a horizon allow, back to the longest start that leaves room for four a horizon apart: two
    seasons, one season, or eight periods.
    """
    for horizon in sorted(horizons, reverse=True):
        for start in sorted({max(LEAST_HISTORY, seasons * season) for seasons in (0, 1, 2)}, reverse=True):
            room = count - horizon - start
            if room >= (LEAST_ORIGINS - 1) * horizon:
                apart = _apart(room, horizon, cycle)
                origins = range(count - horizon, start - 1, -apart)[:MOST_ORIGINS]
                return Plan(tuple(reversed(origins)), horizon)
    return None


def _apart(room: int, horizon: int, cycle: int) -> int:
    """The smallest part of the horizon, in whole cycles, that needs no more origins than allowed."""
    parts = [part for part in range(cycle, horizon, cycle) if horizon % part == 0]
    return next((part for part in parts if room // part < MOST_ORIGINS), horizon)
