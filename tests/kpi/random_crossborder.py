"""Random facts of the way over borders: declarations, penalties, scans, stages, returns."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from store.contract import Table
from store.facts import CustomsEntries, PackagingChecks, Penalties, StageEvents, TrackingEvents
from store.facts.customs import CONTROLS, DOCUMENT_ERRORS, PENALTY_CAUSES, PENALTY_KINDS
from store.facts.tracking import STAGES

if TYPE_CHECKING:
    from made_facts import Row
    from random_facts import Dice

MARKETS = ("DE", "US", "JP", None)


def customs_entries(dice: "Dice", number: int) -> "Row":
    arrived = dice.moment(dice.day())
    presented = arrived + timedelta(hours=dice.whole(-2, 50))
    return {
        "entry_id": f"E{number}",
        "shipment_id": dice.maybe(f"S{dice.whole(0, 699)}"),
        "order_id": dice.maybe(f"O{dice.whole(0, 499)}", 0.4),
        "market": dice.one_of(MARKETS),
        "direction": dice.maybe(dice.one_of(["import", "import", "import", "export"])),
        "broker": dice.one_of(["Kogge", "Hanse", None]),
        "control": dice.one_of([*CONTROLS, None]),
        "lodged_at": dice.maybe(arrived - timedelta(hours=dice.whole(-20, 60))),
        "arrived_at": arrived if number % 20 else dice.maybe(arrived),
        "presented_at": dice.maybe(presented),
        "held_at": dice.maybe(presented + timedelta(hours=dice.whole(0, 900)), 0.7),
        "held": dice.maybe(dice.chance(0.1), 0.5),
        "released_at": dice.maybe(presented + timedelta(hours=dice.whole(-3, 300)), 0.2),
        "release_limit_s": dice.maybe(3_600 * dice.whole(1, 99)),
        "shipper_corrections": dice.maybe(dice.whole(0, 8) // 7),
        "shipper_queries": dice.maybe(dice.whole(0, 8) // 7),
        "broker_corrections": dice.maybe(dice.whole(0, 8) // 7),
        "error_code": dice.maybe(dice.one_of(DOCUMENT_ERRORS), 0.8),
    }


def penalties(dice: "Dice", number: int) -> "Row":
    return {
        "penalty_id": f"N{number}",
        "market": dice.one_of(MARKETS),
        "kind": dice.one_of(PENALTY_KINDS),
        "cause": dice.one_of(["documents", *PENALTY_CAUSES]),
        "penalty_day": dice.day(),
        "currency": dice.currency(),
        "amount": dice.money(900),
    }


def tracking_events(dice: "Dice", number: int) -> "Row":
    """A third of them hang together: the next scans of one shipment, or the same scan told twice."""
    at = dice.moment(dice.day())
    return {
        "event_id": f"V{number}",
        "shipment_id": f"S{dice.whole(0, 260)}",
        "market": dice.one_of(MARKETS),
        "event": dice.one_of(["EMA", "EMC", "EMD", "EDB", "EDC", "EMF", "EMG", "EDH", "EMH", "EMI", "EMI"]),
        "occurred_at": at.replace(hour=12, minute=0, second=0) if number % 3 else at,
    }


def stage_events(dice: "Dice", number: int) -> "Row":
    began, units = dice.moment(dice.day()), dice.whole(0, 900)
    return {
        "stage_id": f"G{number}",
        "stage": dice.one_of(["receiving", "hub", "sorting", *STAGES]),
        "market": dice.one_of(MARKETS),
        "carrier": dice.one_of(["DHL", "UPS", None]),
        "place": dice.one_of(["Heathrow", "Narita", None]),
        "began_at": began,
        "ended_at": dice.maybe(began + timedelta(hours=dice.whole(-2, 400)), 0.2),
        "customs_s": dice.maybe(dice.whole(0, 30_000), 0.5),
        "units": dice.maybe(units, 0.3),
        "missorted": dice.maybe(dice.whole(0, units), 0.3),
    }


def packaging_checks(dice: "Dice", number: int) -> "Row":
    units = dice.whole(0, 40)
    return {
        "check_id": f"Q{number}",
        "market": dice.one_of(MARKETS),
        "place": dice.one_of(["Hamburg", None]),
        "rule": dice.one_of(["wood", "language", None]),
        "checked_at": dice.moment(dice.day()),
        "units": units,
        "passed": dice.whole(0, units),
    }


def on_its_way(dice: "Dice", row: "Row") -> "Row":
    """What else a shipment may tell: its limits, estimate, window, export and emission."""
    day = dice.day()
    start = dice.moment(day)
    return {
        **row,
        "international": dice.maybe(dice.chance(0.5)),
        "tracked": dice.maybe(dice.chance(0.7), 0.4),
        "within_days": dice.maybe(dice.whole(1, 12), 0.7),
        "within_working_days": dice.maybe(dice.whole(0, 9), 0.7),
        "eta_day": dice.maybe(dice.near(row["promised_day"], 3)),
        "window_from": dice.maybe(start, 0.4),
        "window_to": dice.maybe(dice.near(row["delivered_at"], 2) or start + timedelta(hours=3), 0.3),
        "export_planned_at": dice.maybe(start, 0.3),
        "exported_at": dice.maybe(start + timedelta(hours=dice.whole(-30, 90)), 0.5),
        "co2e_g": dice.maybe(dice.whole(0, 9_000), 0.3),
    }


def promised(dice: "Dice", row: "Row") -> "Row":
    """What else an order may tell: who cancelled it, when it must go, whether its address was checked."""
    due = dice.near(row["handed_over_at"], 2)
    return {
        **row,
        "cancelled_by": dice.maybe(dice.one_of(["seller", "out_of_stock", "customer"])),
        "ship_by_day": dice.maybe(due and due.date(), 0.5),
        "address_verified": dice.maybe(dice.chance(0.9), 0.5),
        "address_verified_at": dice.maybe(row["ordered_at"], 0.3),
        "label_printed_at": dice.maybe(dice.near(row["ordered_at"], 1), 0.5),
    }


def refunded(dice: "Dice", row: "Row") -> "Row":
    """What else a return may tell: when it was asked for, received and refunded."""
    at = dice.moment(row["returned_day"])
    return {
        **row,
        "market": dice.one_of(MARKETS),
        "product": dice.one_of(["cup", "lid", None]),
        "reason": dice.one_of(["changed mind", "exchange", None]),
        "status": dice.maybe(dice.one_of(["received", "refunded", "refused"]), 0.4),
        "requested_at": dice.maybe(at - timedelta(days=dice.whole(-1, 20))),
        "returned_at": dice.maybe(at),
        "refunded_at": dice.maybe(at + timedelta(hours=dice.whole(-4, 300)), 0.4),
        "refund_limit_s": dice.maybe(dice.whole(1, 9) * 86_400, 0.5),
    }


def claimed(dice: "Dice", row: "Row") -> "Row":
    """A third of the claims are of damage or papers, and some are not true."""
    return {
        **row,
        "shipment_id": dice.maybe(f"S{dice.whole(0, 260)}"),
        "kind": dice.one_of(["damage", "documents", row["kind"], row["kind"], row["kind"]]),
        "confirmed": dice.maybe(dice.chance(0.8)),
    }


Maker = Callable[["Dice", int], "Row"]
CROSSBORDER_MAKERS: Mapping[type[Table], tuple[Maker, int]] = {
    CustomsEntries: (customs_entries, 700),
    Penalties: (penalties, 300),
    TrackingEvents: (tracking_events, 1_500),
    StageEvents: (stage_events, 900),
    PackagingChecks: (packaging_checks, 200),
}
