"""Orders, their lines and their customers, as the shop system of the made-up firm shows them."""

import numpy as np
import polars as pl

from demo.baskets import Arrivals, Lines, arrived_by_promise, per_order
from demo.dice import Flags, Whole
from demo.goods import NAMES
from demo.season import number
from demo.selling import CANCELLED, CHANNELS, FATES, Sold, ordered_at
from demo.world import (
    DAY_S,
    Slots,
    World,
    currencies,
    frame,
    joined,
    local_days,
    market_words,
    money,
    numbers,
    place,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import Customers, OrderLines, Orders

CANCELLED_BY = ("customer", "out_of_stock", "seller", "fraud_check")
CAMPAIGN_CHANNELS = ("search", "social", "display", "e-mail", "affiliate")
STATES = (*FATES, "open", "shipped", "delivered")
KRONA_DAY = -300  # one day of orders from Iceland, in a currency without a rate
_OPEN, _SHIPPED, _DELIVERED = 4, 5, 6


def order_numbers(slots: Slots) -> pl.Series:
    return numbers("HP", slots)


def customer_numbers(slots: Slots) -> pl.Series:
    return numbers("C", slots)


def orders(world: World, sold: Sold, lines: Lines, arrived: Arrivals) -> tuple[type[Table], pl.DataFrame]:
    """One row an order that was placed by the day of the look."""
    slots, many = sold.slots, len(sold.slots)
    seen = arrived.seen(world)
    odd = _krona(world, slots)
    columns = {
        "order_id": order_numbers(slots),
        "market": market_words(slots.markets),
        "channel": words(CHANNELS, world.dice.pick("sales channel", slots.rolls, [0.74, 0.20, 0.06])),
        "customer_id": customer_numbers(sold.customer).set(pl.Series(~sold.known_customer | odd), None),
        "status": words(STATES, _state(world, sold, arrived)),
        "ordered_at": utc(sold.ordered, slots.markets),
        "confirmed_at": utc(sold.confirmed, slots.markets, world.sees(sold.confirmed)),
        "handed_over_at": utc(sold.handed_over, slots.markets, world.sees(sold.handed_over)),
        "promised_day": local_days(sold.promised),
        "ship_by_day": local_days(sold.confirmed // DAY_S + 2, world.sees(sold.confirmed)),
        "cancelled_by": words(
            CANCELLED_BY, world.dice.pick("cancelled by", slots.rolls, [60, 18, 10, 12])
        ).set(pl.Series(sold.fate != CANCELLED), None),
        "address_verified": pl.Series(world.dice.happens("address", slots.rolls, 0.968)).set(
            pl.Series(~world.sees(sold.handed_over)), None
        ),
        "delivered_at": utc(arrived.delivered, slots.markets, seen),
        "units": whole(per_order(lines.pieces, lines, many)),
        "units_delivered": whole(np.where(seen, per_order(lines.arrived, lines, many), 0)),
        "currency": currencies(slots.markets).set(pl.Series(odd), "ISK"),
        "net_micros": money(per_order(lines.net, lines, many), slots.markets),
        "margin_micros": money(per_order(lines.margin, lines, many), slots.markets),
    }
    return Orders, frame(columns, world.sees(sold.ordered))


def order_lines(
    world: World, sold: Sold, lines: Lines, arrived: Arrivals, filled: Flags
) -> tuple[type[Table], pl.DataFrame]:
    """One row a line. Pieces by the promise are unknown until the promise is due or the order is there.

    `filled`: whether each line was in stock when its order was released.
    """
    seen = arrived.seen(world)[lines.order]
    settled = seen | (sold.promised[lines.order] <= world.known)
    markets = sold.slots.markets[lines.order]
    order_id = order_numbers(sold.slots).gather(lines.order)
    columns = {
        "line_id": joined(order_id, "/", place(lines.place + 1, 1)),
        "order_id": order_id,
        "product": words(NAMES, lines.article),
        "ordered_at": utc(sold.ordered[lines.order], markets),
        "market": market_words(markets),
        "units": whole(lines.pieces),
        "units_filled": whole(np.where(filled, lines.pieces, 0), world.sees(sold.confirmed[lines.order])),
        "units_by_promise": whole(np.where(seen, arrived_by_promise(sold, lines, arrived), 0), settled),
        "units_delivered": whole(np.where(seen, lines.arrived, 0)),
        "currency": currencies(markets).set(pl.Series(_krona(world, sold.slots)[lines.order]), "ISK"),
        "net_micros": money(lines.net, markets),
        "margin_micros": money(lines.margin, markets),
    }
    return OrderLines, frame(columns, world.sees(sold.ordered[lines.order]))


def customers(world: World, sold: Sold) -> tuple[type[Table], pl.DataFrame]:
    """Customers whose first order lies in these days, and those who were customers before the books open."""
    before = sold.customer.days < number(world.opening)
    first = (sold.customer.days == sold.slots.days) & (sold.customer.nth == sold.slots.nth)
    keep = sold.known_customer & (before | first) & world.sees(sold.ordered)
    born = Slots(sold.customer.days[keep], sold.customer.markets[keep], sold.customer.nth[keep])
    columns = {
        "customer_id": customer_numbers(born),
        "market": market_words(born.markets),
        "channel": words(CAMPAIGN_CHANNELS, world.dice.pick("won by", born.rolls, [48, 26, 11, 4, 11])),
        "first_order_at": utc(ordered_at(world, born), born.markets),
    }
    rows = frame(columns, np.ones(len(born), dtype=np.bool_))
    return Customers, rows.unique("customer_id", keep="first", maintain_order=True)


def _state(world: World, sold: Sold, arrived: Arrivals) -> Whole:
    moving = np.where(
        arrived.seen(world), _DELIVERED, np.where(world.sees(sold.handed_over), _SHIPPED, _OPEN)
    )
    return np.where(sold.fate > 0, sold.fate, moving)


def _krona(world: World, slots: Slots) -> Whole:
    """The first four orders to the United Kingdom of one day, which were really Iceland's."""
    day = number(world.anchor) + KRONA_DAY
    return np.asarray((slots.days == day) & (slots.markets == 2) & (slots.nth < 4))
