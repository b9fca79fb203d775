"""What was ordered from suppliers, and what came of it."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import LogBin, Table, day, epoch, instant, key, text, whole, worked
from store.facts.stock import item

PURCHASE_STATUSES = ("open", "received", "cancelled")


class SupplierReceipts(Table):
    about = "One line of a purchase order and what the supplier delivered of it."
    name: ClassVar[str] = "supplier_receipts"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "due_day"

    receipt_id = key("Line of the purchase order")
    purchase_order = text("Number of the purchase order")
    supplier = text("Supplier or own plant")
    location = text("Where it is to arrive")
    market = text("Market it is bought for, where it is bought for one only")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    status = text(f"One of {', '.join(PURCHASE_STATUSES)}", required=True, default="open")
    ordered_at = instant("When it was ordered")
    ordered_day = day("Day it was ordered", of="ordered_at")
    promised_day = day("Day of arrival the supplier confirmed first")
    received_at = instant("When the last part of it arrived")
    received_day = day("Day the last part of it arrived", of="received_at")
    units_ordered = whole("Pieces ordered", unit="pieces", required=True)
    units_received = whole("Pieces that arrived up to now", unit="pieces")
    units_by_promise = whole("Pieces that arrived by the promised day", unit="pieces")
    units_inspected = whole("Pieces looked at on arrival", unit="pieces")
    units_rejected = whole("Pieces refused or found defective on arrival", unit="pieces")
    due_day = worked(
        dy.Date,
        "Promised day; without a promise the day of arrival or order",
        pl.coalesce("promised_day", "received_day", "ordered_day"),
    )
    settles_day = worked(
        dy.Date,
        "Promised day plus fourteen days, in which the rest may follow",
        pl.col("promised_day").dt.offset_by("14d"),
    )
    lead_day = worked(
        dy.Date,
        "Day of arrival; while it is awaited, the day of order",
        pl.coalesce("received_day", "ordered_day"),
    )
    ordered_epoch = epoch("ordered_at")
    received_epoch = epoch("received_at")
    waiting_since_epoch = worked(
        dy.Int64,
        "Seconds since 1970 UTC of the order, or of the beginning of its day",
        pl.coalesce("ordered_epoch", pl.col("ordered_day").dt.epoch("s")),
        unit="s",
    )
    lead_s = worked(
        dy.Int64,
        "Order to arrival in whole days",
        (pl.col("received_day") - pl.col("ordered_day")).dt.total_days() * 86_400,
        unit="s",
    )
    lead_bin = worked(dy.Int64, "1 % bin of the lead time", LogBin("lead_s"))
    item = worked(dy.String, "Product and location together", item())

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_in(PURCHASE_STATUSES)

    @dy.rule()
    def has_a_day(cls) -> pl.Expr:
        return pl.col("due_day").is_not_null()

    @dy.rule()
    def rejected_at_most_inspected(cls) -> pl.Expr:
        known = pl.col("units_rejected").is_not_null() & pl.col("units_inspected").is_not_null()
        return ~known | (pl.col("units_rejected") <= pl.col("units_inspected"))


__all__ = ["SupplierReceipts"]
