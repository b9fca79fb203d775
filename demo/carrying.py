"""Parcels of the made-up firm: who carries them, how late they are, and what is charged for it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from demo.company import CODES, LANES
from demo.dice import Flags, Number, Whole
from demo.season import since_black_friday, since_new_year_in_china
from demo.selling import CANCELLED, Sold
from demo.stories import CARRIER, CUSTOMS, under_way
from demo.world import DAY_S, HOUR_S, NEVER, Slots, World

CARRIERS: tuple[str, ...] = tuple(sorted({name for lane in LANES for name, _ in lane.carriers}))
MODES = ("road", "air", "express")
LATE = 0.049  # share of parcels late for no story at all
ENDS = ("delivered", "lost", "returned_to_sender")


@dataclass(frozen=True, eq=False)
class Journeys:
    """Parcels: `order` is the place of the order in Sold. Moments are local seconds, NEVER if they do not come."""

    order: Whole
    second: Flags
    slots: Slots
    carrier: Whole
    mode: Whole
    shipped: Whole
    delivered: Whole
    scanned: Whole
    end: Whole
    grams: Whole
    called_off: Flags


def carry(world: World, sold: Sold) -> Journeys:
    """One parcel for each order that is sent, a second one for some, and a few that were called off."""
    dice, rolls = world.dice, sold.slots.rolls
    called_off = (sold.fate == CANCELLED) & dice.happens("called off late", rolls, 0.3)
    single = np.flatnonzero(sold.sent | called_off)
    split = np.flatnonzero(sold.sent & dice.happens("split", rolls, 0.035))
    order = np.concatenate([single, split])
    second = np.arange(len(order)) >= len(single)
    slots = Slots(sold.slots.days[order], sold.slots.markets[order], sold.slots.nth[order] * 2 + second)
    shipped = sold.handed_over[order]
    carrier = _carrier(world, slots)
    end = dice.pick("end", slots.rolls, [0.9965, 0.0018, 0.0017])
    delivered = np.where(
        (end == 0) & (shipped < NEVER), _delivery(world, slots, carrier, shipped, sold.promised[order]), NEVER
    )
    lag = np.where(
        dice.happens("late scan", slots.rolls, 0.03), 1 + dice.pick("scan lag", slots.rolls, [4, 3, 2, 1]), 0
    )
    return Journeys(
        order, second, slots, carrier, _mode(world, slots), shipped, delivered,
        delivered + lag * DAY_S, end, _grams(world, slots), called_off[order],
    )  # fmt: skip


def _carrier(world: World, slots: Slots) -> Whole:
    carrier = np.zeros(len(slots), dtype=np.int64)
    for place, lane in enumerate(LANES):
        picked = world.dice.pick("carrier", slots.rolls, [share for _, share in lane.carriers])
        names = np.array([CARRIERS.index(name) for name, _ in lane.carriers])
        carrier = np.where(slots.markets == place, names[picked], carrier)
    return carrier


def _mode(world: World, slots: Slots) -> Whole:
    by_air = np.array([lane.by_air for lane in LANES])[slots.markets]
    return np.where(by_air, 1 + world.dice.happens("express", slots.rolls, 0.12), 0)


def _delivery(world: World, slots: Slots, carrier: Whole, shipped: Whole, promised: Whole) -> Whole:
    """Local seconds of the delivery: most come up to two days early, late ones one to six days late."""
    dice = world.dice
    sent_day = shipped // DAY_S
    late = dice.happens("late", slots.rolls, lateness(world, slots, carrier))
    early = dice.pick("days early", slots.rolls, [5, 4, 2])
    days_late = 1 + dice.pick("days late", slots.rolls, [40, 25, 15, 10, 6, 4])
    day = np.where(late, promised + days_late, np.maximum(promised - early, sent_day + 1))
    day = np.maximum(day, sent_day + 1)
    return np.asarray(
        day * DAY_S + 9 * HOUR_S + (dice.uniform("ring", slots.rolls) * 10 * HOUR_S).astype(np.int64)
    )


def lateness(world: World, slots: Slots, carrier: Whole) -> Number:
    """The chance of each parcel to be late, with the stories of its day, market and carrier in it."""
    days, market = slots.days, slots.markets
    lane = (market == CODES.index("JP")) & (carrier == CARRIERS.index("Nordpost"))
    papers = np.isin(market, [CODES.index("UK"), CODES.index("CA")])
    from_ningbo = np.array([each.origin == "Ningbo" for each in LANES])[market]
    peak, festival = since_black_friday(days), since_new_year_in_china(days)
    return np.asarray(
        LATE
        + 0.68 * lane * under_way(CARRIER, days, world.anchor, ramp=10)
        + 0.26 * papers * under_way(CUSTOMS, days, world.anchor, ramp=3)
        + 0.020 * ((peak >= 0) & (peak <= 14))
        + 0.060 * (from_ningbo & (festival >= -5) & (festival <= 9))
    )


def _grams(world: World, slots: Slots) -> Whole:
    return np.asarray(world.dice.lasting("weight", slots.rolls, 900.0, 0.5).astype(np.int64) + 60)


def carriage_eur(world: World, journeys: Journeys) -> Number:
    """What carrying each parcel costs in euro: the lane's price, the weight, express, and dearer every year."""
    slots = journeys.slots
    lane = np.array([each.carriage_eur for each in LANES])[slots.markets]
    weight = 0.75 + 0.25 * journeys.grams / 1_070
    express = np.where(journeys.mode == MODES.index("express"), 1.45, 1.0)
    years = (slots.days - _PRICED) / 365.25
    return np.asarray(
        lane * weight * express * 1.015**years * world.dice.lasting("tariff", slots.rolls, 1.0, 0.12)
    )


_PRICED = (date(2025, 6, 1) - date(1970, 1, 1)).days
