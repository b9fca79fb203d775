"""The forecasting job on a small shop: what it reads and stores, for whom, and that twice is once."""

from datetime import date, timedelta

import polars as pl
import pytest
from made_facts import Row, made, put

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.forecast import job
from kpi.forecast.job import forecast_all
from kpi.forecast.kpi_tracks import kpi_tracks
from kpi.forecast.product_tracks import demand, everything, product_tracks
from kpi.forecast.stored import (
    BACKTEST_COLUMNS,
    BACKTESTS,
    FORECAST_COLUMNS,
    FORECASTS,
    backtests,
    forecasts,
    outlook,
)
from kpi.forecast.track import ALL_MARKETS, Kind
from kpi.period import Every
from kpi.stock.advice import advice
from store.facts import OrderLines, Orders, Returns
from store.lake import Lake
from store.scope import LOCAL_OWNER, Principal, Scope

WEEKS = [date(2024, 1, 1) + timedelta(weeks=n) for n in range(42)]
AS_OF = AsOf.end_of(WEEKS[-1] + timedelta(days=6))
SALES, RETURNS = find("net_sales"), find("return_rate")
KPIS = [SALES, RETURNS]


def line(week: date, product: str, units: int) -> Row:
    order = f"{product} {week}"
    return {
        "line_id": order, "order_id": order, "market": "DE", "product": product, "units": units, "net": units,
        "currency": "EUR", "ordered_day": week,
    }  # fmt: skip


def order(week: date, product: str, units: int) -> Row:
    name = f"{product} {week}"
    return {
        "order_id": name, "market": "DE", "channel": "shop", "ordered_day": week, "delivered_day": week,
        "units": units, "units_delivered": units, "net": units, "currency": "EUR",
        "status": "cancelled" if product == "hat" else "delivered",
    }  # fmt: skip


@pytest.fixture
def shop(lake: Lake) -> Lake:
    """42 weeks: ten cups every week, eight lids every fourth, and hats whose orders were all cancelled."""
    sold = [(week, "cup", 10) for week in WEEKS] + [(week, "hat", 99) for week in WEEKS]
    sold += [(week, "lid", 8) for week in WEEKS[3::4]]
    put(lake, OrderLines, made(OrderLines, [line(*each) for each in sold]))
    put(lake, Orders, made(Orders, [order(*each) for each in sold]))
    put(
        lake,
        Returns,
        made(Returns, [{"return_id": "1", "order_id": "none of these", "returned_day": WEEKS[0]}]),
    )
    refresh(lake, AS_OF, kpis=KPIS)
    return lake


def done(lake: Lake, as_of: AsOf = AS_OF, *, again: bool = False) -> job.Forecast | None:
    return forecast_all(lake, LOCAL_OWNER, as_of, kpis=KPIS, again=again)


def seen_by(**scope: frozenset[str]) -> Principal:
    return Principal("reader", Scope(**scope))


def test_demand_is_what_was_ordered_and_not_cancelled(shop: Lake) -> None:
    """
    Ten cups a week; lids from their first week on; no hats. The first week may have begun earlier: it did not.
    """
    found = demand(shop, Every.WEEK, AS_OF.day)
    cups, lids = product_tracks(found, Every.WEEK, found.leaders(5))

    assert (cups.key, cups.first, set(cups.values), len(cups.values)) == ("cup", WEEKS[0], {10.0}, 42)
    assert (lids.key, lids.first, list(lids.values[:5])) == ("lid", WEEKS[3], [8, 0, 0, 0, 8])
    together = everything(found, Every.WEEK)
    assert together is not None
    assert list(together.values[2:5]) == [10, 18, 10]


def test_planned_demand_wins_over_order_lines(shop: Lake) -> None:
    """
    Where a source tells demand by bucket, order lines are not asked.
    """
    rows = pl.DataFrame(
        {"product": "cup", "bucket_day": WEEKS, "units": 12, "deleted": False, "month": "none"},
        schema_overrides={"units": pl.Int64},
    )
    shop.append("demand_actuals", rows, marks={"test": 1})

    found = demand(shop, Every.WEEK, AS_OF.day)

    (cups,) = product_tracks(found, Every.WEEK, found.leaders(5))
    assert (set(cups.values), found.department) == ({12.0}, "planning")


def test_periods_that_wait_are_no_history(shop: Lake) -> None:
    """
    Sales are known to the last Sunday; returns of what was delivered in the last 30 days are still to come.
    """
    sales, returns = kpi_tracks(shop, LOCAL_OWNER, KPIS, Every.WEEK, by=(None,))

    assert (sales.key, sales.known_until) == ("net_sales", AS_OF.day)
    assert sales.first == WEEKS[1]
    assert (returns.key, set(returns.values), returns.highest) == ("return_rate", {0.0}, None)
    assert returns.known_until == AS_OF.day - timedelta(days=28)


def test_steady_cups_go_on_and_lids_are_a_rate(shop: Lake) -> None:
    """
    Ten cups a week with no error ever; eight lids every fourth week are about two a week.
    """
    assert done(shop) is not None
    found = forecasts(shop, LOCAL_OWNER, Kind.UNITS)
    cups = found.filter(pl.col("key") == "cup")
    lids = found.filter(pl.col("key") == "lid")

    assert cups.select("value", "low", "high").unique().rows() == [(10.0, 10.0, 10.0)]
    assert cups["period"][0] == WEEKS[-1] + timedelta(weeks=1)
    assert cups["wape"].unique().to_list() == [0.0]
    assert lids["value"].is_between(1.5, 2.5).all()


def test_backtests_tell_all_methods_and_each_period_ahead(shop: Lake) -> None:
    """
    Every method tried has a row; the chosen one also one for each period, whose error grows to that of its total.
    """
    done(shop)
    found = backtests(shop, LOCAL_OWNER, Kind.UNITS, ["lid"])
    whole = found.filter(pl.col("step") == 0)
    chosen = found.filter(pl.col("is_chosen"), pl.col("step") > 0)

    assert set(whole["demand_class"]) == {"intermittent"}
    assert {"sba", "moving_average", "ses"} <= set(whole["method"])
    assert whole["is_benchmark"].sum() == whole["is_chosen"].sum() == 1
    assert chosen["step"].to_list() == list(range(1, whole["horizon"][0] + 1))
    assert chosen["absolute"].sum() == pytest.approx(whole.filter("is_chosen")["absolute"].item())
    assert chosen["sigma"].to_list()[-1] == pytest.approx(whole.filter("is_chosen")["sigma"].item())


def test_twice_is_once_and_each_week_is_kept(shop: Lake) -> None:
    """
    The same day does nothing, the same week replaces, the next week comes beside.
    """
    done(shop)
    first = shop.read(FORECASTS, FORECAST_COLUMNS).drop("made_at", "data_version")

    assert done(shop) is None
    assert done(shop, again=True) is not None
    assert sorted(
        shop.read(FORECASTS, FORECAST_COLUMNS).drop("made_at", "data_version").rows(), key=repr
    ) == sorted(first.rows(), key=repr)
    later = AsOf.end_of(AS_OF.day + timedelta(days=7))
    refresh(shop, later, kpis=KPIS)
    assert done(shop, later) is not None
    assert sorted(shop.read(FORECASTS, FORECAST_COLUMNS)["day"].unique()) == [AS_OF.day, later.day]
    assert forecasts(shop, LOCAL_OWNER, Kind.KPI)["day"].unique().to_list() == [later.day]


def test_killed_before_the_ledger_it_is_done_again(shop: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Both tables were written, the ledger was not: the next round writes the same rows in their place.
    """

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(job, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            done(shop)
    rows = shop.read(BACKTESTS, BACKTEST_COLUMNS).height

    assert done(shop) is not None
    assert shop.read(BACKTESTS, BACKTEST_COLUMNS).height == rows


def test_a_forecast_is_seen_by_those_who_see_its_figures(shop: Lake) -> None:
    """
    The total of all markets only by those who see all; a market's by those who see it; a department's by its own.
    """
    done(shop)
    markets = {
        who: set(forecasts(shop, principal, Kind.KPI, ["net_sales"])["market"])
        for who, principal in {
            "all": LOCAL_OWNER,
            "DE": seen_by(markets=frozenset({"DE"})),
            "FR": seen_by(markets=frozenset({"FR"})),
            "service": seen_by(departments=frozenset({"service"})),
        }.items()
    }

    assert markets == {"all": {ALL_MARKETS, "DE"}, "DE": {"DE"}, "FR": set(), "service": set()}
    assert outlook(shop, seen_by(markets=frozenset({"DE"})), SALES, Every.WEEK) is None


def test_a_page_reads_the_outlook_of_a_kpi(shop: Lake) -> None:
    """
    The points of the stored forecast by week, with the method in words; nothing where nothing is stored.
    """
    assert outlook(shop, LOCAL_OWNER, SALES, Every.WEEK) is None
    done(shop)
    told = outlook(shop, LOCAL_OWNER, SALES, Every.WEEK, "DE")

    assert told is not None
    assert told.points[0].start == AS_OF.day + timedelta(days=1)
    assert all(point.low is not None and point.low <= point.value for point in told.points)
    assert outlook(shop, LOCAL_OWNER, SALES, Every.MONTH) is None


def test_stock_advice_of_cups(shop: Lake) -> None:
    """
    Four weeks of ten cups with no error need no safety stock; 35 on the last evening last three weeks and a half.
    """
    stock = pl.DataFrame(
        {"product": ["cup", "cup"], "snapshot_day": [AS_OF.day] * 2, "available": [30, 5], "deleted": [False] * 2,
         "month": ["none"] * 2}
    )  # fmt: skip
    shop.append("inventory_snapshots", stock, marks={"test": 1})
    done(shop)

    found = advice(shop, LOCAL_OWNER, AS_OF.day, lead_days=25, service_level=0.95)
    cup = found.filter(pl.col("product") == "cup").row(0, named=True)

    assert (cup["abc"], cup["xyz"], cup["demand_class"]) == ("A", "X", "smooth")
    assert (cup["forecast"], cup["safety_stock"], cup["reorder_point"]) == (40.0, 0.0, 40.0)
    assert (cup["available"], cup["cover_at_least"]) == (35, False)
    assert cup["cover_days"] == pytest.approx(24.5)
