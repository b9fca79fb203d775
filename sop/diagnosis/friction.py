"""Where a procedure is in the way: steps by the time they cost beyond the usual, by skips, by exceptions and flags."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.words import marked, say
from sop.share import Share

FEWEST = 30


class By(StrEnum):
    """What steps are put in order by."""

    TIME = "seconds_lost"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not_applicable"
    FLAGGED = "flagged"

    @property
    def label(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(LABELS[self])


LABELS = {
    By.TIME: marked("Time lost"),
    By.SKIPPED: marked("Skipped"),
    By.NOT_APPLICABLE: marked("Not applicable"),
    By.FLAGGED: marked("Flagged"),
}


@dataclass(frozen=True)
class Friction:
    """One step: seconds beyond its usual time, all runs added up, and how many runs it was skipped, did not apply or
    was flagged in. `usual` is its time limit, else the median of its runs; None where no time is known."""

    sop: str
    step: str
    seconds_lost: int
    usual: float | None
    skipped: Share
    not_applicable: Share
    flagged: Share


def friction(steps: pl.LazyFrame, by: By = By.TIME, fewest: int = FEWEST) -> list[Friction]:
    """Every step, the one most in the way first.

    `steps`: one row a step of a run with `sop`, `step`, `seconds` (null where not known), `limit` (seconds, null
    without one), `skipped`, `not_applicable`, `flagged`. Time that a run took less than usual makes up for nothing.
    By a share, steps of fewer than 30 runs come last: one flag in two runs is not half of all.
    """
    worked = pl.col("seconds").filter(~pl.col("skipped") & ~pl.col("not_applicable"))
    usual = pl.coalesce(pl.col("limit").drop_nulls().first(), worked.median())
    lost = (worked - usual).clip(0).sum()
    counts = [
        pl.col(name).sum().cast(pl.Int64).alias(name) for name in (By.SKIPPED, By.NOT_APPLICABLE, By.FLAGGED)
    ]
    found = steps.group_by("sop", "step").agg(
        pl.len().cast(pl.Int64).alias("runs"), lost.round().cast(pl.Int64).alias(By.TIME.value),
        usual.cast(pl.Float64).alias("usual"), *counts,
    )  # fmt: skip
    few = pl.lit(False) if by is By.TIME else pl.col("runs") < fewest
    size = pl.col(by.value) if by is By.TIME else pl.col(by.value) / pl.col("runs")
    ordered = found.sort(few, size, "sop", "step", descending=[False, True, False, False]).collect()
    return [
        Friction(
            row["sop"], row["step"], row[By.TIME], row["usual"],
            *(Share(row[name], row["runs"]) for name in (By.SKIPPED, By.NOT_APPLICABLE, By.FLAGGED)),
        )
        for row in ordered.iter_rows(named=True)
    ]  # fmt: skip
