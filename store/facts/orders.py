"""Orders, their lines, and what customers sent back or complained about."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Person,
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

ORDER_STATUSES = ("open", "shipped", "delivered", "completed", "cancelled", "test", "gift_card")
ERROR_KINDS = ("wrong_item", "wrong_quantity", "wrong_address")
CANCELLED_BY = ("seller", "out_of_stock", "customer", "fraud_check", "other")
DAMAGE, DOCUMENTS = "damage", "documents"


class Customers(Table):
    about = "One customer, known by a hashed id only."
    name: ClassVar[str] = "customers"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "first_order_day"

    customer_id = key("The customer, hashed with the deployment's secret", person=Person.CUSTOMER)
    market = text("Market the customer belongs to")
    channel = text("Channel that brought the customer")
    first_order_at = instant("When the first order that counts was placed, if the source knows")
    first_order_day = day(
        "Local day of the first order that counts, if the source knows", of="first_order_at"
    )


class Orders(MoneyTable):
    about = "One order of one customer."
    name: ClassVar[str] = "orders"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "ordered_day"
    month_of: ClassVar[str] = "ordered_day"

    order_id = key("Order number, unique in the source")
    market = text("Market the order was sold to")
    channel = text("Sales channel: web shop, marketplace, retail")
    customer_id = text("The customer, hashed with the deployment's secret", person=Person.CUSTOMER)
    status = text(f"One of {', '.join(ORDER_STATUSES)}", required=True, default="completed")
    ordered_at = instant("When the order was placed")
    ordered_day = day("Local day the order was placed", required=True, of="ordered_at")
    confirmed_at = instant("When the order was paid and released to the warehouse")
    confirmed_day = day("Local day of the release", of="confirmed_at")
    handed_over_at = instant("Acceptance scan of the carrier, not the label print")
    handed_over_day = day("Local day of the hand-over", of="handed_over_at")
    fulfilment_limit_s = whole("Longest promised time from release to hand-over", unit="s", default=172_800)
    promised_day = day("First promised delivery day shown to the customer, local at destination")
    delivered_at = instant("When the last part of the order was delivered")
    delivered_day = day("Local day at destination of the last delivery", of="delivered_at")
    cancelled_by = text(f"Who or what cancelled it, one of {', '.join(CANCELLED_BY)}")
    accepted_day = day("Day 0 of the promise: first working day of the warehouse that reaches its cut-off")
    ship_by_day = day("Last day of the hand-over that keeps the promise, local at the warehouse")
    address_verified = flag("The address was checked and found deliverable before the label was printed")
    address_verified_at = instant("When the address was checked")
    label_printed_at = instant("When the label was printed")
    units = whole("Pieces ordered", unit="pieces")
    units_delivered = whole("Pieces delivered", unit="pieces")
    currency = text("ISO code of the order's amounts")
    net_micros = amount(
        "Merchandise after discounts, without tax, shipping and duty", given_as="net", minimum=None
    )
    margin_micros = amount("Net price minus unit cost", given_as="margin", minimum=None)
    net_company_micros = company_money("The net value in company currency", "net_micros")
    margin_company_micros = company_money("The margin in company currency", "margin_micros")
    address_checked = worked(
        dy.Bool,
        "The address was verified before the label, else before the hand-over; unknown where nothing tells",
        pl.coalesce(
            pl.col("address_verified"),
            (pl.col("address_verified_at") <= pl.coalesce("label_printed_at", "handed_over_at")),
            pl.when(pl.col("label_printed_at").is_not_null()).then(False),
        ),
    )

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_in(ORDER_STATUSES)


class OrderLines(MoneyTable):
    about = "One line of an order: a product and how many pieces of it."
    name: ClassVar[str] = "order_lines"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "ordered_day"
    month_of: ClassVar[str] = "ordered_day"

    line_id = key("Order line, unique in the source")
    order_id = text("The order it belongs to", required=True)
    market = text("Market, where the orders table does not say")
    channel = text("Channel, where the orders table does not say")
    customer_id = text("Customer, where the orders table does not say; hashed", person=Person.CUSTOMER)
    product = text("Article or stock keeping unit")
    ordered_at = instant("When the line was ordered, where the orders table does not say")
    ordered_day = day("Local day of the order", of="ordered_at")
    promised_day = day("Promised day of the order, where the orders table does not say")
    units = whole("Pieces ordered", unit="pieces")
    units_filled = whole("Pieces that were in stock at the first release of the order", unit="pieces")
    units_by_promise = whole("Pieces delivered on or before the promised day", unit="pieces")
    units_delivered = whole("Pieces delivered up to now", unit="pieces")
    currency = text("ISO code of the line's amounts")
    net_micros = amount("Line value after discounts, without tax and shipping", given_as="net", minimum=None)
    margin_micros = amount("Line value minus cost of the goods", given_as="margin", minimum=None)
    net_company_micros = company_money("The line value in company currency", "net_micros")
    margin_company_micros = company_money("The line margin in company currency", "margin_micros")
    in_full = worked(
        dy.Bool,
        "Exactly the ordered pieces by the promised day; more is a failure too",
        (pl.col("units_by_promise") == pl.col("units")) & (pl.col("units_delivered") == pl.col("units")),
    )


class Claims(Table):
    about = (
        "What a customer complained about: wrong item, quantity or address, damage, missing or wrong papers."
    )
    name: ClassVar[str] = "claims"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "reported_day"

    claim_id = key("Claim number")
    order_id = text("The order it belongs to", required=True)
    market = text("Market of the order")
    shipment_id = text("The shipment that was damaged, where it is known")
    kind = text(
        f"One of {', '.join([*ERROR_KINDS, DAMAGE, DOCUMENTS])}; damage by the carrier is not a picking error",
        required=True,
    )
    confirmed = flag("The claim was found to be true", default=True)
    reported_at = instant("When the customer reported it")
    reported_day = day("Local day of the report", required=True, of="reported_at")
    mistakes = whole("How many of this kind", required=True, default=1)


class OrderOutcomes(Table):
    about = "One order and all that became of it; prepared from orders, lines, shipments, returns and claims."
    name: ClassVar[str] = "order_outcomes"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "ordered_day"
    prepared: ClassVar[bool] = True

    order_id = key("Order number")
    market = text("Market the order was sold to")
    channel = text("Sales channel")
    customer_id = text("The customer, hashed", person=Person.CUSTOMER)
    status = text("Status of the order", required=True)
    ordered_day = day("Local day the order was placed", required=True)
    ordered_epoch = whole("Seconds since 1970 UTC of the order", unit="s", minimum=None)
    confirmed_epoch = whole("Seconds since 1970 UTC of the release", unit="s", minimum=None)
    confirm_day = day("Day of release; while it waits, the day of the order")
    confirm_s = whole("Order to release, around the clock", unit="s", minimum=None)
    confirm_bin = whole("1 % bin of the time to release", unit="bin", minimum=None)
    confirmed_day = day("Local day of the release, else of the order")
    handed_over_epoch = whole(
        "Seconds since 1970 UTC of the hand-over to the carrier", unit="s", minimum=None
    )
    handed_over_day = day("Local day of the hand-over")
    ship_by_day = day("Last day of the hand-over that keeps the promise")
    fulfilment_day = day("Hand-over day; while it waits, the day of release")
    fulfilment_s = whole("Release to hand-over, around the clock", unit="s", minimum=None)
    fulfilment_bin = whole("1 % bin of the time to hand-over", unit="bin", minimum=None)
    fulfilment_due_epoch = whole("Release plus the promised time to hand-over", unit="s", minimum=None)
    promised_day = day("First promised delivery day")
    due_day = day("Promised day; without a promise the day of order", required=True)
    delivered_day = day("Local day of the last delivery")
    claims_close_day = day("Hand-over plus the claim window of 30 days")
    returns_close_day = day("Delivery plus the return window of 30 days")
    lines = whole("Lines of the order")
    lines_in_full = whole("Lines delivered exactly and by the promised day")
    units = whole("Pieces ordered", unit="pieces")
    units_by_promise = whole(
        "Ordered pieces delivered by the promised day, at most those ordered", unit="pieces"
    )
    units_filled = whole("Ordered pieces in stock at the first release", unit="pieces")
    lines_filled = whole("Lines of which every piece was in stock at the first release")
    units_delivered = whole("Pieces delivered", unit="pieces")
    units_returned = whole("Pieces returned within the window", unit="pieces")
    contacts = whole("Conversations about it begun up to the end of the return window")
    wismo_contacts = whole("Of those, the ones that ask where it is")
    units_returned_late = whole("Pieces returned after the window", unit="pieces")
    returned_company_micros = whole(
        "What those pieces were sold for, at the order's average price", unit="micros", minimum=None
    )
    returns_settle_day = day("Day the return window is over; without a delivery 90 days after the order")
    mistakes = whole("Mistakes reported within the claim window")
    mistakes_late = whole("Mistakes reported after the claim window")
    line_mistakes = whole("Mistakes of item or quantity within the claim window")
    damaged = flag("A confirmed damage was claimed within the claim window")
    document_error = flag("A declaration or the papers of the order had a mistake of the shipper")
    lines_complete = whole("Lines delivered exactly, whenever that was")
    perfect_due_day = day("Promised day plus the claim window of 30 days")
    opportunities = whole("Chances of a mistake: two a line and one an order")
    currency = text("ISO code of the order's amounts")
    net_company_micros = whole("Net value in company currency", unit="micros", minimum=None)
    without_rate = flag("An amount has no exchange rate yet")


class CustomerValues(Table):
    about = "One customer with the first order that counts and the margin of the twelve months after it."
    name: ClassVar[str] = "customer_values"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "first_order_day"
    prepared: ClassVar[bool] = True

    customer_id = key("The customer, hashed", person=Person.CUSTOMER)
    market = text("Market of the first order")
    channel = text("Channel of the first order")
    first_order_day = day("Local day of the first order that is neither cancelled nor a test", required=True)
    horizon_day = day("First order plus twelve months")
    margin_12m_micros = whole("Margin of the orders within the horizon", unit="micros", minimum=None)
    without_margin = flag("An order within the horizon has no margin or no exchange rate")


__all__ = ["Claims", "CustomerValues", "Customers", "OrderLines", "OrderOutcomes", "Orders"]
