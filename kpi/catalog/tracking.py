"""Tracking and the last mile: are goods seen on their way, where do they wait, and does the door open?"""

import narwhals as nw

from kpi.catalog.carrying import OWNER, PARCELS, when
from kpi.catalog.transit import ended, sent
from kpi.model import (
    AS_OF_DAY,
    AS_OF_EPOCH,
    Better,
    Department,
    Distribution,
    Kpi,
    Ratio,
    Rows,
    Target,
    Unit,
)
from store.facts import PackagingChecks, ShipmentOutcomes, StageEvents

SEEN = "Know where every parcel is"
DOOR = "Keep the delivery promise"
HUBS = ("market", "place", "carrier")
untracked = {"untracked": ~nw.col("tracked")}

first_scan = Ratio(
    key="first_scan_rate",
    name="First scan in time",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentOutcomes, day="shipped_day", belongs=sent, excluded=untracked, due="first_scan_due_epoch"
    ),
    numerator=when(nw.col("first_scan_epoch") <= nw.col("first_scan_due_epoch")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.95, warn=0.93),
    owner=OWNER,
    meaning="Shipments the carrier scanned within 48 hours of dispatch, out of all sent 48 hours ago or more.",
    formula="shipments with a scan by dispatch + 48 h / shipments dispatched 48 h ago or more that carriers track",
    source="Amazon valid tracking rate, at least 95 %; kpi-domain 1.4",
    sops=("order_fulfilment", "tracking"),
    goal=SEEN,
)
under_way = ~ended & nw.when(nw.col("delivered_day").is_null()).then(
    nw.col("status") != "delivered"
).otherwise(nw.col("delivered_day") > AS_OF_DAY)
fresh = Ratio(
    key="fresh_in_transit_rate",
    name="Fresh in transit",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentOutcomes,
        day="shipped_day",
        belongs=sent & under_way,
        excluded=untracked,
        due="first_scan_due_epoch",
        edges=("stale_epoch", "delivered_day"),
    ),
    numerator=when(~nw.col("first_scan_epoch").is_null() & (nw.col("stale_epoch") >= AS_OF_EPOCH)),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments under way that were scanned lately, out of all under way now, by day of dispatch.",
    formula="under way with a scan in the last 72 h (rail 120 h, sea 240 h) / under way and sent 48 h ago or more",
    source="kpi-domain 1.4",
    sops=("tracking",),
    goal=SEEN,
    variant_of="first_scan_rate",
)
milestones = Ratio(
    key="milestone_completeness",
    name="Milestone completeness",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="delivered_day", belongs=sent, excluded=untracked),
    numerator=nw.col("milestones_seen"),
    denominator=nw.col("milestones"),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Milestones that were scanned, out of those expected of the shipments delivered.",
    formula="milestones seen / expected: posting, delivery office and delivery; over a border also departure, arrival, "
    "presentation to customs and release",
    source="UPU EMSEVT; kpi-domain 1.4",
    sops=("tracking",),
    goal=SEEN,
    variant_of="first_scan_rate",
)
scan_gap = Distribution(
    key="scan_gap",
    name="Scan gap",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentOutcomes,
        day="delivered_day",
        belongs=sent & nw.col("tracked"),
        excluded={"fewer_than_two_scans": nw.col("scans") < 2},
    ),
    seconds="longest_gap_s",
    bin="longest_gap_bin",
    open=nw.lit(False),
    started="shipped_epoch",
    dimensions=PARCELS,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="The longest silence between two scans of a shipment, over the shipments delivered in the period.",
    formula="mean of the longest time between two scans that follow each other",
    source="Fairlead; the tracking stage of kpi-domain 1.4",
    sops=("tracking",),
    goal=SEEN,
    variant_of="first_scan_rate",
)
first_attempt = Ratio(
    key="first_attempt_delivery_success_rate",
    name="First attempt",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="attempted_day"),
    numerator=when(nw.col("first_attempt_won")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments delivered, or brought to a pick-up point, at the first attempt, out of all with an attempt.",
    formula="first attempt (UPU EMH, EMI or EDH) successful / shipments with at least one attempt, by its local day",
    source="UPU EMSEVT; kpi-domain 1.4",
    sops=("address_verification", "last_mile"),
    goal=DOOR,
)
failed = Ratio(
    key="delivery_failure_rate",
    name="Delivery failures",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="attempted_day", due="attempt_closes_day"),
    numerator=nw.when(nw.col("delivered_day") <= nw.col("attempt_closes_day"))
    .then(nw.lit(0))
    .otherwise(nw.lit(1)),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Shipments not delivered within 14 days of the first attempt, out of all attempted 14 days ago or more.",
    formula="attempted, but not delivered by first attempt + 14 days / attempted",
    source="Fairlead; the last mile of kpi-domain 1.4",
    sops=("address_verification", "last_mile"),
    goal=DOOR,
    variant_of="first_attempt_delivery_success_rate",
)
collected = Ratio(
    key="collected_rate",
    name="Collected",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="dropped_day", due="collect_closes_day"),
    numerator=when(nw.col("collected_day") <= nw.col("collect_closes_day")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments collected within 14 days of reaching a locker or pick-up point, out of all brought to one.",
    formula="collected by arrival at the pick-up point + 14 days / brought to one 14 days ago or more",
    source="kpi-domain 1.4",
    sops=("last_mile",),
    goal=DOOR,
    variant_of="first_attempt_delivery_success_rate",
)

staying = nw.col("ended_epoch").is_null() | (nw.col("ended_epoch") > AS_OF_EPOCH)


def stays(stage: str) -> Rows:
    """The stays at one stage, by the day they began; those that still last are counted beside."""
    return Rows(
        StageEvents,
        day="began_day",
        belongs=(nw.col("stage") == stage) & ~nw.col("began_epoch").is_null(),
        excluded={"waiting": staying, "negative": nw.col("stay_s") < 0},
        edges=("ended_epoch",),
    )


dock_to_stock = Distribution(
    key="dock_to_stock_time",
    name="Dock to stock",
    department=Department.SHIPPING,
    rows=stays("receiving"),
    seconds="stay_s",
    bin="stay_bin",
    open=staying,
    started="began_epoch",
    dimensions=HUBS,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours from receipt of goods until they can be sold; receipts still open are counted beside it.",
    formula="mean of available minus receipt, by day of receipt",
    source="WERC DC Measures; kpi-domain 1.4",
    sops=("consolidation",),
    goal=DOOR,
)
hub_dwell = Distribution(
    key="hub_dwell_time",
    name="Hub dwell",
    department=Department.SHIPPING,
    rows=stays("hub"),
    seconds="stay_s",
    bin="stay_bin",
    open=staying,
    started="began_epoch",
    dimensions=HUBS,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours goods stay at a hub, without the time with customs; what is still there is counted beside it.",
    formula="mean of departure minus arrival minus customs (UPU EMD to EMF, EMJ to EMK), by day of arrival",
    source="UPU EMSEVT; kpi-domain 1.4",
    sops=("mode_selection",),
    goal=DOOR,
)
sort_errors = Ratio(
    key="sort_error_rate",
    name="Sort errors",
    department=Department.SHIPPING,
    rows=Rows(StageEvents, day="began_day", belongs=nw.col("stage") == "sorting"),
    numerator=nw.col("missorted"),
    denominator=nw.col("units"),
    dimensions=HUBS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    minimum=1,
    owner=OWNER,
    meaning="Pieces sent the wrong way, out of the pieces sorted.",
    formula="pieces missorted / pieces sorted",
    source="Fairlead; destination warehouse and sorting of kpi-domain 1.4",
    sops=("sorting",),
    goal="Send the right goods",
)
packaging = Ratio(
    key="packaging_compliance_rate",
    name="Packaging compliance",
    department=Department.SHIPPING,
    rows=Rows(PackagingChecks, day="checked_day"),
    numerator=nw.col("passed"),
    denominator=nw.col("units"),
    dimensions=("market", "place", "rule"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Units that passed the packaging and labelling rules of their destination, out of the units checked.",
    formula="units passed / units checked, by day of the check",
    source="kpi-domain 1.4",
    sops=("packaging_labelling",),
    goal="Get goods over the border",
)

TRACKING: tuple[Kpi, ...] = (
    first_scan, first_attempt, dock_to_stock, hub_dwell, sort_errors, packaging, fresh, milestones, scan_gap,
    failed, collected,
)  # fmt: skip
