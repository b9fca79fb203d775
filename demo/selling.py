"""Orders of the made-up firm: who buys, when, what becomes of the order until it is handed over."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from demo.company import LANES
from demo.dice import Days, Flags, Number, Whole, identity
from demo.season import demand, since_black_friday
from demo.world import DAY_S, HOUR_S, NEVER, Slots, World, fill

ORDERS_A_DAY = 312.0
FIRST_ORDERS = 0.47  # share of orders that come from somebody new
GAP_DAYS = 118.0  # mean time to an order of an old customer
MEMORY_DAYS = 540
CHANNELS = ("web shop", "marketplace", "retail")
FATES = ("completed", "cancelled", "test", "gift_card")
CANCELLED = 1
PROMISES = np.array([lane.promise_days for lane in LANES])


@dataclass(frozen=True, eq=False)
class Sold:
    """Orders with their moments in local seconds; NEVER for what does not happen."""

    slots: Slots
    customer: Slots
    known_customer: Flags
    fate: Whole
    ordered: Whole
    confirmed: Whole
    handed_over: Whole
    promised: Days

    @cached_property
    def sent(self) -> Flags:
        return np.asarray(self.handed_over < NEVER)


def order_counts(world: World, days: Days) -> Whole:
    """Orders of each day (row) and market (column)."""
    shares = np.array([lane.share for lane in LANES])
    mean = world.scale * ORDERS_A_DAY * demand(days)[:, None] * shares[None, :]
    cells = identity(days[:, None], np.arange(len(LANES))[None, :])
    return world.dice.count("orders", cells, mean)


def new_counts(counts: Whole) -> Whole:
    """How many of the orders of a day and market are somebody's first: the first ones of the day."""
    return np.asarray(np.round(FIRST_ORDERS * counts).astype(np.int64))


def ordered_at(world: World, slots: Slots) -> Whole:
    """Local seconds: between six in the morning and midnight, most of them in the afternoon."""
    dice = world.dice
    share = (dice.uniform("hour", slots.rolls) + dice.uniform("hour again", slots.rolls)) / 2
    return np.asarray(slots.days * DAY_S + 6 * HOUR_S + (share * 18 * HOUR_S).astype(np.int64))


def sell(world: World, days: Days) -> Sold:
    """The orders placed on these days."""
    reach = np.arange(days[0] - MEMORY_DAYS - 1, days[-1] + 1)
    counts = order_counts(world, reach)
    slots = fill(counts[-len(days) :], int(days[0]))
    newcomers = new_counts(counts)
    customer, known = _customers(world, slots, newcomers, int(reach[0]))
    ordered = ordered_at(world, slots)
    fate = fates(world, slots, slots.nth < newcomers[slots.days - reach[0], slots.markets])
    confirmed = ordered + _seconds(world.dice.lasting("release", slots.rolls, 0.7, 0.8), 12)
    hours = world.dice.lasting("fulfilment", slots.rolls, 18.2 * _rush(slots.days), 0.5)
    handed_over = np.where(fate == 0, confirmed + _seconds(hours, 96), NEVER)
    promised = slots.days + PROMISES[slots.markets]
    return Sold(slots, customer, known, fate, ordered, confirmed, handed_over, promised)


def fates(world: World, slots: Slots, first: Flags) -> Whole:
    """What becomes of each order, as a place in FATES; a customer's `first` order is never called off."""
    return np.where(first, 0, world.dice.pick("fate", slots.rolls, [0.962, 0.031, 0.003, 0.004]))


def _customers(world: World, slots: Slots, newcomers: Whole, start: int) -> tuple[Slots, Flags]:
    """Each order's customer, named by that customer's first order; an old customer came some days before."""
    first = slots.nth < newcomers[slots.days - start, slots.markets]
    gap = 1 - np.log1p(-world.dice.uniform("gap", slots.rolls)) * GAP_DAYS
    born = np.where(first, slots.days, slots.days - np.minimum(gap, MEMORY_DAYS).astype(np.int64))
    choice = newcomers[born - start, slots.markets]
    place = (world.dice.uniform("which customer", slots.rolls) * choice).astype(np.int64)
    return Slots(born, slots.markets, np.where(first, slots.nth, place)), np.asarray(choice > 0)


def _seconds(hours: Number, at_most: int) -> Whole:
    return np.asarray((np.minimum(hours, at_most) * HOUR_S).astype(np.int64))


def _rush(days: Days) -> Number:
    """The warehouse is slower in the fortnight that begins with Black Friday."""
    after = since_black_friday(days)
    return np.where((after >= 0) & (after <= 14), 1.18, 1.0)
