"""Versions and reviews of the made-up firm's procedures, and the corrective actions that follow from checks."""

from datetime import date

import numpy as np
import polars as pl

from demo.dice import Days, identity
from demo.library import DRAFT_SUBMITTED, NOTICE
from demo.procedures import KEYS, LIBRARY, UNREVIEWED, UNREVIEWED_SOP, Procedure
from demo.season import number
from demo.world import World, fill, frame, joined, local_days, place
from store.contract import Table
from store.facts import CorrectiveActions, SopReviews, SopVersions

ACTIONS_A_DAY = 0.45


def sop_versions(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a version, from the day it was published; the older ones stand in the books when they open."""
    opening = number(world.opening)
    rows: list[tuple[Procedure, str, date | None, bool]] = []
    for procedure in LIBRARY:
        for version in procedure.decided:
            published = max(number(version.since(world.anchor)) - NOTICE, opening)
            if published in days and published <= world.known:
                rows.append((procedure, version.name, version.since(world.anchor), version.minor))
    drafted = number(world.anchor) + DRAFT_SUBMITTED
    if drafted in days and drafted <= world.known:
        rows += [
            (each, new.name, None, new.minor)
            for each in LIBRARY
            for new in each.versions[len(each.decided) :]
        ]
    columns = {
        "version_id": [f"{procedure.key} {name}" for procedure, name, _, _ in rows],
        "sop": [procedure.key for procedure, *_ in rows],
        "version": [name for _, name, _, _ in rows],
        "title": [procedure.title for procedure, *_ in rows],
        "owner": [procedure.owner for procedure, *_ in rows],
        "effective_day": [day for _, _, day, _ in rows],
        "minor": [minor for *_, minor in rows],
        "review_months": [procedure.review_months for procedure, *_ in rows],
    }
    types = [pl.String] * 5 + [pl.Date, pl.Boolean, pl.Int64]
    return SopVersions, pl.DataFrame(columns, schema=dict(zip(columns, types, strict=True)))


def sop_reviews(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """Each procedure comes round before its months are over; three in ten are weeks late, one is forgotten."""
    dice, opening = world.dice, number(world.opening)
    period = np.array([each.review_months * 30 - 12 for each in LIBRARY])
    phase = (dice.uniform("review phase", identity(np.arange(len(LIBRARY)))) * period).astype(np.int64)
    day, sop = (axis.ravel() for axis in np.meshgrid(days, np.arange(len(LIBRARY)), indexing="ij"))
    turn, since = np.divmod(day - phase[sop], period[sop])
    rolls = identity(sop, turn)
    late = np.where(dice.happens("late review", rolls, 0.3), 25 + dice.uniform("how late", rolls) * 60, 0)
    forgotten = (sop == UNREVIEWED_SOP) & (day > number(world.anchor) + UNREVIEWED)
    hit = np.flatnonzero((since == late.astype(np.int64)) & (day > opening) & ~forgotten)
    first = np.arange(len(LIBRARY) if opening in days else 0)
    reviewed = np.concatenate([opening - (opening - phase[first]) % period[first], day[hit]])
    begun = np.concatenate([np.full(len(first), opening), day[hit]])
    which = np.concatenate([first, sop[hit]])
    columns = {
        "review_id": joined("RV", local_days(reviewed).dt.to_string("-%y%m%d-"), place(which, 2)),
        "sop": pl.Series(list(KEYS), dtype=pl.String).gather(which),
        "reviewed_day": local_days(reviewed),
    }
    return SopReviews, frame(columns, begun <= world.known)


def corrective_actions(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """About three a week, due after two to four weeks; nine in ten are closed in time."""
    dice = world.dice
    slots = fill(
        dice.count("actions", identity(days[:, None], 77), np.full((len(days), 1), ACTIONS_A_DAY)),
        int(days[0]),
    )
    rolls = slots.rolls
    sop = dice.pick("action on", rolls, [1.0] * len(LIBRARY))
    due = slots.days + 14 + (dice.uniform("action due", rolls) * 16).astype(np.int64)
    early = (dice.uniform("closed early", rolls) * 9).astype(np.int64)
    closed = np.where(dice.happens("closed late", rolls, 0.09), due + 1 + early, due - early)
    team = [
        LIBRARY[place].teams[nth % len(LIBRARY[place].teams)]
        for place, nth in zip(sop, slots.nth, strict=True)
    ]
    columns = {
        "action_id": joined("CA", local_days(slots.days).dt.to_string("-%y%m%d-"), place(slots.nth + 1, 2)),
        "sop": pl.Series(list(KEYS), dtype=pl.String).gather(sop),
        "team": pl.Series(team, dtype=pl.String),
        "opened_day": local_days(slots.days),
        "due_day": local_days(due),
        "closed_day": local_days(closed, closed <= world.known),
    }
    return CorrectiveActions, frame(columns, slots.days <= world.known)
