"""What the made-up firm writes down when goods are late or held: who answers for it, which paper, which step."""

import numpy as np
import polars as pl

from demo.border import Border
from demo.carrying import Journeys
from demo.dice import Flags, Whole
from demo.rates import level_of
from demo.selling import Sold
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    World,
    currencies,
    frame,
    joined,
    market_words,
    money,
    numbers,
    utc,
    words,
)
from store.contract import Table
from store.facts import CustomsHolds, DelayCauses

NOTED = 0.35  # share of late parcels somebody wrote a note about
NOTES = (
    ("last_mile", "customer", "asked for a later day"), ("sorting", "carrier", "missorted"),
    ("warehouse", "us", "picked after the cut-off"), ("transit", "carrier", "missed connection"),
    ("preparation", "customer", "address confirmed late"),
)  # fmt: skip
LOADS = [22.0, 26.0, 20.0, 26.0, 6.0]
CAUSES = ("paperwork", "inspection", "other")
PAPERS = ("commercial invoice", "customs declaration", "certificate of origin", "packing list")
STEPS = (
    "Value matches the invoice", "Commodity code complete", "Certificates enclosed", "Packing list enclosed",
)  # fmt: skip
SHARES = [27.0, 49.0, 14.0, 10.0]
REFUNDED, UNOWNED = 0.12, 0.05
DESK = "Customs desk"


def delay_causes(world: World, sold: Sold, journeys: Journeys) -> tuple[type[Table], pl.DataFrame]:
    """Notes on a third of the parcels that came late, on the day they came."""
    dice, slots = world.dice, journeys.slots
    late = (journeys.delivered < NEVER) & (journeys.delivered // DAY_S > sold.promised[journeys.order])
    picked = dice.pick("note", slots.rolls, LOADS)
    shipment_id = numbers("PX", slots)
    stages, parties, reasons = (tuple(note[part] for note in NOTES) for part in range(3))
    columns = {
        "cause_id": joined("DC-", shipment_id),
        "shipment_id": shipment_id,
        "market": market_words(slots.markets),
        "stage": words(stages, picked),
        "party": words(parties, picked),
        "reason": words(reasons, picked),
        "noted_at": utc(journeys.delivered + HOUR_S, slots.markets),
    }
    noted = late & dice.happens("noted", slots.rolls, NOTED)
    return DelayCauses, frame(columns, noted & world.sees(journeys.scanned + HOUR_S))


def customs_holds(world: World, journeys: Journeys, border: Border) -> tuple[type[Table], pl.DataFrame]:
    """One row a hold: its cause, the paper and the step of the procedure, and whose step it was."""
    dice, slots = world.dice, journeys.slots
    markets, rolls = slots.markets[border.parcel], slots.rolls[border.parcel]
    shipment_id = numbers("PX", slots).gather(border.parcel)
    cause = np.where(border.papers, 0, np.where(border.control == 2, 1, 2))
    paper = dice.pick("paper", rolls, SHARES)
    ours = pl.Series(~border.papers)
    refunded = border.papers & dice.happens("refunded for the hold", rolls, REFUNDED)
    refund = 6.0 + 14.0 * dice.uniform("refund for the hold", rolls)
    columns = {
        "hold_id": joined("HO-", shipment_id),
        "entry_id": joined("CE-", shipment_id),
        "shipment_id": shipment_id,
        "market": market_words(markets),
        "held_at": utc(border.held, markets, border.held < NEVER),
        "released_at": utc(border.released, markets, world.sees(border.released)),
        "cause": words(CAUSES, cause),
        "reason": words(("papers questioned", "opened at random", "capacity of customs"), cause),
        "document": words(PAPERS, paper).set(ours, None),
        "sop": words(("customs_paperwork",), np.zeros(len(rolls), dtype=np.int64)).set(ours, None),
        "step": words(STEPS, paper).set(ours, None),
        "owner": _owners(ours, dice.happens("nobody's declaration", rolls, UNOWNED)),
        "currency": currencies(markets),
        "refund_micros": money(refund * level_of(markets), markets, refunded & world.sees(border.released)),
    }
    return CustomsHolds, frame(columns, _seen(world, border.held))


def _owners(ours: pl.Series, nobody: Flags) -> pl.Series:
    told = words((DESK,), np.zeros(len(ours), dtype=np.int64))
    return told.set(ours | pl.Series(nobody), None)


def _seen(world: World, held: Whole) -> Flags:
    return np.asarray((held < NEVER) & world.sees(held))
