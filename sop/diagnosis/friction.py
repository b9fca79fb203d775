"""Where a procedure is in the way: steps by the time they cost beyond the usual, by skips, by exceptions and flags."""

from dataclasses import dataclass
from enum import StrEnum

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
    rows = counts.group_by(PARTS).agg(sums).sort(*STEP, "took").collect()
    found = [_of(own, str(sop), str(step)) for (sop, step), own in rows.group_by(STEP, maintain_order=True)]
    return sorted(
        found,
        key=lambda each: (by is not By.TIME and each.runs < fewest, -_size(each, by), each.sop, each.step),
    )


def _size(each: Friction, by: By) -> float:
    told: float | Share = getattr(each, by.value)
    return (told.value or 0.0) if isinstance(told, Share) else told


def _of(rows: pl.DataFrame, sop: str, step: str) -> Friction:
    timed = rows.filter(pl.col("timed") > 0)
    median, limit = _median(timed), rows["limit"].drop_nulls()
    free = timed.filter(pl.col("limit").is_null())
    beyond = (
        (free["seconds"] / free["timed"] - median).clip(0) * free["timed"]
        if median is not None
        else pl.Series([0])
    )
    runs = int(rows["runs"].sum())
    return Friction(
        sop, step, round(float(beyond.sum() or 0)) + int(rows["over"].sum()), median,
        None if limit.is_empty() else int(limit[-1]), int(rows["timed"].sum()),
        *(Share(int(rows[name].sum()), runs) for name in MARKS),
    )  # fmt: skip


def _median(timed: pl.DataFrame) -> float | None:
    """The middle of the runs' times; of an even number the mean of the two in the middle."""
    own = timed.group_by("took").agg(pl.col("seconds").sum(), pl.col("timed").sum()).sort("took")
    means, upto, all_of = own["seconds"] / own["timed"], own["timed"].cum_sum(), int(own["timed"].sum())
    if not all_of:
        return None
    low, high = (means.filter(upto > place)[0] for place in ((all_of - 1) // 2, all_of // 2))
    return float(low + high) / 2
