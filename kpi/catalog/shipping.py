"""Shipping: are orders right, complete and on time, and what does carrying them cost?"""

import narwhals as nw

from kpi.catalog.carrying import (
    NOT_AN_ORDER,
    OWNER,
    PARCELS,
    co2_per_order,
    cost_of_sales,
    cost_per_kg,
    cost_per_order,
    cost_per_shipment,
)
from kpi.model import AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Target, Unit
from store.facts import OrderOutcomes, Shipments

SALES = ("market", "channel")

promised = Rows(
    Shipments,
    day="due_day",
    belongs=nw.col("status") != "cancelled_before_dispatch",
    excluded={"no_promise": nw.col("promised_day").is_null()},
    due="promised_day",
    known_day="shipped_day",
)
on_time_delivery = Ratio(
    key="on_time_delivery_rate",
    name="On-time delivery",
    department=Department.SHIPPING,
    rows=promised,
    numerator=nw.when(nw.col("delivered_day") <= nw.col("promised_day")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.93, warn=0.90),
    owner=OWNER,
    meaning="Shipments delivered by the promised local day, out of all shipments due; undelivered and overdue is late.",
    formula="shipments delivered on or before the promised day at destination / shipments whose promise is due",
    source="SCOR RL.2.2; kpi-domain 1.4",
    sops=("order_fulfilment", "mode_selection", "customs_paperwork"),
    goal="Keep the delivery promise",
)

due_orders = Rows(
    OrderOutcomes,
    day="due_day",
    belongs=~NOT_AN_ORDER,
    excluded={
        "no_promise": nw.col("promised_day").is_null(),
        "no_lines": nw.col("lines").fill_null(0) == 0,
        "no_quantities": nw.col("units_by_promise").is_null(),
    },
    due="promised_day",
    known_day="ordered_day",
)
otif = Ratio(
    key="otif_rate",
    name="On time in full",
    department=Department.SHIPPING,
    rows=due_orders,
    numerator=nw.when(nw.col("lines_in_full") == nw.col("lines")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.90, warn=0.87),
    owner=OWNER,
    meaning="Orders of which every line arrived exactly as ordered by the promised day, out of all orders due.",
    formula="orders with every line complete and on time / orders whose promise is due (order level)",
    source="SCOR RL.2.1; McKinsey 2019; kpi-domain 1.4",
    sops=("order_fulfilment", "packaging_labelling"),
    goal="Keep the delivery promise",
)
otif_lines = Ratio(
    key="otif_line_rate",
    name="On time in full, by line",
    department=Department.SHIPPING,
    rows=due_orders,
    numerator=nw.col("lines_in_full"),
    denominator=nw.col("lines"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Order lines that arrived exactly as ordered by the promised day, out of all lines due.",
    formula="lines complete and on time / lines due",
    source="SCOR; kpi-domain 1.4",
    sops=("order_fulfilment", "packaging_labelling"),
    goal="Keep the delivery promise",
    variant_of="otif_rate",
)
otif_units = Ratio(
    key="otif_unit_rate",
    name="On time in full, by piece",
    department=Department.SHIPPING,
    rows=due_orders,
    numerator=nw.col("units_by_promise"),
    denominator=nw.col("units"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Ordered pieces that arrived by the promised day, out of all pieces due; surplus earns nothing.",
    formula="ordered pieces delivered by the promise / pieces due",
    source="SCOR; kpi-domain 1.4",
    sops=("order_fulfilment", "packaging_labelling"),
    goal="Keep the delivery promise",
    variant_of="otif_rate",
)

handed_over = Rows(
    OrderOutcomes,
    day="handed_over_day",
    belongs=~NOT_AN_ORDER & ~nw.col("handed_over_day").is_null(),
    due="claims_close_day",
)
order_accuracy = Ratio(
    key="order_accuracy_rate",
    name="Order accuracy",
    department=Department.SHIPPING,
    rows=handed_over,
    numerator=nw.when(nw.col("mistakes") == 0).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.99, warn=0.985),
    owner=OWNER,
    meaning="Shipped orders without a wrong item, quantity or address reported within 30 days.",
    formula="shipped orders without a reported mistake in the claim window / shipped orders whose window is over",
    needs=("claims",),
    source="WERC; kpi-domain 1.4",
    sops=("order_processing", "address_verification", "packaging_labelling"),
    goal="Send the right goods",
)
line_errors = Ratio(
    key="line_error_rate",
    name="Line errors",
    department=Department.SHIPPING,
    rows=handed_over,
    numerator=nw.col("line_mistakes"),
    denominator=nw.col("lines"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Wrong items and quantities that were reported, out of all shipped order lines.",
    formula="mistakes of item or quantity reported in the claim window / shipped lines",
    needs=("claims",),
    source="kpi-domain 1.4",
    sops=("order_processing", "address_verification", "packaging_labelling"),
    goal="Send the right goods",
    variant_of="order_accuracy_rate",
)
defects = Ratio(
    key="order_defects_per_million",
    name="Defects per million",
    department=Department.SHIPPING,
    rows=handed_over,
    numerator=nw.col("mistakes"),
    denominator=nw.col("opportunities"),
    dimensions=SALES,
    unit=Unit.PER_MILLION,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Reported mistakes per million chances of one: two a line and one an order.",
    formula="mistakes / (2 x lines + orders) x 1,000,000",
    needs=("claims",),
    source="kpi-domain 1.4",
    sops=("order_processing", "address_verification", "packaging_labelling"),
    goal="Send the right goods",
    variant_of="order_accuracy_rate",
)

released = ~NOT_AN_ORDER & ~nw.col("confirmed_epoch").is_null()
waiting = nw.col("handed_over_epoch").is_null() | (nw.col("handed_over_epoch") > AS_OF_EPOCH)
fulfilment_time = Distribution(
    key="fulfilment_time",
    name="Fulfilment time",
    department=Department.SHIPPING,
    rows=Rows(
        OrderOutcomes,
        day="fulfilment_day",
        belongs=released,
        excluded={"waiting": waiting, "negative": nw.col("fulfilment_s") < 0},
        edges=("handed_over_epoch",),
        waiting_day="confirmed_day",
    ),
    seconds="fulfilment_s",
    bin="fulfilment_bin",
    open=waiting,
    started="confirmed_epoch",
    dimensions=SALES,
    unit=Unit.HOURS,
    better=Better.LOWER,
    target=Target(at=24, warn=30),
    owner=OWNER,
    meaning="Hours from release of an order to the carrier's acceptance scan; waiting orders are counted beside it.",
    formula="mean of hand-over minus release, over orders handed over in the period",
    source="kpi-domain 1.4",
    sops=("order_processing", "order_fulfilment"),
    goal="Keep the delivery promise",
)
fulfilled_in_time = Ratio(
    key="fulfilment_in_time_rate",
    name="Fulfilled in time",
    department=Department.SHIPPING,
    rows=Rows(OrderOutcomes, day="confirmed_day", belongs=released, due="fulfilment_due_epoch"),
    numerator=nw.when(nw.col("handed_over_epoch") <= nw.col("fulfilment_due_epoch"))
    .then(nw.lit(1))
    .otherwise(nw.lit(0)),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.95, warn=0.92),
    owner=OWNER,
    meaning="Orders handed to the carrier within the promised time, out of all orders whose time is up.",
    formula="orders handed over within the limit / orders released whose limit has passed; overdue ones are misses",
    source="kpi-domain 1.4",
    variant_of="fulfilment_time",
    sops=("order_processing", "order_fulfilment"),
    goal="Keep the delivery promise",
)
return_rate = Ratio(
    key="return_rate",
    name="Return rate",
    department=Department.SHIPPING,
    rows=Rows(
        OrderOutcomes,
        day="delivered_day",
        belongs=~NOT_AN_ORDER & ~nw.col("delivered_day").is_null(),
        excluded={"no_units": nw.col("units_delivered").is_null()},
        due="returns_close_day",
    ),
    numerator=nw.col("units_returned"),
    denominator=nw.col("units_delivered"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.08, warn=0.095),
    owner=OWNER,
    meaning="Pieces returned or refunded within 30 days of delivery, out of the pieces delivered.",
    formula="pieces returned within the window / pieces delivered, by day of delivery",
    needs=("returns",),
    source="NRF; kpi-domain 1.4",
    sops=("returns", "product_management"),
    goal="Send the right goods",
)

SHIPPING: tuple[Kpi, ...] = (
    on_time_delivery, otif, order_accuracy, cost_per_order, fulfilment_time, fulfilled_in_time, return_rate,
    otif_lines, otif_units, line_errors, defects, cost_per_shipment, cost_per_kg,
    cost_of_sales, co2_per_order,
)  # fmt: skip
