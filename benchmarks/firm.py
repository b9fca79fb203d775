"""A made-up firm in a lake: its whole past, what one more day adds and changes, and rows that arrive late."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import polars as pl

from benchmarks import visits_and_service as desk
from benchmarks.calendar_months import Month, context, months
from benchmarks.journeys import Journeys, shipment_costs
from benchmarks.moment import DAY_BEFORE, LAST
from store.contract import Table, key_of, polars_schema
from store.facts import TABLES
from store.lake import Lake
from store.normalise import months as month_names
from store.normalise import normalise

SOURCE = "benchmark"
STILL_MOVING = 4  # months whose rows may still change
LATE_SHARE, LATE_DAYS = 0.01, 90
BESIDE: Mapping[str, Callable[[Month], pl.DataFrame]] = {
    "tickets": desk.tickets,
    "contact_episodes": desk.contact_episodes,
    "surveys": desk.surveys,
    "production_runs": desk.production_runs,
    "ad_spend": desk.ad_spend,
    "web_sessions": desk.web_sessions,
    "carts": desk.carts,
    "customer_values": desk.customer_values,
}
# What a late row brings: a later delivery, another amount, one more of something.
LATE: Mapping[str, pl.Expr] = {
    "shipments": pl.col("delivered_day").dt.offset_by("1d"),
    "shipment_costs": pl.col("transport_company_micros") + 10_000,
    "order_outcomes": pl.col("units_returned") + 1,
    "tickets": pl.col("tiers") + 1,
    "contact_episodes": pl.col("contacts") + 1,
    "surveys": pl.col("score").clip(1, 4) + 1,
    "production_runs": pl.col("scrap") + 1,
    "ad_spend": pl.col("clicks") + 1,
    "web_sessions": pl.col("sessions") + 1,
    "carts": pl.col("ordered_epoch") + 3_600,
    "customer_values": pl.col("margin_12m_micros") + 10_000,
}


TABLES_READ = tuple(LATE)


def settle(lake: Lake, shipments: int) -> dict[str, int]:
    """Write the firm's past up to the day before the last; rows by table."""
    written: dict[str, int] = {}
    for month in months(shipments):
        for table, rows in facts(month):
            lake.append(table.name, rows, marks={SOURCE: month.number})
            written[table.name] = written.get(table.name, 0) + rows.height
    return written


def settle_raw(lake: Lake, shipments: int) -> dict[str, int]:
    """Only orders and shipments, from which the prepared tables follow; rows by table."""
    written = {"orders": 0, "shipments": 0}
    for month in months(shipments):
        journeys = Journeys(month)
        for name, rows in (("orders", journeys.orders()), ("shipments", journeys.shipments())):
            lake.append(name, _normal(name, rows), marks={SOURCE: month.number})
            written[name] += rows.height
    return written


def live_a_day(lake: Lake, shipments: int) -> dict[str, int]:
    """Merge what the last day added and changed; rows by table."""
    return {table.name: _merge(lake, table, rows) for table, rows in of_the_last_day(shipments)}


def live_a_raw_day(lake: Lake, shipments: int) -> dict[str, int]:
    """The same for orders and shipments only."""
    now, then = (_raw(shipments, seen) for seen in (LAST, DAY_BEFORE))
    return {name: _merge(lake, TABLES[name], _news(rows, then[name])) for name, rows in now.items()}


def _raw(shipments: int, seen: date) -> dict[str, pl.DataFrame]:
    moving = [Journeys(month) for month in months(shipments, seen)[-STILL_MOVING:]]
    return {
        "orders": _normal("orders", pl.concat(each.orders() for each in moving)),
        "shipments": _normal("shipments", pl.concat(each.shipments() for each in moving)),
    }


def arrive_late(lake: Lake) -> dict[str, int]:
    """Merge changes of one row in a hundred, all of the last 90 days; rows by table."""
    return {name: _merge(lake, TABLES[name], _late_rows(lake, name)) for name in LATE}


def facts(month: Month) -> Iterator[tuple[type[Table], pl.DataFrame]]:
    """The month's rows of every table a KPI reads, sorted by the day of their partition."""
    journeys = Journeys(month)
    shipments = _normal("shipments", journeys.shipments())
    made = {
        "shipments": shipments,
        "shipment_costs": _whole("shipment_costs", shipment_costs(shipments)),
        "order_outcomes": _whole("order_outcomes", journeys.order_outcomes()),
    }
    for name, rows in made.items():
        yield TABLES[name], rows.sort(TABLES[name].month_of)
    for name, make in BESIDE.items():
        whole = _whole if TABLES[name].prepared else _normal
        yield TABLES[name], whole(name, make(month)).sort(TABLES[name].month_of)


def of_the_last_day(shipments: int) -> Iterator[tuple[type[Table], pl.DataFrame]]:
    """New rows and changed ones: the difference between the last day and the day before."""
    now, then = (_moving(shipments, seen) for seen in (LAST, DAY_BEFORE))
    for name, rows in now.items():
        yield TABLES[name], _news(rows, then[name])


def _news(now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not as they were the day before."""
    compared = [column for column in now.columns if column != "seen_at"]
    return now.join(then, on=compared, how="anti", nulls_equal=True)


def _moving(shipments: int, seen: date) -> dict[str, pl.DataFrame]:
    found: dict[str, list[pl.DataFrame]] = {}
    for month in months(shipments, seen)[-STILL_MOVING:]:
        for table, rows in facts(month):
            found.setdefault(table.name, []).append(rows)
    return {name: pl.concat(frames) for name, frames in found.items()}


def _late_rows(lake: Lake, name: str) -> pl.DataFrame:
    table = TABLES[name]
    since = LAST.toordinal() - LATE_DAYS
    stored = lake.scan(name, polars_schema(table))
    recent = stored.filter(pl.col(table.month_of) >= date.fromordinal(since)).collect()
    count = min(int(lake.storage(name).rows * LATE_SHARE), recent.height)
    changed = LATE[name]
    return recent.sample(count, seed=1).with_columns(changed.alias(changed.meta.output_name()))


def _merge(lake: Lake, table: type[Table], rows: pl.DataFrame) -> int:
    lake.merge(table.name, rows, key=key_of(table), marks={"news": lake.version(table.name) + 1})
    return rows.height


def _normal(name: str, given: pl.DataFrame) -> pl.DataFrame:
    """A mapped table's rows, worked out by the product's own intake."""
    return normalise(TABLES[name], given, context(), source=SOURCE)


def _whole(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A prepared table's rows with the system columns; what no measured KPI reads is empty."""
    table = TABLES[name]
    filled = rows.with_columns(
        pl.lit(SOURCE).alias("source"),
        pl.lit(None, pl.String).alias("source_id"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("seen_at"),
        pl.lit(False).alias("deleted"),
        month_names(rows[table.month_of]).alias("month"),
    )
    return filled.select(
        (pl.col(column) if column in filled.columns else pl.lit(None).alias(column)).cast(dtype)
        for column, dtype in polars_schema(table).items()
    )
