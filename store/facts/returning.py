"""What customers send back, when they get their money for it, and whether they buy again."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import LogBin, Person, Table, day, epoch, instant, key, text, whole, worked

RETURN_STATUSES = ("received", "refunded", "refused")


class Returns(Table):
    about = "Pieces a customer sent back or was refunded for."
    name: ClassVar[str] = "returns"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "returned_day"

    return_id = key("Return number")
    order_id = text("The order it belongs to", required=True)
    market = text("Market of the order")
    product = text("Article or stock keeping unit")
    reason = text("Why it came back; an exchange is a return with the reason exchange")
    status = text(f"One of {', '.join(RETURN_STATUSES)}, where the source tells refunds")
    requested_at = instant("When the customer asked for the return")
    requested_day = day("Local day of that", of="requested_at")
    returned_at = instant("When the goods were received or refunded")
    returned_day = day("Local day of receipt or refund", required=True, of="returned_at")
    refunded_at = instant("When the refund or the exchange was issued")
    refunded_day = day("Local day of that", of="refunded_at")
    refund_limit_s = whole("Longest time from receipt to refund", unit="s", default=432_000)
    units = whole("Pieces", unit="pieces", required=True, default=1)
    requested_epoch = epoch("requested_at")
    returned_epoch = epoch("returned_at")
    refunded_epoch = epoch("refunded_at")
    refunds_told = worked(
        dy.Bool,
        "The source tells whether and when it was refunded",
        pl.col("status").is_not_null() | pl.col("refunded_at").is_not_null(),
    )
    processing_s = worked(
        dy.Int64, "Receipt to refund", pl.col("refunded_epoch") - pl.col("returned_epoch"), unit="s"
    )
    processing_bin = worked(dy.Int64, "1 % bin of it", LogBin("processing_s"), unit="bin")
    processing_day = worked(
        dy.Date,
        "Day of the refund; while it waits, of the receipt",
        pl.coalesce("refunded_day", "returned_day"),
    )
    refund_due_epoch = worked(
        dy.Int64,
        "Receipt plus the longest time",
        pl.col("returned_epoch") + pl.col("refund_limit_s"),
        unit="s",
    )
    refund_s = worked(
        dy.Int64, "Request to refund", pl.col("refunded_epoch") - pl.col("requested_epoch"), unit="s"
    )
    refund_bin = worked(dy.Int64, "1 % bin of it", LogBin("refund_s"), unit="bin")
    refund_day = worked(
        dy.Date,
        "Day of the refund; while it waits, of the request",
        pl.coalesce("refunded_day", "requested_day"),
    )

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_null() | pl.col("status").is_in(RETURN_STATUSES)


class ReturnedOrders(Table):
    about = (
        "One order of a known customer with a return, and the next order after it; "
        "prepared from orders and returns."
    )
    name: ClassVar[str] = "returned_orders"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "first_return_day"
    prepared: ClassVar[bool] = True

    order_id = key("Order number")
    customer_id = text("The customer, hashed", required=True, person=Person.CUSTOMER)
    market = text("Market the order was sold to")
    channel = text("Sales channel")
    first_return_day = day("Local day the first piece came back", required=True)
    repeat_closes_day = day("That plus 90 days")
    next_order_day = day("Local day of the customer's next order after the return")


__all__ = ["ReturnedOrders", "Returns"]
