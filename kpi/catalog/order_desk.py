"""The order desk: how soon is an order confirmed, and what do errors cost?"""

import narwhals as nw

from kpi.catalog.carrying import NOT_AN_ORDER, OWNER
from kpi.model import AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Total, Unit
from store.facts import ErrorCosts, OrderOutcomes

unconfirmed = nw.col("confirmed_epoch").is_null() | (nw.col("confirmed_epoch") > AS_OF_EPOCH)
errors = Rows(
    ErrorCosts,
    day="error_day",
    excluded={
        "no_rate": nw.col("cost_company_micros").is_null() & ~nw.col("cost_micros").is_null(),
        "no_cost": nw.col("cost_micros").is_null(),
    },
)

time_to_confirm = Distribution(
    key="time_to_confirm",
    name="Time to confirm",
    department=Department.SHIPPING,
    rows=Rows(
        OrderOutcomes,
        day="confirm_day",
        belongs=~NOT_AN_ORDER & ~nw.col("ordered_epoch").is_null(),
        excluded={"waiting": unconfirmed, "negative": nw.col("confirm_s") < 0},
        edges=("confirmed_epoch",),
        waiting_day="ordered_day",
    ),
    seconds="confirm_s",
    bin="confirm_bin",
    open=unconfirmed,
    started="ordered_epoch",
    dimensions=("market", "channel"),
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours from the order to its release to the warehouse, paid and checked; waiting orders stand beside it.",
    formula="mean of release minus order, over orders released in the period",
    source="kpi-domain 1.4, stage 1",
    sops=("order_processing", "address_verification"),
    goal="Keep the delivery promise",
)
cost_of_errors = Total(
    key="cost_of_errors",
    name="Cost of errors",
    department=Department.SHIPPING,
    rows=errors,
    numerator=nw.col("cost_company_micros"),
    dimensions=("market", "kind", "caused_by"),
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="What errors cost: goods, a second carriage, goodwill and the work to put it right, on the error's day.",
    formula="sum of the cost of errors",
    source="kpi-domain 1.2, 1.4",
    sops=("order_fulfilment", "packaging_labelling", "quality_control"),
    goal="Send the right goods",
)
errors_per_order = Ratio(
    key="cost_of_errors_per_order",
    name="Cost of errors per order",
    department=Department.SHIPPING,
    rows=errors,
    numerator=nw.col("cost_company_micros"),
    over=Rows(
        OrderOutcomes, day="handed_over_day", belongs=~NOT_AN_ORDER & ~nw.col("handed_over_day").is_null()
    ),
    dimensions=("market",),
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="What errors of the period cost, for each order handed over in it.",
    formula="cost of errors / orders handed over",
    source="kpi-domain 1.4",
    variant_of="cost_of_errors",
    sops=("order_fulfilment", "packaging_labelling", "quality_control"),
    goal="Send the right goods",
)

ORDER_DESK: tuple[Kpi, ...] = (time_to_confirm, cost_of_errors, errors_per_order)
