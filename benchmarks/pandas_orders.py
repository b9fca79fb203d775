"""The components of orders and parcels in pandas."""

from collections.abc import Iterator

import pandas as pd

from benchmarks.moment import Moment
from benchmarks.pandas_sums import Daily

NOT_AN_ORDER = ["cancelled", "test", "gift_card"]
SHIPMENTS = [
    "deleted", "status", "due_day", "shipped_day", "promised_day", "delivered_day", "market", "carrier", "mode",
]  # fmt: skip
COSTS = [
    "deleted", "status", "cost_day", "market", "carrier", "mode", "transport_company_micros", "orders",
    "chargeable_g", "without_rate", "without_cost", "unallocated",
]  # fmt: skip
OUTCOMES = [
    "deleted", "status", "market", "channel", "customer_id", "ordered_day", "due_day", "promised_day",
    "handed_over_day", "claims_close_day", "fulfilment_day", "confirmed_day", "delivered_day",
    "returns_close_day", "confirmed_epoch", "handed_over_epoch", "fulfilment_due_epoch", "fulfilment_s",
    "fulfilment_bin", "lines", "lines_in_full", "units", "units_by_promise", "units_delivered", "units_returned",
    "mistakes", "line_mistakes", "opportunities", "net_company_micros", "without_rate",
]  # fmt: skip
Named = Iterator[tuple[str, pd.DataFrame]]
SALES, PARCELS = ["market", "channel"], ["market", "carrier", "mode"]


def of_shipments(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    known = (rows.due_day <= today) | rows.shipped_day.isna() | (rows.shipped_day <= today)
    rows = rows[~rows.deleted & (rows.status != "cancelled_before_dispatch") & known]
    promised, due = rows.promised_day.notna(), rows.promised_day <= today
    daily = Daily(rows, "due_day", PARCELS)
    daily.add(
        "on_time_delivery_rate",
        due,
        rows.delivered_day <= rows.promised_day,
        waits=promised & ~due,
        excluded={"no_promise": ~promised, "missing_value": 0},
    )
    yield "shipments_by_due_day_by_market_by_carrier_by_mode", daily.grouped()


def of_costs(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    sent = ~rows.status.isin(["cancelled_before_dispatch", "open"])
    rows = rows[~rows.deleted & sent & (rows.cost_day <= today)]
    cost, homeless = rows.transport_company_micros, rows.unallocated
    no_rate = ~homeless & rows.without_rate
    no_cost = ~homeless & ~no_rate & rows.without_cost
    usable, has_cost = ~homeless & ~no_rate & ~no_cost, cost.notna()
    has_orders, weightless = has_cost & rows.orders.notna(), rows.chargeable_g.fillna(0) == 0
    left_out = {"unallocated_charge": homeless, "no_rate": no_rate, "no_cost": no_cost}
    daily = Daily(rows, "cost_day", PARCELS)
    daily.add(
        "transportation_cost_per_order",
        usable & has_orders,
        cost,
        rows.orders,
        excluded=left_out | {"missing_value": usable & ~has_orders},
    )
    daily.add(
        "transportation_cost_per_shipment",
        usable & has_cost,
        cost,
        excluded=left_out | {"missing_value": usable & ~has_cost},
    )
    weighed = usable & ~weightless
    daily.add(
        "transportation_cost_per_kg",
        weighed & has_cost,
        cost,
        rows.chargeable_g,
        excluded=left_out | {"no_weight": usable & weightless, "missing_value": weighed & ~has_cost},
    )
    yield "shipment_costs_by_cost_day_by_market_by_carrier_by_mode", daily.grouped()
    daily = Daily(rows, "cost_day", ["market"])
    daily.add(
        "transportation_cost_of_sales",
        usable & has_cost,
        cost,
        0,
        excluded=left_out | {"missing_value": usable & ~has_cost},
        last=False,
    )
    yield "shipment_costs_by_cost_day_by_market", daily.grouped()


def of_outcomes(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & ~rows.status.isin(NOT_AN_ORDER)]
    yield "order_outcomes_by_due_day_by_market_by_channel", _in_full(rows, today)
    yield "order_outcomes_by_handed_over_day_by_market_by_channel", _accuracy(rows, today)
    yield "order_outcomes_by_delivered_day_by_market_by_channel", _returned(rows, today)
    yield from _sold(rows, today)
    released = rows[rows.confirmed_epoch.notna()]
    yield "order_outcomes_by_confirmed_day_by_market_by_channel", _in_time(released, moment, today)
    yield from _fulfilled(released, moment, today)


def _in_full(rows: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    rows = rows[(rows.due_day <= today) | rows.ordered_day.isna() | (rows.ordered_day <= today)]
    no_promise = rows.promised_day.isna()
    no_lines = ~no_promise & (rows.lines.fillna(0) == 0)
    no_quantities = ~no_promise & ~no_lines & rows.units_by_promise.isna()
    usable, due = ~(no_promise | no_lines | no_quantities), rows.promised_day <= today
    left_out = {"no_promise": no_promise, "no_lines": no_lines, "no_quantities": no_quantities}
    daily = Daily(rows, "due_day", SALES)
    daily.add(
        "otif_rate",
        usable & due,
        rows.lines_in_full == rows.lines,
        waits=usable & ~due,
        excluded=left_out | {"missing_value": 0},
    )
    for key, top, bottom in (
        ("otif_line_rate", rows.lines_in_full, rows.lines),
        ("otif_unit_rate", rows.units_by_promise, rows.units),
    ):
        whole = usable & top.notna() & bottom.notna()
        daily.add(
            key,
            whole & due,
            top,
            bottom,
            waits=whole & ~due,
            excluded=left_out | {"missing_value": usable & ~whole},
        )
    return daily.grouped()


def _accuracy(rows: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows.handed_over_day <= today]
    ripe = rows.claims_close_day <= today
    daily = Daily(rows, "handed_over_day", SALES)
    daily.add("order_accuracy_rate", ripe, rows.mistakes == 0, waits=~ripe, excluded={"missing_value": 0})
    for key, top, bottom in (
        ("line_error_rate", rows.line_mistakes, rows.lines),
        ("order_defects_per_million", rows.mistakes, rows.opportunities),
    ):
        whole = top.notna() & bottom.notna()
        daily.add(key, ripe & whole, top, bottom, waits=~ripe & whole, excluded={"missing_value": ~whole})
    return daily.grouped()


def _returned(rows: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows.delivered_day <= today]
    no_units, missing = rows.units_delivered.isna(), rows.units_returned.isna()
    usable, ripe = ~no_units & ~missing, rows.returns_close_day <= today
    daily = Daily(rows, "delivered_day", SALES)
    daily.add(
        "return_rate",
        usable & ripe,
        rows.units_returned,
        rows.units_delivered,
        waits=usable & ~ripe,
        excluded={"no_units": no_units, "missing_value": ~no_units & missing},
    )
    return daily.grouped()


def _sold(rows: pd.DataFrame, today: pd.Timestamp) -> Named:
    rows = rows[rows.ordered_day <= today]
    net, no_rate = rows.net_company_micros, rows.without_rate
    no_value = ~no_rate & net.isna()
    counted, nobody = ~no_rate & ~no_value, rows.customer_id.isna()
    left_out = {"no_rate": no_rate, "no_value": no_value, "missing_value": 0}
    daily = Daily(rows, "ordered_day", ["market"])
    daily.add("transportation_cost_of_sales", counted, 0, net, excluded=left_out)
    yield "order_outcomes_by_ordered_day_by_market", daily.grouped()
    daily = Daily(rows, "ordered_day", SALES)
    daily.add("average_order_value", counted, net, excluded=left_out)
    daily.add("net_sales", counted, net, excluded=left_out)
    daily.add("active_customers", ~nobody, 1, excluded={"no_customer": nobody, "missing_value": 0})
    yield "order_outcomes_by_ordered_day_by_market_by_channel", daily.grouped()


def _in_time(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows.confirmed_day <= today]
    due = rows.fulfilment_due_epoch <= moment.epoch
    daily = Daily(rows, "confirmed_day", SALES)
    daily.add(
        "fulfilment_in_time_rate",
        due,
        rows.handed_over_epoch <= rows.fulfilment_due_epoch,
        waits=~due,
        excluded={"missing_value": 0},
    )
    return daily.grouped()


def _fulfilled(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    done = rows.handed_over_epoch <= moment.epoch
    rows = rows.assign(counted_day=rows.fulfilment_day.where(done, rows.confirmed_day))
    rows = rows[rows.counted_day <= today]
    seconds, waiting = rows.fulfilment_s, ~(rows.handed_over_epoch <= moment.epoch)
    counted = ~waiting & (seconds >= 0)
    daily = Daily(rows, "counted_day", SALES)
    daily.add(
        "fulfilment_time",
        counted,
        seconds,
        excluded={
            "waiting": waiting,
            "negative": ~waiting & (seconds < 0),
            "missing_value": ~waiting & seconds.isna(),
        },
    )
    daily.durations("fulfilment_time", counted, seconds, waiting)
    oldest = {"fulfilment_time": (waiting, rows.confirmed_epoch)}
    yield "order_outcomes_by_fulfilment_day_by_market_by_channel", daily.with_oldest(oldest)
    yield "fulfilment_time_fulfilment_day", daily.bins(counted, rows.fulfilment_bin)
