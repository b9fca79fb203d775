"""Which segments to name: small ones together, the largest first, and whether chance alone could have done it."""

from enum import StrEnum

import polars as pl

from kpi.interval import newcombe
from kpi.why.contributions import SUMS
from kpi.words import marked, say

OTHER = marked("(other)")
NAMED = 5
TOP = 3
LEAST_PART = 0.2


class Note(StrEnum):
    """What has to be said beside the figures."""

    NOTHING_STANDS_OUT = "nothing_stands_out"
    MIX_EFFECT = "mix_effect"
    NO_LIMITS = "no_limits"
    NOT_FINAL = "not_final"

    @property
    def sentence(self) -> str:
        """What a page says, in the reader's language."""
        return say(SENTENCES[self])


SENTENCES = {
    Note.NOTHING_STANDS_OUT: marked(
        "No segment stands out: the value lies inside its control limits, as it does in most periods."
    ),
    Note.MIX_EFFECT: marked(
        "Mix effect: the segments' own rates moved the other way; the total moved because their shares did."
    ),
    Note.NO_LIMITS: marked("No control limits are known here, so this may be an ordinary change."),
    Note.NOT_FINAL: marked(
        "One of the two periods is not final or not complete; the figures can still change."
    ),
}


def folded(segments: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """The segments, those with fewer than `minimum` rows in both periods added up as one named `(other)`.

    Takes and gives `segment`, `n0`, `d0`, `n1`, `d1`, `rows0`, `rows1`. Source: kpi-domain section 3.
    """
    small = (pl.col("rows0") < minimum) & (pl.col("rows1") < minimum)
    named = segments.with_columns(pl.when(small).then(pl.lit(OTHER)).otherwise("segment").alias("segment"))
    return named.group_by("segment", maintain_order=True).agg(pl.col(*SUMS, "rows0", "rows1").sum())


def ranked(contributions: pl.DataFrame) -> pl.DataFrame:
    """The largest `total` first, either way, with `share`: its part of all movement, both ways added up (0 to 1)."""
    size = pl.col("total").abs()
    share = pl.when(size.sum() > 0).then(size / size.sum()).otherwise(0.0)
    return (
        contributions.with_columns(share=share)
        .sort(size, "segment", descending=[True, False])
        .with_columns(pl.col("segment").cast(pl.String))
    )


def with_significance(contributions: pl.DataFrame) -> pl.DataFrame:
    """Add `low` and `high`, the 95 % Newcombe interval of the change of each segment's own share, and `significant`.

    Significant: zero lies outside. Null where the segment has no rows in one of the periods. `n0` and `n1` must be
    whole counts out of `d0` and `d1`. Source: kpi-domain section 2.5.
    """
    low, high = newcombe((pl.col("n1"), pl.col("n0")), (pl.col("d1"), pl.col("d0")))
    told = contributions.with_columns(low=low, high=high)
    return told.with_columns(significant=(pl.col("low") > 0) | (pl.col("high") < 0))


def without_significance(contributions: pl.DataFrame) -> pl.DataFrame:
    """The same columns, empty: for values that are no shares of rows."""
    empty = pl.lit(None, pl.Float64)
    return contributions.with_columns(low=empty, high=empty, significant=pl.lit(None, pl.Boolean))


def concentration(contributions: pl.DataFrame) -> float:
    """Part of all movement that the three largest segments hold (0 to 1); 0 where nothing moved."""
    sizes = contributions["total"].abs().sort(descending=True)
    return float(sizes.head(TOP).sum()) / float(sizes.sum()) if sizes.sum() > 0 else 0.0


def surprise(contributions: pl.DataFrame) -> float:
    """How far the movement lies elsewhere than the rows (0 to 1): half the sum of the differences of both shares.

    A dimension of two values always holds all movement in them; this tells whether one of them moved more than its
    size explains. 0 where nothing moved or there are no rows.
    """
    sizes = contributions["total"].abs()
    rows = (contributions["rows0"] + contributions["rows1"]).cast(pl.Float64)
    if not sizes.sum() or not rows.sum():
        return 0.0
    return float((sizes / sizes.sum() - rows / rows.sum()).abs().sum()) / 2


def standing_out(contributions: pl.DataFrame, change: float) -> pl.DataFrame:
    """The segments that moved the way of the change and more than twice what their rows explain, with a fifth of it.

    Those whose own change could be chance are left out.
    """
    rows = pl.col("rows0") + pl.col("rows1")
    part = pl.col("total") / change if change else pl.lit(0.0)
    return contributions.filter(
        part >= LEAST_PART, part >= 2 * rows / rows.sum(), pl.col("significant").fill_null(True)
    )  # fmt: skip


def is_mix_effect(contributions: pl.DataFrame, change: float) -> bool:
    """Whether every segment's own rate moved one way and the total the other (Simpson)."""
    if "rate" not in contributions.columns:
        return False
    moved = contributions.filter(pl.col("rate").abs() > 1e-12)["rate"]
    if moved.is_empty() or abs(change) <= 1e-12:
        return False
    return bool((moved < 0).all()) if change > 0 else bool((moved > 0).all())
