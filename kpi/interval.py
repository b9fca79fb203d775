"""How sure a share is: the Wilson score interval, which holds for few rows and near 0 % and 100 %."""

from statistics import NormalDist

import polars as pl


def wilson(hits: pl.Expr, of: pl.Expr, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper bound of the share `hits` / `of` (whole counts); null where there is nothing to share."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = (share * (1 - share) / of + weight / of / 4).sqrt() * z / (1 + weight)
    some = pl.when(of > 0)
    return some.then((middle - reach).clip(0, 1)), some.then((middle + reach).clip(0, 1))
