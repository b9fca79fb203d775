"""The shop: what do visits, checkouts and orders come to once returns are in and people are counted once?"""

import narwhals as nw

from kpi.catalog.marketing import CAMPAIGNS, VISITS
from kpi.catalog.selling import OWNER, SALES, sold
from kpi.distinct import DistinctShare
from kpi.model import Better, Department, Kpi, Ratio, Rows, Unit
from store.facts import AdSpend, Carts, DesiredActions, OrderOutcomes, WebSessions

PAYS, TURN = "Spend where it pays", "Turn visits into orders"


def unpriced(column: str) -> nw.Expr:
    """An amount is known and its exchange rate is not."""
    return nw.col(f"{column}_company_micros").is_null() & ~nw.col(f"{column}_micros").is_null()


efficiency = Ratio(
    key="mer",
    name="Marketing efficiency ratio",
    department=Department.MARKETING,
    rows=sold,
    numerator=nw.col("net_company_micros"),
    denominator=nw.col("spend_company_micros"),
    over=Rows(AdSpend, day="spend_day", excluded={"no_rate": unpriced("spend")}),
    dimensions=("market",),
    unit=Unit.TIMES,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="All net sales for each unit of ad spend, credited to nobody; the blended return on ad spend.",
    formula="net sales / ad spend, each by its own day",
    source="kpi-domain 1.3",
    variant_of="roas",
    sops=("campaign_planning", "analytics_reporting"),
    goal=PAYS,
    shown_per=1_000_000,
)
roas_net = Ratio(
    key="roas_net_of_returns",
    name="Return on ad spend, net of returns",
    department=Department.MARKETING,
    rows=Rows(
        AdSpend,
        day="spend_day",
        excluded={
            "no_returns": nw.col("returned_micros").is_null(),
            "no_rate": unpriced("revenue") | unpriced("returned"),
        },
        due="returns_settle_day",
        waits=False,
    ),
    numerator=nw.col("revenue_company_micros") - nw.col("returned_company_micros"),
    denominator=nw.col("spend_company_micros"),
    dimensions=CAMPAIGNS,
    unit=Unit.TIMES,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Attributed revenue that customers kept, for each unit of ad spend, on the day of the click.",
    formula="(attributed revenue - what of it came back) / ad spend",
    source="kpi-domain 1.3; credited to the day of the click",
    variant_of="roas",
    sops=("campaign_planning", "product_management"),
    goal=PAYS,
    shown_per=1_000_000,
)
net_order_value = Ratio(
    key="net_aov",
    name="Average order value after returns",
    department=Department.MARKETING,
    rows=Rows(
        OrderOutcomes,
        day="ordered_day",
        belongs=sold.belongs,
        excluded={**sold.excluded, "no_units": nw.col("returned_company_micros").is_null()},
        due="returns_settle_day",
    ),
    numerator=nw.col("net_company_micros") - nw.col("returned_company_micros"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="What customers kept of an order, by the day it was placed; returned pieces at the order's average price.",
    formula="(net merchandise value - value of pieces returned in the window) / orders whose return window is over",
    source="kpi-domain 1.3",
    variant_of="average_order_value",
    sops=("product_management", "returns"),
    goal="Grow the order",
)
checkout_abandonment = Ratio(
    key="checkout_abandonment_rate",
    name="Checkout abandonment",
    department=Department.MARKETING,
    rows=Rows(
        Carts,
        day="checkout_day",
        belongs=~nw.col("checkout_epoch").is_null(),
        due="checkout_closes_epoch",
    ),
    numerator=nw.when(
        nw.col("ordered_epoch").is_null() | (nw.col("ordered_epoch") > nw.col("checkout_closes_epoch"))
    )
    .then(nw.lit(1))
    .otherwise(nw.lit(0)),
    dimensions=VISITS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Checkouts begun and not ordered within 24 hours, out of all begun; carts that never got there are not in.",
    formula="checkouts without an order within 24 hours / checkouts whose 24 hours are over",
    source="Baymard; kpi-domain 1.3",
    variant_of="cart_abandonment_rate",
    sops=("analytics_reporting",),
    goal=TURN,
)
visitor_conversion = DistinctShare(
    key="visitor_conversion_rate",
    name="Visitor conversion",
    department=Department.MARKETING,
    rows=Rows(
        WebSessions,
        day="session_day",
        excluded={"no_visitor": nw.col("visitor_id").is_null()},
        due="settles_day",
        waits=False,
    ),
    of="visitor_id",
    having=nw.col("purchase_sessions") > 0,
    dimensions=VISITS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Different visitors who bought, out of all different visitors; periods and slices do not add up.",
    formula="visitors with at least one purchase / visitors, each counted once in the period",
    source="GA4; kpi-domain 1.3",
    variant_of="conversion_rate",
    sops=("analytics_reporting",),
    goal=TURN,
)
action_conversion = Ratio(
    key="action_conversion_rate",
    name="Desired actions taken",
    department=Department.MARKETING,
    rows=Rows(DesiredActions, day="action_day"),
    numerator=nw.col("completed"),
    denominator=nw.col("visits"),
    dimensions=("market", "channel", "action"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Visits that took an action the firm wishes for, out of those that could; read it by action.",
    formula="visits with the action / visits, for each declared action",
    source="GA4; kpi-domain 1.3",
    variant_of="conversion_rate",
    sops=("analytics_reporting", "campaign_planning"),
    goal=TURN,
)

SHOP: tuple[Kpi, ...] = (
    action_conversion, efficiency, roas_net, net_order_value, checkout_abandonment, visitor_conversion,
)  # fmt: skip
