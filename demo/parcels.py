"""Shipments and charges of the made-up firm, as its carriers report and bill them; returns and claims after that."""

import numpy as np
import polars as pl

from demo.baskets import Arrivals, Lines
from demo.books import order_numbers
from demo.carrying import CARRIERS, ENDS, MODES, Journeys, carriage_eur
from demo.company import CODES, LANES
from demo.dice import Flags, Number, Whole
from demo.goods import NAMES
from demo.rates import LEVELS
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
    place,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import Claims, FreightCharges, Returns, Shipments

STATES = (*ENDS, "open", "in_transit", "cancelled_before_dispatch")
_OPEN, _IN_TRANSIT, _CALLED_OFF = 3, 4, 5
LINE_HAUL = 0.28  # share of an air parcel's carriage that is billed for the day's consignment
SETTLED_DAYS = 44  # everything that happens to an order happens within so many days
REASONS = ("does not fit", "changed mind", "damaged", "not as described", "exchange")
MISTAKES = ("wrong_item", "wrong_quantity", "wrong_address")


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


def returns(world: World, sold: Sold, lines: Lines, arrived: Arrivals) -> tuple[type[Table], pl.DataFrame]:
    """One row a line that came back, three to thirty days after the delivery."""
    dice, order = world.dice, lines.order
    days = 3 + np.floor(23 * dice.uniform("return after", lines.rolls) ** 1.6)
    back = _later(sold, arrived, order, days)
    came = (
        (arrived.delivered[order] < NEVER) & (lines.arrived > 0) & dice.happens("return", lines.rolls, 0.069)
    )
    order_id = order_numbers(sold.slots).gather(order)
    columns = {
        "return_id": joined("RT-", order_id, "/", place(lines.place + 1, 1)),
        "order_id": order_id,
        "market": market_words(sold.slots.markets[order]),
        "product": words(NAMES, lines.article),
        "reason": words(REASONS, dice.pick("reason", lines.rolls, [30, 28, 12, 18, 12])),
        "returned_at": utc(back, sold.slots.markets[order]),
        "units": whole(lines.arrived),
    }
    return Returns, frame(columns, came & world.sees(back))


def claims(world: World, sold: Sold, arrived: Arrivals) -> tuple[type[Table], pl.DataFrame]:
    """Six in a thousand orders are wrong, which a customer reports within three weeks."""
    dice, slots = world.dice, sold.slots
    order = np.arange(len(slots))
    reported = _later(sold, arrived, order, 1 + np.floor(18 * dice.uniform("claim after", slots.rolls) ** 2))
    wrong = (arrived.delivered < NEVER) & dice.happens("mistake", slots.rolls, 0.0055)
    order_id = order_numbers(slots)
    columns = {
        "claim_id": joined("CL-", order_id),
        "order_id": order_id,
        "market": market_words(slots.markets),
        "kind": words(MISTAKES, dice.pick("mistake kind", slots.rolls, [50, 35, 15])),
        "reported_at": utc(reported, slots.markets),
        "mistakes": whole(1 + dice.happens("two mistakes", slots.rolls, 0.08).astype(np.int64)),
    }
    return Claims, frame(columns, wrong & world.sees(reported))


def _later(sold: Sold, arrived: Arrivals, order: Whole, days: Number) -> Whole:
    """Local seconds some days after the delivery, at the latest when the order is settled."""
    latest = (sold.slots.days[order] + SETTLED_DAYS) * DAY_S + 12 * 3_600
    return np.asarray(np.minimum(arrived.delivered[order] + days.astype(np.int64) * DAY_S, latest))


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
