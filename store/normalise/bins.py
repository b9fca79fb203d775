"""Logarithmic bins of one per cent for durations, so that percentiles of any selection can be read from sums."""

import polars as pl

STEP = 1.01


def log_bin(seconds: str) -> pl.Expr:
    """Bin number of a column of whole seconds: 0 for zero, null for null and for a negative duration."""
    duration = pl.col(seconds)
    return (
        pl.when(duration == 0)
        .then(pl.lit(0, pl.Int64))
        .when(duration > 0)
        .then(duration.log(STEP).floor().cast(pl.Int64, strict=False) + 1)
    )


def bin_bounds(number: int) -> tuple[float, float]:
    """The seconds a bin holds, from the first on and below the second; bin 0 holds zero alone."""
    if number < 0:
        raise ValueError(f"There is no bin {number}; bins start at 0.")
    return (0.0, 0.0) if number == 0 else (STEP ** (number - 1), STEP**number)
