"""Histories of products: pieces asked for, from planned demand where a source tells it, else from order lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from kpi.forecast.track import ALL_MARKETS, Kind, Track, pace_of, periods, whole_until
from kpi.period import Every, Span
from store.contract import polars_schema
from store.facts import OrderLines, Orders
from store.lake import Lake
from store.state.runs import Freshness

PLANNED = "demand_actuals"
PLANNED_COLUMNS = pl.Schema(
    {"product": pl.String(), "bucket_day": pl.Date(), "units": pl.Int64(), "deleted": pl.Boolean()}
)
UNCOUNTED = ("cancelled", "test", "gift_card")


@dataclass(frozen=True, eq=False)
class Demand:
    """Pieces asked for: `product`, `period`, `units`; the department that owns them, and their last whole period."""

    units: pl.DataFrame
    department: str
    periods: tuple[date, ...]

    def leaders(self, most: int) -> list[str]:
        """The products with most pieces over the whole history, at most so many."""
        ranked = self.units.group_by("product").agg(pl.col("units").sum()).sort(
            "units", "product", descending=[True, False]
        )  # fmt: skip
        return ranked["product"].head(most).to_list()

    def blocks(self, length: int, count: int) -> dict[str, list[int]]:
        """Pieces of each product in the last `count` runs of `length` periods (or fewer if less is known)."""
        whole = min(count, len(self.periods) // length)
        last = self.periods[len(self.periods) - whole * length :]
        place = {start: number // length for number, start in enumerate(last)}
        found = {str(name): [0] * whole for name in self.units["product"].unique()}
        for name, period, units in self.units.select("product", "period", "units").iter_rows():
            if period in place:
                found[name][place[period]] += units
        return found


def demand(lake: Lake, every: Every, as_of: date, fresh: Iterable[Freshness] = ()) -> Demand:
    """Pieces asked for by product and whole period until the day that data are whole (see `whole_until`)."""
    planned = lake.version(PLANNED) >= 0
    rows = _planned(lake) if planned else _ordered(lake)
    daily = (
        rows.filter(pl.col("day").is_between(date(1970, 1, 1), as_of), pl.col("product").is_not_null())
        .group_by("product", "day").agg(pl.col("units").sum()).collect()
    )  # fmt: skip
    department = "planning" if planned else OrderLines.department
    days = sorted(daily["day"])
    if not days:
        return Demand(daily.rename({"day": "period"}), department, ())
    table = PLANNED if planned else OrderLines.name
    until = whole_until(days[-1] + timedelta(days=6 if planned else 0), as_of, reported(table, fresh))
    return _by_period(daily, every, Span(days[0], until), department)


def reported(table: str, fresh: Iterable[Freshness]) -> date | None:
    """The day of the last good pull of the source of the table that is furthest behind."""
    days = [each.last_ok_at.date() for each in fresh if each.last_ok_at and table in each.facts]
    return min(days, default=None)


def _by_period(daily: pl.DataFrame, every: Every, span: Span, department: str) -> Demand:
    units = (
        daily.with_columns(pl.col("day").dt.truncate(every.width).alias("period"))
        .group_by("product", "period").agg(pl.col("units").sum())
    )  # fmt: skip
    whole = tuple(periods(every, span))
    return Demand(units.filter(pl.col("period").is_in(list(whole))), department, whole)


def _planned(lake: Lake) -> pl.LazyFrame:
    rows = lake.scan(PLANNED, PLANNED_COLUMNS).filter(~pl.col("deleted"))
    return rows.select("product", pl.col("bucket_day").alias("day"), "units")


def _ordered(lake: Lake) -> pl.LazyFrame:
    """Lines of orders that were meant; the day is the line's own, else that of its order."""
    lines = lake.scan(OrderLines.name, polars_schema(OrderLines)).filter(~pl.col("deleted"))
    orders = lake.scan(Orders.name, polars_schema(Orders)).filter(~pl.col("deleted"))
    told = orders.select("order_id", "status", pl.col("ordered_day").alias("order_day"))
    joined = lines.join(told, on="order_id", how="left")
    meant = ~pl.col("status").is_in(UNCOUNTED).fill_null(False)
    return joined.filter(meant).select(
        "product", pl.coalesce("ordered_day", "order_day").alias("day"), "units"
    )


def product_tracks(found: Demand, every: Every, products: Sequence[str]) -> list[Track]:
    """One history a product, from its first period with demand to the last whole period; without demand it is 0."""
    wide = found.units.filter(pl.col("product").is_in(list(products)))
    told = {name: dict(part.select("period", "units").iter_rows())
            for (name,), part in wide.group_by("product")}  # fmt: skip
    return [_track(found, every, name, told[name]) for name in products if name in told]


def _track(found: Demand, every: Every, name: str, units: dict[date, int]) -> Track:
    pace, first = pace_of(every), min(units)
    starts = [start for start in found.periods if start >= first][-pace.most :]
    values = np.array([units.get(start, 0) for start in starts], dtype=np.float64)
    return Track(Kind.UNITS, name, found.department, ALL_MARKETS, every, starts[0], values)


def everything(found: Demand, every: Every) -> Track | None:
    """All products together: the relative whose season a young product borrows."""
    if not found.periods:
        return None
    units = found.units.group_by("period").agg(pl.col("units").sum())
    return _track(found, every, "", dict(units.iter_rows())) if units.height else None
