"""One forecast with all it rests on: the method chosen and why, its errors, and how far it may be off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.analogue import analogue
from kpi.forecast.backtest import LEVEL
from kpi.forecast.choice import Choice, choose
from kpi.forecast.demand import demand_of
from kpi.forecast.methods import Method
from kpi.forecast.track import NoForecast, Track

Series = NDArray[np.float64]
LEAST = 2


@dataclass(frozen=True, eq=False)
class Made:
    """The forecast of a track: one value a period ahead in the track's unit; `low` and `high` where it was tested."""

    track: Track
    choice: Choice
    values: Series
    low: Series | None
    high: Series | None


def make(
    track: Track, *, horizon: int | None = None, extra: Sequence[Method] = (), relative: Track | None = None
) -> Made:
    """Choose a method for the track and forecast with it.

    `extra` methods compete where demand is smooth or erratic, a `relative` (as long a history of all products) where
    the track has less than two seasons.
    Without a backtest the moving average is used, without an interval. The interval holds 80 % of past errors.
    Raises NoForecast with less than two periods of history.
    """
    pace, history = track.pace, track.values
    if len(history) < LEAST:
        raise NoForecast(
            f"'{track.key}' has {len(history)} settled periods; a forecast needs {LEAST} or more."
        )
    plan = pace.plan(len(history), horizon)
    young = len(history) < 2 * pace.season
    borrowed = [_borrowed(track, relative)] if relative is not None and young else []
    models = [] if demand_of(history).kind.is_sparse else extra
    choice = choose(history, pace.methods(), plan, [*models, *borrowed])
    ahead = horizon or (plan.horizon if plan else pace.horizons[-1])
    values = choice.method.forecast(history, ahead)
    wide = choice.chosen.half_widths(LEVEL) if choice.chosen else None
    made = Made(track, choice, values, None, None)
    return _within(made if wide is None else replace(made, low=values - wide, high=values + wide))


def _borrowed(track: Track, relative: Track) -> Method:
    before = len(relative.between(track.first))
    return analogue(relative.values, before, track.pace.season, track.pace.window)


def _within(made: Made) -> Made:
    """What was never below zero will not be, and a share stays a share."""
    lowest = 0.0 if made.track.values.min() >= 0 else None
    if lowest is None and made.track.highest is None:
        return made

    def bound(values: Series | None) -> Series | None:
        return None if values is None else np.clip(values, lowest, made.track.highest)

    return replace(made, values=np.clip(made.values, lowest, made.track.highest),
                   low=bound(made.low), high=bound(made.high))  # fmt: skip
