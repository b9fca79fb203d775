"""Who may take which job when: leases that end, jobs that wait for others, and how long a failure waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from store.models import Job as Stored
from store.timetable import Timetable

LEASE = timedelta(seconds=120)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
LOST_AT_ONCE = 2  # so often a job whose worker died is taken over as soon as its lease has ended
STARVED = timedelta(minutes=30)  # after this a job goes before those it would wait for
LATE_GAPS, LATE_LEAST = 3, timedelta(minutes=15)
FACTS = "facts"


class JobStatus(StrEnum):
    """How a run of a job ended."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    LOST = "lost"
    RELEASED = "released"


@dataclass(frozen=True)
class Planned:
    """A job as it is declared: when it is due, the jobs it waits for, and those of its lane run one at a time."""

    name: str
    when: Timetable
    waits_for: frozenset[str] = field(default_factory=frozenset)
    lane: str = FACTS

    @property
    def late_after(self) -> timedelta:
        """The age of the last good run at which something is wrong."""
        return max(LATE_GAPS * self.when.gap, LATE_LEAST)


@dataclass(frozen=True)
class Lease:
    """One claim of a job: only who holds the newest `fence` may finish it. `woken` is what it stood at then."""

    job: str
    owner: str
    fence: int
    woken: int
    attempt: int
    run: int


def is_held(row: Stored, now: datetime) -> bool:
    """Whether somebody holds it at this moment."""
    return row.lease_until is not None and row.lease_until > now


def set_right(row: Stored, planned: Planned, now: datetime) -> None:
    """After a clock was set back nothing is due, and no lease lasts, longer than it could from now on."""
    if row.lease_until is not None and row.lease_until - now > LEASE:
        row.lease_until = now + LEASE
    row.due_at = min(row.due_at, planned.when.following(now, row.slot))


def choose(rows: Mapping[str, Stored], plan: Sequence[Planned], lane: str, now: datetime) -> Planned | None:
    """
    The job of a lane to do now, if any: the first as declared that is due and waits for none that is due or at work;
    one that was due long ago goes first. Nothing while a job of the lane is at work.
    """
    mine = [each for each in plan if each.lane == lane]
    if any(is_held(rows[each.name], now) for each in mine):
        return None
    busy = {name for name, row in rows.items() if is_held(row, now) or row.due_at <= now}
    due = [each for each in mine if rows[each.name].due_at <= now]
    starved = [each for each in due if now - rows[each.name].due_at > STARVED]
    ready = [each for each in due if not each.waits_for & (busy - {each.name})]
    return next(iter((*sorted(starved, key=lambda each: rows[each.name].due_at), *ready)), None)


def wait_after(attempts: int, chance: Random) -> timedelta:
    """How long a job waits after so many failures in a row: 30 s, a minute, … an hour, each a fifth more or less."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(max(attempts, 1) - 1, 10)
    return min(doubled, LONGEST_WAIT) * chance.uniform(0.8, 1.2)
