"""Golden cases of shipping: facts in, score out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from golden_cases import CASES, Case, by, only, status_of
from made_facts import Row, context, day_of, made, scored

from kpi.catalog import find
from kpi.explain import Side, explain
from kpi.period import Span
from kpi.question import Question
from store.facts import Claims, FreightCharges, OrderLines, Orders, Returns, Shipments
from store.lake import Lake
from store.scope import LOCAL_OWNER

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def test_a_delivery_is_dated_where_it_arrives(lake: Lake) -> None:
    """
    06:30 UTC is still 28 February in Los Angeles; 16:00 UTC is already 1 March in Tokyo.
    """
    case = CASES["sh_otd_timezone"]
    rows = [
        {
            "shipment_id": row["shipment_id"],
            "zone": row["dest_tz"],
            "promised_day": row["promised_date"],
            "delivered_at": row["delivered_at"],
            "status": "delivered",
        }
        for row in case.inputs["shipments"]
    ]
    kpi = find("on_time_delivery_rate")

    found = only(scored(lake, kpi, {Shipments: made(Shipments, rows)}, YEAR))
    records = explain(lake, LOCAL_OWNER, kpi, Question(YEAR), Side.DENOMINATOR)

    assert by(records, "key", "numerator") == case.expected["on_time"]
    assert found["value"] == case.close(case.expected["value"])
    case.refuses(value_by_utc_date=found["value"])


def test_open_and_lost_shipments_are_late_once_due(lake: Lake) -> None:
    """
    Two of five due shipments were on time; two are not due yet, one of them although it has arrived.
    """
    case = CASES["sh_otd_open_and_cancelled"]
    rows = [
        {
            "shipment_id": row["id"],
            "promised_day": row["promised"],
            "delivered_day": row["delivered"],
            "status": row["status"],
        }
        for row in case.inputs["shipments"]
    ]
    end = date.fromisoformat(case.params["period_end_exclusive"]) - timedelta(days=1)
    april = Span(day_of(case.params["period_start"]), end)

    found = only(
        scored(
            lake,
            find("on_time_delivery_rate"),
            {Shipments: made(Shipments, rows)},
            april,
            as_of=case.as_of,
        )
    )

    assert (found["numerator"], found["denominator"]) == (2, 5)
    assert found["value"] == case.close(case.expected["value"])
    assert (found["excluded_no_promise"], found["immature"]) == (1, case.expected["not_due"])
    case.refuses(delivered_only=found["value"], early_deliveries_not_yet_due_included=found["value"])


def test_on_time_in_full_by_order_line_and_piece(lake: Lake) -> None:
    """
    B and E of five orders are complete on time; D got more than it ordered, which is not in full either.
    """
    case = CASES["sh_otif_levels"]
    rows = [
        {
            "line_id": f"{row['order_id']} {row['line']}",
            "order_id": row["order_id"],
            "ordered_day": "2025-03-03",
            "promised_day": "2025-03-05",
            "units": row["ordered"],
            "units_by_promise": row["delivered_by_promise"],
            "units_delivered": row["delivered_total"],
        }
        for row in case.inputs["lines"]
    ]
    facts = {OrderLines: made(OrderLines, rows)}

    orders = only(scored(lake, find("otif_rate"), facts, YEAR))["value"]
    lines = only(scored(lake, find("otif_line_rate"), {}, YEAR))["value"]
    units = only(scored(lake, find("otif_unit_rate"), {}, YEAR))["value"]

    assert {"order_level": orders, "line_level": lines, "unit_level": units} == case.close(case.expected)
    case.refuses(order_level_if_over_delivery_ok=orders)


def mistakes(row: Mapping[str, Any]) -> list[Row]:
    reported = row["error_reported_days"]
    return [
        {
            "claim_id": f"{row['order_id']} {kind}",
            "order_id": row["order_id"],
            "kind": kind,
            "reported_day": date(2025, 3, 3) + timedelta(days=reported),
            "mistakes": row[column],
        }
        for kind, column in (
            ("wrong_item", "wrong_item"),
            ("wrong_quantity", "wrong_qty"),
            ("wrong_address", "wrong_address"),
        )
        if row[column]
    ]


def test_an_order_with_two_mistakes_is_one_wrong_order(lake: Lake) -> None:
    """
    Two of four shipped orders are right; the fifth was complained about after 45 days, too late to count.
    """
    case = CASES["sh_order_accuracy"]
    orders = case.inputs["orders"]
    facts = {
        Orders: made(
            Orders,
            [
                {
                    "order_id": row["order_id"],
                    "ordered_day": "2025-03-01",
                    "handed_over_day": "2025-03-03" if row["shipped"] else None,
                }
                for row in orders
            ],
        ),
        OrderLines: made(
            OrderLines,
            [
                {"line_id": f"{row['order_id']} {line}", "order_id": row["order_id"]}
                for row in orders
                for line in range(row["lines"])
            ],
        ),
        Claims: made(Claims, [claim for row in orders for claim in mistakes(row)]),
    }

    accuracy = only(scored(lake, find("order_accuracy_rate"), facts, YEAR))
    lines = only(scored(lake, find("line_error_rate"), {}, YEAR))
    per_million = only(scored(lake, find("order_defects_per_million"), {}, YEAR))

    assert accuracy["value"] == case.close(case.expected["order_accuracy"])
    assert (lines["numerator"], lines["denominator"]) == (
        case.expected["line_errors"],
        case.expected["lines"],
    )
    assert 1 - lines["value"] == case.close(case.expected["line_accuracy"])
    assert per_million["value"] == case.close(case.expected["dpmo"])


def carried(case: Case) -> dict[Any, Any]:
    """Shipments and charges of the case, with an order of 570 that they are measured against."""
    known = context(
        rates=[
            {"rate_day": row["date"], "currency": row["currency"], "rate": row["per_eur"]}
            for row in case.inputs["fx"]
        ]
    )
    shipments = [
        {
            "shipment_id": row["shipment_id"],
            "consolidation": row["consolidation"],
            "shipped_day": "2025-12-01",
            "weight_g": int(row["actual_kg"] * 1_000),
            "volume_cm3": row["volume_cm3"],
            "volume_divisor": case.params["volumetric_divisor_cm3_per_kg"],
            "orders": row["order_count"],
        }
        for row in case.inputs["shipments"]
    ]
    pools = {row["consolidation"] for row in case.inputs["shipments"]}
    charges = [
        {
            "charge_id": number,
            "consolidation" if row["target"] in pools else "shipment_id": row["target"],
            "service_day": row["service_date"],
            "currency": row["currency"],
            "amount": row["amount"],
            "kind": row["type"],
        }
        for number, row in enumerate(case.inputs["invoices"])
    ]
    sold = [{"order_id": "sales", "ordered_day": "2025-12-01", "net": case.params["net_sales_eur"]}]
    return {
        Shipments: made(Shipments, shipments, known),
        FreightCharges: made(FreightCharges, charges, known),
        Orders: made(Orders, sold, known),
    }


def test_a_shared_invoice_is_split_by_chargeable_weight(lake: Lake) -> None:
    """
    50 EUR for 4 kg and 1 kg is 40 and 10; with 7 for the third parcel it is 57 for four orders, duty apart.
    """
    case = CASES["sh_transport_cost_allocation"]
    per_shipment = find("transportation_cost_per_shipment")

    per_order = only(scored(lake, find("transportation_cost_per_order"), carried(case), YEAR))
    shipments = only(scored(lake, per_shipment, {}, YEAR))
    per_kg = only(scored(lake, find("transportation_cost_per_kg"), {}, YEAR))
    of_sales = only(scored(lake, find("transportation_cost_of_sales"), {}, YEAR))
    records = explain(lake, LOCAL_OWNER, per_shipment, Question(YEAR), Side.NUMERATOR)

    assert by(records, "key", "numerator") == case.close(case.expected["allocated"])
    assert per_order["numerator"] == case.close(case.expected["total"])
    assert per_order["value"] == case.close(case.expected["per_order"])
    assert per_kg["value"] == case.close(case.expected["per_chargeable_kg"])
    assert of_sales["value"] == case.close(case.expected["pct_of_net_sales"])
    assert shipments["value"] == case.close(case.wrong["per_shipment"])
    case.refuses(
        per_order_with_duty=per_order["value"],
        per_shipment=per_order["value"],
        equal_split_s1=by(records, "key", "numerator")["s1"],
    )


def test_an_order_that_waits_is_a_miss_and_has_no_duration(lake: Lake) -> None:
    """
    12, 24, 48 and 6 hours; the fourth order waits since 72 hours, the fifth was cancelled.
    """
    case = CASES["sh_fulfilment_time"]
    rows = [
        {
            "order_id": row["order_id"],
            "ordered_day": row["confirmed_at"],
            "confirmed_at": row["confirmed_at"],
            "handed_over_at": row["handed_over_at"],
            "status": row["status"],
            "fulfilment_limit_s": case.params["sla_hours"] * 3_600,
        }
        for row in case.inputs["orders"]
    ]
    facts = {Orders: made(Orders, rows)}

    times = only(scored(lake, find("fulfilment_time"), facts, YEAR, as_of=case.as_of))
    promise = only(scored(lake, find("fulfilment_in_time_rate"), {}, YEAR, as_of=case.as_of))

    found = {
        "mean_hours": times["value"],
        "median_hours": times["median"],
        "p90_hours": times["p90"],
        "shipped": times["n"],
        "open_orders": times["open"],
        "oldest_open_hours": times["oldest_age"],
    }
    assert found == case.close({name: case.expected[name] for name in found})
    within = case.expected["within_sla"]
    assert {name: promise[name] for name in within} == case.close(within)
    case.refuses(sla_shipped_only=promise["value"])


def delivered(case: Case) -> dict[Any, Any]:
    """Delivered orders, and a return for each that has one."""
    orders = [
        {
            "order_id": row["order_id"],
            "ordered_day": row["delivered"],
            "delivered_day": row["delivered"],
            "units": row["units"],
        }
        for row in case.inputs["orders"]
    ]
    returns = [
        {
            "return_id": row["order_id"],
            "order_id": row["order_id"],
            "returned_day": row["returned_at"],
            "units": row["returned_units"],
        }
        for row in case.inputs["orders"]
        if row["returned_at"]
    ]
    return {Orders: made(Orders, orders), Returns: made(Returns, returns)}


JANUARY = Span(date(2025, 1, 1), date(2025, 1, 31))


def test_a_return_belongs_to_the_month_of_the_delivery(lake: Lake) -> None:
    """
    Two of ten January pieces came back within 30 days; two more came after 48 days.
    """
    case = CASES["sh_return_rate_cohort"]

    kpi = find("return_rate")
    found = only(scored(lake, kpi, delivered(case), JANUARY, as_of=case.as_of))
    late = lake.scan("order_outcomes", lake.schema("order_outcomes")).collect()
    of_january = late.filter(late["delivered_day"].is_between(JANUARY.start, JANUARY.end))

    assert (found["numerator"], found["denominator"]) == (2, 10)
    assert found["value"] == case.close(case.expected["value"])
    assert status_of(found) == case.expected["status"]
    assert of_january["units_returned_late"].sum() == case.expected["late_returns_outside_window"]
    case.refuses(returns_in_month_over_deliveries_in_month=found["value"])


def test_open_return_windows_wait(lake: Lake) -> None:
    """
    On 12 February only the order of 10 January has had its 30 days: one of two pieces.
    """
    case = CASES["sh_return_rate_immature"]

    found = only(scored(lake, find("return_rate"), delivered(case), JANUARY, as_of=case.as_of))

    assert (found["numerator"], found["denominator"]) == (1, 2)
    assert found["value"] == case.close(case.expected["value"])
    assert found["status"] == case.expected["status"]
    assert found["immature_denominator"] == case.expected["immature_units_excluded"]
    case.refuses(including_immature=found["value"])
