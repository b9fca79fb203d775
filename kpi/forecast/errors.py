"""How far forecasts were off: sums first, so that errors of products and origins add up before anything is divided.

Formulas: kpi-domain sections 1.5 and 5.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi.score import Status


@dataclass(frozen=True)
class Errors:
    """Sums over forecast buckets, in the unit of the series: |F − A|, F − A and A, and how many buckets.

    They add up over products, periods and origins (kpi-domain 1.5); the level they were taken at decides what a
    ratio of them means, as errors of products cancel out in their total.
    """

    absolute: float = 0.0
    signed: float = 0.0
    actual: float = 0.0
    count: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            self.absolute + other.absolute,
            self.signed + other.signed,
            self.actual + other.actual,
            self.count + other.count,
        )

    @property
    def wape(self) -> float | None:
        """Σ|F − A| / ΣA, a fraction; None where there was no demand (or a sum below zero, which has no shares)."""
        return self.absolute / self.actual if self.actual > 0 else None

    @property
    def accuracy(self) -> float | None:
        """1 − WAPE; it may be negative and is never clipped."""
        return None if self.wape is None else 1 - self.wape

    @property
    def bias(self) -> float | None:
        """Σ(F − A) / ΣA, a fraction; above zero the forecasts were too high. kpi-domain 1.5."""
        return self.signed / self.actual if self.actual > 0 else None

    @property
    def mae(self) -> float | None:
        """The mean absolute error of a bucket, in the unit of the series."""
        return self.absolute / self.count if self.count else None

    @property
    def status(self) -> Status:
        """`no_data` where nothing was sold, as every error is a share of what was."""
        return Status.OK if self.actual > 0 else Status.NO_DATA


def errors_of(actual: ArrayLike, forecast: ArrayLike) -> Errors:
    """The errors of forecasts against what happened, bucket by bucket; shapes must agree (else ValueError)."""
    a, f = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    if a.shape != f.shape:
        raise ValueError(f"{f.size} forecasts cannot be compared with {a.size} actuals; give one for each.")
    off = f - a
    return Errors(float(np.abs(off).sum()), float(off.sum()), float(a.sum()), int(a.size))


def total(errors: Sequence[Errors]) -> Errors:
    """The errors of several series or origins taken together."""
    return sum(errors, Errors())


def value_added(benchmark: Errors, forecast: Errors) -> float | None:
    """Percentage points of WAPE a forecast saves against its benchmark (FVA); None without demand. kpi-domain 1.5."""
    if benchmark.wape is None or forecast.wape is None:
        return None
    return 100 * (benchmark.wape - forecast.wape)


def mase(errors: Errors, history: ArrayLike, season: int = 1) -> float | None:
    """The mean absolute error over that of the (seasonal) naive inside the history (Hyndman and Koehler 2006).

    None when the history has no more than one season, or never changes.
    """
    scale = naive_scale(np.asarray(history, dtype=np.float64), season)
    return None if errors.mae is None or not scale else errors.mae / scale


def naive_scale(history: NDArray[np.float64], season: int = 1) -> float | None:
    """The mean absolute change from one season to the next, in the unit of the history."""
    return float(np.abs(history[season:] - history[:-season]).mean()) if len(history) > season else None
