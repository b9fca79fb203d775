"""Checks of procedures at the made-up firm: planned, done, answered step by step; and what systems saw themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.company import CODES
from demo.dice import Days, Flags, Number, Rolls, Whole, identity
from demo.observed import observed
from demo.procedures import (
    CODE_STEP,
    CUSTOMS_MENDED,
    CUSTOMS_SOP,
    INQUIRIES_SOP,
    KEYS,
    LIBRARY,
    SHORT_TEAM,
    steps_of,
    versions_on,
)
from demo.season import number
from demo.stories import CUSTOMS, STAFFING, under_way
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    Slots,
    World,
    fill,
    frame,
    joined,
    local_days,
    market_words,
    place,
    utc,
    whole,
    words,
)
from sop.procedure import Step
from store.contract import Table
from store.facts import PlannedChecks, ProcessEvents, SopRunSteps
from store.facts.checks import SELECTIONS

CHECKS_A_DAY = 0.36  # of each procedure
AHEAD_DAYS = 7
FAILS = 0.045
TAKES_S = 95.0  # a step in the middle
CRITICAL = 0.5  # times as often: people are careful there
MENDED_FAILS = 0.012
CASES_A_DAY = 1.5  # of each market and procedure that a system watches
WATCHED = (
    (CUSTOMS_SOP, "Papers complete before departure", ("UK", "CA", "US", "JP")),
    (KEYS.index("address_verification"), "Address verified before the label", ("DE", "FR", "UK", "US")),
)


@dataclass(frozen=True, eq=False)
class Plans:
    """Checks planned on a day for a week ahead; `done` is NEVER for those that were not."""

    slots: Slots
    sop: Whole
    due: Days
    done: Days
    team: pl.Series
    number: pl.Series


def plan_checks(world: World, days: Days) -> Plans:
    dice = world.dice
    mean = np.full((len(days), len(LIBRARY)), CHECKS_A_DAY)
    slots = fill(
        dice.count("checks", identity(days[:, None], 55, np.arange(len(LIBRARY))[None, :]), mean),
        int(days[0]),
    )
    rolls, sop = slots.rolls, slots.markets
    due = slots.days + AHEAD_DAYS
    before = (dice.uniform("check day", rolls) * 5).astype(np.int64)
    late = due + 1 + before
    done = np.where(dice.happens("check late", rolls, 0.045), late, due - before)
    done = np.where(dice.happens("check missed", rolls, 0.015), NEVER, done)
    choice = dice.uniform("checked team", rolls)
    team = [
        LIBRARY[each].teams[int(at * len(LIBRARY[each].teams))] for each, at in zip(sop, choice, strict=True)
    ]
    key = joined(
        "A", local_days(slots.days).dt.to_string("-%y%m%d-"), place(sop, 2), "-", place(slots.nth + 1, 1)
    )
    return Plans(slots, sop, due, done, pl.Series(team, dtype=pl.String), key)


def planned_checks(world: World, plans: Plans) -> tuple[type[Table], pl.DataFrame]:
    """One row a planned check, known from the day it was planned."""
    columns = {
        "plan_id": plans.number,
        "sop": words(KEYS, plans.sop),
        "team": plans.team,
        "planned_day": local_days(plans.slots.days),
        "due_day": local_days(plans.due),
        "done_day": local_days(plans.done, plans.done <= world.known),
    }
    return PlannedChecks, frame(columns, plans.slots.days <= world.known)


def run_steps(world: World, plans: Plans) -> tuple[type[Table], pl.DataFrame]:
    """One row a step of each check that was done by the day of the look."""
    followed = versions_on(plans.sop, np.minimum(plans.done, world.known), world.anchor)
    asked_of = [steps_of(each, version) for each, version in zip(plans.sop.tolist(), followed, strict=True)]
    lengths = np.array([len(each) for each in asked_of], dtype=np.int64)
    check = np.repeat(np.arange(len(plans.sop)), lengths)
    nth = np.arange(len(check)) - (np.cumsum(lengths) - lengths)[check]
    sop, day = plans.sop[check], plans.done[check]
    rolls = identity(plans.slots.days[check], sop, plans.slots.nth[check], nth)
    steps = [step for each in asked_of for step in each]
    critical = np.array([step.critical for step in steps], dtype=bool)
    scaled = (nth == 3) & ~critical
    coded = np.array([step.key == CODE_STEP for step in steps], dtype=bool)
    failed = world.dice.happens("step fails", rolls, _chance(world, plans, check, critical, coded))
    asked = ~world.dice.happens("unanswered", rolls, 0.006)
    chosen = world.dice.pick("selection", plans.slots.rolls, [90, 7, 3])
    case = observed(world, plans.team, plans.done, plans.slots.rolls)
    shown = day <= world.known
    columns = {
        "step_id": joined(plans.number.gather(check), "/", pl.Series(nth + 1).cast(pl.String)),
        "run_id": plans.number.gather(check),
        "sop": words(KEYS, sop),
        "version": pl.Series(followed, dtype=pl.String).gather(check),
        "step": pl.Series([step.key for step in steps], dtype=pl.String),
        "case_kind": case.kind.gather(check),
        "case_id": case.id.gather(check),
        "team": plans.team.gather(check),
        "market": case.market.gather(check),
        "selection": words(SELECTIONS, chosen[check]),
        "executed_day": local_days(day, shown),
        "recorded_day": local_days(day, shown),
        "weight": whole(np.array([step.weight for step in steps], dtype=np.int64)),
        "score": whole(_score(world, rolls, failed, scaled), asked),
        "max_score": whole(np.where(scaled, 5, 1)),
        "not_applicable": pl.Series(world.dice.happens("not applicable", rolls, 0.04) & ~critical),
        "critical": pl.Series(critical, dtype=pl.Boolean),
        **_effort(world, rolls, steps, asked),
    }
    return SopRunSteps, frame(columns, shown)


def _effort(world: World, rolls: Rolls, steps: Sequence[Step], asked: Flags) -> dict[str, pl.Series]:
    """Seconds the step took, as whoever checked it noted, and its time limit."""
    taken = np.maximum(5, world.dice.lasting("step takes", rolls, TAKES_S, 0.5)).astype(np.int64)
    limits = np.array([60 * (step.minutes or 0) for step in steps], dtype=np.int64)
    return {"seconds": whole(taken, asked), "limit_seconds": whole(limits, limits > 0)}


def _score(world: World, rolls: Rolls, failed: Flags, scaled: Flags) -> Whole:
    """Full marks or none; on the scale of five a failed step earns two, and one good step in eight four."""
    good = np.where(world.dice.happens("nearly", rolls, 0.12), 4, 5)
    return np.asarray(np.where(scaled, np.where(failed, 2, good), 1 - failed.astype(np.int64)))


def _chance(world: World, plans: Plans, check: Whole, critical: Flags, coded: Flags) -> Number:
    """How likely a step is not done: the code was missing until the new version, and haste costs care."""
    sop, day = plans.sop[check], np.minimum(plans.done[check], world.known)
    care = np.where(critical, CRITICAL, 1.0)
    mended = (sop == CUSTOMS_SOP) & (day >= number(world.anchor) + CUSTOMS_MENDED)
    without_code = (sop == CUSTOMS_SOP) & coded & (under_way(CUSTOMS, day, world.anchor) > 0) & ~mended
    short = (sop == INQUIRIES_SOP) & (plans.team == SHORT_TEAM).to_numpy()[check]
    hasty = short & (under_way(STAFFING, day, world.anchor) > 0)
    chance = np.where(hasty, FAILS * 2, np.where(mended, MENDED_FAILS, FAILS) * care)
    return np.asarray(np.where(without_code, 0.72, chance))


def process_events(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a case that a system watches: done in time, late or never."""
    dice, cells = world.dice, len(WATCHED) * 4
    mean = np.full((len(days), cells), CASES_A_DAY)
    slots = fill(
        dice.count("cases", identity(days[:, None], 33, np.arange(cells)[None, :]), mean), int(days[0])
    )
    rolls, which = slots.rolls, slots.markets // 4
    sop = np.array([each for each, _, _ in WATCHED])[which]
    market = np.array([[CODES.index(code) for code in codes] for _, _, codes in WATCHED])[
        which, slots.markets % 4
    ]
    limit = slots.days * DAY_S + 16 * HOUR_S
    hours = dice.lasting("step before", rolls, 3.0, 0.6)
    late = dice.happens("step late", rolls, _late(world, slots.days, sop, market))
    happened = limit + (np.where(late, hours * 3, -np.minimum(hours, 9)) * HOUR_S).astype(np.int64)
    happened = np.where(
        dice.happens("step never", rolls, 0.004), NEVER, np.minimum(happened, limit + 20 * DAY_S)
    )
    case = joined(
        "E",
        local_days(slots.days).dt.to_string("-%y%m%d-"),
        place(slots.markets, 2),
        "-",
        place(slots.nth, 2),
    )
    columns = {
        "event_id": joined(case, "/", words(KEYS, sop)),
        "case_id": case,
        "sop": words(KEYS, sop),
        "version": pl.Series(versions_on(sop, slots.days, world.anchor), dtype=pl.String),
        "step": words(tuple(step for _, step, _ in WATCHED), which),
        "team": words(tuple(LIBRARY[each].teams[0] for each, _, _ in WATCHED), which),
        "market": market_words(market),
        "happened_at": utc(happened, market, world.sees(happened)),
        "limit_at": utc(limit, market),
    }
    return ProcessEvents, frame(columns, slots.days <= world.known)


def _late(world: World, days: Days, sop: Whole, market: Whole) -> Number:
    affected = (sop == CUSTOMS_SOP) & np.isin(market, [CODES.index("UK"), CODES.index("CA")])
    return np.asarray(np.where(affected & (under_way(CUSTOMS, days, world.anchor) > 0), 0.55, 0.03))
