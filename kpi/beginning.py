"""The first day a KPI has figures: what lies before it is not known, and no part of it is compared."""

from datetime import date

import polars as pl

from kpi.compute import component_table
from kpi.engine import grains
from kpi.model import Kpi
from kpi.period import Span
from store.lake import NO_BOUNDS, Lake
from store.scope import LIMITED_BY, Principal


def first_day(lake: Lake, principal: Principal, kpi: Kpi) -> date | None:
    """The first day with components on every side of the KPI, of what is in scope; None without any."""
    days: list[date | None] = []
    for grain in grains([kpi]):
        limits = {name: pl.String() for name in LIMITED_BY if name in grain.dimensions}
        schema = pl.Schema({"day": pl.Date(), **limits})
        rows = lake.read(
            component_table(grain),
            schema,
            lambda scan: principal.scope.limit(scan).select(pl.col("day").min()),
            between=NO_BOUNDS,
        )
        days.append(rows["day"].min() if rows.height else None)  # type: ignore[arg-type]
    return max((day for day in days if day), default=None) if all(days) else None


def is_known(span: Span, first: date | None) -> bool:
    """Whether the whole span lies within what is known."""
    return first is not None and first <= span.start
