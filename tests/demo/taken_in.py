"""The made-up firm's rows as good facts, and the values of its KPIs, in memory: no lake, no worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from demo.company import COMPANY
from demo.generate import frames
from kpi.catalog import KPIS
from kpi.engine import AsOf, components, grains
from kpi.model import Kpi
from kpi.prepare import PREPARATIONS
from kpi.rolled import slices
from kpi.score import Judgement, score
from store.contract import polars_schema
from store.facts import MAPPED
from store.money import Rates
from store.normalise import Context, normalise

Facts = Mapping[str, pl.DataFrame]
LAST = date(2026, 11, 21)  # a Saturday


def generated(first: date, last: date, **how: Any) -> Facts:
    """The frames of a span by table name."""
    return {table.name: rows for table, rows in frames(first, last, **how)}


def good_facts(first: date, last: date, **how: Any) -> Facts:
    """The rows that pass intake, and the facts prepared from them. Working hours are plain office hours."""
    raw = generated(first, last, **how)
    context = Context(COMPANY, {}, Rates.of(raw["fx_rates"], COMPANY.currency), b"not a secret")
    facts = {
        table.name: table.filter(normalise(table, raw[table.name], context, source="demo"))[0]
        for table in MAPPED
    }
    lazy = {name: rows.lazy() for name, rows in facts.items()}
    for preparation in PREPARATIONS:
        rows = preparation.work(lazy).with_columns(deleted=pl.lit(False))
        known = [
            name for name in polars_schema(preparation.table).names() if name in rows.collect_schema().names()
        ]
        facts[preparation.table.name] = rows.select(known).collect()
        lazy[preparation.table.name] = facts[preparation.table.name].lazy()
    return facts


@dataclass(frozen=True, eq=False)
class Measured:
    """The KPIs of one history on its last day."""

    facts: Facts
    last: date

    def values(
        self, key: str, every: str = "1w", by: tuple[str, ...] = (), where: pl.Expr | None = None
    ) -> pl.DataFrame:
        """Scored rows of one KPI by period; `where` filters its facts."""
        kpi: Kpi = KPIS[key]
        parts = [self._sums(grain, every, by, where) for grain in grains([kpi])]
        closed = self.last

        def ends(start: date) -> date:
            after: date = pl.select(pl.lit(start).dt.offset_by(every)).item()
            return after - timedelta(days=1)

        return score(kpi, pl.concat(parts, how="diagonal").fill_null(0), by, Judgement(closed=closed), ends)

    def _sums(self, grain: Any, every: str, by: tuple[str, ...], where: pl.Expr | None) -> pl.DataFrame:
        rows = self.facts[grain.fact.name]
        chosen = rows if where is None else rows.filter(where)
        table = components(grain, nw.from_native(chosen.lazy()), AsOf.end_of(self.last)).collect()
        own = [name for name in table.columns if "__" in name]
        kept = slices(grain.parts[0].kpi, by)
        return table.select(pl.col("day").dt.truncate(every).alias("period"), *kept, *own)
