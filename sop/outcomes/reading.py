"""Not followed, or to be refined? The verdict on each procedure behind a KPI, from prepared counts within a scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from kpi.access import sees
from kpi.catalog import find
from kpi.figures import count, share
from kpi.model import Kpi
from kpi.period import Span
from kpi.words import say
from sop.diagnosis.joined import COUNTS
from sop.diagnosis.slices import Slice, sliced
from sop.diagnosis.verdict import Diagnosis, Verdict, diagnosed, diagnosis_of
from sop.outcomes.tables import EVERYTHING, SCHEMA, table_of
from store.lake import Lake
from store.scope import Principal


@dataclass(frozen=True)
class Answer:
    """
    One KPI and one procedure that drives it: the verdict, where it shows most, and of how many of the KPI's records
    (and of its failures) anything is known.
    """

    kpi: str
    sop: str
    diagnosis: Diagnosis
    slices: tuple[Slice, ...]
    records: int
    failed: int
    failed_joined: int

    @property
    def covered(self) -> float | None:
        """The share of the KPI's records for which there is a judged case or a run."""
        return self.diagnosis.records / self.records if self.records else None

    @property
    def coverage(self) -> str:
        """Of what the verdict speaks, and of what it does not, in the reader's language."""
        return say(
            "It speaks of {part} of {n} records, and of {failed} of {all} failures; the others have no judged case and "
            "no run.",
            part=share(self.covered or 0.0), n=count(self.records), failed=count(self.failed_joined),
            all=count(self.failed),
        )  # fmt: skip

    @property
    def is_telling(self) -> bool:
        """Whether there is a verdict at all."""
        return self.diagnosis.verdict is not Verdict.NOT_ENOUGH


def sees_outcomes(principal: Principal, kpi: Kpi) -> bool:
    """Whether the counts can be limited to what the principal sees of the KPI."""
    return sees(principal, kpi) and set(principal.scope.parts) <= set(kpi.dimensions)


def answers(
    lake: Lake, principal: Principal, kpi: str, sops: Iterable[str], span: Span, market: str | None = None
) -> tuple[Answer, ...]:
    """
    The verdict on each of the procedures, from the whole weeks of the span. Empty where nothing was counted and for who
    may not see the KPI, or only parts of it that the counts do not know.
    """
    if not sees_outcomes(principal, find(kpi)):
        return ()
    return judged(kpi, counts_of(lake, principal, kpi, span), sops, span, market)


def judged(
    kpi: str, counts: pl.DataFrame, sops: Iterable[str], span: Span, market: str | None = None
) -> tuple[Answer, ...]:
    """As `answers`, from counts that were read before for these days or more."""
    first, last = _whole_weeks(span)
    here = pl.lit(True) if market is None else pl.col("market") == market
    rows = counts.filter(pl.col("day").is_between(first, last), here)
    whole = rows.filter(pl.col("sop") == EVERYTHING)
    records, failed = int(whole["records"].sum()), int(whole["failed"].sum())
    if not records:
        return ()
    told = diagnosed(_sums(rows, sorted(set(sops)))).rows(named=True)
    return tuple(
        Answer(kpi, row["sop"], seen := diagnosis_of(row), _slices(rows, row["sop"], seen), records, failed,
               row["failed"])
        for row in told
    )  # fmt: skip


def counts_of(lake: Lake, principal: Principal, kpi: str, span: Span) -> pl.DataFrame:
    """The prepared counts of the whole weeks of a span, as far as the principal may see them; columns of `SCHEMA`."""
    first, last = _whole_weeks(span)
    if not sees_outcomes(principal, find(kpi)) or lake.version(table_of(kpi)) < 0:
        return pl.DataFrame(schema=SCHEMA)
    return lake.read(
        table_of(kpi), SCHEMA,
        lambda scan: principal.scope.limit(scan)
        .filter(pl.col("day").is_between(first, last)).select(SCHEMA.names()),
        {"day": (first, max(first, last))},
    )  # fmt: skip


def _whole_weeks(span: Span) -> tuple[date, date]:
    """The first and the last Monday of the weeks that lie in a span as a whole."""
    first = span.start + timedelta(days=-span.start.weekday() % 7)
    return first, span.end - timedelta(days=6)


def _sums(rows: pl.DataFrame, sops: list[str]) -> pl.DataFrame:
    """One row a procedure, with zeros where nothing was joined."""
    whole = rows.filter(pl.col("dimension") == EVERYTHING).group_by("sop").agg(
        pl.col(name).sum() for name in (*COUNTS, "failed")
    )  # fmt: skip
    return (
        pl.DataFrame({"sop": sops}, schema={"sop": pl.String()})
        .join(whole, on="sop", how="left", maintain_order="left")
        .fill_null(0)
    )


def _slices(rows: pl.DataFrame, sop: str, seen: Diagnosis) -> tuple[Slice, ...]:
    """Where a verdict shows; nothing is looked for before there is one."""
    if seen.verdict is Verdict.NOT_ENOUGH:
        return ()
    own = rows.filter(pl.col("sop") == sop)
    sums = [pl.col(name).sum() for name in COUNTS]
    parts = own.filter(pl.col("dimension") != EVERYTHING, pl.col("value") != "")
    counts = parts.group_by("dimension", "value").agg(sums).sort("dimension", "value")
    whole = own.filter(pl.col("dimension") == EVERYTHING).select(sums)
    return tuple(sliced(whole, counts)) if counts.height else ()
