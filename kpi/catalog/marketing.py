"""Marketing and sales: what did attention cost, and what did it earn?"""

import narwhals as nw

from kpi.catalog.selling import (
    OWNER,
    SALES,
    active_customers,
    lifetime_value,
    net_sales,
    order_value,
    predicted_value,
)
from kpi.model import Better, Department, Kpi, Ratio, Rows, Target, Unit
from store.facts import AdSpend, Carts, CustomerValues, WebSessions

CAMPAIGNS = ("market", "channel", "campaign")
VISITS = ("market", "channel", "device")
CREDIT = "kpi-domain 1.3; credited to the day of the click"


def ads(needs: str, *, settled: bool) -> Rows:
    """Ad rows that have the amount `needs`; with `settled`, open attribution windows make the value provisional."""
    stored = needs.replace("_company", "")
    missing = nw.col(needs).is_null() & ~nw.col(stored).is_null()
    return Rows(
        AdSpend,
        day="spend_day",
        excluded={"no_rate": missing},
        due="settles_day" if settled else None,
        waits=False,
    )


marketing_roi = Ratio(
    key="marketing_roi",
    name="Marketing ROI",
    department=Department.MARKETING,
    rows=ads("margin_company_micros", settled=True),
    numerator=nw.col("margin_company_micros") - nw.col("all_cost_company_micros"),
    denominator=nw.col("all_cost_company_micros"),
    dimensions=CAMPAIGNS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.30, warn=0.15),
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Attributed contribution margin less the whole marketing cost, out of that cost; 0 % is break-even.",
    formula="(attributed margin - marketing cost) / marketing cost",
    source=CREDIT,
    sops=("campaign_planning", "analytics_reporting"),
    goal="Spend where it pays",
    shown_per=1_000_000,
)
roas = Ratio(
    key="roas",
    name="Return on ad spend",
    department=Department.MARKETING,
    rows=ads("revenue_company_micros", settled=True),
    numerator=nw.col("revenue_company_micros"),
    denominator=nw.col("spend_company_micros"),
    dimensions=CAMPAIGNS,
    unit=Unit.TIMES,
    better=Better.HIGHER,
    target=Target(at=4.0, warn=3.4),
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Attributed revenue for each unit of ad spend, on the day of the click.",
    formula="attributed revenue / ad spend",
    source=CREDIT,
    sops=("campaign_planning",),
    goal="Spend where it pays",
    shown_per=1_000_000,
)
break_even_roas = Ratio(
    key="roas_break_even",
    name="Break-even return on ad spend",
    department=Department.MARKETING,
    rows=ads("revenue_company_micros", settled=True),
    numerator=nw.col("revenue_company_micros"),
    denominator=nw.col("margin_company_micros"),
    dimensions=CAMPAIGNS,
    unit=Unit.TIMES,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="The return on ad spend at which the attributed margin just pays for the ads.",
    formula="attributed revenue / attributed margin",
    source="kpi-domain 1.3",
    sops=("campaign_planning",),
    goal="Spend where it pays",
    variant_of="roas",
    shown_per=1_000_000,
)
roas_by_order = Ratio(
    key="roas_by_order_day",
    name="Return on ad spend, by order day",
    department=Department.MARKETING,
    rows=ads("revenue_ordered_company_micros", settled=False),
    numerator=nw.col("revenue_ordered_company_micros"),
    denominator=nw.col("spend_company_micros"),
    dimensions=CAMPAIGNS,
    unit=Unit.TIMES,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Attributed revenue on the day of the order for each unit of ad spend of that day.",
    formula="attributed revenue by order day / ad spend",
    source="kpi-domain 1.3",
    sops=("campaign_planning",),
    goal="Spend where it pays",
    variant_of="roas",
    shown_per=1_000_000,
)
acquisition_cost = Ratio(
    key="customer_acquisition_cost",
    name="Customer acquisition cost",
    department=Department.MARKETING,
    rows=Rows(
        AdSpend,
        day="spend_day",
        belongs=nw.col("acquisition").fill_null(True),
        excluded={"no_rate": nw.col("spend_company_micros").is_null() & ~nw.col("spend_micros").is_null()},
    ),
    numerator=nw.col("all_cost_company_micros"),
    over=Rows(CustomerValues, day="first_order_day"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.LOWER,
    target=Target(at=28.0, warn=33.0),
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Spend on winning customers for each customer whose first order that counts fell into the period.",
    formula="acquisition spend of the period / customers with their first order in the period",
    source="kpi-domain 1.3",
    sops=("campaign_planning",),
    goal="Win customers at a fair price",
)
click_conversion = Ratio(
    key="ad_click_conversion_rate",
    name="Ad click conversion",
    department=Department.MARKETING,
    rows=Rows(AdSpend, day="spend_day", due="settles_day", waits=False),
    numerator=nw.col("conversions"),
    denominator=nw.col("clicks"),
    dimensions=CAMPAIGNS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.03, warn=0.025),
    owner=OWNER,
    minimum=1,
    meaning="Conversions credited to ad clicks, out of the clicks.",
    formula="conversions / clicks",
    source=CREDIT,
    sops=("campaign_planning",),
    goal="Spend where it pays",
)
cost_per_conversion = Ratio(
    key="cost_per_conversion",
    name="Cost per conversion",
    department=Department.MARKETING,
    rows=ads("spend_company_micros", settled=True),
    numerator=nw.col("spend_company_micros"),
    denominator=nw.col("conversions"),
    dimensions=CAMPAIGNS,
    unit=Unit.MONEY,
    better=Better.LOWER,
    target=Target(at=25.0, warn=30.0),
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Ad spend for each conversion credited to it.",
    formula="ad spend / conversions",
    source=CREDIT,
    sops=("campaign_planning",),
    goal="Spend where it pays",
)
conversion = Ratio(
    key="conversion_rate",
    name="Session conversion",
    department=Department.MARKETING,
    rows=Rows(WebSessions, day="session_day", due="settles_day", waits=False),
    numerator=nw.col("purchase_sessions"),
    denominator=nw.col("sessions"),
    dimensions=VISITS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.026, warn=0.022),
    owner=OWNER,
    minimum=1,
    meaning="Visits with at least one purchase, out of all visits.",
    formula="sessions with a purchase / sessions",
    source="GA4; kpi-domain 1.3",
    sops=("analytics_reporting", "translation"),
    goal="Turn visits into orders",
)
key_event_conversion = Ratio(
    key="key_event_conversion_rate",
    name="Key event conversion",
    department=Department.MARKETING,
    rows=Rows(
        WebSessions, day="session_day", excluded={"not_tracked": nw.col("key_event_sessions").is_null()}
    ),
    numerator=nw.col("key_event_sessions"),
    denominator=nw.col("sessions"),
    dimensions=VISITS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Visits with at least one key event of any kind, out of all visits.",
    formula="sessions with a key event / sessions",
    source="GA4; kpi-domain 1.3",
    sops=("analytics_reporting", "translation"),
    goal="Turn visits into orders",
    variant_of="conversion_rate",
)
cart_abandonment = Ratio(
    key="cart_abandonment_rate",
    name="Cart abandonment",
    department=Department.MARKETING,
    rows=Rows(Carts, day="created_day", due="window_closes_epoch"),
    numerator=nw.when(
        nw.col("ordered_epoch").is_null() | (nw.col("ordered_epoch") > nw.col("window_closes_epoch"))
    )
    .then(nw.lit(1))
    .otherwise(nw.lit(0)),
    dimensions=VISITS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.70, warn=0.74),
    owner=OWNER,
    meaning="Carts not ordered within 24 hours, out of all carts older than that.",
    formula="carts without an order within 24 hours / carts whose 24 hours are over",
    source="Baymard, Dynamic Yield; kpi-domain 1.3",
    sops=("analytics_reporting",),
    goal="Turn visits into orders",
)

MARKETING: tuple[Kpi, ...] = (
    marketing_roi, roas, acquisition_cost, conversion, click_conversion, cost_per_conversion, cart_abandonment,
    order_value, lifetime_value, net_sales, active_customers, roas_by_order, break_even_roas, key_event_conversion,
    predicted_value,
)  # fmt: skip
