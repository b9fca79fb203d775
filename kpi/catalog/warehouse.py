"""Planning, warehouses: is the stock where the books say, how full is it there, and what does keeping it cost?"""

import narwhals as nw

from kpi.catalog.stock import LEAN, MAINTAIN, OWNER, PLACES, between_months
from kpi.model import Better, Department, Flag, Kpi, Ratio, Rows, Scaled, Unit
from store.facts import InventoryCounts, LocationDays

TRUE_BOOKS = "Know what lies where"

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
    over=between_months,
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

WAREHOUSE: tuple[Kpi, ...] = (accuracy, carrying_cost, room, capacity, value_difference)
