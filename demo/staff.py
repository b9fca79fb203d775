"""Who must know which procedure, and who was trained on it when: people are numbers, nobody has a name."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from demo.dice import Days, Flags, Rolls, Whole, identity
from demo.procedures import (
    INQUIRIES_SOP,
    KEYS,
    LIBRARY,
    SHORT_TEAM,
    TEAM_SIZES,
    TEAMS,
    Version,
    version_on,
    versions_on,
)
from demo.season import day_of, number
from demo.stories import STAFFING, under_way
from demo.world import World, frame, joined, local_days, place, whole, words
from store.contract import Table
from store.facts import QuizAttempts, TrainingRecords, TrainingRequirements

ON_LEAVE = 0.035
MONTH_DAYS = {3: 84, 6: 175, 12: 357}  # days between refreshers that are in time
DAWDLES = 0.12
IN_TIME = 0.5  # trained before a version takes effect
NEWCOMERS = 0.4
SETTLES_IN_DAYS = 50
RETRY_DAYS = 3


@dataclass(frozen=True, eq=False)
class Pairs:
    """Each person with each procedure the person's team must know: places in KEYS and TEAMS."""

    person: Whole
    sop: Whole
    team: Whole

    def __len__(self) -> int:
        return len(self.person)

    @property
    def rolls(self) -> Rolls:
        return identity(self.person, self.sop)

    @property
    def period(self) -> Whole:
        """Days between two refreshers."""
        return np.array([MONTH_DAYS[each.refresher_months] for each in LIBRARY])[self.sop]

    def take(self, rows: Whole) -> "Pairs":
        return Pairs(self.person[rows], self.sop[rows], self.team[rows])


@lru_cache(maxsize=1)
def pairs() -> Pairs:
    """All of them; the people of a team have numbers in a row."""
    starts = np.cumsum([0, *TEAM_SIZES.values()])
    found = [
        (person, sop, TEAMS.index(team))
        for sop, procedure in enumerate(LIBRARY)
        for team in procedure.teams
        for person in range(starts[TEAMS.index(team)], starts[TEAMS.index(team) + 1])
    ]
    person, sop, team = (np.array(part, dtype=np.int64) for part in zip(*found, strict=True))
    return Pairs(person, sop, team)


def joined_on(world: World, person: Whole) -> Days:
    """The day each person joined: most long ago, the others at some time in four years."""
    rolls = identity(person, 11)
    ago = (world.dice.uniform("joined ago", rolls) * 1_400).astype(np.int64)
    new = world.dice.happens("newcomer", rolls, NEWCOMERS)
    return np.asarray(number(world.anchor) - np.where(new, ago, 2_000))


def _short(world: World, each: Pairs, days: Days) -> Flags:
    """Rows of the team that has too few people before peak."""
    return np.asarray((each.team == TEAMS.index(SHORT_TEAM)) & (under_way(STAFFING, days, world.anchor) > 0))


def roster(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """The staff list of each month: one row a person and procedure, known on its first day."""
    opening = number(world.opening)
    starts = [int(day) for day in days if day_of(int(day)).day == 1 or day == opening]
    each = pairs()
    day = np.repeat(np.array(starts, dtype=np.int64), len(each))
    row = np.tile(np.arange(len(each)), len(starts))
    who = each.take(row)
    months = np.array(
        [day_of(int(start)).year * 12 + day_of(int(start)).month for start in day], dtype=np.int64
    )
    away = world.dice.happens("on leave", identity(who.person, months), ON_LEAVE)
    columns = {
        "requirement_id": joined("Q", local_days(day).dt.to_string("-%y%m%d-"), place(row, 4)),
        "person_id": joined("P", place(who.person, 3)),
        "sop": words(KEYS, who.sop),
        "team": words(TEAMS, who.team),
        "required_from": local_days(day),
        "required_until": local_days(day).dt.month_end().dt.offset_by("1d"),
        "on_leave": pl.Series(away, dtype=pl.Boolean),
        "refresher_months": whole(np.array([sop.refresher_months for sop in LIBRARY])[who.sop]),
    }
    return TrainingRequirements, frame(columns, (day <= world.known) & (joined_on(world, who.person) <= day))


@dataclass(frozen=True, eq=False)
class Sessions:
    """Trainings: pair, day and the version trained; `begun` is the day the books first show them."""

    pair: Whole
    day: Days
    begun: Days
    version: list[str]


def sessions(world: World, days: Days) -> list[Sessions]:
    """What is trained on these days: once when the books open, again and again, and on each new version."""
    found = [
        _first(world, days),
        _round_before(world, days),
        _again(world, days),
        _newcomers(world, days),
    ]
    for sop, procedure in enumerate(LIBRARY):
        new = [each for each in procedure.decided if number(each.since(world.anchor)) > number(world.opening)]
        found += [_on_version(world, days, sop, version) for version in new if not version.minor]
    return found


def _first(world: World, days: Days) -> Sessions:
    """Who was there before the books open was trained around the day the version took effect, or after joining."""
    each, opening, dice = pairs(), number(world.opening), world.dice
    joined = joined_on(world, each.person)
    here = np.flatnonzero((joined <= opening) & (opening in days))
    rolls, sop = each.rolls[here], each.sop[here]
    since = {
        sop: number(version_on(sop, opening, world.anchor).since(world.anchor)) for sop in set(sop.tolist())
    }
    effective = np.array([since[one] for one in sop.tolist()], dtype=np.int64)
    weeks = 1 + (dice.uniform("trained before", rolls) * 28).astype(np.int64)
    around = effective + np.where(dice.happens("in time", rolls, IN_TIME), -weeks, weeks)
    day = np.minimum(np.where(joined[here] <= around, around, joined[here] + weeks), opening - 1)
    return Sessions(
        here,
        day,
        np.full(len(here), opening, dtype=np.int64),
        versions_on(sop, np.full_like(sop, opening), world.anchor),
    )


def _round_before(world: World, days: Days) -> Sessions:
    """The last refresher before the books open, of everybody who was there for it."""
    each, opening = pairs(), number(world.opening)
    day = opening - 1 - (opening - 1 - _phase(world)) % each.period
    there = joined_on(world, each.person) + SETTLES_IN_DAYS < day
    here = np.flatnonzero(there & (opening in days))
    begun = np.full(len(here), opening, dtype=np.int64)
    return Sessions(here, day[here], begun, versions_on(each.sop[here], day[here], world.anchor))


def _phase(world: World) -> Days:
    each = pairs()
    return np.asarray((world.dice.uniform("refresher phase", each.rolls) * each.period).astype(np.int64))


def _newcomers(world: World, days: Days) -> Sessions:
    """Whoever joins later is trained on what is in force within seven weeks."""
    each = pairs()
    day = (
        joined_on(world, each.person)
        + 3
        + (world.dice.uniform("settles in", each.rolls) * SETTLES_IN_DAYS).astype(np.int64)
    )
    here = np.flatnonzero(np.isin(day, days) & (joined_on(world, each.person) > number(world.opening)))
    return Sessions(here, day[here], day[here], versions_on(each.sop[here], day[here], world.anchor))


def _again(world: World, days: Days) -> Sessions:
    """Refreshers come round in time but for one in twenty; where people are missing they wait."""
    each, dice = pairs(), world.dice
    phase = _phase(world)
    day, pair = (axis.ravel() for axis in np.meshgrid(days, np.arange(len(each)), indexing="ij"))
    period = each.period[pair]
    turn, since = np.divmod(day - phase[pair], period)
    rolls = identity(pair, turn)
    late = (14 + dice.uniform("dawdles long", rolls) * 40).astype(np.int64)
    usual = (dice.uniform("refresher day", rolls) * 5).astype(np.int64)
    wait = np.where(dice.happens("dawdles", rolls, DAWDLES), late, usual)
    put_off = _short(world, each.take(pair), day) & dice.happens("put off", rolls, 0.85)
    settled = day > np.maximum(joined_on(world, each.person)[pair] + SETTLES_IN_DAYS, number(world.opening))
    hit = np.flatnonzero((since == wait) & ~put_off & settled)
    return Sessions(pair[hit], day[hit], day[hit], versions_on(each.sop[pair[hit]], day[hit], world.anchor))


def _on_version(world: World, days: Days, sop: int, version: Version) -> Sessions:
    """Half are trained in the weeks before a version takes effect, the others soon after it."""
    each, dice = pairs(), world.dice
    pair = np.flatnonzero(each.sop == sop)
    rolls = identity(pair, sop, abs(version.effective or 0))
    effective = number(version.since(world.anchor))
    before = effective - 1 - (dice.uniform("trained early", rolls) * 16).astype(np.int64)
    after = effective + 1 + (dice.uniform("trained late", rolls) * 16).astype(np.int64)
    day = np.where(dice.happens("in time", rolls, IN_TIME), before, after)
    short = (each.team[pair] == TEAMS.index(SHORT_TEAM)) & (sop == INQUIRIES_SOP)
    day = np.where(short & (pair % 3 > 0), effective + 34 + pair % 9, day)
    now = np.isin(day, days) & (joined_on(world, each.person[pair]) <= day)
    return Sessions(pair[now], day[now], day[now], [version.name] * int(now.sum()))


def training_records(world: World, held: list[Sessions]) -> tuple[type[Table], pl.DataFrame]:
    """One row a training that was held by the day of the look."""
    pair, day, begun, version, kind = _together(held)
    who = pairs().take(pair)
    columns = {
        "training_id": _number("TR", day, pair, kind),
        "person_id": joined("P", place(who.person, 3)),
        "sop": words(KEYS, who.sop),
        "version": version,
        "trained_day": local_days(day),
    }
    return TrainingRecords, frame(columns, begun <= world.known)


def quiz_attempts(world: World, held: list[Sessions]) -> tuple[type[Table], pl.DataFrame]:
    """A quiz on the day of each training; one in nine takes it twice, three days later."""
    pair, day, begun, version, kind = _together(held)
    rolls = identity(pair, day, kind)
    failed = world.dice.happens("fails the quiz", rolls, 0.11)
    rows = np.concatenate([np.arange(len(pair)), np.flatnonzero(failed)])
    again = np.concatenate([np.zeros(len(pair), dtype=np.int64), np.ones(int(failed.sum()), dtype=np.int64)])
    who = pairs().take(pair[rows])
    taken = day[rows] + again * RETRY_DAYS
    columns = {
        "attempt_id": joined(_number("QZ", day[rows], pair[rows], kind[rows]), "/", place(again + 1, 1)),
        "person_id": joined("P", place(who.person, 3)),
        "sop": words(KEYS, who.sop),
        "version": version.gather(rows),
        "team": words(TEAMS, who.team),
        "attempt": whole(again + 1),
        "attempted_day": local_days(taken),
        "passed": pl.Series(~failed[rows] | (again > 0), dtype=pl.Boolean),
    }
    return QuizAttempts, frame(columns, (begun[rows] <= world.known) & (taken <= world.known))


def _together(held: list[Sessions]) -> tuple[Whole, Days, Days, pl.Series, Whole]:
    kind = np.concatenate([np.full(len(each.pair), number) for number, each in enumerate(held)]).astype(
        np.int64
    )
    pair, day, begun = (
        np.concatenate([getattr(each, part) for each in held]).astype(np.int64)
        for part in ("pair", "day", "begun")
    )
    names = [name for each in held for name in each.version]
    return pair, day, begun, pl.Series(names, dtype=pl.String), kind


def _number(prefix: str, day: Days, pair: Whole, kind: Whole) -> pl.Series:
    return joined(prefix, local_days(day).dt.to_string("-%y%m%d-"), place(pair, 4), "-", place(kind, 2))
