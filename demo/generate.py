"""The rows of the made-up firm for any span of days, as its systems show them on the evening of a given day."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from demo import (
    aftermath,
    attention,
    books,
    border,
    delays,
    desk,
    parcels,
    planning,
    plant,
    quality,
    rates,
    scans,
)
from demo.baskets import arrivals, fill_baskets
from demo.carrying import carry
from demo.dirt import soil
from demo.evidence import evidence
from demo.selling import sell
from demo.stocking import Shelves, in_stock, shelves
from demo.world import HISTORY_DAYS, World, span
from store.contract import Table

Rows = tuple[type[Table], pl.DataFrame]
SEED = 2024


def world(
    known_at: date,
    *,
    scale: float = 1.0,
    seed: int = SEED,
    anchor: date | None = None,
    opening: date | None = None,
) -> World:
    """One history. Without an `anchor` its stories lead up to `known_at`; the books open two years before that."""
    anchor = anchor or known_at
    return World(seed, scale, anchor, opening or anchor - timedelta(days=HISTORY_DAYS - 1), known_at)


def frames(
    first: date,
    last: date,
    *,
    known_at: date,
    scale: float = 1.0,
    seed: int = SEED,
    anchor: date | None = None,
    opening: date | None = None,
) -> Iterator[Rows]:
    """
    Everything that begins from `first` to `last`, as known on the evening of `known_at`; one frame a table.

    Columns are the given ones under stored names, and `source_id`. Rows that begin on a day are the same
    whatever span they are asked with; what happened to them depends on `known_at` alone.
    """
    yield from chapters(world(known_at, scale=scale, seed=seed, anchor=anchor, opening=opening), first, last)


def chapters(world: World, first: date, last: date) -> Iterator[Rows]:
    """The frames of one span of one history; exchange rates come first."""
    if first <= last:
        yield exchange(world, first, last)
        yield from business(world, first, last)


def exchange(world: World, first: date, last: date) -> Rows:
    """The exchange rates of a span; they are never wrong."""
    table, rows = rates.published(world, span(first, last))
    return table, soil(world, table, rows)


def business(world: World, first: date, last: date) -> Iterator[Rows]:
    """All frames of a span but the exchange rates."""
    for table, rows in _clean(world, first, last):
        yield table, soil(world, table, rows)


def _clean(world: World, first: date, last: date) -> Iterator[Rows]:
    days = span(first, last)
    stock = shelves(world, span(first, last + timedelta(days=planning.WEEK - 1)))
    yield from _trade(world, first, last, stock)
    talks = desk.talk(world, days)
    yield desk.tickets(world, talks)
    yield desk.ticket_contacts(world, talks)
    yield desk.surveys(world, talks)
    yield desk.qa_reviews(world, talks)
    yield plant.production_runs(world, days)
    yield quality.stops(world, days)
    yield quality.inspections(world, days)
    yield quality.production_plans(world, days)
    yield quality.error_costs(world, days)
    yield attention.ad_spend(world, days)
    yield attention.web_sessions(world, days)
    yield attention.carts(world, days)
    yield attention.desired_actions(world, days)
    yield planning.inventory_snapshots(world, stock, days)
    yield planning.inventory_counts(world, days)
    yield planning.location_days(world, stock, days)
    yield planning.demand_actuals(world, stock, days)
    yield planning.forecast_snapshots(world, days)
    yield planning.supplier_receipts(world, stock, days)
    yield from evidence(world, days)


def _trade(world: World, first: date, last: date, stock: Shelves) -> Iterator[Rows]:
    days = span(first, last)
    sold = sell(world, days)
    journeys = carry(world, sold)
    lines, arrived = fill_baskets(world, sold), arrivals(sold, journeys)
    yield books.customers(world, sold)
    yield books.orders(world, sold, lines, arrived)
    filled = in_stock(stock, sold.slots.days[lines.order], sold.slots.markets[lines.order], lines)
    yield books.order_lines(world, sold, lines, arrived, filled)
    yield parcels.shipments(world, sold, journeys)
    yield parcels.charges(world, journeys)
    yield aftermath.returns(world, sold, lines, arrived)
    yield aftermath.claims(world, sold, journeys, arrived)
    crossed = border.cross(world, sold, journeys)
    yield border.customs_entries(world, sold, journeys, crossed)
    yield border.penalties(world, journeys, crossed)
    yield delays.customs_holds(world, journeys, crossed)
    yield delays.delay_causes(world, sold, journeys)
    yield scans.tracking_events(world, journeys, crossed)
    yield scans.stage_events(world, days, journeys, crossed)
    yield scans.packaging_checks(world, days)
