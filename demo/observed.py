"""What each check of a procedure looked at: an order, a ticket or a batch of the same books, a few days old."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.books import order_numbers
from demo.company import LANES
from demo.desk import ticket_counts, ticket_numbers
from demo.dice import Days, Flags, Number, Rolls, Whole
from demo.plant import batch_numbers
from demo.procedures import CREWS, CUSTOMS_DESK, DESKS, WAREHOUSES
from demo.season import number, plant_is_shut
from demo.selling import order_counts
from demo.world import Slots, World, market_words

AGE = 3  # days before the check
ORDER, TICKET, BATCH = "order", "ticket", "batch"


@dataclass(frozen=True, eq=False)
class Observed:
    """One row a check: the kind and number of what it looked at, and its market; null where it was none of these."""

    kind: pl.Series
    id: pl.Series
    market: pl.Series


def observed(world: World, team: pl.Series, done: Days, rolls: Rolls) -> Observed:
    """What was looked at on these days by these teams; nothing from before the books were opened."""
    day = np.minimum(done, world.known) - AGE
    teams = team.to_list()
    here = day >= number(world.opening)
    orders = _of(teams, (*WAREHOUSES, *CUSTOMS_DESK)) & here
    tickets, batches = _of(teams, DESKS) & here, _of(teams, CREWS) & here & ~plant_is_shut(day)
    market = _markets(world, teams, rolls)
    span = np.arange(day.min(), day.max() + 1) if len(day) else day
    place = world.dice.uniform("case of the check", rolls)
    told = [
        (orders, ORDER, order_numbers, order_counts(world, span)),
        (tickets, TICKET, ticket_numbers, ticket_counts(world, span)),
    ]
    kind, id = pl.Series([None] * len(day), dtype=pl.String), pl.Series([None] * len(day), dtype=pl.String)
    for rows, name, numbers, counts in told:
        many = counts[day - span[0], market] if len(day) else day
        found = pl.Series(rows & (many > 0))
        names = numbers(Slots(day, market, (place * many).astype(np.int64)))
        kind, id = kind.set(found, name), id.zip_with(~found, names)
    made = pl.Series(batches)
    kind, id = kind.set(made, BATCH), id.zip_with(~made, batch_numbers(world, day, rolls))
    traded = kind.is_in([ORDER, TICKET]).fill_null(False)
    return Observed(kind, id, market_words(market).set(~traded, None))


def _of(teams: list[str], among: tuple[str, ...]) -> Flags:
    return np.array([each in among for each in teams], dtype=np.bool_)


def _markets(world: World, teams: list[str], rolls: Rolls) -> Whole:
    """A market the team works for: a desk those it answers, a warehouse those it sends to."""
    choice: Number = world.dice.uniform("market of the check", rolls)
    mine = {each: _markets_of(each) for each in set(teams)}
    return np.array(
        [mine[each][int(at * len(mine[each]))] for each, at in zip(teams, choice, strict=True)],
        dtype=np.int64,
    )


def _markets_of(team: str) -> list[int]:
    near = [
        place for place, lane in enumerate(LANES) if lane.desk == team or f"{lane.origin} warehouse" == team
    ]
    return near or list(range(len(LANES)))
