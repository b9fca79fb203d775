"""Was the procedure not followed, or followed and still failing? A verdict on counts, with how sure it is."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import polars as pl

from kpi.figures import count, decimal, share
from kpi.interval import newcombe, wilson
from kpi.words import marked, say


class Verdict(StrEnum):
    """What the joined records point to (N1 of the product's requirements)."""

    NOT_FOLLOWED = "not_followed"
    REFINE = "refine_sop"
    BOTH = "both"
    OUTSIDE = "outside_the_sop"
    NOT_ENOUGH = "not_enough_evidence"

    @property
    def heading(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(HEADINGS[self])


HEADINGS = {
    Verdict.NOT_FOLLOWED: marked("Not followed"),
    Verdict.REFINE: marked("Refine the SOP"),
    Verdict.BOTH: marked("Not followed, and to be refined"),
    Verdict.OUTSIDE: marked("Outside the SOP"),
    Verdict.NOT_ENOUGH: marked("Not enough evidence"),
}


@dataclass(frozen=True)
class Limits:
    """Where the verdict is cut. Below 100 joined records it is wrong too often (product.md M4).

    `adherence`: share of records that should follow the procedure. `tolerated`: share that may fail although it was
    followed. Both from 0 to 1.
    """

    records: int = 100
    adherence: float = 0.9
    tolerated: float = 0.05
    confidence: float = 0.95


STANDARD = Limits()
SHARES = {
    "adherence": (pl.col("followed"), pl.col("records")),
    "fails_followed": (pl.col("followed_failed"), pl.col("followed")),
    "fails_missed": (pl.col("missed_failed"), pl.col("missed")),
}


def diagnosed(counts: pl.DataFrame, limits: Limits = STANDARD) -> pl.DataFrame:
    """Add the verdict to rows of `followed`, `followed_failed`, `missed` and `missed_failed` (whole counts).

    Adds `records`; `adherence`, `fails_followed` and `fails_missed` (0 to 1) with Wilson bounds `…_low` and `…_high`;
    `difference`, failures when missed minus when followed, with its Newcombe bounds; `missing`, records until there
    is enough evidence; `verdict`. Nulls where one side has no records. Rule: architecture.md, N1.
    """
    figures, verdict = _worked_out(limits)
    rows = counts.lazy().with_columns(records=pl.col("followed") + pl.col("missed"))
    return rows.with_columns(figures).with_columns(verdict).collect()


@lru_cache(maxsize=64)
def _worked_out(limits: Limits) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The columns of figures, and those that stand on them; to build them takes longer than a few rows do."""
    missing = (limits.records - pl.col("records").cast(pl.Int64)).clip(0)
    shares = [bound for name in SHARES for bound in _share(name, limits.confidence)]
    return [*shares, *_difference(limits.confidence)], [
        missing.alias("missing"),
        _verdict(limits).alias("verdict"),
    ]


def _share(name: str, confidence: float) -> list[pl.Expr]:
    hits, of = SHARES[name]
    low, high = wilson(hits, of, confidence)
    value = pl.when(of > 0).then(hits / of)
    return [value.alias(name), low.alias(f"{name}_low"), high.alias(f"{name}_high")]


def _difference(confidence: float) -> list[pl.Expr]:
    (kept_failed, kept), (missed_failed, missed) = SHARES["fails_followed"], SHARES["fails_missed"]
    low, high = newcombe((missed_failed, kept_failed), (missed, kept), confidence)
    both = pl.when((missed > 0) & (kept > 0))
    told = (missed_failed / missed - kept_failed / kept, low, high)
    return [
        both.then(each).alias(f"difference{end}")
        for each, end in zip(told, ("", "_low", "_high"), strict=True)
    ]


def _verdict(limits: Limits) -> pl.Expr:
    skipped = (pl.col("adherence_high") < limits.adherence) & (pl.col("difference_low") > 0)
    failing = pl.col("fails_followed_low") > limits.tolerated
    skipped, failing = skipped.fill_null(False), failing.fill_null(False)
    return (
        pl.when(pl.col("records") < limits.records).then(pl.lit(Verdict.NOT_ENOUGH.value))
        .when(skipped & failing).then(pl.lit(Verdict.BOTH.value))
        .when(skipped).then(pl.lit(Verdict.NOT_FOLLOWED.value))
        .when(failing).then(pl.lit(Verdict.REFINE.value))
        .otherwise(pl.lit(Verdict.OUTSIDE.value))
    )  # fmt: skip


@dataclass(frozen=True)
class Bounded:
    """A figure with its bounds; None where nothing was counted."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Diagnosis:
    """One verdict, with the figures to show beside it (shares from 0 to 1) and the records it still lacks."""

    verdict: Verdict
    records: int
    adherence: Bounded
    fails_followed: Bounded
    fails_missed: Bounded
    difference: Bounded
    missing: int

    @property
    def sentence(self) -> str:
        """What was seen, in the reader's language: what goes together, never what brings about what."""
        match self.verdict:
            case Verdict.NOT_ENOUGH:
                return say(
                    "{n} records have runs of the procedure; {missing} more are needed before anything is said.",
                    n=count(self.records), missing=count(self.missing),
                )  # fmt: skip
            case Verdict.NOT_FOLLOWED:
                return self._skipped()
            case Verdict.REFINE:
                return self._failing()
            case Verdict.BOTH:
                return f"{self._skipped()} {self._failing()}"
            case Verdict.OUTSIDE:
                return say(
                    "The failures are not associated with how the procedure was followed: look at the mix of records "
                    "and at what came from outside."
                )

    def _skipped(self) -> str:
        return say(
            "Followed in {adherence} of {n} records. Missed steps are associated with {more} points more failures "
            "({low} to {high}).",
            adherence=_percent(self.adherence.value), n=count(self.records), more=_points(self.difference.value),
            low=_points(self.difference.low), high=_points(self.difference.high),
        )  # fmt: skip

    def _failing(self) -> str:
        return say(
            "Following it is associated with {fails} failures ({low} to {high}): more than it should let through.",
            fails=_percent(self.fails_followed.value), low=_percent(self.fails_followed.low),
            high=_percent(self.fails_followed.high),
        )  # fmt: skip


def diagnosis_of(row: dict[str, object]) -> Diagnosis:
    """One row of `diagnosed` as a value."""

    def bounded(name: str) -> Bounded:
        return Bounded(*(_number(row[f"{name}{end}"]) for end in ("", "_low", "_high")))

    return Diagnosis(
        Verdict(str(row["verdict"])), int(str(row["records"])), bounded("adherence"), bounded("fails_followed"),
        bounded("fails_missed"), bounded("difference"), int(str(row["missing"])),
    )  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _percent(part: float | None) -> str:
    return share(part or 0.0, 1)


def _points(part: float | None) -> str:
    return decimal(100 * (part or 0.0), 1)
