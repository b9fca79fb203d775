"""Transport: what does carrying goods cost?"""

import narwhals as nw

from kpi.model import Better, Department, Ratio, Rows, Target, Unit
from store.facts import OrderOutcomes, ShipmentCosts

OWNER = "Shipping lead"
PARCELS = ("market", "carrier", "mode")
NOT_AN_ORDER = nw.col("status").is_in(["cancelled", "test", "gift_card"])


def when(condition: nw.Expr) -> nw.Expr:
    """1 where the condition holds, else 0, also where it is unknown."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


dispatched = Rows(
    ShipmentCosts,
    day="cost_day",
    belongs=~nw.col("status").is_in(["cancelled_before_dispatch", "open"]),
    excluded={
        "unallocated_charge": nw.col("unallocated").fill_null(False),
        "no_rate": nw.col("without_rate"),
        "no_cost": nw.col("without_cost"),
    },
)
cost_per_order = Ratio(
    key="transportation_cost_per_order",
    name="Transport cost per order",
    department=Department.SHIPPING,
    rows=dispatched,
    numerator=nw.col("transport_company_micros"),
    denominator=nw.col("orders"),
    dimensions=PARCELS,
    unit=Unit.MONEY,
    better=Better.LOWER,
    target=Target(at=11.50, warn=12.50),
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Freight, surcharges, line-haul and last mile for each order sent; duty, tax and packaging are not in it.",
    formula="transport charges, shared by chargeable weight / orders dispatched",
    source="APQC 100742; kpi-domain 1.4",
    sops=("mode_selection",),
    goal="Carry goods at a fair cost",
)
cost_per_shipment = Ratio(
    key="transportation_cost_per_shipment",
    name="Transport cost per shipment",
    department=Department.SHIPPING,
    rows=dispatched,
    numerator=nw.col("transport_company_micros"),
    dimensions=PARCELS,
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Freight, surcharges, line-haul and last mile for each shipment sent.",
    formula="transport charges / shipments dispatched that have a charge",
    source="kpi-domain 1.4",
    sops=("mode_selection",),
    goal="Carry goods at a fair cost",
    variant_of="transportation_cost_per_order",
)
cost_of_sales = Ratio(
    key="transportation_cost_of_sales",
    name="Transport cost of sales",
    department=Department.SHIPPING,
    rows=dispatched,
    numerator=nw.col("transport_company_micros"),
    denominator=nw.col("net_company_micros"),
    over=Rows(
        OrderOutcomes,
        day="ordered_day",
        belongs=~NOT_AN_ORDER,
        excluded={"no_rate": nw.col("without_rate"), "no_value": nw.col("net_company_micros").is_null()},
    ),
    dimensions=("market",),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Transport charges of the period, out of the net merchandise value ordered in it.",
    formula="transport charges by day of dispatch / net sales by day of order",
    source="kpi-domain 1.4",
    sops=("mode_selection",),
    goal="Carry goods at a fair cost",
    variant_of="transportation_cost_per_order",
    shown_per=1_000_000,
)
cost_per_kg = Ratio(
    key="transportation_cost_per_kg",
    name="Transport cost per kg",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentCosts,
        day="cost_day",
        belongs=dispatched.belongs,
        excluded={**dispatched.excluded, "no_weight": nw.col("chargeable_g").fill_null(0) == 0},
    ),
    numerator=nw.col("transport_company_micros"),
    denominator=nw.col("chargeable_g"),
    dimensions=PARCELS,
    unit=Unit.MONEY_PER_KG,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Transport charges for each chargeable kilogram, the larger of actual and volume weight.",
    formula="transport charges / chargeable kilograms",
    source="kpi-domain 1.4",
    sops=("mode_selection",),
    goal="Carry goods at a fair cost",
    variant_of="transportation_cost_per_order",
)
co2_per_order = Ratio(
    key="co2_per_order",
    name="CO2e per order",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentCosts,
        day="cost_day",
        belongs=dispatched.belongs & ~nw.col("unallocated").fill_null(False),
        excluded={"no_emission": nw.col("co2e_g").is_null()},
    ),
    numerator=nw.col("co2e_g"),
    denominator=nw.col("orders_with_co2e"),
    dimensions=PARCELS,
    unit=Unit.KG,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Greenhouse gas of the transport, as the carriers report it, for each order sent.",
    formula="grams of CO2e reported / orders dispatched that have a figure",
    source="GLEC Framework and ISO 14083 for the carriers' figures; Fairlead",
    sops=("mode_selection",),
    goal="Carry goods with less carbon",
)
