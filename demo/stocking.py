"""Stock of the made-up firm: what is asked for each day, what lies in two warehouses, and what is on its way.

Every article of a warehouse is filled up to a level every fourteen days; orders draw it down. So the stock of a day
follows from the orders since the last two deliveries, and any span of days gives the same rows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from demo.baskets import Asked, ask
from demo.company import LANES
from demo.dice import Days, Flags, Number, Whole, identity
from demo.goods import DEMANDS
from demo.season import foreseen, since_new_year_in_china
from demo.selling import CANCELLED, ORDERS_A_DAY, fates, new_counts, order_counts
from demo.world import Slots, World, fill

LOCATIONS = tuple(sorted({lane.origin for lane in LANES}))
SERVED_BY = np.array([LOCATIONS.index(lane.origin) for lane in LANES])
CYCLE, SAFETY = 14, 4  # days from delivery to delivery, and days of demand kept above that
LEAD_DAYS = np.array([30, 9])  # order to promised arrival: Hamburg by sea, Ningbo by lorry
LONGEST_DELAY = 12
PIECES_AN_ORDER = 1.65 * 1.22 * 0.996  # lines an order, pieces a line, orders that are no tests
SHORT = 0.10  # of a level, where a supplier sends less
BACK, AHEAD = 2 * CYCLE, int(LEAD_DAYS.max()) + LONGEST_DELAY + 1


@dataclass(frozen=True, eq=False)
class Wanted:
    """Lines that ask for goods: their slots' days and markets, article and pieces; `asked` has the rest."""

    days: Days
    markets: Whole
    asked: Asked


def wanted(world: World, days: Days) -> Wanted:
    """The lines of all orders of these days but tests and gift cards, also of those called off later."""
    counts = order_counts(world, days)
    slots = fill(counts, int(days[0]))
    first = slots.nth < new_counts(counts)[slots.days - days[0], slots.markets]
    meant = fates(world, slots, first) <= CANCELLED
    slots = Slots(slots.days[meant], slots.markets[meant], slots.nth[meant])
    asked = ask(world, slots)
    return Wanted(slots.days[asked.order], slots.markets[asked.order], asked)


def planned_share() -> Number:
    """Share of all pieces each article (row) and location (column) is expected to be asked for."""
    lanes = np.zeros(len(LOCATIONS))
    np.add.at(lanes, SERVED_BY, [lane.share for lane in LANES])
    return np.asarray(DEMANDS)[:, None] / sum(DEMANDS) * lanes[None, :]


def planned(world: World, days: Days) -> Number:
    """Pieces the planners expect on each day, over all articles and markets."""
    return np.asarray(world.scale * ORDERS_A_DAY * PIECES_AN_ORDER * foreseen(days))


@dataclass(frozen=True, eq=False)
class Cycle:
    """Deliveries by article and location: the promised day, the day they came, the level, and what it lacks."""

    promised: Days
    came: Days
    level: Whole
    lacking: Whole


@dataclass(frozen=True, eq=False)
class Shelves:
    """Pieces by day, article and location; `asked` and `before` (a running sum) begin BACK days before `days`."""

    world: World
    days: Days
    asked: Whole
    before: Whole
    plan: Number

    def cycle(self, promised: Days) -> Cycle:
        """The deliveries promised for these days (by day, article, location)."""
        article, place = np.arange(promised.shape[1])[None, :, None], np.arange(len(LOCATIONS))[None, None, :]
        rolls = identity(promised, article, place)
        dice = self.world.dice
        holiday = since_new_year_in_china((promised - np.array([26, 0])).ravel()).reshape(promised.shape)
        slow = (holiday >= -5) & (holiday <= 12)
        late = dice.happens("late delivery", rolls, np.where(slow, 0.6, 0.07))
        delay = np.where(
            slow, 4 + dice.pick("festival delay", rolls, [3, 3, 3, 2, 2, 2, 1, 1, 1]),
            1 + dice.pick("delay", rolls, [5, 3, 2, 1]),
        )  # fmt: skip
        full = np.round(planned_share() * self._expected(promised, CYCLE + SAFETY)).astype(np.int64)
        lacking = np.where(dice.happens("short delivery", rolls, 0.03), np.round(SHORT * full), 0).astype(
            np.int64
        )
        return Cycle(promised, promised + late * delay, full - lacking, lacking)

    def _expected(self, first: Days, many: int) -> Number:
        at = first - int(self.days[0]) + BACK
        return np.asarray(self.plan[at + many] - self.plan[at])

    def drawn(self, cycle: Cycle, until: Days) -> Whole:
        """What each delivery's level would have come to at the end of `until`; below zero what was missing."""
        zero = int(self.days[0]) - BACK
        article, place = np.arange(until.shape[1])[None, :, None], np.arange(len(LOCATIONS))[None, None, :]
        asked = (
            self.before[until - zero + 1, article, place] - self.before[cycle.promised - zero, article, place]
        )
        return np.asarray(cycle.level - asked)

    def last_promised(self) -> Days:
        """The last promised day on or before each day, by article and location."""
        day = np.broadcast_to(self.days[:, None, None], (len(self.days), len(DEMANDS), len(LOCATIONS)))
        return np.asarray(day - (day - offsets()) % CYCLE)

    @cached_property
    def evening(self) -> tuple[Whole, Whole]:
        """Pieces on hand in the evening, and pieces asked for on the day that were not there."""
        promised = self.last_promised()
        now, old = self.cycle(promised), self.cycle(promised - CYCLE)
        day = np.broadcast_to(self.days[:, None, None], promised.shape)
        left = np.where(now.came <= day, self.drawn(now, day), self.drawn(old, day))
        return np.maximum(left, 0), np.clip(-left, 0, self.asked_then)

    @property
    def asked_then(self) -> Whole:
        """Pieces asked for on each of the days."""
        return self.asked[BACK : BACK + len(self.days)]

    def delivered(self, promised: Days) -> Whole:
        """Pieces of the deliveries promised for these days."""
        now, old = self.cycle(promised), self.cycle(promised - CYCLE)
        eve = now.came - 1
        before = np.maximum(self.drawn(old, eve), 0)
        return np.asarray(np.maximum(np.maximum(self.drawn(now, eve), 0) - before, 0))

    def travelling(self) -> Whole:
        """Own pieces between order and arrival, in the evening."""
        promised = self.last_promised()
        found: Whole = np.zeros(promised.shape, dtype=np.int64)
        day = np.broadcast_to(self.days[:, None, None], promised.shape)
        for more in range(0, int(LEAD_DAYS.max()) + CYCLE, CYCLE):
            each = promised + more
            sent = (each - LEAD_DAYS <= day) & (day < self.cycle(each).came)
            found = found + np.where(sent, self.delivered(np.minimum(each, self.days[-1] + LEAD_DAYS)), 0)
        return found


def offsets() -> Whole:
    """The day of the fortnight on which each article (row) is delivered to each location (column)."""
    return np.asarray((np.arange(len(DEMANDS)) * 5 % CYCLE)[:, None] + np.array([0, 7])[None, :])


def shelves(world: World, days: Days) -> Shelves:
    """The stock of these days."""
    reach = np.arange(days[0] - BACK, days[-1] + AHEAD + 1)
    lines = wanted(world, reach)
    shape = (len(reach), len(DEMANDS), len(LOCATIONS))
    cell = np.ravel_multi_index((lines.days - reach[0], lines.asked.article, SERVED_BY[lines.markets]), shape)
    asked = np.bincount(cell, weights=lines.asked.pieces, minlength=int(np.prod(shape))).reshape(shape)
    asked = asked.astype(np.int64)
    before = np.concatenate([np.zeros((1, *shape[1:]), dtype=np.int64), asked.cumsum(axis=0)])
    horizon = np.arange(reach[0], reach[-1] + CYCLE + SAFETY + 1)
    plan = np.concatenate([[0.0], planned(world, horizon).cumsum()])
    return Shelves(world, days, asked, before, plan)


def in_stock(stock: Shelves, days: Days, markets: Whole, asked: Asked) -> Flags:
    """Which lines of these days could be filled at once: as many are missing as the shelves lacked that day."""
    _, missing = stock.evening
    share = missing / np.maximum(stock.asked_then, 1)
    chance = share[days - int(stock.days[0]), asked.article, SERVED_BY[markets]]
    return np.asarray(stock.world.dice.uniform("in stock", asked.rolls) >= chance)
