"""Random notes on delays and customs holds, from dice of their own so that other facts stay as they are."""

from datetime import timedelta
from typing import TYPE_CHECKING

from store.contract import Table
from store.facts import CustomsHolds, DelayCauses
from store.facts.flow import FLOW_STAGES, HOLD_CAUSES, PARTIES

if TYPE_CHECKING:
    from made_facts import Row
    from random_facts import Dice

MARKETS = ("DE", "US", "JP", None)


def delay_causes(dice: "Dice", number: int) -> "Row":
    return {
        "cause_id": f"DC{number}",
        "shipment_id": f"S{dice.whole(0, 699)}",
        "market": dice.one_of(MARKETS),
        "stage": dice.one_of(FLOW_STAGES),
        "party": dice.one_of(PARTIES),
        "reason": dice.maybe("asked for a later day"),
        "noted_at": dice.moment(dice.day()),
    }


def customs_holds(dice: "Dice", number: int) -> "Row":
    held = dice.moment(dice.day())
    return {
        "hold_id": f"HO{number}",
        "entry_id": f"E{dice.whole(0, 699)}",
        "shipment_id": dice.maybe(f"S{dice.whole(0, 699)}"),
        "market": dice.one_of(MARKETS),
        "held_at": held,
        "released_at": dice.maybe(held + timedelta(hours=dice.whole(-5, 200)), 0.2),
        "cause": dice.maybe(dice.one_of(HOLD_CAUSES)),
        "reason": dice.maybe("papers questioned"),
        "document": dice.maybe("commercial invoice"),
        "sop": dice.maybe("customs_paperwork"),
        "step": dice.maybe("Value matches the invoice"),
        "owner": dice.maybe("Customs desk", 0.4),
        "currency": dice.currency(),
        "refund": dice.maybe(f"{dice.whole(0, 40)}.5", 0.5),
    }


def flow_rows(dice: "Dice", scale: float) -> "dict[type[Table], list[Row]]":
    """Given columns of the two tables."""
    return {
        DelayCauses: [delay_causes(dice, number) for number in range(int(150 * scale))],
        CustomsHolds: [customs_holds(dice, number) for number in range(int(200 * scale))],
    }
