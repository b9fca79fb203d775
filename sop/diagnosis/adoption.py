"""How a version spreads: who has read it, who has passed its quiz, who works by it; three things, never one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from sop.share import Share
from sop.training import InForce

FOUR_WEEKS, WEEK = 28, 7


@dataclass(frozen=True)
class Adopted:
    """Where a version stands on one day after it took effect; people of those it was for then, runs of the week."""

    day: int
    acknowledged: Share
    passed: Share
    working: Share
    runs: Share


def adoption(
    people: Collection[str],
    in_force: InForce,
    acknowledged: pl.DataFrame,
    passed: pl.DataFrame,
    runs: pl.DataFrame,
    as_of: date,
    days: int = FOUR_WEEKS,
) -> list[Adopted]:
    """Day 0 (the first on which it counts) to day `days`, as far as `as_of` has come; none before it took effect.

    `people`: whom the version was required of on day 0; whoever comes later is a newcomer, so curves only rise.
    `acknowledged` and `passed`: `person`, `version`, `on`; `runs`: `run`, `person`, `version`, `on`. What happened
    before day 0 counts from day 0. Working: people who have done a run by it. Minor versions in `also` count alike.
    """
    last = min(days, (as_of - in_force.since).days)
    if last < 0:
        return []
    holding = {in_force.version, *in_force.also}
    read, quizzed, working = (
        [Share(count, len(people)) for count in _curve(each, holding, people, in_force.since, last)]
        for each in (acknowledged, passed, runs)
    )
    used = [_of_week(runs, holding, in_force.since + timedelta(days=day)) for day in range(last + 1)]
    return [Adopted(day, read[day], quizzed[day], working[day], used[day]) for day in range(last + 1)]


def _curve(
    events: pl.DataFrame, holding: Collection[str], people: Collection[str], since: date, last: int
) -> list[int]:
    """How many of the people had their first event by each day."""
    own = events.filter(pl.col("person").is_in(list(people)), pl.col("version").is_in(list(holding)))
    first = own.group_by("person").agg(pl.col("on").min())
    day = (first["on"] - since).dt.total_days().clip(0).to_list()
    return [sum(each <= until for each in day) for until in range(last + 1)]


def _of_week(runs: pl.DataFrame, holding: Collection[str], until: date) -> Share:
    """Runs by the version among all runs of the seven days up to one."""
    week = runs.filter(pl.col("on") <= until, pl.col("on") > until - timedelta(days=WEEK))
    return Share(int(week["version"].is_in(list(holding)).sum()), week.height)


def outdated(runs: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """The runs of a procedure by a version that was not in force on their day, or that nobody knows: deviations.

    `runs` with `version` and `on`; `versions`: `version`, `since` and `until` (the first day it no longer counts, null
    while it does). Gives the rows of `runs`.
    """
    known = runs.join(versions, on="version", how="left")
    valid = (pl.col("on") >= pl.col("since")) & (pl.col("until").is_null() | (pl.col("on") < pl.col("until")))
    return known.filter(~valid.fill_null(False)).select(runs.columns)
