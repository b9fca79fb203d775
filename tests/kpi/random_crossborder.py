"""Random facts of the way over borders: declarations, penalties, scans, stages, returns."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from store.contract import Table
from store.facts import CustomsEntries, Penalties
from store.facts.customs import CONTROLS, DOCUMENT_ERRORS, PENALTY_CAUSES, PENALTY_KINDS

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


Maker = Callable[["Dice", int], "Row"]
CROSSBORDER_MAKERS: Mapping[type[Table], tuple[Maker, int]] = {
    CustomsEntries: (customs_entries, 700),
    Penalties: (penalties, 300),
}
