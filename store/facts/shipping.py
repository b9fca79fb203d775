"""Shipments and what carrying them costs."""

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

SHIPMENT_STATUSES = (
    "open",
    "in_transit",
    "delivered",
    "lost",
    "returned_to_sender",
    "cancelled_before_dispatch",
)
TRANSPORT_CHARGES = ("freight", "surcharge", "last_mile", "line_haul")
OTHER_CHARGES = ("duty", "import_tax", "duty_tax", "packaging", "brokerage", "insurance", "storage")


class Shipments(MoneyTable):
    """One parcel or consignment handed to a carrier."""

    name: ClassVar[str] = "shipments"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "cost_day"
    month_of: ClassVar[str] = "sent_day"

    shipment_id = key("Tracking or consignment number, unique in the source")
    order_id = text("The order it carries, if it carries one")
    market = text("Destination market")
    carrier = text("Carrier or forwarder")
    mode = text("Mode of transport: air, sea, rail, road, express")
    origin = text("Where it was sent from")
    zone = text("Time zone of the destination, where the market's zone is not right")
    status = text(f"One of {', '.join(SHIPMENT_STATUSES)}", required=True, default="in_transit")
    shipped_at = instant("Acceptance scan of the carrier")
    shipped_day = day("Local day of dispatch", of="shipped_at")
    promised_day = day("First promise shown to the customer, local day at destination")
    delivered_at = instant("When it was delivered")
    delivered_day = day("Local day of delivery at destination", of="delivered_at")
    sent_day = worked(
        dy.Date,
        "Day of dispatch; before that the first day known",
        pl.coalesce("shipped_day", "promised_day", "delivered_day"),
    )
    due_day = worked(
        dy.Date,
        "Promised day; without a promise the day of dispatch or delivery",
        pl.coalesce("promised_day", "shipped_day", "delivered_day"),
    )
    cost_day = worked(
        dy.Date,
        "Day the freight is booked on: dispatch, else promise or delivery",
        pl.coalesce("shipped_day", "promised_day", "delivered_day"),
    )
    weight_g = whole("Actual weight", unit="g")
    volume_cm3 = whole("Volume", unit="cm3")
    volume_divisor = whole("Cubic centimetres that are charged as one kilogram", unit="cm3/kg", default=5_000)
    orders = whole("Orders it carries, where that is known", unit="orders")
    consolidation = text("Consignment it travelled in, whose charges are shared by chargeable weight")
    currency = text("ISO code of the freight")
    freight_micros = amount("Freight of this shipment, where no charge table exists", given_as="freight")
    freight_company_micros = company_money("The freight in company currency", "freight_micros")
    chargeable_g = worked(
        dy.Int64,
        "The larger of actual and volume weight",
        pl.max_horizontal(pl.col("weight_g"), pl.col("volume_cm3") * 1_000 // pl.col("volume_divisor")),
        unit="g",
    )

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_in(SHIPMENT_STATUSES)

    @dy.rule()
    def has_a_day(cls) -> pl.Expr:
        return pl.col("due_day").is_not_null()


class FreightCharges(MoneyTable):
    """One charge of a carrier's invoice or of an accrual, for a shipment or a consolidation."""

    name: ClassVar[str] = "freight_charges"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "service_day"
    month_of: ClassVar[str] = "service_day"

    charge_id = key("Invoice line")
    shipment_id = text("The shipment charged")
    consolidation = text("The consolidation charged")
    market = text("Destination market")
    kind = text(
        f"{', '.join(TRANSPORT_CHARGES)} are transport; {', '.join(OTHER_CHARGES)} are not",
        required=True,
        default="freight",
    )
    service_day = day("Day of the service, not of the invoice", required=True)
    currency = text("ISO code of the charge")
    amount_micros = amount("The charge", given_as="amount", minimum=None)
    amount_company_micros = company_money("The charge in company currency", "amount_micros")

    @dy.rule()
    def kind_is_known(cls) -> pl.Expr:
        return pl.col("kind").is_in([*TRANSPORT_CHARGES, *OTHER_CHARGES])

    @dy.rule()
    def has_a_target(cls) -> pl.Expr:
        return pl.col("shipment_id").is_not_null() | pl.col("consolidation").is_not_null()


class ShipmentCosts(Table):
    """One dispatched shipment with its share of transport charges; prepared from shipments and charges."""

    name: ClassVar[str] = "shipment_costs"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "cost_day"
    prepared: ClassVar[bool] = True

    shipment_id = key("Tracking or consignment number")
    market = text("Destination market")
    carrier = text("Carrier or forwarder")
    mode = text("Mode of transport")
    status = text("Status of the shipment", required=True)
    cost_day = day("Day the freight is booked on", required=True)
    orders = whole("Orders it carries; an order split over shipments counts once", unit="orders")
    chargeable_g = whole("Chargeable weight", unit="g")
    transport_company_micros = whole("Transport cost in company currency", unit="micros", minimum=None)
    without_cost = flag("No usable transport charge is known")
    without_rate = flag("A charge has no exchange rate yet")


__all__ = ["FreightCharges", "ShipmentCosts", "Shipments"]
