"""The arithmetic of a change: how much of it each segment brought, exactly and the same in both directions of time.

Segment tables have one row a segment: `segment`, and the two sums before and after, `n0`, `d0`, `n1`, `d1` (any
unit; a segment that is missing in one period has zeros there).
"""

import polars as pl

from kpi.words import say

SUMS = ("n0", "d0", "n1", "d1")


class NoChange(ValueError):
    """One of the two periods has no value, so that there is no change to explain."""


def ratio_before_and_after(segments: pl.DataFrame) -> tuple[float, float]:
    """The ratio of the sums in both periods; raises NoChange where a denominator adds up to zero."""
    n0, d0, n1, d1 = (float(segments[name].sum()) for name in SUMS)
    if d0 == 0 or d1 == 0:
        which = say("before") if d0 == 0 else say("after")
        raise NoChange(
            say(
                "The denominator {which} adds up to zero, so there is no value; choose other periods or another slice.",
                which=which,
            )
        )
    return n0 / d0, n1 / d1


def mix_and_rate(segments: pl.DataFrame) -> pl.DataFrame:
    """The segments with `before`, `after` (their own ratios), `mix`, `rate` and `total`; totals add up to the change.

    Bennet midpoint: rate = mean weight x change of the ratio, mix = (mean ratio - mean total) x change of the weight,
    weight = share of the denominator. A segment that appears or vanishes keeps the ratio of its other period: all of
    it is mix. Segments without a denominator in both periods are left out. Source: kpi-domain section 3.1.
    """
    first, second = ratio_before_and_after(segments)
    some = segments.filter((pl.col("d0") != 0) | (pl.col("d1") != 0))
    weight0, weight1 = pl.col("d0") / pl.col("d0").sum(), pl.col("d1") / pl.col("d1").sum()
    own0, own1 = _ratio("n0", "d0"), _ratio("n1", "d1")
    rated = some.with_columns(before=own0, after=own1).with_columns(
        _r0=pl.coalesce("before", "after"), _r1=pl.coalesce("after", "before")
    )
    return rated.with_columns(
        mix=((pl.col("_r0") + pl.col("_r1")) / 2 - (first + second) / 2) * (weight1 - weight0),
        rate=(weight0 + weight1) / 2 * (pl.col("_r1") - pl.col("_r0")),
    ).with_columns(total=pl.col("mix") + pl.col("rate")).drop("_r0", "_r1")  # fmt: skip


def numerator_and_denominator(segments: pl.DataFrame) -> pl.DataFrame:
    """The segments with `before`, `after`, `numerator_effect`, `denominator_effect` and `total`.

    Two-factor Shapley on the sums N and D, for ratios in which a segment may have a numerator without a denominator
    (acquisition cost, cost per order, return on ad spend). Totals add up to the change. Source: kpi-domain section 3.2.
    """
    ratio_before_and_after(segments)
    n0, d0, n1, d1 = (float(segments[name].sum()) for name in SUMS)
    return segments.with_columns(
        before=_ratio("n0", "d0"),
        after=_ratio("n1", "d1"),
        numerator_effect=(pl.col("n1") - pl.col("n0")) * ((1 / d0 + 1 / d1) / 2),
        denominator_effect=(pl.col("d0") - pl.col("d1")) * ((n0 + n1) / (2 * d0 * d1)),
    ).with_columns(total=pl.col("numerator_effect") + pl.col("denominator_effect"))


def differences(segments: pl.DataFrame) -> pl.DataFrame:
    """The segments of a sum with `before`, `after` and `total`, the difference. Source: kpi-domain section 3.4."""
    told = segments.with_columns(before=pl.col("n0").cast(pl.Float64), after=pl.col("n1").cast(pl.Float64))
    return told.with_columns(total=pl.col("after") - pl.col("before"))


def _ratio(top: str, bottom: str) -> pl.Expr:
    return pl.when(pl.col(bottom) != 0).then(pl.col(top) / pl.col(bottom))
