"""The counts of some weeks of one KPI: its records, those that failed, and for which a procedure was followed."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.model import Kpi
from kpi.period import Span
from kpi.question import Question
from sop.diagnosis.joined import COUNTS, joined, records_of
from sop.outcomes.cases import Numbers, case_results
from sop.outcomes.links import ANY, failing_beyond, numbers_of, pairs
from sop.outcomes.tables import EVERYTHING, SCHEMA
from store.contract import polars_schema
from store.facts import Shipments
from store.lake import Lake
from store.scope import LIMITED_BY, Principal

EARLIER, LATER = (
    timedelta(days=400),
    timedelta(days=31),
)  # a case may begin so long before its record, and after it


@dataclass(frozen=True, eq=False)
class Join:
    """One KPI and the procedures that drive it; `numbers`: by which the cases go that systems judge."""

    lake: Lake
    principal: Principal
    kpi: Kpi
    sops: tuple[str, ...]
    numbers: Numbers
    as_of: AsOf

    def counts(self, span: Span) -> pl.DataFrame:
        """Rows of `sop.outcomes.tables.SCHEMA` for whole weeks."""
        records = self.records(span)
        if records.is_empty():
            return pl.DataFrame(schema=SCHEMA)
        rows = self.rows(records, span).collect()
        known = [name for name in self.kpi.dimensions if name not in LIMITED_BY]
        parts = [
            _counted(rows, EVERYTHING),
            *(_counted(rows, name) for name in (*known, *LIMITED_BY) if name in rows),
        ]
        return pl.concat([_all(records), *parts]).select(
            pl.col(name).cast(kind) for name, kind in SCHEMA.items()
        )

    def records(self, span: Span) -> pl.DataFrame:
        """`record`, `day` (the Monday), the dimensions and `failed`."""
        told = explain(
            self.lake, self.principal, self.kpi, Question(span, as_of=self.as_of, anew=True), Side.DENOMINATOR
        )
        limit = None if self.kpi.is_share_of_rows else failing_beyond(self.kpi)
        rows = records_of(told, self.kpi, limit).with_columns(pl.col("day").dt.truncate("1w"))
        missing = [pl.lit(None, pl.String).alias(name) for name in LIMITED_BY if name not in rows.columns]
        return rows.with_columns(*missing)

    def rows(self, records: pl.DataFrame, span: Span) -> pl.LazyFrame:
        """The joined records (see `sop.diagnosis.joined.joined`), by every number that leads to cases."""
        within = Span(span.start - EARLIER, span.end + LATER)
        results = case_results(self.lake, self.sops, self.numbers, within, self.as_of.epoch).collect()
        fact = self.kpi.rows.fact
        stored = self.lake.scan(fact.name, polars_schema(fact), span.bounds(self.kpi.rows.day))
        facts = stored.filter(span.holds(self.kpi.rows.day), ~pl.col("deleted"))
        shipments = self.lake.scan(Shipments.name, polars_schema(Shipments)).filter(~pl.col("deleted"))
        found = [
            joined(records.lazy(), own.lazy(), ways)
            for number, own in self._by_number(results, facts)
            if (ways := pairs(facts, fact, number, shipments)) is not None
        ]
        empty = joined(records.lazy(), results.clear().lazy())
        whole = pl.concat([empty, *found], how="diagonal")
        keys = [name for name in records.columns if name != "failed"]
        return whole.group_by(*keys, "sop").agg(
            pl.col("failed").first(), pl.col("version").max(), pl.col("followed").all()
        )

    def _by_number(self, results: pl.DataFrame, facts: pl.LazyFrame) -> list[tuple[str, pl.DataFrame]]:
        """The results by the number their cases go by; those of events by the one that finds most of them."""
        told = [
            (str(number), own.drop("number"))
            for (number,), own in results.partition_by("number", as_dict=True).items()
        ]
        named = [(number, own) for number, own in told if number != ANY]
        for own in [own for number, own in told if number == ANY]:
            for _, each in own.partition_by("sop", as_dict=True).items():
                if best := self._best(each, facts):
                    named.append((best, each))
        return named

    def _best(self, results: pl.DataFrame, facts: pl.LazyFrame) -> str:
        cases = results.select(pl.col("case").unique()).lazy()
        hits = {
            number: facts.select(pl.col(number).alias("case"))
            .join(cases, on="case", how="semi")
            .select(pl.len())
            for number in numbers_of(self.kpi.rows.fact)
        }
        if not hits:
            return ""
        found = {number: int(query.collect().item()) for number, query in hits.items()}
        best = max(found, key=lambda number: found[number])
        return best if found[best] else ""


def _counted(rows: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The joined records by week, procedure, market and team, and by one dimension more."""
    kept, failed = pl.col("followed"), pl.col("failed")
    value = pl.lit("") if dimension == EVERYTHING else pl.col(dimension).cast(pl.String).fill_null("")
    counts = (kept, kept & failed, ~kept, ~kept & failed)
    return rows.group_by("day", "sop", "market", "team", value.alias("value")).agg(
        *(each.sum().alias(name) for name, each in zip(COUNTS, counts, strict=True)),
        pl.len().alias("records"), failed.sum().alias("failed"),
    ).with_columns(pl.lit(dimension).alias("dimension")).select(_order())  # fmt: skip


def _all(records: pl.DataFrame) -> pl.DataFrame:
    return (
        records.group_by("day", "market", "team")
        .agg(pl.len().alias("records"), pl.col("failed").sum())
        .with_columns(
            *(pl.lit(EVERYTHING).alias(name) for name in ("sop", "dimension", "value")),
            *(pl.lit(0).alias(name) for name in COUNTS),
        )
        .select(_order())
    )


def _order() -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in SCHEMA.items()]
