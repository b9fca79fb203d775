"""What comes after the delivery at the made-up firm: returns with their refunds, mistakes and damage."""

import numpy as np
import polars as pl

from demo.baskets import Arrivals, Lines
from demo.books import order_numbers
from demo.carrying import Journeys
from demo.dice import Number, Whole
from demo.goods import NAMES
from demo.selling import Sold
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    Columns,
    World,
    frame,
    joined,
    market_words,
    numbers,
    place,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import Claims, Returns

SETTLED_DAYS = 44  # everything that happens to an order happens within so many days
REASONS = ("does not fit", "changed mind", "damaged", "not as described", "exchange")
MISTAKES = ("wrong_item", "wrong_quantity", "wrong_address")
RECEIVED, REFUNDED, REFUSED = 0, 1, 2
DAMAGED = 0.0024


def returns(world: World, sold: Sold, lines: Lines, arrived: Arrivals) -> tuple[type[Table], pl.DataFrame]:
    """One row a line that came back, three to thirty days after the delivery; most are refunded in two days."""
    dice, order = world.dice, lines.order
    days = 3 + np.floor(23 * dice.uniform("return after", lines.rolls) ** 1.6)
    back = _later(sold, arrived.delivered[order], order, days)
    came = (
        (arrived.delivered[order] < NEVER) & (lines.arrived > 0) & dice.happens("return", lines.rolls, 0.069)
    )
    asked = back - ((30 + 40 * dice.uniform("asked", lines.rolls)) * HOUR_S).astype(np.int64)
    hours = dice.lasting("refund", lines.rolls, 40.0, 0.5)
    paid = np.minimum(
        back + (hours * HOUR_S).astype(np.int64), (sold.slots.days[order] + SETTLED_DAYS + 1) * DAY_S - 1
    )
    refused = dice.happens("refused", lines.rolls, 0.02)
    refunded = world.sees(paid) & ~refused
    state = np.where(world.sees(paid), np.where(refused, REFUSED, REFUNDED), RECEIVED)
    order_id = order_numbers(sold.slots).gather(order)
    markets = sold.slots.markets[order]
    columns: Columns = {
        "return_id": joined("RT-", order_id, "/", place(lines.place + 1, 1)),
        "order_id": order_id,
        "market": market_words(markets),
        "product": words(NAMES, lines.article),
        "reason": words(REASONS, dice.pick("reason", lines.rolls, [30, 28, 12, 18, 12])),
        "status": words(("received", "refunded", "refused"), state),
        "requested_at": utc(np.maximum(asked, arrived.delivered[order]), markets),
        "returned_at": utc(back, markets),
        "refunded_at": utc(paid, markets, refunded),
        "units": whole(lines.arrived),
    }
    return Returns, frame(columns, came & world.sees(back))


def claims(
    world: World, sold: Sold, journeys: Journeys, arrived: Arrivals
) -> tuple[type[Table], pl.DataFrame]:
    """Six in a thousand orders are wrong and two parcels in a thousand damaged, which customers report."""
    return Claims, pl.concat([_mistakes(world, sold, arrived), _damages(world, sold, journeys)])


def _mistakes(world: World, sold: Sold, arrived: Arrivals) -> pl.DataFrame:
    dice, slots = world.dice, sold.slots
    order = np.arange(len(slots))
    days = 1 + np.floor(18 * dice.uniform("claim after", slots.rolls) ** 2)
    reported = _later(sold, arrived.delivered, order, days)
    wrong = (arrived.delivered < NEVER) & dice.happens("mistake", slots.rolls, 0.0055)
    order_id = order_numbers(slots)
    columns: Columns = {
        "claim_id": joined("CL-", order_id),
        "order_id": order_id,
        "shipment_id": None,
        "market": market_words(slots.markets),
        "kind": words(MISTAKES, dice.pick("mistake kind", slots.rolls, [50, 35, 15])),
        "reported_at": utc(reported, slots.markets),
        "mistakes": whole(1 + dice.happens("two mistakes", slots.rolls, 0.08).astype(np.int64)),
    }
    return frame(columns, wrong & world.sees(reported))


def _damages(world: World, sold: Sold, journeys: Journeys) -> pl.DataFrame:
    dice, slots = world.dice, journeys.slots
    reported = _later(
        sold,
        journeys.delivered,
        journeys.order,
        1 + np.floor(9 * dice.uniform("damage seen", slots.rolls) ** 2),
    )
    broken = (journeys.delivered < NEVER) & dice.happens("damage", slots.rolls, DAMAGED)
    shipment_id = numbers("PX", slots)
    columns: Columns = {
        "claim_id": joined("DM-", shipment_id),
        "order_id": order_numbers(sold.slots).gather(journeys.order),
        "shipment_id": shipment_id,
        "market": market_words(slots.markets),
        "kind": "damage",
        "reported_at": utc(reported, slots.markets),
        "mistakes": whole(np.ones(len(slots))),
    }
    return frame(columns, broken & world.sees(reported))


def _later(sold: Sold, delivered: Whole, order: Whole, days: Number) -> Whole:
    """Local seconds some days after the delivery, at the latest when the order is settled."""
    latest = (sold.slots.days[order] + SETTLED_DAYS) * DAY_S + 12 * HOUR_S
    return np.asarray(np.minimum(delivered + days.astype(np.int64) * DAY_S, latest))
