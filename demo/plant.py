"""Production runs of the made-up plant in Ningbo: eight lines, three shifts, one article a shift."""

from functools import lru_cache

import numpy as np
import polars as pl

from demo.dice import Days, Rolls, Whole, identity
from demo.goods import ARTICLES, COSTS, IDEAL_S, LINES, NAMES
from demo.rates import LEVELS
from demo.season import plant_is_shut
from demo.stories import MOULD, under_way
from demo.world import DAY_S, HOUR_S, MICROS, Columns, World, frame, joined, local_days, place, whole, words
from store.contract import Table
from store.facts import ProductionRuns

SHIFTS = ("early", "late", "night")
STARTS_H = np.array([6, 14, 22])
CHINA_S = 8 * HOUR_S
PLANNED_S = 27_000
SCRAP = 0.0165
WORN = 0.090  # what the worn mould adds to the scrap of its line
REWORK = 0.0025
WORN_LINE = LINES.index("Line 7")


def production_runs(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a line and shift of each day the plant is open."""
    day, line, shift = (
        axis.ravel() for axis in np.meshgrid(days, np.arange(len(LINES)), np.arange(3), indexing="ij")
    )
    rolls = identity(day, line, shift)
    article = article_of(world, day, line, shift)
    run_s, produced, scrap, rework = _output(world, day, line, article, rolls)
    started = ((day * DAY_S + STARTS_H[shift] * HOUR_S - CHINA_S) * MICROS).astype("datetime64[us]")
    columns: Columns = {
        "run_id": run_numbers(day, line, shift),
        "line": words(LINES, line),
        "product": words(NAMES, article),
        "shift": words(SHIFTS, shift),
        "started_at": pl.Series(started).dt.replace_time_zone("UTC"),
        "produced_day": local_days(day),
        "planned_busy_s": whole(np.full(len(day), PLANNED_S)),
        "run_s": whole(run_s),
        "available_s": whole(np.full(len(day), 8 * HOUR_S)),
        "ideal_us": whole(np.round(IDEAL_S[article] * MICROS)),
        "produced": whole(produced),
        "good": whole(produced - scrap - rework),
        "scrap": whole(scrap),
        "startup_scrap": whole(np.minimum(scrap, world.dice.pick("start-up", rolls, [1, 2, 2, 1]))),
        "rework": whole(rework),
        "currency": "CNY",
        "unit_cost_micros": whole(np.round(COSTS[article] * LEVELS["CNY"], 2) * MICROS),
    }
    return ProductionRuns, frame(columns, ~plant_is_shut(day) & (day <= world.known))


def run_numbers(day: Days, line: Whole, shift: Whole) -> pl.Series:
    return joined(
        "R", local_days(day).dt.to_string("-%y%m%d-L"), place(line + 1, 1), words(("E", "L", "N"), shift)
    )


def batch_numbers(world: World, day: Days, rolls: Rolls) -> pl.Series:
    """One run of each of these days, by chance."""
    line = world.dice.pick("line of the batch", rolls, [1.0] * len(LINES))
    return run_numbers(day, line, world.dice.pick("shift of the batch", rolls, [1, 1, 1]))


def article_of(world: World, day: Days, line: Whole, shift: Whole) -> Whole:
    """The article each line makes in a shift, also of days to come."""
    return np.asarray(
        _articles()[line, world.dice.pick("article of the shift", identity(day, line, shift), [1, 1, 1])]
    )


def _output(
    world: World, day: Days, line: Whole, article: Whole, rolls: Rolls
) -> tuple[Whole, Whole, Whole, Whole]:
    """Seconds run, pieces produced, scrapped and reworked."""
    dice = world.dice
    available = np.clip(0.896 + 0.035 * dice.normal("available", rolls), 0.6, 0.99)
    speed = np.clip(0.937 + 0.025 * dice.normal("speed", rolls), 0.75, 0.999)
    run_s = (PLANNED_S * available).astype(np.int64)
    produced = (run_s * speed / IDEAL_S[article]).astype(np.int64)
    worn = WORN * under_way(MOULD, day, world.anchor, ramp=25) * (line == WORN_LINE)
    scrap = dice.count("scrap", rolls, produced * (SCRAP + worn) * dice.lasting("batch", rolls, 1.0, 0.12))
    rework = dice.count("rework", rolls, produced * REWORK)
    scrap = np.minimum(scrap, produced)
    return run_s, produced, scrap, np.minimum(rework, produced - scrap)


@lru_cache(maxsize=1)
def _articles() -> Whole:
    """The three articles of each line (row)."""
    places = [
        [place for place, article in enumerate(ARTICLES) if article.line == line]
        for line in range(len(LINES))
    ]
    return np.array(places)
