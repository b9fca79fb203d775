"""What the made-up plant checks, when its lines stand still, what it had planned, and what errors cost the firm."""

import numpy as np
import polars as pl

from demo.company import LANES
from demo.dice import Days, Number, Whole, identity
from demo.goods import IDEAL_S, LINES, NAMES
from demo.plant import CHINA_S, PLANNED_S, SHIFTS, STARTS_H, WORN_LINE, article_of
from demo.season import demand, plant_is_shut, weekday
from demo.stories import MOULD, under_way
from demo.world import (
    DAY_S,
    HOUR_S,
    MICROS,
    NEVER,
    Columns,
    World,
    fill,
    frame,
    joined,
    local_days,
    market_words,
    numbers,
    place,
    whole,
    words,
)
from store.contract import Table
from store.facts import ErrorCosts, Inspections, ProductionPlans, Stops

CAUSES = ("material", "break down", "set-up", "mould")
LASTS_MIN = np.array([14.0, 38.0, 22.0, 46.0])
HOUR_COST_EUR = 74.0
STAGES = ("moulding", "assembly", "pre-shipping", "incoming")
SAMPLE = np.array([80, 50, 32, 125])
DEFECTS = np.array([0.017, 0.008, 0.004, 0.006])
INCOMING = 3
MAKERS = ("Own plant", "Yong An Resins", "Harbour Polymers", "Lotus Pigments")
MATERIALS = ("PP granulate", "Colour batch", "Silicone seal")
ERRORS_A_DAY = 6.0
ERRORS = ("wrong item", "wrong address", "damage", "defect")
CAUSED_BY = ("warehouse", "order desk", "carrier", "plant")
ERROR_EUR = np.array([21.0, 17.0, 29.0, 33.0])
USUAL = 0.84  # of the planned time, an ordinary shift makes pieces at the ideal speed


def stops(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """About one stop a line and shift in three; the worn mould of line 7 stops it more and more often."""
    day, line, shift = _shifts(days)
    rolls, dice = identity(day, line, shift), world.dice
    worn = 0.5 * _worn(world, day, line)
    stands = dice.happens("stands", rolls, 0.3 + worn)
    cause = np.where(
        dice.happens("mould stop", rolls, worn / (0.3 + worn)), 3, dice.pick("cause", rolls, [46, 22, 30, 2])
    )
    begins = STARTS_H[shift] * HOUR_S + (dice.uniform("stop at", rolls) * 5 * HOUR_S).astype(np.int64)
    lasts = (dice.lasting("stop lasts", rolls, LASTS_MIN[cause], 0.5) * 60).astype(np.int64)
    began = day * DAY_S + begins
    ended = began + np.minimum(lasts, 2 * HOUR_S)
    columns: Columns = {
        "stop_id": joined("H", _code(day, line), words(("E", "L", "N"), shift)),
        "line": words(LINES, line),
        "shift": words(SHIFTS, shift),
        "cause": words(CAUSES, cause),
        "started_at": _in_china(began),
        "ended_at": _in_china(ended).set(pl.Series(~world.sees(ended)), None),
        "stopped_day": local_days(day),
        "currency": "EUR",
        "hour_cost_micros": whole(np.full(len(day), HOUR_COST_EUR * MICROS)),
    }
    return Stops, frame(columns, stands & ~plant_is_shut(day) & world.sees(began))


def inspections(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One sample a line and day at each of three stages, and three lots of material every day."""
    axes = np.meshgrid(days, np.arange(len(LINES)), np.arange(len(STAGES)), indexing="ij")
    day, line, stage = (axis.ravel() for axis in axes)
    rolls, dice = identity(day, line, stage), world.dice
    bought = stage == INCOMING
    shares = DEFECTS[stage] + 0.09 * _worn(world, day, line) * (stage == 0)
    inspected = SAMPLE[stage]
    failed = np.minimum(dice.count("failed", rolls, inspected * shares), inspected)
    columns: Columns = {
        "inspection_id": joined("Q", _code(day, line), words(("M", "A", "P", "I"), stage)),
        "stage": words(STAGES, stage),
        "supplier": words(MAKERS, np.where(bought, 1 + line % 3, 0)),
        "line": words(LINES, line).set(pl.Series(bought), None),
        "product": words((*MATERIALS, ""), np.where(bought, line % 3, 3)).replace("", None),
        "inspected_day": local_days(day),
        "inspected": whole(inspected),
        "failed": whole(failed),
        "accepted": pl.Series(failed <= np.maximum(2, inspected * 0.04)),
    }
    held = np.where(bought, line < len(MATERIALS), True) & ~plant_is_shut(day)
    return Inspections, frame(columns, held & (day <= world.known))


def production_plans(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row an article and week, frozen on the Friday before; planners miss a little in either direction."""
    mondays = days[weekday(days) == 0]
    weeks = mondays if len(mondays) else days[:1] - weekday(days[:1])
    day, line, shift = _shifts((weeks[:, None] + np.arange(7)[None, :]).ravel())
    article = article_of(world, day, line, shift)
    nominal = np.where(plant_is_shut(day), 0.0, PLANNED_S * USUAL / IDEAL_S[article])
    monday = day - weekday(day)
    sums = pl.DataFrame({"monday": monday, "article": article, "line": line, "pieces": nominal})
    weekly = sums.group_by("monday", "article", "line").agg(pl.col("pieces").sum()).sort("monday", "article")
    first, made, lines = (weekly[name].to_numpy() for name in ("monday", "article", "line"))
    miss = world.dice.lasting("planned", identity(first, made), 0.99, 0.02)
    columns: Columns = {
        "plan_id": joined("N", local_days(first).dt.to_string("-%y%m%d-"), place(made + 1, 2)),
        "product": words(NAMES, made),
        "line": words(LINES, lines),
        "planned_day": local_days(first),
        "until_day": local_days(first + 6),
        "planned": whole(weekly["pieces"].to_numpy() * miss),
        "frozen_at": _in_china((first - 3) * DAY_S + 16 * HOUR_S),
    }
    return ProductionPlans, frame(
        columns, np.isin(first, mondays) & (first <= world.known) & (weekly["pieces"].to_numpy() > 0)
    )


def error_costs(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """What errors cost: a few a day and market."""
    shares = np.array([lane.share for lane in LANES])
    cells = identity(days[:, None], np.arange(len(LANES))[None, :])
    slots = fill(world.dice.count("errors", cells, world.scale * ERRORS_A_DAY * demand(days)[:, None] * shares),
                 int(days[0]))  # fmt: skip
    kind = world.dice.pick("error", slots.rolls, [34, 16, 30, 20])
    euro = world.dice.lasting("error costs", slots.rolls, ERROR_EUR[kind], 0.4)
    columns: Columns = {
        "error_id": numbers("E", slots),
        "market": market_words(slots.markets),
        "kind": words(ERRORS, kind),
        "caused_by": words(CAUSED_BY, kind),
        "error_day": local_days(slots.days),
        "currency": "EUR",
        "cost_micros": whole(np.round(euro, 2) * MICROS),
    }
    return ErrorCosts, frame(columns, slots.days <= world.known)


def _shifts(days: Days) -> tuple[Days, Whole, Whole]:
    day, line, shift = (
        axis.ravel() for axis in np.meshgrid(days, np.arange(len(LINES)), np.arange(3), indexing="ij")
    )
    return day, line, shift


def _worn(world: World, day: Days, line: Whole) -> Number:
    return np.asarray(under_way(MOULD, day, world.anchor, ramp=25) * (line == WORN_LINE))


def _in_china(seconds: Whole) -> pl.Series:
    moments = ((np.minimum(seconds, NEVER) - CHINA_S) * MICROS).astype("datetime64[us]")
    return pl.Series(moments).dt.replace_time_zone("UTC")


def _code(day: Days, line: Whole) -> pl.Series:
    return joined(local_days(day).dt.to_string("-%y%m%d-L"), place(line + 1, 1))
