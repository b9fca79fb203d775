"""Shipments and charges of the made-up firm, as its carriers report and bill them."""

import numpy as np
import polars as pl

from demo.books import order_numbers
from demo.carrying import CARRIERS, ENDS, MODES, Journeys, carriage_eur
from demo.company import CODES, LANES
from demo.dice import Flags, Number, Whole
from demo.rates import LEVELS
from demo.scans import promises
from demo.season import since_black_friday
from demo.selling import Sold
from demo.world import (
    DAY_S,
    NEVER,
    World,
    frame,
    joined,
    local_days,
    market_words,
    numbers,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import FreightCharges, Shipments

STATES = (*ENDS, "open", "in_transit", "cancelled_before_dispatch")
_OPEN, _IN_TRANSIT, _CALLED_OFF = 3, 4, 5
LINE_HAUL = 0.28  # share of an air parcel's carriage that is billed for the day's consignment


def shipments(world: World, sold: Sold, journeys: Journeys) -> tuple[type[Table], pl.DataFrame]:
    """One row a parcel whose order was released by the day of the look."""
    slots = journeys.slots
    moving = world.sees(journeys.shipped)
    columns = {
        "shipment_id": numbers("PX", slots),
        "order_id": order_numbers(sold.slots).gather(journeys.order),
        "market": market_words(slots.markets),
        "carrier": words(CARRIERS, journeys.carrier),
        "mode": words(MODES, journeys.mode),
        "origin": words(tuple(lane.origin for lane in LANES), slots.markets),
        "status": words(STATES, _state(world, journeys)),
        "shipped_at": utc(journeys.shipped, slots.markets, moving),
        "promised_day": local_days(sold.promised[journeys.order]),
        "delivered_at": utc(journeys.delivered, slots.markets, _arrived(world, journeys)),
        "weight_g": whole(journeys.grams),
        "volume_cm3": whole(journeys.grams * 4.1),
        "consolidation": _consignments(journeys).set(pl.Series(~_shares(journeys)), None),
        **promises(world, sold, journeys),
    }
    return Shipments, frame(columns, world.sees(sold.confirmed[journeys.order]))


def charges(world: World, journeys: Journeys) -> tuple[type[Table], pl.DataFrame]:
    """Freight of each parcel sent, a surcharge or duty on some, and the line-haul of each day's air consignment."""
    dice, slots = world.dice, journeys.slots
    whole_eur = carriage_eur(world, journeys)
    own = whole_eur * np.where(_shares(journeys), 1 - LINE_HAUL, 1.0)
    peak = np.abs(since_black_friday(slots.days) - 15) <= 25
    extra = dice.happens("surcharge", slots.rolls, np.where(peak, 0.30, 0.20))
    dutiable = np.isin(slots.markets, [CODES.index(code) for code in ("UK", "US", "CA", "AU")])
    duty = dutiable & dice.happens("duty", slots.rolls, 0.12)
    rows = [
        _charge(world, journeys, "freight", own, np.ones(len(slots), dtype=np.bool_)),
        _charge(world, journeys, "surcharge", 0.10 * own, extra),
        _charge(world, journeys, "duty", 4.0 + 0.9 * own, duty),
        _line_haul(world, journeys, LINE_HAUL * whole_eur),
    ]
    return FreightCharges, pl.concat(rows)


def _charge(world: World, journeys: Journeys, kind: str, eur: Number, charged: Flags) -> pl.DataFrame:
    """Carriers bill in euro from Hamburg, in yuan from Ningbo."""
    slots = journeys.slots
    shipment_id = numbers("PX", slots)
    yuan = np.array([lane.origin == "Ningbo" for lane in LANES])[slots.markets]
    amount = np.round(eur * np.where(yuan, LEVELS["CNY"], 1.0), 2)
    columns = {
        "charge_id": joined(shipment_id, f"-{kind}"),
        "shipment_id": shipment_id,
        "consolidation": None,
        "market": market_words(slots.markets),
        "kind": kind,
        "service_day": local_days(np.where(journeys.shipped < NEVER, journeys.shipped // DAY_S, 0)),
        "currency": words(("EUR", "CNY"), yuan.astype(np.int64)),
        "amount_micros": whole(np.round(amount * 1_000_000)),
    }
    return frame(columns, charged & world.sees(journeys.shipped))


def _line_haul(world: World, journeys: Journeys, eur: Number) -> pl.DataFrame:
    """One charge for all air parcels of a market that were ordered on the same day, booked the day after."""
    slots = journeys.slots
    billed = _shares(journeys) & (journeys.shipped < NEVER)
    parcels = pl.DataFrame(
        {
            "consolidation": _consignments(journeys),
            "market": market_words(slots.markets),
            "day": slots.days + 1,
            "eur": eur,
        }
    ).filter(pl.Series(billed))
    bills = parcels.group_by("consolidation", "market", "day", maintain_order=True).agg(pl.col("eur").sum())
    return bills.filter(pl.col("day") <= world.known).select(
        charge_id=pl.concat_str("consolidation", pl.lit("-line_haul")),
        shipment_id=pl.lit(None, dtype=pl.String),
        consolidation="consolidation",
        market="market",
        kind=pl.lit("line_haul"),
        service_day=pl.col("day").cast(pl.Int32).cast(pl.Date),
        currency=pl.lit("EUR"),
        amount_micros=(pl.col("eur").round(2) * 1_000_000).round().cast(pl.Int64),
    )


def _state(world: World, journeys: Journeys) -> Whole:
    """Lost and returned parcels are known as such ten days after dispatch."""
    ended = np.where(journeys.end == 0, _arrived(world, journeys), world.sees(journeys.shipped + 10 * DAY_S))
    moving = np.where(ended, journeys.end, np.where(world.sees(journeys.shipped), _IN_TRANSIT, _OPEN))
    return np.where(journeys.called_off, _CALLED_OFF, moving)


def _arrived(world: World, journeys: Journeys) -> Flags:
    return np.asarray((journeys.delivered < NEVER) & world.sees(journeys.scanned))


def _shares(journeys: Journeys) -> Flags:
    """Parcels that travel in a consignment: by air, not by express."""
    return np.asarray(journeys.mode == MODES.index("air"))


def _consignments(journeys: Journeys) -> pl.Series:
    day = local_days(journeys.slots.days).dt.to_string("-%y%m%d")
    return joined("AIR-", market_words(journeys.slots.markets), day)
