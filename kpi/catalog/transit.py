"""On the way: how long do goods travel, do they arrive when it was said, and do they arrive at all?"""

import narwhals as nw

from kpi.catalog.carrying import OWNER, PARCELS, when
from kpi.model import AS_OF_DAY, AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Unit
from store.facts import ShipmentOutcomes, Shipments

PROMISE = "Keep the delivery promise"
CARRIERS = ("mode_selection",)

sent = ~nw.col("status").is_in(["cancelled_before_dispatch", "open"]) & ~nw.col("shipped_day").is_null()
ended = nw.col("status").is_in(["lost", "returned_to_sender"])
travelling = ~ended & (nw.col("delivered_day").is_null() | (nw.col("delivered_day") > AS_OF_DAY))

transit_time = Distribution(
    key="transit_time",
    name="Transit time",
    department=Department.SHIPPING,
    rows=Rows(
        Shipments,
        day="shipped_day",
        belongs=sent,
        excluded={"not_delivered": ended, "waiting": travelling, "negative": nw.col("transit_s") < 0},
        due="transit_due_day",
        edges=("delivered_day",),
    ),
    seconds="transit_s",
    bin="transit_bin",
    open=travelling,
    started="shipped_epoch",
    dimensions=PARCELS,
    unit=Unit.DAYS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Days from the carrier's acceptance to delivery, by mode and lane; what is under way is counted beside it.",
    formula="mean of delivery minus acceptance, by day of dispatch, once the days of the mode are over",
    source="EN 13850; kpi-domain 1.4",
    sops=CARRIERS,
    goal=PROMISE,
)
within_days = Ratio(
    key="delivered_within_n_rate",
    name="Delivered within n days",
    department=Department.SHIPPING,
    rows=Rows(
        Shipments,
        day="shipped_day",
        belongs=sent,
        excluded={"no_limit": nw.col("within_due_day").is_null()},
        due="within_due_day",
    ),
    numerator=when(nw.col("delivered_day") <= nw.col("within_due_day")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments delivered within the calendar days of their mode, out of all sent so many days ago.",
    formula="delivered by dispatch + n / dispatched n days ago or more; undelivered is a miss (n unless stated: "
    "express 4, road 6, air 8, rail 20, sea 40)",
    source="EN 13850 J+n; kpi-domain 1.4",
    sops=CARRIERS,
    goal=PROMISE,
)
within_working_days = Ratio(
    key="delivered_within_n_working_days_rate",
    name="Delivered within n working days",
    department=Department.SHIPPING,
    rows=Rows(
        Shipments,
        day="shipped_day",
        belongs=sent,
        excluded={"no_limit": nw.col("within_working_due_day").is_null()},
        due="within_working_due_day",
    ),
    numerator=when(nw.col("delivered_day") <= nw.col("within_working_due_day")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments delivered by working day D+n of the destination, out of all whose day has come.",
    formula="delivered by D+n / dispatched and due; day of dispatch not counted, holidays and make-up days of the "
    "destination respected (n unless stated: express 3, road 4, air 6, rail 14, sea 28)",
    source="Directive 97/67/EC, D+n; kpi-domain 1.4 and 7.2",
    sops=CARRIERS,
    goal=PROMISE,
    variant_of="delivered_within_n_rate",
)
eta_accuracy = Ratio(
    key="eta_accuracy_rate",
    name="ETA accuracy",
    department=Department.SHIPPING,
    rows=Rows(
        Shipments,
        day="eta_day",
        belongs=sent,
        due="eta_due_day",
        known_day="shipped_day",
    ),
    numerator=when(nw.col("delivered_day").is_between(nw.col("eta_from_day"), nw.col("eta_due_day"))),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments delivered within a day of the carrier's first estimate, out of all whose estimate has passed.",
    formula="delivered on the estimated day or the day before or after / shipments with an estimate that is due",
    source="Fairlead; the tracking stage of kpi-domain 1.4",
    sops=("tracking", "mode_selection"),
    goal="Know where every parcel is",
)
window_hits = Ratio(
    key="delivery_window_hit_rate",
    name="Delivery window hits",
    department=Department.SHIPPING,
    rows=Rows(
        Shipments,
        day="window_day",
        belongs=sent & ~nw.col("window_to_epoch").is_null(),
        due="window_to_epoch",
        known_day="shipped_day",
    ),
    numerator=when(
        (nw.col("delivered_epoch") <= nw.col("window_to_epoch"))
        & (nw.col("window_from_epoch").is_null() | (nw.col("delivered_epoch") >= nw.col("window_from_epoch")))
    ),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Shipments delivered inside the window told to the customer, out of all whose window is over.",
    formula="delivered from the beginning to the end of the window / shipments with a window that is over",
    source="Fairlead; the last mile of kpi-domain 1.4",
    sops=("last_mile",),
    goal=PROMISE,
)

late_export = nw.col("exported_epoch").is_null() | (nw.col("exported_epoch") > AS_OF_EPOCH)
export_delay = Distribution(
    key="export_delay",
    name="Export delay",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentOutcomes,
        day="export_planned_day",
        belongs=sent,
        excluded={"waiting": late_export},
        edges=("exported_epoch",),
    ),
    seconds="export_delay_s",
    bin="export_delay_bin",
    open=late_export,
    started="export_planned_epoch",
    dimensions=PARCELS,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours by which shipments leave the country of origin after plan; one that leaves in time counts as zero.",
    formula="mean of departure (UPU EMC) minus planned departure, not below zero, by planned day",
    source="UPU EMSEVT; Fairlead",
    sops=("customs_paperwork",),
    goal="Get goods over the border",
)
missing = ~ended & (nw.col("delivered_day").is_null() | (nw.col("delivered_day") > AS_OF_DAY))
loss_rate = Ratio(
    key="loss_rate",
    name="Losses",
    department=Department.SHIPPING,
    rows=Rows(
        ShipmentOutcomes,
        day="promised_day",
        belongs=sent,
        due="lost_due_day",
        edges=("missing_day", "delivered_day"),
        known_day="shipped_day",
    ),
    numerator=when((nw.col("status") == "lost") | (missing & (nw.col("missing_day") <= AS_OF_DAY))),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Shipments declared lost, or silent too long after the promise, out of all due; found ones are taken off.",
    formula="declared lost, or undelivered and without a scan for N days past the promise / shipments due (N: air 14, "
    "rail 21, sea 30, else 10)",
    source="kpi-domain 1.4",
    sops=CARRIERS,
    goal="Lose and break nothing",
)
rts_rate = Ratio(
    key="rts_rate",
    name="Returned to sender",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="shipped_day", belongs=sent, due="back_due_day"),
    numerator=when(nw.col("status") == "returned_to_sender"),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Shipments that came back undelivered, out of all sent; goods a customer returns are not in it.",
    formula="returned to sender / dispatched, once 30 days have passed",
    source="kpi-domain 1.4",
    sops=("address_verification",),
    goal=PROMISE,
)
damage_rate = Ratio(
    key="damage_rate",
    name="Damage",
    department=Department.SHIPPING,
    rows=Rows(ShipmentOutcomes, day="delivered_day", belongs=sent, due="damage_closes_day"),
    numerator=when(nw.col("damaged")),
    dimensions=PARCELS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Shipments with a confirmed damage claimed within 30 days of delivery, out of all delivered.",
    formula="shipments a confirmed damage claim names / shipments delivered 30 days ago or more",
    needs=("claims",),
    source="WERC DC Measures: best in class over 99.7 % free of damage; kpi-domain 1.4",
    sops=("packaging_labelling",),
    goal="Lose and break nothing",
)

TRANSIT: tuple[Kpi, ...] = (
    transit_time, within_days, eta_accuracy, window_hits, export_delay, damage_rate, loss_rate, rts_rate,
    within_working_days,
)  # fmt: skip
