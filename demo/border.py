"""Customs of the made-up firm: declarations of all parcels that leave the union, and what mistakes in them cost."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.books import order_numbers
from demo.carrying import MODES, Journeys
from demo.company import CODES, LANES
from demo.dice import Days, Flags, Number, Whole
from demo.rates import level_of
from demo.selling import Sold
from demo.stories import CUSTOMS, under_way
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    Columns,
    World,
    currencies,
    frame,
    joined,
    local_days,
    market_words,
    money,
    numbers,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import CustomsEntries, Penalties
from store.facts.customs import CONTROLS

UNION = np.isin(np.arange(len(CODES)), [CODES.index("DE"), CODES.index("FR")])
PAPERS = np.isin(np.arange(len(CODES)), [CODES.index("UK"), CODES.index("CA")])
BROKERS = ("Thistle Clearance", "Lakehead Brokers", "Harbour Gate", "Meridian Customs")
BROKER_SHARES = (
    np.array([[100, 0], [60, 40], [75, 25]]) / 100
)  # of the first and the second broker of a region
REGION = np.array([{"UK": 0, "US": 1, "CA": 1}.get(code, 2) for code in CODES])
FIRST_BROKER, SECOND_BROKER = np.array([0, 1, 3]), np.array([0, 2, 2])
ERRORS = ("hs_code", "value", "origin", "consignee_id", "quantity")
CHAPTERS = ("39", "42", "73", "96")
UNARRIVED_S = 6 * DAY_S  # how long a parcel that never arrives would have travelled
HOLDS, SLIPS, BROKER_SLIPS = 0.018, 0.012, 0.006


@dataclass(frozen=True, eq=False)
class Border:
    """Declarations: `parcel` is the place of the parcel in Journeys, moments are local seconds; NEVER: not held."""

    parcel: Whole
    control: Whole
    broker: Whole
    lodged: Whole
    arrived: Whole
    presented: Whole
    held: Whole
    released: Whole
    papers: Flags


def cross(world: World, sold: Sold, journeys: Journeys) -> Border:
    """The way of every parcel through customs: at most to six hours before it is delivered."""
    slots = journeys.slots
    parcel = np.flatnonzero(~UNION[slots.markets] & (journeys.shipped < NEVER))
    rolls, markets, shipped = slots.rolls[parcel], slots.markets[parcel], journeys.shipped[parcel]
    dice = world.dice
    delivered = np.where(
        journeys.delivered[parcel] < NEVER, journeys.delivered[parcel], shipped + UNARRIVED_S
    )
    arrived = shipped + _share(delivered - shipped, 0.30 + 0.15 * dice.uniform("arrival", rolls))
    presented = arrived + _share(delivered - arrived, 0.05 + 0.10 * dice.uniform("presented", rolls))
    papers, held = _trouble(world, sold, journeys, parcel)
    control = np.where(held, 1 + dice.happens("opened", rolls, 0.4), dice.pick("control", rolls, [90, 7, 3]))
    hours = dice.lasting("clearance", rolls, np.array([5.0, 14.0, 26.0])[control], 0.5)
    hours = np.where(held, hours + dice.lasting("hold", rolls, 30.0, 0.4), hours)
    latest = np.maximum(delivered - 6 * HOUR_S, presented + HOUR_S)
    released = np.minimum(presented + (hours * HOUR_S).astype(np.int64), latest)
    first = dice.uniform("broker", rolls) < BROKER_SHARES[REGION[markets], 0]
    broker = np.where(first, FIRST_BROKER[REGION[markets]], SECOND_BROKER[REGION[markets]])
    lodged = shipped + (1 + 5 * dice.uniform("lodged", rolls)) * HOUR_S
    return Border(
        parcel, control.astype(np.int64), broker, lodged.astype(np.int64), arrived, presented,
        np.where(held, presented + HOUR_S // 2, NEVER), released, papers,
    )  # fmt: skip


def _share(seconds: Whole, share: Number) -> Whole:
    return np.asarray((seconds * share).astype(np.int64))


def _trouble(world: World, sold: Sold, journeys: Journeys, parcel: Whole) -> tuple[Flags, Flags]:
    """Papers with a mistake, and parcels that are held: the story's parcels are late because of both."""
    dice, rolls = world.dice, journeys.slots.rolls[parcel]
    days: Days = journeys.slots.days[parcel]
    story = under_way(CUSTOMS, days, world.anchor, ramp=3) * PAPERS[journeys.slots.markets[parcel]]
    late = journeys.delivered[parcel] // DAY_S > sold.promised[journeys.order[parcel]]
    papers = dice.happens("papers", rolls, SLIPS + story * np.where(late, 0.80, 0.06))
    held = dice.happens("held", rolls, HOLDS) | (papers & dice.happens("held for papers", rolls, 0.7))
    return papers, held


def customs_entries(
    world: World, sold: Sold, journeys: Journeys, border: Border
) -> tuple[type[Table], pl.DataFrame]:
    """One row a parcel that crosses the border of the union, from the day its declaration is lodged."""
    dice, slots, parcel = world.dice, journeys.slots, border.parcel
    markets, rolls = slots.markets[parcel], slots.rolls[parcel]
    known = world.sees(border.presented)
    wrong = border.papers & known
    code = words(ERRORS, dice.pick("error code", rolls, [55, 18, 12, 9, 6])).set(pl.Series(~wrong), None)
    shipment_id = numbers("PX", slots).gather(parcel)
    columns = {
        "entry_id": joined("CE-", shipment_id),
        "shipment_id": shipment_id,
        "order_id": order_numbers(sold.slots).gather(journeys.order[parcel]),
        "market": market_words(markets),
        "origin": words(tuple(lane.origin for lane in LANES), markets),
        "broker": words(BROKERS, border.broker),
        "mode": words(MODES, journeys.mode[parcel]),
        "control": words(CONTROLS, border.control).set(pl.Series(~known), None),
        "hs_chapter": words(CHAPTERS, dice.pick("chapter", rolls, [45, 30, 15, 10])),
        "lodged_at": utc(border.lodged, markets),
        "arrived_at": utc(border.arrived, markets, world.sees(border.arrived)),
        "presented_at": utc(border.presented, markets, known),
        "held_at": utc(border.held, markets, world.sees(border.held)),
        "released_at": utc(border.released, markets, world.sees(border.released)),
        "shipper_corrections": whole(wrong),
        "shipper_queries": whole(wrong & dice.happens("query", rolls, 0.4)),
        "broker_corrections": whole(known & dice.happens("broker slip", rolls, BROKER_SLIPS)),
        "error_code": code,
    }
    return CustomsEntries, frame(columns, world.sees(border.lodged))


def penalties(world: World, journeys: Journeys, border: Border) -> tuple[type[Table], pl.DataFrame]:
    """Storage for most parcels held for their papers, a fine for some, re-labelling for a few others."""
    dice, rolls = world.dice, journeys.slots.rolls[border.parcel]
    held = (border.held < NEVER) & border.papers
    days = np.ceil((border.released - border.presented) / DAY_S)
    rows = [
        _penalty(world, journeys, border, "storage", "documents", 9.0 * days,
                 held & dice.happens("storage", rolls, 0.7)),
        _penalty(world, journeys, border, "fine", "documents", dice.lasting("fine", rolls, 60.0, 0.5),
                 held & dice.happens("fined", rolls, 0.10)),
        _penalty(world, journeys, border, "relabelling", "packaging", 4.5 + 3.0 * dice.uniform("labels", rolls),
                 dice.happens("relabelled", rolls, 0.004)),
    ]  # fmt: skip
    return Penalties, pl.concat(rows)


def _penalty(
    world: World, journeys: Journeys, border: Border, kind: str, cause: str, eur: Number, charged: Flags
) -> pl.DataFrame:
    markets = journeys.slots.markets[border.parcel]
    shipment_id = numbers("PX", journeys.slots).gather(border.parcel)
    columns: Columns = {
        "penalty_id": joined(shipment_id, f"-{kind}"),
        "shipment_id": shipment_id,
        "entry_id": joined("CE-", shipment_id),
        "market": market_words(markets),
        "broker": words(BROKERS, border.broker),
        "kind": kind,
        "cause": cause,
        "penalty_day": local_days(border.released // DAY_S),
        "currency": currencies(markets),
        "amount_micros": money(eur * level_of(markets), markets),
    }
    return frame(columns, charged & world.sees(border.released))
