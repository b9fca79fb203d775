"""Where a procedure is in the way: steps by the time they cost beyond the usual, by skips, by exceptions and flags."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from kpi.words import marked, say
from sop.share import Share

FEWEST = 30
STEP = ("sop", "step")
MARKS = ("skipped", "corrected", "not_applicable", "flagged")
COUNTS = ("runs", "timed", "seconds", "over", *MARKS)
PARTS = (*STEP, "limit", "took")  # `took`: seconds with two figures, null where no time is known


class By(StrEnum):
    """What steps are put in order by."""

    TIME = "seconds_lost"
    SKIPPED = "skipped"
    CORRECTED = "corrected"
    NOT_APPLICABLE = "not_applicable"
    FLAGGED = "flagged"

    @property
    def label(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(LABELS[self])


LABELS = {
    By.TIME: marked("Time lost"),
    By.SKIPPED: marked("Skipped"),
    By.CORRECTED: marked("Corrected"),
    By.NOT_APPLICABLE: marked("Not applicable"),
    By.FLAGGED: marked("Flagged"),
}


@dataclass(frozen=True)
class Friction:
    """One step: seconds beyond its usual time, all runs added up, and in how many runs it was skipped, answered again,
    did not apply or was flagged. `median` is of the `timed` runs; `limit` the time limit last in force. Usual is the
    limit, else the median; None where no time is known."""

    sop: str
    step: str
    seconds_lost: int
    median: float | None
    limit: int | None
    timed: int
    skipped: Share
    corrected: Share
    not_applicable: Share
    flagged: Share

    @property
    def usual(self) -> float | None:
        """What time lost is counted beyond."""
        return self.median if self.limit is None else float(self.limit)

    @property
    def runs(self) -> int:
        return self.skipped.denominator

    @property
    def missing(self) -> int:
        """Runs until anything is said."""
        return max(0, FEWEST - self.runs)


def counted(steps: pl.LazyFrame, by: tuple[str, ...] = ()) -> pl.LazyFrame:
    """
    Steps of runs as counts that add up: `PARTS`, `by`, `COUNTS`. `over`: seconds beyond the limit. Times are kept to
    two figures with their sum, so that the counts stay few however many runs there are.

    `steps`: one row a step of a run with `sop`, `step`, `seconds` (null where not known), `limit` (seconds, null
    without one) and the marks. A step that was skipped or did not apply takes no time.
    """
    worked = pl.when(~pl.col("skipped") & ~pl.col("not_applicable")).then(pl.col("seconds"))
    rows = steps.with_columns(
        worked.alias("worked"), worked.round_sig_figs(2).cast(pl.Int64).alias("took"),
        (worked - pl.col("limit")).clip(0).alias("beyond"),
    )  # fmt: skip
    return rows.group_by(*PARTS, *by).agg(
        pl.len().cast(pl.Int64).alias("runs"), pl.col("worked").count().cast(pl.Int64).alias("timed"),
        pl.col("worked").sum().cast(pl.Int64).alias("seconds"), pl.col("beyond").sum().cast(pl.Int64).alias("over"),
        *(pl.col(name).sum().cast(pl.Int64) for name in MARKS),
    )  # fmt: skip


def friction(counts: pl.LazyFrame, by: By = By.TIME, fewest: int = FEWEST) -> list[Friction]:
    """Every step, the one most in the way first; `counts` as `counted` gives them, of whatever days.

    Time lost is beyond the limit of each run, without one beyond the median; time that a run took less than usual makes
    up for nothing. By a share, steps of fewer than 30 runs come last: one flag in two runs is not half of all.
    """
    sums = [pl.col(name).sum() for name in COUNTS]
    steps = _steps(counts.group_by(PARTS).agg(sums).sort(*STEP, "took", "limit")).collect()
    return sorted(
        (_of(row) for row in steps.iter_rows(named=True)),
        key=lambda each: (by is not By.TIME and each.runs < fewest, -_size(each, by), each.sop, each.step),
    )


def _size(each: Friction, by: By) -> float:
    told: float | Share = getattr(each, by.value)
    return (told.value or 0.0) if isinstance(told, Share) else told


def _of(row: dict[str, Any]) -> Friction:
    return Friction(
        row["sop"], row["step"], round(row["beyond"]) + row["over"], row["median"], row["limit"], row["timed"],
        *(Share(row[name], row["runs"]) for name in MARKS),
    )  # fmt: skip


def _steps(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row a step: its counts, `median` seconds of timed runs, and seconds `beyond` it of those with no limit."""
    mean = pl.col("seconds") / pl.col("timed")
    beyond = ((mean - pl.col("median")).clip(0) * pl.col("timed")).filter(
        pl.col("limit").is_null() & (pl.col("timed") > 0)
    )
    return (
        rows.join(_medians(rows), on=STEP, how="left", maintain_order="left")
        .group_by(STEP, maintain_order=True)
        .agg(
            pl.col("median").first(), pl.col("limit").drop_nulls().last(), beyond.sum().alias("beyond"),
            *(pl.col(name).sum().cast(pl.Int64) for name in COUNTS if name != "seconds"),
        )
    )  # fmt: skip


def _medians(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The middle of the runs' times of each step; of an even number the mean of the two in the middle."""
    timed = rows.filter(pl.col("timed") > 0).group_by(*STEP, "took").agg(pl.col("seconds", "timed").sum())
    mean, upto = pl.col("seconds") / pl.col("timed"), pl.col("timed").cum_sum()
    runs = pl.col("timed").sum()
    low, high = (mean.filter(upto > place).first() for place in ((runs - 1) // 2, runs // 2))
    return (
        timed.sort(*STEP, "took").group_by(STEP, maintain_order=True).agg(((low + high) / 2).alias("median"))
    )
