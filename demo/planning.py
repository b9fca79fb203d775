"""Stock, counts, demand, forecasts and purchases of the made-up firm, as its planning sheets show them."""

from datetime import date

import numpy as np
import polars as pl

from demo.company import CODES, LANES
from demo.dice import Days, Number, Whole, identity
from demo.goods import COSTS, DEMANDS, FAMILIES, FAMILY, NAMES
from demo.season import number, since_black_friday, weekday
from demo.selling import ORDERS_A_DAY
from demo.stocking import (
    CYCLE,
    LEAD_DAYS,
    LOCATIONS,
    PIECES_AN_ORDER,
    SERVED_BY,
    Shelves,
    in_stock,
    offsets,
    planned,
    planned_share,
    wanted,
)
from demo.world import MICROS, Columns, World, frame, joined, local_days, market_words, place, whole, words
from store.contract import Table
from store.facts import (
    DemandActuals,
    ForecastSnapshots,
    InventoryCounts,
    InventorySnapshots,
    LocationDays,
    SupplierReceipts,
)

SUPPLIERS = ("Ningbo plant", "Fenghua Moulding", "Taizhou Cases")
SUPPLIED_BY = np.array([0, 0, 0, 0, 1, 1, 0, 2])[FAMILY]
WEEK = 7
FROZEN_DAYS = np.array([56, 28])  # from a forecast to its week
MISCOUNTED = 0.016
REJECTED = 0.006
BINS_A_DAY = 12
ROOM = np.array([700.0, 250.0])
PIECES_A_PLACE = 9
HANDLING = 1.28  # capacity of a location, in times of what it is expected to be asked for
PEAK_STAFF = 1.7
_GROWS_FROM = number(date(2025, 1, 1))
CARRYING = 0.21  # cost of keeping stock, a year and out of its value


def inventory_snapshots(world: World, stock: Shelves, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row an article and location of each evening."""
    day, article, where = _grid(days, len(NAMES), len(LOCATIONS))
    on_hand, missing = (values[: len(days)] for values in stock.evening)
    rolls = identity(day, article, where)
    plan = (planned(world, days)[:, None, None] * planned_share()[None, :, :]).ravel()
    reserved = np.minimum(on_hand.ravel(), world.dice.count("reserved", rolls, plan * 0.4))
    columns: Columns = {
        "snapshot_id": _item_ids("S", day, article, where),
        "location": words(LOCATIONS, where),
        **_article(article),
        "snapshot_day": local_days(day),
        "on_hand": whole(on_hand.ravel()),
        "reserved": whole(reserved * (on_hand.ravel() > reserved)),
        "in_transit": whole(stock.travelling()[: len(days)].ravel()),
        "forecast": whole(np.floor(plan + world.dice.uniform("forecast of the day", rolls))),
        "lead_time_days": whole(LEAD_DAYS[where]),
        "issued": whole((stock.asked_then[: len(days)] - missing).ravel()),
        "currency": "EUR",
        "unit_cost_micros": whole(np.round(COSTS[article], 2) * MICROS),
    }
    return InventorySnapshots, frame(columns, day <= world.known)


def inventory_counts(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """A dozen bins a location on each working day."""
    day, where, nth = _grid(days, len(LOCATIONS), BINS_A_DAY)
    rolls = identity(day, where, nth)
    dice = world.dice
    article = dice.pick("counted article", rolls, DEMANDS)
    book = 6 + dice.count("pieces in a bin", rolls, np.full(len(day), 22.0))
    slip = 1 + dice.pick("how many", rolls, [6, 3, 1])
    wrong = dice.happens("miscounted", rolls, MISCOUNTED)
    found = book + np.where(wrong, np.where(dice.happens("too few", rolls, 0.6), -slip, slip), 0)
    code = joined(words(("H", "N"), where), place(nth + 1, 2))
    columns: Columns = {
        "count_id": joined("K", local_days(day).dt.to_string("-%y%m%d-"), code),
        "location": words(LOCATIONS, where),
        "bin": joined(
            words(("A", "B", "C", "D"), dice.pick("aisle", rolls, [1, 1, 1, 1])), "-", place(book, 3)
        ),
        **_article(article),
        "counted_day": local_days(day),
        "book": whole(book),
        "counted": whole(np.maximum(found, 0)),
        "currency": "EUR",
        "unit_cost_micros": whole(np.round(COSTS[article], 2) * MICROS),
    }
    return InventoryCounts, frame(columns, (weekday(day) < 5) & (day <= world.known))


def location_days(world: World, stock: Shelves, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a location and day; more people work in the four weeks from Black Friday."""
    day, where = _grid(days, len(LOCATIONS))
    on_hand, missing = (values[: len(days)] for values in stock.evening)
    value = ((on_hand + stock.travelling()[: len(days)]) * COSTS[None, :, None]).sum(axis=1).ravel()
    growth = np.exp(0.08 * (day - _GROWS_FROM) / 365.25)
    after = since_black_friday(day)
    staff = np.where((after >= -5) & (after <= 21), PEAK_STAFF, 1.0)
    usual = world.scale * ORDERS_A_DAY * PIECES_AN_ORDER * growth * planned_share().sum(axis=0)[where]
    cost = value * CARRYING / 365 * world.dice.lasting("carrying", identity(day, where), 1.0, 0.02)
    columns: Columns = {
        "location_day_id": joined(words(LOCATIONS, where), local_days(day).dt.to_string("-%y%m%d")),
        "location": words(LOCATIONS, where),
        "location_day": local_days(day),
        "room": whole(np.round(ROOM[where] * world.scale * growth)),
        "room_used": whole(np.ceil(on_hand.sum(axis=1).ravel() / PIECES_A_PLACE)),
        "capacity": whole(np.round(usual * HANDLING * staff)),
        "handled": whole((stock.asked_then[: len(days)] - missing).sum(axis=1).ravel()),
        "currency": "EUR",
        "carrying_cost_micros": whole(np.round(cost, 2) * MICROS),
    }
    return LocationDays, frame(columns, day <= world.known)


def demand_actuals(world: World, stock: Shelves, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row an article, market and week that begins on one of these days and is over: the pieces of its orders."""
    lines = wanted(world, stock.days)
    filled = in_stock(stock, lines.days, lines.markets, lines.asked)
    shape = (len(stock.days) + WEEK, len(NAMES), len(CODES))
    monday = lines.days - weekday(lines.days) - int(stock.days[0]) + WEEK
    cell = np.ravel_multi_index((monday, lines.asked.article, lines.markets), shape)
    pieces = lines.asked.pieces
    asked, kept = (
        np.bincount(cell, weights=weights, minlength=int(np.prod(shape))).reshape(shape)[
            WEEK : WEEK + len(days)
        ]
        for weights in (pieces, pieces * filled)
    )
    day, article, market = _grid(days, len(NAMES), len(CODES))
    columns: Columns = {
        "demand_id": _market_ids("W", day, article, market),
        **_article(article),
        "market": market_words(market),
        "location": words(LOCATIONS, SERVED_BY[market]),
        "promotion": words(("", "Black Friday"), _promoted(day)).replace("", None),
        "bucket_day": local_days(day),
        "bucket_days": whole(np.full(len(day), WEEK)),
        "units": whole(asked.ravel()),
        "units_filled": whole(kept.ravel()),
    }
    return DemandActuals, frame(columns, (weekday(day) == 0) & (day + WEEK - 1 <= world.known))


def forecast_snapshots(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row an article, market and Monday for the weeks that begin eight and four weeks later."""
    day, article, market, round_ = _grid(days, len(NAMES), len(CODES), len(FROZEN_DAYS))
    bucket = day + FROZEN_DAYS[round_]
    week = _planned_weeks(world, np.arange(days[0], days[-1] + FROZEN_DAYS.max() + 1))[bucket - int(days[0])]
    share = (np.asarray(DEMANDS) / sum(DEMANDS))[article] * np.array([lane.share for lane in LANES])[market]
    rolls = identity(bucket, article, market, round_)
    judged = np.exp(np.array([0.15, 0.10])[round_] * world.dice.normal("judgement", rolls))
    columns: Columns = {
        "forecast_id": joined(
            _market_ids("F", bucket, article, market), "/", place(FROZEN_DAYS[round_] // 7, 1)
        ),
        **_article(article),
        "market": market_words(market),
        "location": words(LOCATIONS, SERVED_BY[market]),
        "method": "seasonal plan",
        "made_day": local_days(day),
        "bucket_day": local_days(bucket),
        "bucket_days": whole(np.full(len(day), WEEK)),
        "units": whole(np.round(week * share * judged)),
    }
    return ForecastSnapshots, frame(columns, (weekday(day) == 0) & (day <= world.known))


def supplier_receipts(world: World, stock: Shelves, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a purchase order line of these days: an article for a location."""
    day, article, where = _grid(days, len(NAMES), len(LOCATIONS))
    shape = (len(days), len(NAMES), len(LOCATIONS))
    promised = day.reshape(shape) + LEAD_DAYS[None, None, :]
    cycle, got = stock.cycle(promised), stock.delivered(promised).ravel()
    came, due, lacking = cycle.came.ravel(), promised.ravel(), cycle.lacking.ravel()
    seen = came <= world.known
    sample = np.ceil(got * 0.15)
    rolls = identity(day, article, where)
    refused = np.minimum(world.dice.count("refused", rolls, sample * REJECTED), sample)
    columns: Columns = {
        "receipt_id": _item_ids("P", day, article, where),
        "purchase_order": joined("PO", local_days(day).dt.to_string("-%y%m%d-"), words(("H", "N"), where)),
        "supplier": words(SUPPLIERS, SUPPLIED_BY[article]),
        "location": words(LOCATIONS, where),
        **_article(article),
        "status": words(("open", "received"), seen.astype(np.int64)),
        "ordered_day": local_days(day),
        "promised_day": local_days(due),
        "received_day": local_days(came, seen),
        "units_ordered": whole(got + lacking),
        "units_received": whole(got, seen),
        "units_by_promise": whole(np.where(came <= due, got, 0), seen | (due <= world.known)),
        "units_inspected": whole(sample, seen),
        "units_rejected": whole(refused, seen),
    }
    ordered = (due - np.broadcast_to(offsets(), shape).ravel()) % CYCLE == 0
    return SupplierReceipts, frame(columns, ordered & (day <= world.known))


def _grid(days: Days, *sizes: int) -> list[Whole]:
    return [axis.ravel() for axis in np.meshgrid(days, *(np.arange(size) for size in sizes), indexing="ij")]


def _article(article: Whole) -> Columns:
    return {"product": words(NAMES, article), "category": words(FAMILIES, FAMILY[article])}


def _item_ids(prefix: str, day: Days, article: Whole, where: Whole) -> pl.Series:
    code = joined(words(("H", "N"), where), place(article + 1, 2))
    return joined(prefix, local_days(day).dt.to_string("-%y%m%d-"), code)


def _market_ids(prefix: str, day: Days, article: Whole, market: Whole) -> pl.Series:
    code = joined(market_words(market), "-", place(article + 1, 2))
    return joined(prefix, local_days(day).dt.to_string("-%y%m%d-"), code)


def _planned_weeks(world: World, days: Days) -> Number:
    """Pieces the planners expect in the seven days from each of the days."""
    reach = np.arange(days[0], days[-1] + WEEK)
    return np.convolve(planned(world, reach), np.ones(WEEK), mode="valid")


def _promoted(monday: Days) -> Whole:
    """Weeks that hold Black Friday or the days up to it."""
    friday = since_black_friday(monday + 4)
    return np.asarray((friday >= 0) & (friday <= 3), dtype=np.int64)
