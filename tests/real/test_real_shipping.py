"""Shipping figures of real exports, against those worked out beside the data."""

import pytest
from real_sets import Load

from kpi.period import Every

MODES = {"air": "Air", "air_charter": "Air Charter", "road": "Truck", "ocean": "Ocean", "unstated": "N/A"}


def test_scms_on_time_by_line(load: Load) -> None:
    """
    5,905 of 6,507 delivery lines came by the scheduled day.
    """
    total = load("scms_lines").total("on_time_delivery_rate")

    assert (total["numerator"], total["denominator"], round(total["value"], 6)) == (5905, 6507, 0.907484)


def test_scms_on_time_by_month_of_the_promise(load: Load) -> None:
    """
    Every month of the schedule has the line count and the rate worked out beside the data.
    """
    lines = load("scms_lines")
    told = [
        (row["month"], row["n"], row["rate"])
        for row in lines.figures("scms_deliveries", "on_time_line_rate_by_scheduled_month")
    ]

    months = lines.ask("on_time_delivery_rate", Every.MONTH)

    assert [(str(m["period"]), m["n"], round(m["value"], 6)) for m in months.rows(named=True)] == told


@pytest.mark.parametrize(
    ("figure", "dimension", "column"),
    [("on_time_line_rate_by_mode", "mode", "mode"), ("on_time_line_rate_by_country", "market", "Country")],
)
def test_scms_on_time_by_dimension(load: Load, figure: str, dimension: str, column: str) -> None:
    """
    Modes keep N/A as a group of its own; of the countries the twelve largest are told.
    """
    lines = load("scms_lines")
    slices = lines.ask("on_time_delivery_rate", Every.TOTAL, dimension).rows(named=True)
    found = {MODES.get(row[dimension], row[dimension]): (row["n"], round(row["value"], 6)) for row in slices}

    for row in lines.figures("scms_deliveries", figure):
        assert found[row[column]] == (row["n"], row["rate"])


def test_scms_on_time_by_shipment(load: Load) -> None:
    """
    A shipment is on time when all its lines are: 0.909635 of 4,681.
    """
    total = load("scms_shipments").total("on_time_delivery_rate")

    assert (total["denominator"], round(total["value"], 6)) == (4681, 0.909635)


def test_scms_freight_by_shipment(load: Load) -> None:
    """
    4,152 shipments have a freight in numbers, the other 529 are counted as unusable.
    """
    shipments = load("scms_shipments")
    total = shipments.total("transportation_cost_per_shipment")

    assert (total["n"], total["excluded_no_cost"], round(total["value"], 6)) == (4152, 529, 9760.085371)
    assert round(total["numerator"], 2) == 40523874.46


def test_scms_freight_by_mode(load: Load) -> None:
    """
    Freight and shipments of each mode add up to those beside the data.
    """
    shipments = load("scms_shipments")
    slices = shipments.ask("transportation_cost_per_shipment", Every.TOTAL, "mode").rows(named=True)
    found = {MODES[row["mode"]]: row for row in slices}

    for row in shipments.figures("scms_deliveries", "freight_per_shipment_by_mode"):
        mode = found[row.get("mode", row.get("Shipment Mode"))]
        assert (round(mode["numerator"], 2), mode["n"]) == (row["freight_usd"], row["shipments"])


def test_olist_on_time_of_delivered_orders(load: Load) -> None:
    """
    Of 2,312 delivered orders with a date, 0.948962 came by the promised day.
    """
    total = load("olist_on_time").total("on_time_delivery_rate")

    assert (total["numerator"], total["denominator"], round(total["value"], 6)) == (2194, 2312, 0.948962)


def test_olist_on_time_by_state(load: Load) -> None:
    """
    The eight largest states of the customers.
    """
    orders = load("olist_on_time")
    slices = orders.ask("on_time_delivery_rate", Every.TOTAL, "market").rows(named=True)
    found = {row["market"]: (row["n"], round(row["value"], 6)) for row in slices}

    for row in orders.figures("olist_2016_2017", "on_time_rate_by_state"):
        assert found[row["customer_state"]] == (row["n"], row["rate"])


def test_olist_undelivered_and_overdue_is_late(load: Load) -> None:
    """
    With shipped orders that never arrived the rate falls to 0.769015.
    """
    total = load("olist_on_time_with_open").total("on_time_delivery_rate")

    assert round(total["value"], 6) == 0.769015


def test_olist_freight_per_order(load: Load) -> None:
    """
    80,461.42 over the 3,510 orders that have items, and each month of purchase by itself.
    """
    orders = load("olist_freight")
    total = orders.total("transportation_cost_per_order")
    months = orders.ask("transportation_cost_per_order", Every.MONTH).rows(named=True)

    assert (round(total["numerator"], 2), total["denominator"]) == (80461.42, 3510)
    assert round(total["value"], 6) == 22.923481
    told = orders.figures("olist_2016_2017", "freight_per_order_by_month")
    assert [(str(m["period"]), round(m["value"], 6)) for m in months] == [
        (r["month"], r["per_order"]) for r in told
    ]


def test_northwind_shipped_by_the_required_date(load: Load, northwind: str) -> None:
    """
    From a real PostgreSQL: 772 of 809 shipped orders left by the required date.
    """
    total = load("northwind", **{"env:NORTHWIND_URL": northwind}).total("on_time_delivery_rate")

    assert (total["numerator"], total["denominator"], round(total["value"], 6)) == (772, 809, 0.954265)


def test_northwind_with_open_orders_and_freight(load: Load, northwind: str) -> None:
    """
    Orders never shipped are late: 0.930120; freight of all 830 orders is 78.244205 each.
    """
    orders = load("northwind_with_open", **{"env:NORTHWIND_URL": northwind})

    assert round(orders.total("on_time_delivery_rate")["value"], 6) == 0.930120
    freight = orders.total("transportation_cost_per_order")
    assert (freight["denominator"], round(freight["value"], 6)) == (830, 78.244205)
