"""What lies where and what it is worth, what counting found, and how full the places are."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Table,
    amount,
    company_money,
    day,
    flag,
    instant,
    key,
    text,
    whole,
    worked,
)

COMPANY_MICROS = "micros of the company currency"
ITEM = ("product", "location")


def item() -> pl.Expr:
    """Product and location together, by which stock, forecasts and receipts find each other."""
    return pl.concat_str([pl.col(name).fill_null("") for name in ITEM], separator="|")


def _no_rate(given: str, converted: str) -> pl.Expr:
    return pl.col(given).is_not_null() & pl.col(converted).is_null()


class InventorySnapshots(MoneyTable):
    about = "The stock of one product at one location on the evening of one day."
    name: ClassVar[str] = "inventory_snapshots"
    department: ClassVar[str] = "planning"
    money_day: ClassVar[str | None] = "snapshot_day"
    month_of: ClassVar[str] = "snapshot_day"

    snapshot_id = key("Product, location and day, or the row of the export")
    location = text("Warehouse or other place of stock")
    market = text("Market the stock is kept for, where it is kept for one only")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    snapshot_day = day("Day of the stock, in the location's zone", required=True)
    on_hand = whole("Pieces that lie there", unit="pieces", required=True, minimum=None)
    reserved = whole("Pieces promised to orders already", unit="pieces", default=0)
    blocked = whole("Pieces that must not be sold", unit="pieces", default=0)
    in_transit = whole("Own pieces on their way to the location", unit="pieces", default=0)
    forecast = whole("Pieces forecast to be asked for on the day", unit="pieces")
    active = flag("Listed on the day: neither before its launch nor discontinued", default=True)
    lead_time_days = whole("Days from order to receipt of a replenishment", unit="days")
    issued = whole("Pieces that left it for customers since the snapshot before", unit="pieces", minimum=None)
    currency = text("ISO code of the amounts")
    unit_cost_micros = amount("Cost of one piece", given_as="unit_cost")
    value_micros = amount(
        "Value at cost with what is in transit; else pieces times the cost of one",
        given_as="value",
        minimum=None,
    )
    issued_cost_micros = amount(
        "Cost of the goods that left it; else pieces times the cost of one",
        given_as="issued_cost",
        minimum=None,
    )
    unit_cost_company_micros = company_money("Cost of one piece in company currency", "unit_cost_micros")
    issued_given_company_micros = company_money(
        "The given cost of goods in company currency", "issued_cost_micros"
    )
    value_company_micros = company_money("The given value in company currency", "value_micros")
    available = worked(
        dy.Int64,
        "Pieces that can be sold: on hand less reserved and blocked",
        pl.col("on_hand") - pl.col("reserved") - pl.col("blocked"),
        unit="pieces",
    )
    stock_company_micros = worked(
        dy.Int64,
        "Value at cost of what lies there and is in transit",
        pl.when(pl.col("value_micros").is_not_null())
        .then("value_company_micros")
        .otherwise((pl.col("on_hand") + pl.col("in_transit")) * pl.col("unit_cost_company_micros")),
        unit=COMPANY_MICROS,
    )
    issued_company_micros = worked(
        dy.Int64,
        "Cost of the goods that left it",
        pl.when(pl.col("issued_cost_micros").is_not_null())
        .then("issued_given_company_micros")
        .otherwise(pl.col("issued") * pl.col("unit_cost_company_micros")),
        unit=COMPANY_MICROS,
    )
    item = worked(dy.String, "Product and location together", item())
    issued_day = worked(dy.Date, "Day the goods left it: the day of the snapshot", pl.col("snapshot_day"))
    without_rate = worked(
        dy.Bool,
        "An amount has no exchange rate yet",
        pl.any_horizontal(
            _no_rate("value_micros", "value_company_micros"),
            _no_rate("unit_cost_micros", "unit_cost_company_micros"),
            _no_rate("issued_cost_micros", "issued_given_company_micros"),
        ),
    )


class InventoryCounts(MoneyTable):
    about = "One count of one product in one bin, beside what the books said."
    name: ClassVar[str] = "inventory_counts"
    department: ClassVar[str] = "planning"
    money_day: ClassVar[str | None] = "counted_day"
    month_of: ClassVar[str] = "counted_day"

    count_id = key("Count, or the row of the count sheet")
    location = text("Warehouse or other place of stock")
    bin = text("Shelf, bin or pallet place that was counted")
    market = text("Market the stock is kept for, where it is kept for one only")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    counted_at = instant("When it was counted")
    counted_day = day("Day of the count, in the location's zone", required=True, of="counted_at")
    book = whole("Pieces the books said", unit="pieces", required=True, minimum=None)
    counted = whole("Pieces found", unit="pieces", required=True)
    tolerance = whole("Difference that is still taken as none", unit="pieces", default=0)
    currency = text("ISO code of the unit cost")
    unit_cost_micros = amount("Cost of one piece", given_as="unit_cost")
    unit_cost_company_micros = company_money("Cost of one piece in company currency", "unit_cost_micros")
    difference = worked(
        dy.Int64,
        "Pieces too many or too few, both counted up",
        (pl.col("counted") - pl.col("book")).abs(),
        unit="pieces",
    )


class LocationDays(MoneyTable):
    about = "One day of one location: how much room and working capacity it has, uses and costs."
    name: ClassVar[str] = "location_days"
    department: ClassVar[str] = "planning"
    money_day: ClassVar[str | None] = "location_day"
    month_of: ClassVar[str] = "location_day"

    location_day_id = key("Location and day, or the row of the export")
    location = text("Warehouse or other place of stock")
    market = text("Market it serves, where it serves one only")
    location_day = day("The day, in the location's zone", required=True)
    room = whole("Room for stock: pallet places, bins or volume, always the same measure", unit="places")
    room_used = whole("Room that is taken", unit="places")
    capacity = whole("Pieces or lines the location can handle in the day", unit="units")
    handled = whole("Pieces or lines it handled", unit="units")
    currency = text("ISO code of the cost")
    carrying_cost_micros = amount(
        "Cost of keeping stock on the day: room, capital, insurance, loss of value", given_as="carrying_cost"
    )
    carrying_cost_company_micros = company_money("That cost in company currency", "carrying_cost_micros")


class StockCovers(Table):
    about = "One product at one location on the last day of a week, run down against its forecast; prepared."
    name: ClassVar[str] = "stock_covers"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "snapshot_day"
    prepared: ClassVar[bool] = True

    cover_id = key("Product, location and day")
    item = text("Product and location together", required=True)
    location = text("Warehouse or other place of stock")
    market = text("Market the stock is kept for, where it is kept for one only")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    snapshot_day = day("Last day of the week with a snapshot", required=True)
    active = flag("Listed on the day")
    on_hand = whole("Pieces that lay there", unit="pieces", minimum=None)
    lead_time_days = whole("Days from order to receipt of a replenishment", unit="days")
    horizon_days = whole("Days the forecasts of that day reach ahead, at most 92", unit="days")
    cover_s = whole("How long stock and dated receipts last against the forecast", unit="s")
    is_capped = flag("They outlast the forecast, so that they last at least so long")


__all__ = ["InventoryCounts", "InventorySnapshots", "LocationDays", "StockCovers", "item"]
