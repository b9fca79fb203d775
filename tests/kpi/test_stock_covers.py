"""Days of cover prepared from facts are those of the run-down, product by product."""

from datetime import date, timedelta

import polars as pl
import pytest
from made_facts import Facts, Row, made

from kpi.prepare.covers import stock_covers
from kpi.prepare.forecasts import forecast_errors
from kpi.stock.cover import days_of_cover
from store.facts import DemandActuals, ForecastSnapshots, InventorySnapshots, SupplierReceipts

SUNDAY = date(2025, 1, 5)
PLACE = {"product": "cup", "location": "DE1"}


def covers(facts: Facts) -> pl.DataFrame:
    tables = (InventorySnapshots, ForecastSnapshots, SupplierReceipts)
    return stock_covers(*(facts[table].lazy() for table in tables)).collect()


def small(on_hand: int, forecast: list[int], receipts: list[Row], made_day: date = SUNDAY) -> Facts:
    """One product on a Sunday with a forecast for each of the days after it."""
    days = [
        {"forecast_id": n, **PLACE, "made_day": made_day, "bucket_day": SUNDAY + timedelta(days=n), "bucket_days": 1,
         "units": units}
        for n, units in enumerate(forecast, start=1)
    ]  # fmt: skip
    stock = [{"snapshot_id": "S", **PLACE, "snapshot_day": SUNDAY, "on_hand": on_hand}]
    return {
        InventorySnapshots: made(InventorySnapshots, stock),
        ForecastSnapshots: made(ForecastSnapshots, days),
        SupplierReceipts: made(SupplierReceipts, receipts),
    }


def ordered(day: int, units: int, **more: object) -> Row:
    return {"receipt_id": f"P{day}", **PLACE, "ordered_day": SUNDAY, "units_ordered": units,
            "promised_day": SUNDAY + timedelta(days=day), **more}  # fmt: skip


@pytest.mark.parametrize(
    ("on_hand", "receipts", "days", "is_capped"),
    [
        (100, {}, 4.75, False),
        (100, {5: 60}, 6.25, False),
        (190, {}, 7.0, False),
        (500, {}, 8.0, True),
        (0, {}, 0.0, False),
        (0, {1: 10}, 1.0, False),
        (10, {2: 20, 4: 1}, 3.025, False),
    ],
)
def test_a_run_down_is_the_one_of_the_formula(
    on_hand: int, receipts: dict[int, int], days: float, is_capped: bool
) -> None:
    """
    10, 10, 10, 40, 40, 40, 40 and 10 pieces a day: 100 on hand last three days and 70 of 40 a day.
    """
    forecast = [10, 10, 10, 40, 40, 40, 40, 10]
    cover = days_of_cover(on_hand, forecast, receipts)

    row = covers(small(on_hand, forecast, [ordered(day, units) for day, units in receipts.items()])).row(
        0, named=True
    )

    assert (cover.days, cover.is_capped) == (days, is_capped)
    assert (row["cover_s"] / 86_400, row["is_capped"]) == (pytest.approx(days), is_capped)
    assert row["horizon_days"] == 8


def test_only_what_was_known_counts() -> None:
    """
    A forecast made on Monday, a purchase of Monday, one that came on Friday and an overdue one are not in it.
    """
    late = {"ordered_day": SUNDAY + timedelta(days=1)}
    receipts = [
        ordered(2, 99, **late),
        ordered(3, 99, received_day=SUNDAY - timedelta(days=2)),
        ordered(-1, 99),
        ordered(4, 99, status="cancelled"),
    ]

    assert covers(small(5, [2, 2, 2, 2], receipts))["cover_s"].to_list() == [216_000]
    assert covers(small(5, [2, 2], [], made_day=SUNDAY + timedelta(days=1)))["cover_s"].to_list() == [None]


def test_the_judged_forecast_is_the_last_one_frozen_four_weeks_before() -> None:
    """
    Of forecasts made 35, 28 and 27 days before, and one a planner threw away, the one of 28 days counts.
    """
    bucket = date(2025, 3, 3)
    rows = [
        {"forecast_id": f"{lag}{version}", "product": "cup", "bucket_day": bucket, "units": units, "version": version,
         "made_day": bucket - timedelta(days=lag)}
        for lag, version, units in ((35, "final", 1), (28, "final", 2), (28, "override", 3), (27, "final", 4))
    ]  # fmt: skip
    demand = [
        {"demand_id": str(n), "product": "cup", "bucket_day": bucket - timedelta(days=7 * n), "units": units}
        for n, units in ((0, 5), (4, 8), (5, 6), (6, 9))
    ]

    facts = made(DemandActuals, demand).lazy(), made(ForecastSnapshots, rows).lazy()
    found = forecast_errors(*facts).filter(pl.col("bucket_day") == bucket).collect().row(0, named=True)

    assert [found[name] for name in ("forecast_units", "actual_units", "error", "absolute_error")] == [
        2,
        5,
        -3,
        3,
    ]
    assert (found["naive_units"], found["naive_absolute_error"], found["naive_step_milli"]) == (6, 1, 3_000)
