"""What lies in each order: articles, pieces, what arrived of them, and what they earn."""

from dataclasses import dataclass

import numpy as np

from demo.carrying import Journeys
from demo.dice import Flags, Number, Rolls, Whole, identity
from demo.goods import COSTS, DEMANDS, PRICES
from demo.rates import level_of
from demo.season import since_black_friday
from demo.selling import Sold
from demo.world import DAY_S, NEVER, Slots, World


@dataclass(frozen=True, eq=False)
class Asked:
    """Which pieces of which article each line asks for; `order` is the place of the order in its slots."""

    order: Whole
    place: Whole
    rolls: Rolls
    article: Whole
    pieces: Whole


@dataclass(frozen=True, eq=False)
class Lines(Asked):
    """Order lines and what became of them; `order` is the place in Sold, amounts are in the order's currency."""

    arrived: Whole
    net: Number
    margin: Number


@dataclass(frozen=True, eq=False)
class Arrivals:
    """When each order was delivered, by its last parcel, and when the source learnt of it; NEVER if it was not."""

    delivered: Whole
    scanned: Whole

    def seen(self, world: World) -> Flags:
        return np.asarray((self.delivered < NEVER) & world.sees(self.scanned))


def arrivals(sold: Sold, journeys: Journeys) -> Arrivals:
    return Arrivals(*(_last(moments, sold, journeys) for moments in (journeys.delivered, journeys.scanned)))


def _last(moments: Whole, sold: Sold, journeys: Journeys) -> Whole:
    latest = np.where(sold.sent, 0, NEVER)
    np.maximum.at(latest, journeys.order, moments)
    return latest


def ask(world: World, slots: Slots) -> Asked:
    """One to four lines an order, one to three pieces a line."""
    dice = world.dice
    many = 1 + dice.pick("lines", slots.rolls, [0.56, 0.28, 0.11, 0.05])
    order = np.repeat(np.arange(len(many)), many)
    place = np.arange(len(order)) - (np.cumsum(many) - many)[order]
    rolls = identity(slots.days[order], slots.markets[order], slots.nth[order], place)
    article = dice.pick("article", rolls, DEMANDS)
    return Asked(order, place, rolls, article, 1 + dice.pick("pieces", rolls, [0.82, 0.14, 0.04]))


def fill_baskets(world: World, sold: Sold) -> Lines:
    """The lines of each order; six in a thousand arrive short, one in a thousand with a piece too many."""
    asked = ask(world, sold.slots)
    slip = world.dice.uniform("slip", asked.rolls)
    arrived = np.where(slip < 0.006, asked.pieces - 1, np.where(slip > 0.999, asked.pieces + 1, asked.pieces))
    net, cost = _amounts(world, sold, asked.order, asked.article, asked.pieces)
    return Lines(asked.order, asked.place, asked.rolls, asked.article, asked.pieces, arrived, net, net - cost)


def _amounts(world: World, sold: Sold, order: Whole, article: Whole, pieces: Whole) -> tuple[Number, Number]:
    """Net value after discount, and cost of the goods, rounded to cents."""
    slots = sold.slots
    level = level_of(slots.markets)
    sale = np.where(np.abs(since_black_friday(slots.days) - 1) <= 2, 0.04, 0.0)
    kept = 1 - 0.09 * world.dice.uniform("discount", slots.rolls) - sale
    net = np.round(PRICES[article] * pieces * (level * kept)[order], 2)
    return net, np.round(COSTS[article] * pieces * level[order], 2)


def per_order(values: Number | Whole, lines: Lines, orders: int) -> Number:
    """The sum of a line's values for each order."""
    return np.asarray(np.bincount(lines.order, weights=values, minlength=orders), dtype=np.float64)


def arrived_by_promise(sold: Sold, lines: Lines, arrived: Arrivals) -> Whole:
    """Pieces of each line that were there by the promised day."""
    in_time = arrived.delivered // DAY_S <= sold.promised
    return np.where(in_time[lines.order], lines.arrived, 0)
