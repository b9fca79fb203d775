"""Planning, stock: is there enough of it, is it where the books say, and what does keeping it cost?"""

import narwhals as nw

from kpi.levels import Stock
from kpi.model import Better, Department, Flag, Kpi, Level, OverTime, Ratio, Rows, Scaled, Unit
from store.facts import InventoryCounts, InventorySnapshots, LocationDays

OWNER = "Planning lead"
PLACES = ("location", "category")
MAINTAIN = ("inventory_management",)
AVAILABLE = "Have what customers ask for"
LEAN = "Tie up little money"
TRUE_BOOKS = "Know what lies where"

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
    InventorySnapshots,
    day="snapshot_day",
    excluded=UNKNOWN_WORTH,
    over_time=OverTime(apart="location", months_alike=True),
)
at_the_end = Rows(
    InventorySnapshots,
    day="snapshot_day",
    excluded=UNKNOWN_WORTH,
    over_time=OverTime(Level.CLOSING, apart="location"),
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
    over=on_average,
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
    rows=on_average,
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
carrying_cost = Ratio(
    key="carrying_cost_rate",
    name="Carrying cost",
    department=Department.PLANNING,
    rows=Rows(
        LocationDays,
        day="location_day",
        excluded={
            "no_rate": nw.col("carrying_cost_company_micros").is_null()
            & ~nw.col("carrying_cost_micros").is_null(),
            "no_cost": nw.col("carrying_cost_micros").is_null(),
        },
    ),
    numerator=nw.col("carrying_cost_company_micros"),
    denominator=nw.col("stock_company_micros"),
    over=on_average,
    scaled=Scaled.PER_YEAR,
    dimensions=("location",),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    monthly=True,
    shown_per=1_000_000,
    meaning="What keeping stock costs in a year - room, capital, insurance, loss of value - out of its value.",
    formula="carrying cost, a year / average stock at cost",
    source="APQC logistics measures; kpi-domain 1.5 for the average",
    sops=MAINTAIN,
    goal=LEAN,
)
counted = Rows(InventoryCounts, day="counted_day")
accuracy = Ratio(
    key="inventory_accuracy",
    name="Stock accuracy",
    department=Department.PLANNING,
    rows=counted,
    numerator=nw.when(nw.col("difference") <= nw.col("tolerance")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Bins that held what the books said, out of all bins counted.",
    formula="bins counted without a difference above the tolerance / bins counted",
    source="WERC; kpi-domain 1.4",
    sops=MAINTAIN,
    goal=TRUE_BOOKS,
)
value_difference = Ratio(
    key="inventory_value_difference",
    name="Stock differences, by value",
    department=Department.PLANNING,
    rows=Rows(
        InventoryCounts,
        day="counted_day",
        excluded={
            "no_rate": nw.col("unit_cost_company_micros").is_null() & ~nw.col("unit_cost_micros").is_null(),
            "no_unit_cost": nw.col("unit_cost_micros").is_null(),
        },
    ),
    numerator=nw.col("difference") * nw.col("unit_cost_company_micros"),
    denominator=nw.col("book") * nw.col("unit_cost_company_micros"),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Value of what was found too many or too few, out of the value in the books; they do not cancel out.",
    formula="sum of |counted - book| x unit cost / sum of book x unit cost",
    source="kpi-domain 1.4",
    variant_of="inventory_accuracy",
    sops=MAINTAIN,
    goal=TRUE_BOOKS,
    shown_per=1_000_000,
)
room = Ratio(
    key="warehouse_utilisation",
    name="Warehouse utilisation",
    department=Department.PLANNING,
    rows=Rows(
        LocationDays,
        day="location_day",
        excluded={"no_room_told": nw.col("room").is_null() | nw.col("room_used").is_null()},
    ),
    numerator=nw.col("room_used"),
    denominator=nw.col("room"),
    dimensions=("location",),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Room that is taken, out of the room there is; above 100 % goods stand in the way.",
    formula="room used / room, summed over days",
    source="WERC",
    sops=MAINTAIN,
    goal=LEAN,
    flag=Flag(above=1.0, word="more_than_full"),
)
capacity = Ratio(
    key="handling_utilisation",
    name="Handling capacity used",
    department=Department.PLANNING,
    rows=Rows(
        LocationDays,
        day="location_day",
        excluded={"no_capacity_told": nw.col("capacity").is_null() | nw.col("handled").is_null()},
    ),
    numerator=nw.col("handled"),
    denominator=nw.col("capacity"),
    dimensions=("location",),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces handled, out of those the location could handle with the people and hours planned.",
    formula="pieces or lines handled / capacity, summed over days",
    source="WERC",
    sops=("demand_planning",),
    goal=LEAN,
    flag=Flag(above=1.0, word="more_than_planned"),
)

STOCK: tuple[Kpi, ...] = (
    stockout, value, turns, accuracy, carrying_cost, room, capacity,
    stockout_by_demand, closing_value, days_inventory, value_difference,
)  # fmt: skip
