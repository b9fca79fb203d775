"""Golden cases of stock and fill: facts in, score out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from golden_cases import CASES, only
from made_facts import Row, made, scored

from kpi.catalog import find
from kpi.period import Every, Span
from store.facts import DemandActuals, ForecastSnapshots, InventorySnapshots, OrderLines, Orders
from store.lake import Lake

FIRST = date(2025, 1, 6)


def test_stock_outs_count_days_of_listed_products(lake: Lake) -> None:
    """
    4 of 10 listed product-days have nothing to sell; weighed with the forecast it is 13 of 20 pieces.
    """
    case = CASES["so_stockout_sku_days"]
    rows = [
        {
            "snapshot_id": f"{row['sku']}{row['date']}", "location": row["location"], "product": row["sku"],
            "snapshot_day": row["date"], "on_hand": row["available"], "forecast": row["forecast"],
            "active": row["active"],
        }
        for row in case.inputs["inventory_daily"]
    ]  # fmt: skip
    facts = {InventorySnapshots: made(InventorySnapshots, rows)}
    span = Span(date(2025, 4, 1), date(2025, 4, 4))

    found = only(scored(lake, find("stockout_rate"), facts, span))
    weighed = only(scored(lake, find("stockout_demand_rate"), {}, span))

    assert found["value"] == case.close(case.expected["value"])
    assert (found["numerator"], found["denominator"]) == (
        case.expected["numerator"],
        case.expected["denominator"],
    )
    assert weighed["value"] == case.close(case.expected["demand_weighted"])
    case.refuses(share_of_skus_at_month_end=found["value"], incl_discontinued=found["value"])


def test_fill_rates_by_piece_line_and_order(lake: Lake) -> None:
    """
    108 of 116 pieces, two of four lines, one of three orders were in stock at the first release.
    """
    case = CASES["so_fill_rates"]
    lines = [
        {
            "line_id": f"{row['order']}/{row['line']}", "order_id": row["order"], "units": row["ordered"],
            "units_filled": row["filled"],
        }
        for row in case.inputs["order_lines"]
    ]  # fmt: skip
    orders = [
        {"order_id": number, "ordered_at": FIRST, "confirmed_at": "2025-01-06T10:00:00Z"}
        for number in {row["order_id"] for row in lines}
    ]
    facts = {Orders: made(Orders, [{**row, "ordered_at": "2025-01-06T09:00:00Z"} for row in orders]),
             OrderLines: made(OrderLines, lines)}  # fmt: skip

    found = {
        level: only(scored(lake, find(key), facts, Span(FIRST, FIRST)))["value"]
        for level, key in (("unit", "fill_rate"), ("line", "line_fill_rate"), ("order", "order_fill_rate"))
    }

    assert found == case.close(case.expected)


def test_turns_divide_a_years_cost_by_the_average_stock(lake: Lake) -> None:
    """
    450 in four months against 302.5 on average between their ends: 4.46 times a year, 81.8 days.
    """
    case = CASES["so_inventory_turns"]
    ends = [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]
    stock = [case.params["opening_inventory"], *(row["inventory_end"] for row in case.inputs["months"])]
    sold = [None, *(row["cogs"] for row in case.inputs["months"])]
    rows = [
        {
            "snapshot_id": day,
            "location": "DE1",
            "snapshot_day": day,
            "on_hand": 1,
            "value": value,
            "issued_cost": cost,
        }
        for day, value, cost in zip(ends, stock, sold, strict=True)
    ]
    facts = {InventorySnapshots: made(InventorySnapshots, rows)}
    span = Span(date(2025, 1, 1), date(2025, 4, 30))

    found = {key: only(scored(lake, find(key), facts, span)) for key in ("inventory_turns", "days_inventory")}

    assert found["inventory_turns"]["denominator"] == case.close(case.expected["average_inventory"])
    assert found["inventory_turns"]["value"] == case.close(case.expected["turns"])
    assert found["days_inventory"]["value"] == case.close(case.expected["days_inventory"])
    assert found["days_inventory"]["numerator"] == case.close(case.expected["average_inventory"])
    value = found["inventory_turns"]["value"]
    case.refuses(cogs_over_closing=value, not_annualised=value)


def test_stock_adds_up_over_places_and_not_over_days(lake: Lake) -> None:
    """
    150, 140 and 130 in two warehouses are 140 on average and 130 at the end, never 420.
    """
    case = CASES["ru_semi_additive_inventory"]
    rows = [
        {
            "snapshot_id": f"{row['warehouse']}{row['date']}", "location": row["warehouse"],
            "snapshot_day": row["date"], "on_hand": 1, "value": row["value"],
        }
        for row in case.inputs["snapshots"]
    ]  # fmt: skip
    facts = {InventorySnapshots: made(InventorySnapshots, rows)}
    span = Span(date(2025, 3, 1), date(2025, 3, 3))

    average = only(scored(lake, find("inventory_value"), facts, span))["value"]
    closing = only(scored(lake, find("inventory_closing_value"), {}, span))["value"]

    assert (average, closing) == case.close((case.expected["average_over_days"], case.expected["closing"]))
    case.refuses(sum_over_days=average)


def forecast_facts(rows: list[Mapping[str, Any]]) -> dict[Any, Any]:
    """One week of demand and its forecasts, frozen four weeks before."""
    made_day = date(2024, 12, 9)
    actuals = [
        {"demand_id": r["sku"], "product": r["sku"], "bucket_day": FIRST, "units": r["actual"]} for r in rows
    ]
    forecasts: list[Row] = [
        {
            "forecast_id": r["sku"], "product": r["sku"], "bucket_day": FIRST, "made_day": made_day,
            "units": r["forecast"], "naive_units": r.get("naive"),
        }
        for r in rows
    ]  # fmt: skip
    return {
        DemandActuals: made(DemandActuals, actuals),
        ForecastSnapshots: made(ForecastSnapshots, forecasts),
    }


def test_forecast_errors_through_the_facts(lake: Lake) -> None:
    """
    50 of 160 pieces wrong, ten of them too many, and simply repeating the last demand would have been better.
    """
    rows = [
        {"sku": sku, "actual": actual, "forecast": forecast, "naive": naive}
        for sku, actual, forecast, naive in (
            ("a", 100, 120, 80), ("b", 0, 10, 0), ("c", 50, 30, 60), ("d", 0, 0, 5), ("e", 10, 10, 20),
        )
    ]  # fmt: skip
    week = Span(FIRST, date(2025, 1, 12))
    facts = forecast_facts(rows)

    found = {
        key: only(scored(lake, find(f"forecast_{key}"), facts, week))["value"]
        for key in ("wape", "accuracy", "bias", "value_added")
    }

    assert found == pytest.approx(
        {"wape": 0.3125, "accuracy": 0.6875, "bias": 0.0625, "value_added": -0.03125}
    )


def test_no_demand_is_no_forecast_error(lake: Lake) -> None:
    """
    Five pieces forecast and none asked for: no rate, but the five wrong ones are shown.
    """
    facts = forecast_facts(
        [{"sku": "a", "actual": 0, "forecast": 5}, {"sku": "b", "actual": 0, "forecast": 0}]
    )

    row = only(scored(lake, find("forecast_wape"), facts, Span(FIRST, date(2025, 1, 12))))

    assert (row["value"], row["status"], row["numerator"]) == (None, "no_data", 5)


def test_a_week_that_is_not_over_waits(lake: Lake) -> None:
    """
    On Saturday the week's demand is not known; on Sunday evening it is.
    """
    facts = forecast_facts([{"sku": "a", "actual": 10, "forecast": 5}])

    early = scored(lake, find("forecast_wape"), facts, Span(FIRST, date(2025, 1, 11)), Every.TOTAL)

    assert only(early)["immature"] == 1
    assert only(scored(lake, find("forecast_wape"), {}, Span(FIRST, date(2025, 1, 12))))["value"] == 0.5
