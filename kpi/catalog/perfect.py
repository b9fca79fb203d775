"""Orders without a fault: perfect ones, those we cancelled ourselves, late hand-overs, verified addresses."""

import narwhals as nw

from kpi.catalog.carrying import NOT_AN_ORDER, OWNER, when
from kpi.model import Better, Department, Kpi, Ratio, Rows, Target, Unit
from kpi.shares import Product
from store.facts import OrderOutcomes, Orders

SALES = ("market", "channel")
RIGHT = "Send the right goods"
PROMISE = "Keep the delivery promise"

SHARES = {
    "on_time": when(nw.col("delivered_day") <= nw.col("promised_day")),
    "in_full": when(nw.col("lines_complete") == nw.col("lines")),
    "damage_free": when(~nw.col("damaged")),
    "documents_right": when(~nw.col("document_error")),
}
settled = Rows(
    OrderOutcomes,
    day="due_day",
    belongs=~NOT_AN_ORDER,
    excluded={
        "no_promise": nw.col("promised_day").is_null(),
        "no_lines": nw.col("lines").fill_null(0) == 0,
        "no_quantities": nw.col("lines_complete").is_null(),
    },
    due="perfect_due_day",
    known_day="ordered_day",
)
perfect_order = Ratio(
    key="perfect_order_rate",
    name="Perfect orders",
    department=Department.SHIPPING,
    rows=settled,
    numerator=SHARES["on_time"] * SHARES["in_full"] * SHARES["damage_free"] * SHARES["documents_right"],
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Orders that were on time, complete in every line, undamaged and rightly documented, out of all due.",
    formula="orders on time and in full and free of damage and rightly documented / orders whose promise was due 30 "
    "days ago",
    source="SCOR RL.1.1; kpi-domain 1.4",
    sops=("order_fulfilment", "packaging_labelling", "customs_paperwork"),
    goal=RIGHT,
)
perfect_index = Product(
    key="perfect_order_index",
    name="Perfect order index",
    department=Department.SHIPPING,
    rows=settled,
    shares=SHARES,
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="The product of the shares of orders on time, in full, undamaged and rightly documented; not the share of "
    "perfect orders, which is another figure.",
    formula="on time / due x in full / due x free of damage / due x rightly documented / due",
    source="APQC 101741 (median 90 % in 2016); kpi-domain 1.4",
    sops=("order_fulfilment", "packaging_labelling", "customs_paperwork"),
    goal=RIGHT,
    variant_of="perfect_order_rate",
)
seller_cancellations = Ratio(
    key="seller_cancellation_rate",
    name="Seller cancellations",
    department=Department.SHIPPING,
    rows=Rows(
        Orders,
        day="ordered_day",
        belongs=~nw.col("status").is_in(["test", "gift_card"]),
        excluded={"no_reason": (nw.col("status") == "cancelled") & nw.col("cancelled_by").is_null()},
    ),
    numerator=when(
        (nw.col("status") == "cancelled")
        & nw.col("cancelled_by").is_in(["seller", "out_of_stock"])
        & nw.col("handed_over_day").is_null()
    ),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.025, warn=0.03),
    owner=OWNER,
    meaning="Orders we cancelled ourselves, or for want of stock, before they were sent, out of all orders.",
    formula="orders cancelled by the seller or for stock before hand-over / orders",
    source="Amazon pre-fulfilment cancel rate, under 2.5 %; kpi-domain 1.4",
    sops=("order_processing",),
    goal=RIGHT,
)
late_shipments = Ratio(
    key="late_shipment_rate",
    name="Late shipments",
    department=Department.SHIPPING,
    rows=Rows(
        OrderOutcomes,
        day="ship_by_day",
        belongs=~NOT_AN_ORDER & ~nw.col("ship_by_day").is_null(),
        due="ship_by_day",
        known_day="ordered_day",
    ),
    numerator=nw.when(nw.col("handed_over_day") <= nw.col("ship_by_day"))
    .then(nw.lit(0))
    .otherwise(nw.lit(1)),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.04, warn=0.05),
    owner=OWNER,
    meaning="Orders not handed to the carrier by the last day that keeps the promise, out of all whose day has come.",
    formula="orders handed over after the ship-by day, or not at all / orders whose ship-by day has come (without one: "
    "release plus the promised time)",
    source="Amazon late shipment rate, under 4 %; kpi-domain 1.4",
    sops=("order_processing", "order_fulfilment"),
    goal=PROMISE,
)
addresses = Ratio(
    key="address_verification_rate",
    name="Verified addresses",
    department=Department.SHIPPING,
    rows=Rows(
        Orders,
        day="handed_over_day",
        belongs=~NOT_AN_ORDER,
        excluded={"not_told": nw.col("address_checked").is_null()},
    ),
    numerator=when(nw.col("address_checked")),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Orders whose address was verified before the label was printed, out of all handed to a carrier.",
    formula="orders with a verified address before the label / orders handed over that tell it",
    source="Fairlead; from timestamps where the source has them",
    sops=("address_verification",),
    goal=RIGHT,
)

PERFECT: tuple[Kpi, ...] = (
    perfect_order, late_shipments, seller_cancellations, addresses, perfect_index,
)  # fmt: skip
