"""The plain forecasting methods: each turns a history into the same number of periods ahead, oldest first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.intermittent import adida, imapa, sba, tsb
from kpi.forecast.smoothing import best_alpha, ses_level, theta_line
from kpi.words import marked

Series = NDArray[np.float64]
WINDOW = 8


class TooShort(ValueError):
    """A history is too short for the method; the message says how many periods it needs."""


@dataclass(frozen=True, eq=False)
class Method:
    """One way to forecast.

    `work(history, horizon)` gives one value a period; `least` periods of history are needed: a model with a season
    needs two of them, the seasonal naive one.
    """

    key: str
    name: str
    work: Callable[[Series, int], Series]
    least: int = 2

    def forecast(self, history: Series, horizon: int) -> Series:
        """`horizon` values after the history, in its unit. Raises TooShort and ValueError (horizon under 1)."""
        if horizon < 1:
            raise ValueError(f"A horizon of {horizon} periods is no forecast; ask for 1 or more.")
        if len(history) < self.least:
            raise TooShort(
                f"{self.name} needs {self.least} periods of history; there are {len(history)}. "
                "Wait for more, or use the moving average."
            )
        return self.work(np.asarray(history, dtype=np.float64), horizon)


def seasonal_naive(history: Series, horizon: int, season: int) -> Series:
    """The value of the same period one season ago, repeated; season 1 repeats the last value. Unit of the history.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3.1.
    """
    last = history[-season:]
    return np.resize(last, horizon)


def moving_average(history: Series, horizon: int, window: int = WINDOW) -> Series:
    """The mean of the last `window` periods (of all, if fewer), flat (Forecasting: Principles and Practice, 3.1)."""
    return np.full(horizon, history[-window:].mean())


def ses(history: Series, horizon: int, alpha: float | None = None) -> Series:
    """Simple exponential smoothing, flat; without `alpha` the one with the least squared one-step error.

    Source: Brown 1959; Forecasting: Principles and Practice, 8.1.
    """
    return np.full(horizon, ses_level(history, best_alpha(history) if alpha is None else alpha))


def theta(history: Series, horizon: int, season: int = 1) -> Series:
    """The theta method: half the line through time, half SES of what bends away from it, after taking a season out.

    Source: Assimakopoulos and Nikolopoulos 2000; the season is additive and taken out only where the
    autocorrelation at its lag is clear (90 %), as in the M4 benchmarks.
    """
    profile = season_profile(history, season)
    plain = history - np.resize(profile, len(history))
    ahead = profile[(len(history) + np.arange(horizon)) % season]
    return theta_line(plain, horizon) + ahead


def season_profile(history: Series, season: int) -> Series:
    """How far each place in the season lies from the trend, summing to zero; zeros where no season is clear."""
    if season < 2 or len(history) < 2 * season or not is_seasonal(history, season):
        return np.zeros(season)
    trend: Series = np.convolve(history, _weights(season), mode="valid")
    first = season // 2
    detrended = np.full(len(history), np.nan)
    detrended[first : first + len(trend)] = history[first : first + len(trend)] - trend
    profile = np.array([np.nanmean(detrended[place::season]) for place in range(season)])
    return np.asarray(profile - profile.mean(), dtype=np.float64)


def _weights(season: int) -> Series:
    """A centred moving average over one season; an even one counts its two ends half."""
    if season % 2:
        return np.full(season, 1 / season)
    return np.concatenate([[0.5], np.ones(season - 1), [0.5]]) / season


def is_seasonal(history: Series, season: int, z: float = 1.645) -> bool:
    """Whether the autocorrelation at the lag of a season is beyond chance (M4 benchmark test, 90 %)."""
    centred = history - history.mean()
    spread = float(centred @ centred)
    if spread == 0.0:
        return False
    lags = [float(centred[lag:] @ centred[:-lag]) / spread for lag in range(1, season + 1)]
    limit = z * np.sqrt((1 + 2 * sum(lag * lag for lag in lags[:-1])) / len(history))
    return bool(lags[-1] > limit)


def methods(season: int, window: int = WINDOW) -> dict[str, Method]:
    """Every built-in method by key, for a season and an averaging window of so many periods.

    Season 1 means none; then no seasonal method is offered.
    """
    told = [
        Method("moving_average", f"Moving average of {window}", partial(moving_average, window=window), 2),
        Method("ses", marked("Exponential smoothing"), ses, 3),
        Method("theta", marked("Theta"), theta, 4),
        Method("sba", marked("Croston, Syntetos-Boylan"), sba, 4),
        Method("tsb", marked("Teunter-Syntetos-Babai"), tsb, 4),
        Method("adida", marked("Aggregated demand (ADIDA)"), adida, 4),
        Method("imapa", marked("Several aggregations (IMAPA)"), imapa, 4),
    ]
    if season > 1:
        again, rising = partial(seasonal_naive, season=season), partial(theta, season=season)
        told.append(Method("seasonal_naive", marked("Same period last season"), again, season))
        told.append(Method("seasonal_theta", marked("Theta with a season"), rising, 2 * season))
    return {each.key: each for each in told}
