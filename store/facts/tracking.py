"""What becomes of shipments on their way: scans, stages, checks of the packaging, and all of it on one row."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import LogBin, Table, day, epoch, flag, instant, key, text, whole, worked

EVENTS = (
    "EMA", "EMB", "EXA", "EXB", "EXC", "EMC", "EMJ", "EMK", "EMD", "EDB", "EME", "EDC", "EMF", "EMG", "EDH",
    "EMH", "EMI",
)  # fmt: skip
STAGES = ("receiving", "consolidation", "hub", "sorting", "last_mile", "returns")


class TrackingEvents(Table):
    about = "One scan of a shipment, in the codes of the Universal Postal Union (EMSEVT)."
    name: ClassVar[str] = "tracking_events"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "occurred_day"

    event_id = key("Number of the scan; without one shipment, code and moment together")
    shipment_id = text("The shipment scanned", required=True)
    market = text("Destination market")
    event = text(
        f"One of {', '.join(EVENTS)}: EMA posting, EMC departure, EMD arrival, EDB presented to and EDC back from "
        "customs, EMG delivery office, EDH pick-up point, EMH unsuccessful attempt, EMI delivered",
        required=True,
    )
    place = text("Where it was scanned")
    zone = text("Time zone of that place, where the market's zone is not right")
    occurred_at = instant("When it was scanned", required=True)
    occurred_day = day("Local day of the scan", required=True, of="occurred_at")
    occurred_epoch = epoch("occurred_at")

    @dy.rule()
    def event_is_known(cls) -> pl.Expr:
        return pl.col("event").is_in(EVENTS)


class StageEvents(Table):
    about = "One stay of goods at a place: receiving, a hub, a sorting run."
    name: ClassVar[str] = "stage_events"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "began_day"

    stage_id = key("Number of the stay, receipt or run")
    stage = text(f"One of {', '.join(STAGES)}", required=True)
    shipment_id = text("The shipment, where it is one")
    market = text("Destination market")
    carrier = text("Who runs the place or carries the goods")
    place = text("Warehouse or hub")
    zone = text("Time zone of the place, where the market's zone is not right")
    began_at = instant("Receipt or arrival")
    began_day = day("Local day of it", required=True, of="began_at")
    ended_at = instant("Goods available, or departure")
    customs_s = whole("Seconds of it that the goods were with customs", unit="s", default=0)
    units = whole("Pieces handled", unit="pieces")
    missorted = whole("Pieces that were sent the wrong way", unit="pieces")
    began_epoch = epoch("began_at")
    ended_epoch = epoch("ended_at")
    stay_s = worked(
        dy.Int64,
        "From beginning to end, without the time with customs",
        pl.col("ended_epoch") - pl.col("began_epoch") - pl.col("customs_s"),
        unit="s",
    )
    stay_bin = worked(dy.Int64, "1 % bin of the stay", LogBin("stay_s"), unit="bin")

    @dy.rule()
    def stage_is_known(cls) -> pl.Expr:
        return pl.col("stage").is_in(STAGES)


class PackagingChecks(Table):
    about = "One check of packed units against the packaging and labelling rules of their destination."
    name: ClassVar[str] = "packaging_checks"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "checked_day"

    check_id = key("Number of the check")
    shipment_id = text("The shipment checked, where it is one")
    market = text("Destination market, whose rules count")
    place = text("Warehouse")
    rule = text("The rule checked, such as wood treatment or label language")
    checked_at = instant("When it was checked")
    checked_day = day("Local day of the check", required=True, of="checked_at")
    units = whole("Units checked", unit="pieces", required=True, default=1)
    passed = whole("Units that passed", unit="pieces", required=True)

    @dy.rule()
    def no_more_pass_than_are_checked(cls) -> pl.Expr:
        return pl.col("passed") <= pl.col("units")


class ShipmentOutcomes(Table):
    about = (
        "One shipment and all its scans, claims and papers; "
        "prepared from shipments, scans, claims and declarations."
    )
    name: ClassVar[str] = "shipment_outcomes"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "sent_day"
    prepared: ClassVar[bool] = True

    shipment_id = key("Tracking or consignment number")
    order_id = text("The order it carries")
    market = text("Destination market")
    carrier = text("Carrier or forwarder")
    mode = text("Mode of transport")
    origin = text("Where it was sent from")
    status = text("Status of the shipment", required=True)
    sent_day = day("Day of dispatch; before that the first day known", required=True)
    shipped_day = day("Local day of dispatch")
    shipped_epoch = whole("Seconds since 1970 UTC of the dispatch", unit="s", minimum=None)
    promised_day = day("First promise shown to the customer")
    delivered_day = day("Local day of delivery")
    delivered_epoch = whole("Seconds since 1970 UTC of the delivery", unit="s", minimum=None)
    tracked = flag("The carrier sends scans of it: so said, or there is one")
    scans = whole("Different scans")
    first_scan_epoch = whole("Seconds since 1970 UTC of the first scan", unit="s", minimum=None)
    first_scan_due_epoch = whole("Dispatch plus 48 hours", unit="s", minimum=None)
    stale_epoch = whole("Last scan plus the longest silence of the mode", unit="s", minimum=None)
    longest_gap_s = whole("Longest time between two scans that follow each other", unit="s")
    longest_gap_bin = whole("1 % bin of it", unit="bin")
    milestones = whole("Milestones expected: more where the shipment crosses a border")
    milestones_seen = whole("Of these, scanned")
    attempted_day = day("Local day of the first attempt to deliver")
    first_attempt_won = flag("The first attempt delivered it, or brought it to a pick-up point")
    attempt_closes_day = day("First attempt plus 14 days")
    dropped_day = day("Local day it reached a pick-up point")
    collected_day = day("Local day it was collected there")
    collect_closes_day = day("Arrival at the pick-up point plus 14 days")
    lost_due_day = day("Promise plus the days of silence after which the mode calls it lost")
    missing_day = day("Promise or last scan, the later one, plus those days")
    back_due_day = day("Dispatch plus 30 days")
    damaged = flag("A confirmed damage was claimed within 30 days of delivery")
    damage_closes_day = day("Delivery plus 30 days")
    document_error = flag("A declaration of it has a mistake of the shipper")
    export_planned_day = day("Local day of the planned departure from the country of origin")
    export_planned_epoch = whole("Seconds since 1970 UTC of it", unit="s", minimum=None)
    exported_epoch = whole("Seconds since 1970 UTC of the departure", unit="s", minimum=None)
    export_delay_s = whole("Departure after plan; zero where it left in time", unit="s")
    export_delay_bin = whole("1 % bin of it", unit="bin")


__all__ = ["PackagingChecks", "ShipmentOutcomes", "StageEvents", "TrackingEvents"]
