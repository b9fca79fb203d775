"""Sales: how large are orders, who buys, and what is a customer worth?"""

import narwhals as nw

from kpi.levels import Model
from kpi.model import (
    Better,
    Department,
    Distinct,
    Driver,
    Half,
    Level,
    OverTime,
    Ratio,
    Rows,
    Target,
    Total,
    Unit,
)
from store.facts import CustomerPredictions, CustomerValues, OrderOutcomes

OWNER = "Marketing lead"
SALES = ("market", "channel")

sold = Rows(
    OrderOutcomes,
    day="ordered_day",
    belongs=~nw.col("status").is_in(["cancelled", "test", "gift_card"]),
    excluded={"no_rate": nw.col("without_rate"), "no_value": nw.col("net_company_micros").is_null()},
)
order_value = Ratio(
    key="average_order_value",
    name="Average order value",
    department=Department.MARKETING,
    rows=sold,
    numerator=nw.col("net_company_micros"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    target=Target(at=68.0, warn=62.0),
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Merchandise after discounts for each order; tax, shipping and later returns are not in it.",
    formula="net merchandise value / orders that are neither cancelled nor tests",
    source="Shopify 2023-01-09; kpi-domain 1.3",
    sops=("product_management",),
    goal="Grow the order",
)
net_sales = Total(
    key="net_sales",
    name="Net sales",
    department=Department.MARKETING,
    rows=sold,
    numerator=nw.col("net_company_micros"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Merchandise after discounts of all orders that are neither cancelled nor tests.",
    formula="sum of net merchandise value",
    source="kpi-domain 1.3",
    sops=("campaign_planning", "product_management"),
    goal="Grow the order",
    drivers=(
        Driver("Sessions", "conversion_rate", Half.DENOMINATOR),
        Driver("Conversion", "conversion_rate"),
        Driver("Average order value", "average_order_value"),
    ),
)
active_customers = Distinct(
    key="active_customers",
    name="Active customers",
    department=Department.MARKETING,
    rows=Rows(
        OrderOutcomes,
        day="ordered_day",
        belongs=sold.belongs,
        excluded={"no_customer": nw.col("customer_id").is_null()},
    ),
    of="customer_id",
    dimensions=SALES,
    unit=Unit.COUNT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Different customers with at least one order in the period; periods and markets do not add up.",
    formula="distinct customers with an order that counts",
    source="kpi-domain 0.3",
    sops=("campaign_planning",),
    goal="Win customers at a fair price",
)
lifetime_value = Ratio(
    key="customer_lifetime_value",
    name="Customer lifetime value, 12 months",
    department=Department.MARKETING,
    rows=Rows(
        CustomerValues,
        day="first_order_day",
        excluded={"no_margin": nw.col("without_margin").fill_null(False)},
        due="horizon_day",
    ),
    numerator=nw.col("margin_12m_micros"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    target=Target(at=45.0, warn=38.0),
    owner=OWNER,
    incomplete_if=("no_margin",),
    monthly=True,
    meaning="Margin in the twelve months after the first order, for every customer won, second order or not.",
    formula="margin of the cohort within twelve months / customers of the cohort",
    source="kpi-domain 1.3",
    sops=("campaign_planning", "returns"),
    goal="Keep customers",
)
predicted_value = Model(
    key="predicted_lifetime_value",
    name="Predicted lifetime value, 12 months",
    department=Department.MARKETING,
    rows=Rows(CustomerPredictions, day="predicted_day", over_time=OverTime(Level.CLOSING)),
    job="lifetime",
    numerator=nw.col("margin_12m_micros"),
    dimensions=SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    owner=OWNER,
    monthly=True,
    meaning="Margin a customer won so far is expected to bring in the next twelve months, the mean of all; a model.",
    formula="orders expected (BG/NBD) x margin expected for each (gamma-gamma), mean of customers",
    source="Fader, Hardie & Lee 2005; Fader & Hardie 2013; kpi-domain 1.3",
    variant_of="customer_lifetime_value",
    sops=("campaign_planning", "returns"),
    goal="Keep customers",
)
