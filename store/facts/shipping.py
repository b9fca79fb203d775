"""Shipments and what carrying them costs."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    LogBin,
    MoneyTable,
    Table,
    WorkingDayAfter,
    amount,
    company_money,
    day,
    epoch,
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
WITHIN_DAYS = {"express": 4, "road": 6, "air": 8, "rail": 20, "sea": 40}  # calendar days after dispatch
WITHIN_WORKING_DAYS = {"express": 3, "road": 4, "air": 6, "rail": 14, "sea": 28}


def by_mode(days: dict[str, int]) -> pl.Expr:
    """The number of the shipment's mode; null for a mode without one. Few words are compared faster than looked up."""
    return pl.coalesce(
        pl.when(pl.col("mode") == mode).then(pl.lit(count, pl.Int64)) for mode, count in days.items()
    )


class Shipments(MoneyTable):
    about = "One parcel or consignment handed to a carrier."
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

    international = flag("It crosses a customs border")
    tracked = flag("The carrier sends scans of it")
    within_days = whole(
        "Calendar days it should take at most; without a number those of its mode", unit="days"
    )
    within_working_days = whole("The same in working days of the destination", unit="days")
    eta_day = day("The carrier's first estimate of the delivery, local day at destination")
    window_from = instant("Beginning of the delivery window told to the customer")
    window_to = instant("End of it")
    window_day = day("Local day of the window", of="window_to")
    export_planned_at = instant("Planned departure from the country of origin")
    export_planned_day = day("Local day of it", of="export_planned_at")
    exported_at = instant("Departure from the country of origin (UPU EMC)")
    co2e_g = whole("Greenhouse gas of the transport, as the carrier reports it", unit="g")
    window_from_epoch = epoch("window_from")
    window_to_epoch = epoch("window_to")
    delivered_epoch = epoch("delivered_at")
    shipped_epoch = worked(
        dy.Int64,
        "Seconds since 1970 UTC of the dispatch, of its day where only that is known",
        pl.coalesce(
            pl.col("shipped_at").to_physical() // 1_000_000, pl.col("shipped_day").cast(pl.Int64) * 86_400
        ),
        unit="s",
    )
    transit_s = worked(
        dy.Int64,
        "Dispatch to delivery around the clock; whole days where only days are known",
        pl.coalesce(
            (pl.col("delivered_at") - pl.col("shipped_at")).dt.total_seconds(),
            (pl.col("delivered_day") - pl.col("shipped_day")).dt.total_seconds(),
        ),
        unit="s",
    )
    transit_bin = worked(dy.Int64, "1 % bin of the transit", LogBin("transit_s"), unit="bin")
    within_limit_days = worked(
        dy.Int64, "Calendar days at most", pl.coalesce("within_days", by_mode(WITHIN_DAYS)), unit="days"
    )
    within_due_day = worked(
        dy.Date, "Dispatch plus these", pl.col("shipped_day") + pl.duration(days="within_limit_days")
    )
    transit_due_day = worked(
        dy.Date,
        "The day on which most of its mode have arrived: ten days after dispatch for a mode without days",
        pl.col("shipped_day") + pl.duration(days=pl.col("within_limit_days").fill_null(10)),
    )
    within_working_limit_days = worked(
        dy.Int64,
        "Working days at most",
        pl.coalesce("within_working_days", by_mode(WITHIN_WORKING_DAYS)),
        unit="days",
    )
    within_working_due_day = worked(
        dy.Date,
        "Day of dispatch (not counted) plus these, by the calendar of the destination",
        WorkingDayAfter("shipped_day", "within_working_limit_days"),
    )
    eta_from_day = worked(dy.Date, "The day before the estimate", pl.col("eta_day") - pl.duration(days=1))
    eta_due_day = worked(dy.Date, "The day after the estimate", pl.col("eta_day") + pl.duration(days=1))

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_in(SHIPMENT_STATUSES)

    @dy.rule()
    def has_a_day(cls) -> pl.Expr:
        return pl.col("due_day").is_not_null()


class FreightCharges(MoneyTable):
    about = "One charge of a carrier's invoice or of an accrual, for a shipment or a consolidation."
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
    about = (
        "One dispatched shipment with its share of transport charges; prepared from shipments and charges."
    )
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
    co2e_g = whole("Greenhouse gas of the transport", unit="g")
    orders_with_co2e = whole(
        "Orders it carries, counted once among the shipments with that figure", unit="orders"
    )
    without_cost = flag("No usable transport charge is known")
    unallocated = flag("Charges that no shipment takes: nobody knows the shipment or consolidation")
    without_rate = flag("A charge has no exchange rate yet")


__all__ = ["FreightCharges", "ShipmentCosts", "Shipments"]
