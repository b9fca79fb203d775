"""The first baseline of each KPI: taken once, when it first has figures, and from then on moved by people only."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from kpi.engine import Grain, column, component_columns, grains
from kpi.model import Kpi
from kpi.period import Every, whole_periods
from kpi.tables import component_table
from kpi.words import marked
from store.lake import Lake
from store.scope import Principal
from store.state import State
from store.state.baselines import BaselineRow

WEEKS, MONTHS = 53, 40
REASON = marked("First baseline, taken when the KPI was first computed")


def adopt_baselines(lake: Lake, state: State, principal: Principal, kpis: Sequence[Kpi], as_of: date) -> int:
    """Give every KPI that has figures and never had a baseline its first one; returns how many got one."""
    known = {row.kpi for row in state.baselines.rows(principal)}
    missing = [kpi for kpi in kpis if kpi.key not in known]
    rows = first_baselines(lake, missing, as_of) if missing else []
    return state.baselines.adopt(principal, rows) if rows else 0


def first_baselines(lake: Lake, kpis: Sequence[Kpi], as_of: date) -> list[BaselineRow]:
    """From the first whole week (month) with figures, at most 53 weeks (40 months) before `as_of`.

    A KPI without figures gets none yet.
    """
    known: dict[str, list[date | None]] = {}
    for grain in grains(kpis):
        for key, day in _first_days(lake, grain).items():
            known.setdefault(key, []).append(day)
    return [
        BaselineRow(kpi.key, _start(kpi, max(day for day in days if day), as_of), REASON)
        for kpi in kpis
        if (days := known.get(kpi.key)) and all(days)
    ]


def _first_days(lake: Lake, grain: Grain) -> dict[str, date | None]:
    """The first day on which each KPI of a grain counted a row."""
    schema = pl.Schema({"day": pl.Date(), **dict.fromkeys(component_columns(grain), pl.Int64())})
    counted = [
        pl.col("day").filter(pl.col(column(part.kpi, "n")) > 0).min().alias(part.kpi.key)
        for part in grain.parts
    ]
    rows = lake.read(component_table(grain), schema, lambda scan: scan.select(counted))
    return rows.row(0, named=True) if rows.height else {}


def _start(kpi: Kpi, first: date, as_of: date) -> date:
    every, count = (Every.MONTH, MONTHS) if kpi.monthly else (Every.WEEK, WEEKS)
    begun: date = pl.select(pl.lit(first).dt.truncate(every.width)).item()
    whole: date = begun if begun == first else pl.select(pl.lit(begun).dt.offset_by(every.width)).item()
    return max(whole, whole_periods(every, as_of, count).start)
