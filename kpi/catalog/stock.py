"""Planning, stock: is there enough of it, for how long, and how much money does it tie up?"""

import narwhals as nw

from kpi.levels import Model, Stock
from kpi.model import Better, Department, Kpi, Level, OverTime, Ratio, Rows, Scaled, Unit
from store.facts import InventorySnapshots, StockCovers

OWNER = "Planning lead"
PLACES = ("location", "category")
MAINTAIN = ("inventory_management",)
AVAILABLE = "Have what customers ask for"
LEAN = "Tie up little money"

ON_THE_LAST_DAY = OverTime(Level.CLOSING, apart="location")

listed = Rows(InventorySnapshots, day="snapshot_day", belongs=nw.col("active"))
forecast = Rows(
    InventorySnapshots,
    day="snapshot_day",
    belongs=nw.col("active"),
    excluded={"no_forecast": nw.col("forecast").is_null()},
)
UNKNOWN_WORTH = {
    "no_rate": nw.col("without_rate"),
    "no_cost": nw.col("stock_company_micros").is_null(),
}
on_average = Rows(
    InventorySnapshots, day="snapshot_day", excluded=UNKNOWN_WORTH, over_time=OverTime(apart="location")
)
between_months = Rows(
    InventorySnapshots,
    day="snapshot_day",
    excluded=UNKNOWN_WORTH,
    over_time=OverTime(apart="location", months_alike=True),
)
at_the_end = Rows(
    InventorySnapshots,
    day="snapshot_day",
    excluded=UNKNOWN_WORTH,
    over_time=ON_THE_LAST_DAY,
)
issues = Rows(
    InventorySnapshots,
    day="issued_day",
    excluded={"no_rate": nw.col("without_rate"), "no_issues": nw.col("issued_company_micros").is_null()},
)
out_of_stock = nw.col("available") <= 0

stockout = Ratio(
    key="stockout_rate",
    name="Stock-outs",
    department=Department.PLANNING,
    rows=listed,
    numerator=nw.when(out_of_stock).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Days on which a listed product could not be sold from its location, out of all such days.",
    formula="product-location-days with nothing available / listed product-location-days; available = on hand "
    "- reserved - blocked",
    source="kpi-domain 1.5",
    sops=MAINTAIN,
    goal=AVAILABLE,
)
stockout_by_demand = Ratio(
    key="stockout_demand_rate",
    name="Stock-outs, by demand",
    department=Department.PLANNING,
    rows=forecast,
    numerator=nw.when(out_of_stock).then(nw.col("forecast")).otherwise(nw.lit(0)),
    denominator=nw.col("forecast"),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Forecast demand of days without stock, out of all forecast demand: what sells well weighs more.",
    formula="forecast of product-location-days with nothing available / forecast of all listed ones",
    source="kpi-domain 1.5; sales cannot weigh, as they are zero without stock",
    variant_of="stockout_rate",
    sops=MAINTAIN,
    goal=AVAILABLE,
)
value = Stock(
    key="inventory_value",
    name="Stock value",
    department=Department.PLANNING,
    rows=on_average,
    numerator=nw.col("stock_company_micros"),
    dimensions=PLACES,
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="What the stock is worth at cost, with own goods in transit, on average over the period.",
    formula="pieces on hand and in transit x unit cost, summed over products and places, averaged over time",
    source="kpi-domain 0.3 and 1.5, semi-additive",
    sops=MAINTAIN,
    goal=LEAN,
)
closing_value = Stock(
    key="inventory_closing_value",
    name="Stock value at the end",
    department=Department.PLANNING,
    rows=at_the_end,
    numerator=nw.col("stock_company_micros"),
    dimensions=PLACES,
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="What the stock is worth at cost, with own goods in transit, at the end of the period.",
    formula="pieces on hand and in transit x unit cost, on the last snapshot of the period",
    source="kpi-domain 0.3 and 1.5, semi-additive",
    variant_of="inventory_value",
    sops=MAINTAIN,
    goal=LEAN,
)
turns = Ratio(
    key="inventory_turns",
    name="Stock turns",
    department=Department.PLANNING,
    rows=issues,
    numerator=nw.col("issued_company_micros"),
    denominator=nw.col("stock_company_micros"),
    over=between_months,
    scaled=Scaled.PER_YEAR,
    dimensions=PLACES,
    unit=Unit.TIMES,
    better=Better.HIGHER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    monthly=True,
    shown_per=1_000_000,
    meaning="How many times a year the stock is sold and replaced, at cost on both sides.",
    formula="cost of goods issued, a year / average stock at cost between the period's ends (trapezoid)",
    source="Oracle Retail AE12; kpi-domain 1.5",
    sops=MAINTAIN,
    goal=LEAN,
)
days_inventory = Ratio(
    key="days_inventory",
    name="Days of inventory",
    department=Department.PLANNING,
    rows=between_months,
    numerator=nw.col("stock_company_micros"),
    denominator=nw.col("issued_company_micros"),
    over=issues,
    scaled=Scaled.IN_DAYS,
    dimensions=PLACES,
    unit=Unit.DAYS,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    monthly=True,
    shown_per=1_000_000,
    meaning="How many days of sales, at cost, the average stock is.",
    formula="365 / stock turns",
    source="kpi-domain 1.5",
    variant_of="inventory_turns",
    sops=MAINTAIN,
    goal=LEAN,
)
covered = Rows(
    StockCovers,
    day="snapshot_day",
    belongs=nw.col("active"),
    excluded={"no_forecast": nw.col("cover_s").is_null()},
    over_time=ON_THE_LAST_DAY,
)
cover = Model(
    key="days_of_cover",
    name="Days of cover",
    department=Department.PLANNING,
    rows=covered,
    job="compute",
    numerator=nw.col("cover_s"),
    dimensions=PLACES,
    unit=Unit.DAYS,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Days until a product runs out at its location, with dated receipts, if the forecast comes true; the mean.",
    formula="run-down of pieces on hand and promised against the dated forecast, at most as far as it reaches; "
    "mean over listed product-locations at the end of the period",
    source="kpi-domain 1.5; never on hand / average demand",
    sops=MAINTAIN,
    goal=AVAILABLE,
)
short_cover = Ratio(
    key="short_cover_rate",
    name="Cover below lead time",
    department=Department.PLANNING,
    rows=Rows(
        StockCovers,
        day="snapshot_day",
        belongs=nw.col("active"),
        excluded={
            **covered.excluded,
            "no_lead_time": nw.col("lead_time_days").is_null(),
            "beyond_forecast": nw.col("is_capped") & (nw.col("horizon_days") < nw.col("lead_time_days")),
        },
        over_time=ON_THE_LAST_DAY,
    ),
    numerator=nw.when(nw.col("cover_s") < nw.col("lead_time_days") * 86_400)
    .then(nw.lit(1))
    .otherwise(nw.lit(0)),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Products that will run out at their location before what is ordered now could arrive.",
    formula="listed product-locations whose cover is shorter than their lead time / all, at the end of the period",
    source="kpi-domain 4, forecast breach",
    variant_of="days_of_cover",
    sops=MAINTAIN,
    goal=AVAILABLE,
)
STOCK: tuple[Kpi, ...] = (
    stockout, cover, value, turns, stockout_by_demand, short_cover, closing_value, days_inventory,
)  # fmt: skip
