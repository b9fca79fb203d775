"""Where orders spend their time on the way to the customer, who answers for it, and what customs held."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Table,
    amount,
    company_money,
    day,
    epoch,
    flag,
    instant,
    key,
    text,
    whole,
)

FLOW_STAGES = (
    "preparation", "warehouse", "departure", "transit", "customs", "sorting", "last_mile", "after_sales",
)  # fmt: skip
PARTIES = ("us", "carrier", "customs", "customer")
HOLD_CAUSES = ("paperwork", "inspection", "other")


class DelayCauses(Table):
    about = "Who answers for the time of one stage of one shipment, where somebody wrote it down."
    name: ClassVar[str] = "delay_causes"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "noted_day"

    cause_id = key("Number of the note, unique in the source")
    shipment_id = text("The shipment it is about", required=True)
    market = text("Destination market")
    stage = text(f"One of {', '.join(FLOW_STAGES)}", required=True)
    party = text(f"Who answers for it, one of {', '.join(PARTIES)}", required=True)
    reason = text("What happened, in a few words")
    noted_at = instant("When it was noted")
    noted_day = day("Local day it was noted", required=True, of="noted_at")

    @dy.rule()
    def stage_is_known(cls) -> pl.Expr:
        return pl.col("stage").is_in(FLOW_STAGES)

    @dy.rule()
    def party_is_known(cls) -> pl.Expr:
        return pl.col("party").is_in(PARTIES)


class CustomsHolds(MoneyTable):
    about = (
        "What the customs desk writes down about one hold: why, which paper, which step of which procedure."
    )
    name: ClassVar[str] = "customs_holds"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "held_day"
    month_of: ClassVar[str] = "held_day"

    hold_id = key("Number of the hold, unique in the source")
    entry_id = text("The declaration held", required=True)
    shipment_id = text("The shipment held")
    market = text("Destination market")
    held_at = instant("When customs held the goods")
    held_day = day("Local day of the hold", required=True, of="held_at")
    released_at = instant("When customs let the goods go")
    cause = text(f"One of {', '.join(HOLD_CAUSES)}")
    reason = text("Why they were held, in a few words")
    document = text("The paper it was about, such as the commercial invoice")
    sop = text("Key of the procedure that should have prevented it")
    step = text("The step of that procedure")
    owner = text("Team that owns that step of this declaration; empty where nobody does")
    currency = text("ISO code of the refund")
    refund_micros = amount("What the customer got back because of the hold", given_as="refund")
    refund_company_micros = company_money("The refund in company currency", "refund_micros")
    held_epoch = epoch("held_at")
    released_epoch = epoch("released_at")

    @dy.rule()
    def cause_is_known(cls) -> pl.Expr:
        return pl.col("cause").is_null() | pl.col("cause").is_in(HOLD_CAUSES)


class ShipmentStages(Table):
    about = "One shipment and the moment it left each stage; prepared from orders, shipments, scans and declarations."
    name: ClassVar[str] = "shipment_stages"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "flow_day"
    prepared: ClassVar[bool] = True

    shipment_id = key("The shipment; for an order without one `order ` and its number")
    order_id = text("The order it carries")
    market = text("Destination market")
    lane = text("Origin and market, joined by a hyphen", required=True)
    mode = text("Mode of transport")
    carrier = text("Carrier or forwarder")
    status = text("Status of the shipment or order", required=True)
    flow_day = day("Day of dispatch; before that the first day known", required=True)
    promised_day = day("First promise shown to the customer")
    due_day = day("Promised day; without one the day of delivery, else the first day known", required=True)
    delivered_day = day("Local day of delivery")
    started_epoch = whole(
        "Order, else the first moment known, in seconds since 1970 UTC", unit="s", minimum=None
    )
    ended_epoch = whole("Delivery, in seconds since 1970 UTC", unit="s", minimum=None)
    route = text("The stages it passes, as digits: 1247 at home, 1234567 over a border", required=True)
    reached_1 = whole("Released to the warehouse, in seconds since 1970 UTC", unit="s", minimum=None)
    reached_2 = whole("Handed to the carrier", unit="s", minimum=None)
    reached_3 = whole("Left the country of origin", unit="s", minimum=None)
    reached_4 = whole("Arrived at customs of the destination", unit="s", minimum=None)
    reached_5 = whole("Released by customs", unit="s", minimum=None)
    reached_6 = whole("At the delivery office", unit="s", minimum=None)
    stage_1_s = whole("Time in preparation; empty where it is not known", unit="s")
    stage_2_s = whole("Time in the warehouse", unit="s")
    stage_3_s = whole("Wait for the departure of the mode chosen", unit="s")
    stage_4_s = whole("Time in transit", unit="s")
    stage_5_s = whole("Arrival to release by customs", unit="s")
    stage_6_s = whole("Time in destination sorting", unit="s")
    stage_7_s = whole("Time on the last mile", unit="s")
    unattributed_s = whole("Time between two known moments that no scan divides among its stages", unit="s")
    inferred = whole("Moments that were not scanned, placed between their two neighbours")
    disordered = whole("Moments told out of order or outside the time from order to delivery")
    parties = text("Who answers for stages 1 to 7, a letter each: u us, c carrier, x customs, k customer")
    weight_g = whole("Chargeable weight", unit="g")
    cost_company_micros = whole("Transport cost in company currency", unit="micros", minimum=None)
    held = flag("Customs held it; empty without a declaration")
    damaged = flag("A confirmed damage was claimed within 30 days of delivery")


__all__ = ["FLOW_STAGES", "HOLD_CAUSES", "PARTIES", "CustomsHolds", "DelayCauses", "ShipmentStages"]
