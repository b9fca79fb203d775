"""How the made-up firm sees its goods: scans, hubs, sorting, receipts, packaging checks, what carriers promise."""

import numpy as np
import polars as pl

from demo.border import UNION, Border
from demo.carrying import CARRIERS, ENDS, Journeys
from demo.company import CODES, LANES
from demo.dice import Days, Flags, Whole, identity
from demo.season import number
from demo.selling import Sold
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    Columns,
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
from store.facts import PackagingChecks, StageEvents, TrackingEvents

KEPT_DAYS = 120  # carriers keep scans this long: there are none of parcels sent earlier before the last day
UNSEEN, LOST_SCAN, FAILS = 0.022, 0.015, 0.055
HUBS = {"UK": "Heathrow", "US": "Newark", "CA": "Toronto", "JP": "Narita", "AU": "Sydney", "SG": "Changi"}
DOCKS = ("Hamburg", "Ningbo")
RULES = ("wood treatment", "label language", "battery mark")
KM = np.array([{"DE": 480, "FR": 900, "UK": 950, "US": 6_300, "CA": 6_200, "JP": 1_900, "AU": 7_800, "SG": 3_900}[code]
               for code in CODES])  # fmt: skip
GRAMS_A_KG_KM = np.array([0.11, 0.62, 0.68])  # well to wheel, by road, air and express


def promises(world: World, sold: Sold, journeys: Journeys) -> Columns:
    """What a shipment tells beside its days: border, tracking, estimate, window, export and emission."""
    dice, slots = world.dice, journeys.slots
    markets, rolls = slots.markets, slots.rolls
    moving = world.sees(journeys.shipped)
    abroad = ~UNION[markets]
    promised = sold.promised[journeys.order]
    eta = promised - dice.pick("estimate", rolls, [30, 50, 20])
    told = (markets == CODES.index("DE")) & dice.happens("window", rolls, 0.3) & (journeys.delivered < NEVER)
    start = journeys.delivered - (dice.uniform("window begins", rolls) * 2.6 * HOUR_S).astype(np.int64)
    told &= world.sees(np.maximum(start + 2 * HOUR_S, journeys.scanned))
    planned = journeys.shipped + 14 * HOUR_S
    weight = journeys.grams * (0.9 + 0.2 * dice.uniform("emission", rolls)) / 1_000
    return {
        "international": pl.Series(abroad),
        "tracked": pl.Series(_kept(world, slots.days)),
        "eta_day": local_days(eta, moving),
        "window_from": utc(start, markets, told),
        "window_to": utc(start + 2 * HOUR_S, markets, told),
        "export_planned_at": utc(planned, markets, abroad & world.sees(planned)),
        "exported_at": utc(
            _exported(world, journeys), markets, abroad & world.sees(_exported(world, journeys))
        ),
        "co2e_g": whole(weight * KM[markets] * GRAMS_A_KG_KM[journeys.mode], moving),
    }


def _kept(world: World, days: Days) -> Flags:
    return np.asarray(days > number(world.anchor) - KEPT_DAYS)


def _exported(world: World, journeys: Journeys) -> Whole:
    """Departure a few hours after the hand-over, half a day late for one in ten."""
    late = world.dice.happens("missed flight", journeys.slots.rolls, 0.1)
    hours = 6 + 7 * world.dice.uniform("departure", journeys.slots.rolls) + 13 * late
    return np.asarray(
        np.where(journeys.shipped < NEVER, journeys.shipped + (hours * HOUR_S).astype(np.int64), NEVER)
    )


def tracking_events(world: World, journeys: Journeys, border: Border) -> tuple[type[Table], pl.DataFrame]:
    """The milestones of each parcel the carriers still keep; a few were never scanned, a few doors stayed shut."""
    dice, kept = world.dice, _kept(world, journeys.slots.days)
    crossed = kept[border.parcel]
    parcel = border.parcel[crossed]
    home = np.flatnonzero(kept & (journeys.shipped < NEVER))
    rolls = journeys.slots.rolls[home]
    late = dice.happens("scanned late", rolls, UNSEEN)
    delivered = journeys.delivered[home]
    hours = np.where(late, 60, 9 * dice.uniform("posted", rolls))
    posted = np.minimum(journeys.shipped[home] + (hours * HOUR_S).astype(np.int64), delivered - HOUR_S)
    out = delivered - (2 + 3 * dice.uniform("to the door", rolls)) * HOUR_S
    locker = (journeys.slots.markets[home] == CODES.index("SG")) & dice.happens("locker", rolls, 0.4)
    dropped = delivered - ((1 + dice.uniform("in the locker", rolls)) * HOUR_S).astype(np.int64)
    shut = ~locker & dice.happens("door", rolls, FAILS) & (delivered - DAY_S > journeys.shipped[home])
    nobody = home[journeys.end[home] == ENDS.index("returned_to_sender")]
    seen = [
        _scan(world, journeys, home, "EMA", posted),
        _scan(world, journeys, parcel, "EMC", _exported(world, journeys)[parcel]),
        _scan(world, journeys, parcel, "EMD", border.arrived[crossed]),
        _scan(world, journeys, parcel, "EDB", border.presented[crossed]),
        _scan(world, journeys, parcel, "EDC", border.released[crossed]),
        _scan(world, journeys, home, "EMG", np.where(delivered < NEVER, out.astype(np.int64), NEVER)),
        _scan(world, journeys, home[shut], "EMH", delivered[shut] - 20 * HOUR_S),
        _scan(world, journeys, home[locker], "EDH", dropped[locker]),
        _scan(world, journeys, nobody, "EMH", journeys.shipped[nobody] + 5 * DAY_S),
        _scan(world, journeys, home, "EMI", delivered),
    ]
    return TrackingEvents, pl.concat(seen)


def _scan(world: World, journeys: Journeys, parcel: Whole, code: str, at: Whole) -> pl.DataFrame:
    markets = journeys.slots.markets[parcel]
    shipment_id = numbers("PX", journeys.slots).gather(parcel)
    lost = world.dice.happens(f"scan {code} is lost", journeys.slots.rolls[parcel], LOST_SCAN)
    columns: Columns = {
        "event_id": joined(shipment_id, f"-{code}"),
        "shipment_id": shipment_id,
        "market": market_words(markets),
        "event": code,
        "occurred_at": utc(at, markets),
    }
    learnt = np.maximum(at, journeys.scanned[parcel]) if code in ("EMI", "EDH") else at
    return frame(columns, world.sees(learnt) & ((code == "EMI") | ~lost))


def stage_events(
    world: World, days: Days, journeys: Journeys, border: Border
) -> tuple[type[Table], pl.DataFrame]:
    """Stays of parcels at the hubs abroad while scans are kept, and all receipts and sorting runs."""
    return StageEvents, pl.concat(
        [_hubs(world, journeys, border), _receipts(world, days), _sorting(world, days)]
    )


def _hubs(world: World, journeys: Journeys, border: Border) -> pl.DataFrame:
    crossed = _kept(world, journeys.slots.days)[border.parcel]
    parcel = border.parcel[crossed]
    markets, rolls = journeys.slots.markets[parcel], journeys.slots.rolls[parcel]
    released = border.released[crossed]
    gone = released + ((2 + 4 * world.dice.uniform("leaves the hub", rolls)) * HOUR_S).astype(np.int64)
    customs = released - border.presented[crossed]
    shipment_id = numbers("PX", journeys.slots).gather(parcel)
    columns: Columns = {
        "stage_id": joined("HUB-", shipment_id),
        "stage": "hub",
        "shipment_id": shipment_id,
        "market": market_words(markets),
        "carrier": words(CARRIERS, journeys.carrier[parcel]),
        "place": words(tuple(HUBS.get(code, "") for code in CODES), markets),
        "began_at": utc(border.arrived[crossed], markets),
        "ended_at": utc(gone, markets, world.sees(gone)),
        "customs_s": whole(customs, world.sees(gone)),
        "zone": None,
        "units": whole(np.ones(len(parcel)), np.zeros(len(parcel), dtype=np.bool_)),
        "missorted": whole(np.ones(len(parcel)), np.zeros(len(parcel), dtype=np.bool_)),
    }
    return frame(columns, world.sees(border.arrived[crossed]))


def _receipts(world: World, days: Days) -> pl.DataFrame:
    """Five receipts a day at each dock, put away within a shift or two."""
    day, dock, nth = (axis.ravel() for axis in np.meshgrid(days, np.arange(2), np.arange(5), indexing="ij"))
    rolls = identity(day, dock, nth)
    clock = np.array([CODES.index("DE"), CODES.index("SG")])[dock]  # Singapore's clock is Ningbo's
    began = day * DAY_S + ((7 + 8 * world.dice.uniform("receipt", rolls)) * HOUR_S).astype(np.int64)
    ended = began + (world.dice.lasting("put away", rolls, 7.5, 0.45) * HOUR_S).astype(np.int64)
    nothing = np.zeros(len(day), dtype=np.bool_)
    columns: Columns = {
        "stage_id": joined("RC-", local_days(day).dt.to_string("%y%m%d-"), place(dock, 1), place(nth, 1)),
        "stage": "receiving",
        "shipment_id": None,
        "market": None,
        "carrier": None,
        "place": words(DOCKS, dock),
        "began_at": utc(began, clock),
        "ended_at": utc(ended, clock, world.sees(ended)),
        "customs_s": whole(nothing),
        "zone": words(("Europe/Berlin", "Asia/Shanghai"), dock),
        "units": whole(40 + 400 * world.dice.uniform("pieces received", rolls)),
        "missorted": whole(nothing, nothing),
    }
    return frame(columns, world.sees(began))


def _sorting(world: World, days: Days) -> pl.DataFrame:
    """One run a day and market, at five in the morning; four in a thousand pieces go the wrong way."""
    day, market = (axis.ravel() for axis in np.meshgrid(days, np.arange(len(CODES)), indexing="ij"))
    rolls = identity(day, market)
    began, ended = day * DAY_S + 5 * HOUR_S, day * DAY_S + 8 * HOUR_S
    shares = np.array([lane.share for lane in LANES])[market]
    pieces = 20 + world.dice.count("sorted", rolls, 340 * shares)
    columns: Columns = {
        "stage_id": joined("SO-", local_days(day).dt.to_string("%y%m%d-"), market_words(market)),
        "stage": "sorting",
        "shipment_id": None,
        "market": market_words(market),
        "carrier": None,
        "place": words(tuple(HUBS.get(code, "Hamburg") for code in CODES), market),
        "began_at": utc(began, market),
        "ended_at": utc(ended, market, world.sees(ended)),
        "customs_s": whole(np.zeros(len(day))),
        "zone": None,
        "units": whole(pieces),
        "missorted": whole(np.minimum(world.dice.count("missorted", rolls, 0.004 * pieces), pieces)),
    }
    return frame(columns, world.sees(began))


def packaging_checks(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """Twenty units a day and market, checked at ten in the morning against the rules of the destination."""
    day, market = (axis.ravel() for axis in np.meshgrid(days, np.arange(len(CODES)), indexing="ij"))
    rolls = identity(day, market)
    at = day * DAY_S + 10 * HOUR_S
    failed = np.minimum(world.dice.count("not as the rules say", rolls, np.full(len(day), 0.45)), 20)
    columns: Columns = {
        "check_id": joined("PK-", local_days(day).dt.to_string("%y%m%d-"), market_words(market)),
        "market": market_words(market),
        "place": words(DOCKS, np.array([DOCKS.index(lane.origin) for lane in LANES])[market]),
        "rule": words(RULES, world.dice.pick("rule", rolls, [30, 50, 20])),
        "checked_at": utc(at, market),
        "units": whole(np.full(len(day), 20)),
        "passed": whole(20 - failed),
    }
    return PackagingChecks, frame(columns, world.sees(at))
