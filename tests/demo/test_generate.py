"""The made-up firm's rows: the same for a day whatever the span, and true to the evening they are looked at."""

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from taken_in import LAST, generated

from demo.company import COMPANY
from store.contract import Table, fields, key_of, polars_schema
from store.facts import MAPPED

ANCHOR = LAST
OPENING = LAST - timedelta(days=729)
WEEK = (date(2026, 11, 9), date(2026, 11, 15))
MONTHLY = ("training_requirements",)  # the staff list of a month is known on its first day
SELDOM = (
    "returns",
    "delay_causes",
    "customs_holds",
    "claims",
    "penalties",
    "demand_actuals",
    "qa_reviews",
    "sop_run_steps",
    "corrective_actions",
    "sop_versions",
    "sop_reviews",
)


def seen(first: date, last: date, known_at: date = LAST, **how: object) -> dict[str, pl.DataFrame]:
    return dict(generated(first, last, known_at=known_at, anchor=ANCHOR, opening=OPENING, **how))


@pytest.fixture(scope="module")
def week() -> dict[str, pl.DataFrame]:
    """Monday 9 to Sunday 15 November 2026, as known on Saturday the 21st."""
    return seen(*WEEK)


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_only_given_columns_of_the_right_type(week: dict[str, pl.DataFrame], table: type[Table]) -> None:
    """
    Every frame has the key, some given columns under stored names with stored types, and source_id.
    """
    rows, schema = week[table.name], polars_schema(table)
    given = {name for name, column in fields(table).items() if column.mapped}

    assert set(rows.columns) <= given | {"source_id"}
    assert {*key_of(table), "source_id"} <= set(rows.columns)
    assert {name: rows.schema[name] for name in rows.columns} == {name: schema[name] for name in rows.columns}
    assert rows.height > 0 or table.name in MONTHLY
    assert rows["source_id"].is_unique().all()


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_a_day_alone_gives_the_rows_it_gives_in_a_week(
    week: dict[str, pl.DataFrame], table: type[Table]
) -> None:
    """
    Seven days asked one by one give the rows of the week, no matter how they were asked.
    """
    days = [WEEK[0] + timedelta(days=more) for more in range(7)]
    one_by_one = pl.concat([seen(day, day)[table.name] for day in days])

    assert_frame_equal(one_by_one.sort("source_id"), week[table.name].sort("source_id"))


def test_another_seed_is_another_history(week: dict[str, pl.DataFrame]) -> None:
    """
    Seed 1 sells something else than seed 2024 on the same days.
    """
    other = seen(*WEEK, seed=1)

    assert other["orders"]["net_micros"].sum() != week["orders"]["net_micros"].sum()


def test_scale_multiplies_the_volume(week: dict[str, pl.DataFrame]) -> None:
    """
    Ten times the scale gives about ten times the orders, tickets and carts, and as many production runs.
    """
    large = seen(*WEEK, scale=10)

    for table in ("orders", "tickets", "carts"):
        assert large[table].height == pytest.approx(10 * week[table].height, rel=0.08)
    assert large["production_runs"].height == pytest.approx(week["production_runs"].height, abs=2)


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_nothing_is_known_before_it_happens(table: type[Table]) -> None:
    """
    Asked on the evening of Wednesday the 11th, no row has an event of Thursday, by its market's clock.
    """
    evening = date(2026, 11, 11)
    rows = seen(*WEEK, known_at=evening)[table.name]
    events = [name for name, kind in rows.schema.items() if kind == pl.Datetime("us", "UTC")]
    local = [_latest(rows, name) for name in events]

    assert rows.height > 0 or table.name in (*SELDOM, *MONTHLY)
    assert all(day is None or day <= evening for day in local)


def _latest(rows: pl.DataFrame, column: str) -> date | None:
    """The latest local day of an instant; years no one lives in are dirt."""
    honest = rows.filter(pl.col(column).dt.year() < 2900)
    if "market" not in rows.columns:
        zoned = honest[column].dt.convert_time_zone("Asia/Shanghai").dt.date()
        return zoned.max()  # type: ignore[return-value]
    days = [
        part[column].dt.convert_time_zone(COMPANY.zone_of(market)).dt.date().max()
        for (market,), part in honest.group_by("market")
    ]
    return max((day for day in days if day is not None), default=None)  # type: ignore[type-var, return-value]


def test_an_order_grows_up_over_the_days() -> None:
    """
    The orders of one Monday: nothing is delivered that evening, almost everything three weeks later.
    """
    monday = date(2026, 10, 5)
    share = [
        seen(monday, monday, known_at=evening)["orders"]["delivered_at"].is_not_null().mean()
        for evening in (monday, monday + timedelta(days=5), monday + timedelta(days=21))
    ]

    assert share[0] == 0
    assert 0.1 < share[1] < 0.7  # type: ignore[operator]
    assert share[2] > 0.95  # type: ignore[operator]


@pytest.mark.parametrize(
    "table", ["orders", "shipments", "order_lines", "tickets", "ad_spend", "returns", "surveys"]
)
def test_after_45_days_nothing_changes_any_more(table: str) -> None:
    """
    The rows of one day look the same 45 days later and a year later.
    """
    day = date(2025, 9, 1)
    then, later = (seen(day, day, known_at=day + timedelta(days=after))[table] for after in (45, 400))

    assert_frame_equal(then, later)


def test_some_scans_come_late() -> None:
    """
    A few deliveries of one evening's look become known only later, though they had happened by then.
    """
    first, evening = date(2026, 9, 1), date(2026, 9, 30)
    known = seen(first, evening, known_at=evening)["shipments"].filter(pl.col("delivered_at").is_not_null())
    later = seen(first, evening, known_at=evening + timedelta(days=5))["shipments"]
    happened = later.filter(pl.col("delivered_at") < pl.datetime(2026, 9, 30, time_zone="UTC"))
    missed = happened.join(known, on="shipment_id", how="anti")

    assert 10 < missed.height < 0.02 * known.height


def test_about_three_rows_in_a_thousand_are_dirty() -> None:
    """
    In two months of orders two in a thousand are spoilt and one in a thousand comes twice.
    """
    orders = seen(date(2026, 8, 1), date(2026, 9, 30))["orders"]
    many = orders.height

    assert orders.filter(pl.col("status") == "Versandt").height == pytest.approx(0.001 * many, rel=0.6)
    assert orders.filter(pl.col("units") < 0).height == pytest.approx(0.001 * many, rel=0.6)
    assert many - orders["order_id"].n_unique() == pytest.approx(0.001 * many, rel=0.6)


def test_the_first_days_have_rates_although_the_books_open_on_a_weekend() -> None:
    """
    Books that open on a Saturday know the rates of the ten days before.
    """
    opening = date(2024, 11, 23)
    rates = dict(generated(opening, opening, known_at=LAST, opening=opening))["fx_rates"]

    assert rates["rate_day"].max() == date(2024, 11, 22)
    assert rates["currency"].n_unique() == 8


def test_the_same_customers_come_back() -> None:
    """
    Over a quarter about half of the orders come from customers who had ordered before.
    """
    orders = seen(date(2026, 7, 1), date(2026, 9, 30))["orders"].unique("order_id").drop_nulls("customer_id")
    newly = seen(date(2026, 7, 1), date(2026, 9, 30))["customers"]
    first = orders.filter(pl.col("customer_id").str.slice(2) == pl.col("order_id").str.slice(3))

    assert first.height / orders.height == pytest.approx(0.47, abs=0.02)
    assert newly.height == pytest.approx(first.height, rel=0.01)
