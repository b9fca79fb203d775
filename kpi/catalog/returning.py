"""Returns: how long do customers wait for their money, and do they come back?"""

import narwhals as nw

from kpi.catalog.carrying import OWNER, when
from kpi.model import AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Unit
from store.facts import ReturnedOrders, Returns

CONTENT = "Settle returns quickly"
RETURNS = ("returns",)
PRODUCTS = ("market", "product", "reason")

refundable = nw.col("refunds_told") & (nw.col("status").is_null() | (nw.col("status") != "refused"))
unpaid = nw.col("refunded_epoch").is_null() | (nw.col("refunded_epoch") > AS_OF_EPOCH)

processing_time = Distribution(
    key="return_processing_time",
    name="Return processing",
    department=Department.SHIPPING,
    rows=Rows(
        Returns,
        day="processing_day",
        belongs=refundable & ~nw.col("returned_epoch").is_null(),
        excluded={"waiting": unpaid, "negative": nw.col("processing_s") < 0},
        edges=("refunded_epoch",),
        waiting_day="returned_day",
    ),
    seconds="processing_s",
    bin="processing_bin",
    open=unpaid,
    started="returned_epoch",
    dimensions=PRODUCTS,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours from receipt of returned goods until the refund or exchange; what waits is counted beside it.",
    formula="mean of refund minus receipt, over returns refunded in the period; refused ones are left out",
    source="kpi-domain 1.4",
    sops=RETURNS,
    goal=CONTENT,
)
processed_in_time = Ratio(
    key="return_processed_in_time_rate",
    name="Returns processed in time",
    department=Department.SHIPPING,
    rows=Rows(
        Returns,
        day="returned_day",
        belongs=refundable & ~nw.col("returned_epoch").is_null(),
        due="refund_due_epoch",
    ),
    numerator=when(nw.col("refunded_epoch") <= nw.col("refund_due_epoch")),
    dimensions=PRODUCTS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Returns refunded or exchanged within the promised time of their receipt, out of all whose time is up.",
    formula="returns refunded by receipt plus promised time (5 days unless stated) / returns due; open ones are misses",
    source="kpi-domain 1.4",
    sops=RETURNS,
    goal=CONTENT,
    variant_of="return_processing_time",
)
refund_time = Distribution(
    key="refund_time",
    name="Refund time",
    department=Department.SHIPPING,
    rows=Rows(
        Returns,
        day="refund_day",
        belongs=refundable & ~nw.col("requested_epoch").is_null(),
        excluded={"waiting": unpaid, "negative": nw.col("refund_s") < 0},
        edges=("refunded_epoch",),
        waiting_day="requested_day",
    ),
    seconds="refund_s",
    bin="refund_bin",
    open=unpaid,
    started="requested_epoch",
    dimensions=PRODUCTS,
    unit=Unit.DAYS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Days a customer waits for the money, from the request to return the goods; what waits stands beside it.",
    formula="mean of refund minus request, over returns refunded in the period",
    source="Fairlead; returns and service of kpi-domain 1.4",
    sops=RETURNS,
    goal=CONTENT,
    variant_of="return_processing_time",
)
repeat_purchase = Ratio(
    key="repeat_purchase_after_return_rate",
    name="Repeat purchase after a return",
    department=Department.SHIPPING,
    rows=Rows(ReturnedOrders, day="first_return_day", due="repeat_closes_day"),
    numerator=when(nw.col("next_order_day") <= nw.col("repeat_closes_day")),
    dimensions=("market", "channel"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Returned orders whose customer ordered again within 90 days, out of all returned 90 days ago or more.",
    formula="returned orders with another order of the customer within 90 days of the return / returned orders of "
    "known customers",
    source="Fairlead; returns and service of kpi-domain 1.4",
    sops=RETURNS,
    goal=CONTENT,
)

RETURNING: tuple[Kpi, ...] = (processing_time, repeat_purchase, processed_in_time, refund_time)
