"""Stock, counts, demand, forecasts and purchases from a seed: with gaps, late, open, refused and without a rate."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from made_facts import Row

from store.contract import Table
from store.facts import (
    DemandActuals,
    ForecastSnapshots,
    InventoryCounts,
    InventorySnapshots,
    LocationDays,
    SupplierReceipts,
)

if TYPE_CHECKING:
    from random_facts import Dice

FIRST = date(2024, 5, 1)
MONDAY = date(2024, 5, 6)
PRODUCTS = ("cup", "lid", "box", "jar")
FAMILIES = {"cup": "hot", "lid": "hot", "box": "cold", "jar": None}
PLACES = ("Hamburg", "Ningbo")
SERIES = [(product, market) for product in PRODUCTS for market in ("DE", "JP", None)]


def inventory_snapshots(dice: "Dice", number: int) -> Row:
    """Four products at two places on every third day; one place is silent now and then."""
    step, item = divmod(number, 8)
    product = PRODUCTS[item % 4]
    return {
        "snapshot_id": f"S{number}",
        "location": PLACES[item // 4],
        "product": product,
        "category": FAMILIES[product],
        "snapshot_day": FIRST + timedelta(days=3 * step + 2),
        "on_hand": dice.whole(-1, 40) if dice.chance(0.8) else 0,
        "reserved": dice.maybe(dice.whole(0, 3)),
        "blocked": dice.maybe(dice.whole(0, 1)),
        "in_transit": dice.maybe(dice.whole(0, 60)),
        "forecast": dice.maybe(dice.whole(0, 9)),
        "active": dice.maybe(dice.chance(0.9)),
        "lead_time_days": dice.maybe(dice.whole(5, 40)),
        "issued": dice.maybe(dice.whole(0, 9)),
        "issued_cost": dice.maybe(dice.money(90), 0.8),
        "currency": dice.currency(),
        "unit_cost": dice.money(9),
        "value": dice.maybe(dice.money(400), 0.8),
    }


def inventory_counts(dice: "Dice", number: int) -> Row:
    product = dice.one_of(PRODUCTS)
    return {
        "count_id": f"K{number}",
        "location": dice.one_of([*PLACES, None]),
        "bin": f"A-{dice.whole(1, 40)}",
        "product": product,
        "category": FAMILIES[str(product)],
        "counted_day": dice.day(),
        "book": (book := dice.whole(0, 30)),
        "counted": max(book + dice.random.choices([0, 1, -1, 4], [6, 1, 1, 1])[0], 0),
        "tolerance": dice.maybe(dice.whole(0, 1)),
        "currency": dice.currency(),
        "unit_cost": dice.money(9),
    }


def location_days(dice: "Dice", number: int) -> Row:
    step, place = divmod(number, 2)
    return {
        "location_day_id": f"D{number}",
        "location": PLACES[place],
        "location_day": FIRST + timedelta(days=step),
        "room": dice.maybe(dice.whole(50, 60)),
        "room_used": dice.maybe(dice.whole(20, 62)),
        "capacity": dice.maybe(dice.whole(100, 120)),
        "handled": dice.maybe(dice.whole(0, 130)),
        "currency": dice.currency(),
        "carrying_cost": dice.money(20),
    }


def demand_actuals(dice: "Dice", number: int) -> Row:
    """Twelve series of weeks, in which some weeks are missing."""
    week, item = divmod(number, len(SERIES))
    product, market = SERIES[item]
    return {
        "demand_id": f"W{number}",
        "product": product,
        "category": FAMILIES[product],
        "market": market,
        "location": PLACES[item % 2],
        "promotion": dice.maybe("spring sale", 0.8),
        "bucket_day": MONDAY + timedelta(days=7 * (week + (week > 20) + (item % 3 == 0 and week > 30))),
        "units": (units := dice.whole(0, 12)),
        "units_filled": dice.maybe(units - (units > 0 and dice.chance(0.3))),
    }


def forecast_snapshots(dice: "Dice", number: int) -> Row:
    """Forecasts of the same series from 21, 28 and 35 days before, in some weeks several times."""
    week, item = divmod(number, len(SERIES))
    product, market = SERIES[item]
    bucket = MONDAY + timedelta(days=7 * week)
    return {
        "forecast_id": f"F{number}",
        "product": product,
        "category": FAMILIES[product],
        "market": market,
        "location": PLACES[item % 2],
        "version": dice.random.choices(["final", "override", "statistical"], [8, 1, 1])[0],
        "method": dice.maybe("plan"),
        "made_day": bucket - timedelta(days=dice.random.choices([21, 28, 30, 35], [1, 3, 1, 2])[0]),
        "bucket_day": bucket - timedelta(days=7 * (week % 9 == 8)),
        "units": dice.whole(0, 14),
        "naive_units": dice.maybe(dice.whole(0, 12), 0.7),
    }


def supplier_receipts(dice: "Dice", number: int) -> Row:
    ordered = dice.day()
    promised = ordered + timedelta(days=dice.whole(2, 40))
    received = promised + timedelta(days=dice.random.choices([-3, 0, 2, 30], [1, 5, 2, 1])[0])
    units = dice.whole(1, 50)
    got = max(units - dice.random.choices([0, 3, -2], [6, 1, 1])[0], 0)
    product = str(dice.one_of(PRODUCTS))
    seen = dice.whole(0, got)
    return {
        "receipt_id": f"P{number}",
        "purchase_order": f"PO{number // 3}",
        "supplier": dice.one_of(["Fenghua", "Taizhou", None]),
        "location": dice.one_of([*PLACES, None]),
        "product": product,
        "category": FAMILIES[product],
        "status": dice.random.choices(["received", "open", "cancelled"], [8, 2, 1])[0],
        "ordered_day": ordered,
        "promised_day": dice.maybe(promised, 0.1),
        "received_day": dice.maybe(received, 0.2),
        "units_ordered": units,
        "units_received": dice.maybe(got),
        "units_by_promise": dice.maybe(got if received <= promised else 0),
        "units_inspected": dice.maybe(seen),
        "units_rejected": dice.maybe(dice.whole(0, seen), 0.5),
    }


PLANNING_MAKERS: dict[type[Table], tuple[object, int]] = {
    InventorySnapshots: (inventory_snapshots, 1_200),
    InventoryCounts: (inventory_counts, 300),
    LocationDays: (location_days, 860),
    DemandActuals: (demand_actuals, 700),
    ForecastSnapshots: (forecast_snapshots, 720),
    SupplierReceipts: (supplier_receipts, 500),
}
