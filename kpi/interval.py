"""How sure a figure is: intervals of a share, of the difference of two shares, and of any other ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from kpi.student import quantile


def wilson(hits: pl.Expr, of: pl.Expr, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper bound of the share `hits` / `of` (whole counts); null where there is nothing to share.

    The score interval of Wilson (1927), which holds for few rows and near 0 % and 100 %.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = (share * (1 - share) / of + weight / of / 4).sqrt() * z / (1 + weight)
    some = pl.when(of > 0)
    return some.then((middle - reach).clip(0, 1)), some.then((middle + reach).clip(0, 1))


def newcombe(
    hits: tuple[pl.Expr, pl.Expr], of: tuple[pl.Expr, pl.Expr], confidence: float = 0.95
) -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper bound of the first share minus the second (whole counts); null where one has no rows.

    It is a change only if 0 lies outside. Hybrid score interval, method 10 of Newcombe, Statistics in
    Medicine 17 (1998) 873-890.
    """
    first, second = (hit / all_ for hit, all_ in zip(hits, of, strict=True))
    (low_1, high_1), (low_2, high_2) = (
        wilson(hit, all_, confidence) for hit, all_ in zip(hits, of, strict=True)
    )
    down = ((first - low_1) ** 2 + (high_2 - second) ** 2).sqrt()
    up = ((high_1 - first) ** 2 + (second - low_2) ** 2).sqrt()
    return first - second - down, first - second + up


@dataclass(frozen=True)
class RatioInterval:
    """A ratio of sums with its standard error and bounds, in the unit of numerator per denominator."""

    value: float
    standard_error: float
    lower: float
    upper: float


def ratio_interval(
    numerators: Sequence[float], denominators: Sequence[float], confidence: float = 0.95
) -> RatioInterval | None:
    """The interval of sum / sum over independent units (a check, a day), one number of each a unit.

    For weighted scores, order value, cost per order; Wilson on their points would be too sure. None with fewer
    than two units or a denominator that sums to nothing; raises ValueError for sides of different length.
    The ratio estimator with linearised variance and t of n - 1 degrees of freedom (Cochran 1977, 6.4).
    """
    if len(numerators) != len(denominators):
        raise ValueError(
            f"{len(numerators)} numerators and {len(denominators)} denominators; give one of each a unit."
        )
    top, bottom = np.asarray(numerators, float), np.asarray(denominators, float)
    count, total = len(top), float(bottom.sum())
    if count < 2 or total == 0:
        return None
    value = float(top.sum()) / total
    scatter = float(((top - value * bottom) ** 2).sum())
    error = (count / (count - 1) * scatter) ** 0.5 / abs(total)
    reach = quantile(count - 1, (1 + confidence) / 2) * error
    return RatioInterval(value, error, value - reach, value + reach)
