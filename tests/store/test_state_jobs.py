"""Leases of the worker's jobs with a clock of our own: who may take what when, and what a lost lease cannot do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from shutil import copy
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store.database import make_engine
from store.models import Cursor
from store.scope import LOCAL_OWNER
from store.state import State
from store.state.engines import Engines
from store.state.job_rules import LEASE, JobStatus, Lease, Planned
from store.state.jobs import Ended, Jobs, database_time
from store.state.signs import Sign, Signs
from store.timetable import At, Every, Timetable, timetable_of

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOURLY = Every(HOUR)
PULL, SUM = Planned("pull", HOURLY), Planned("sum", HOURLY, frozenset({"pull"}))
MAIL = Planned("mail", HOURLY, lane="mail")
PLAN = (PULL, SUM)
WELL = Ended(JobStatus.OK)


@dataclass
class Bench:
    """The jobs of a database under a clock that tests set."""

    engine: Engine
    now: datetime = START
    plan: tuple[Planned, ...] = PLAN
    jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = Jobs(Engines(self.engine, self.engine), lambda _: self.now, Random(1))
        self.jobs.plan(self.plan)

    def take(self, owner: str = "a", lane: str = "facts") -> Lease | None:
        return self.jobs.claim(self.plan, owner, lane)

    def taken(self, owner: str = "a") -> Lease:
        found = self.take(owner)
        assert found is not None
        return found

    def end(self, lease: Lease, ended: Ended = WELL) -> bool:
        return self.jobs.finish(lease, ended, self.plan)

    def all_done(self) -> list[str]:
        """Do well whatever is due; the names in their order."""
        names = []
        while (lease := self.take()) is not None:
            names.append(lease.job)
            assert self.end(lease)
        return names

    def told(self, name: str) -> tuple[datetime, int, str]:
        (row,) = [each for each in Signs(self.jobs.engines).jobs(LOCAL_OWNER) if each.name == name]
        return row.due_at, row.attempts, row.message

    def log(self) -> list[tuple[str, str]]:
        return [(each.job, each.status.value) for each in Signs(self.jobs.engines).log(LOCAL_OWNER)][::-1]


@pytest.fixture
def bench(migrated_file: Path, tmp_path: Path) -> Iterator[Bench]:
    """On SQLite, where the clock is ours; what differs in SQL is tried with `engine` on both."""
    copy(migrated_file, tmp_path / "state.db")
    engine = make_engine(f"sqlite:///{tmp_path}/state.db")
    yield Bench(engine)
    engine.dispose()


def test_jobs_run_in_their_order_and_what_waits_runs_when_there_is_something_newer(bench: Bench) -> None:
    """
    First pull, then sum, each once and then in an hour; a pull that brings something wakes sum, another does not.
    """
    assert bench.all_done() == ["pull", "sum"]
    assert bench.all_done() == []

    bench.now += HOUR - MINUTE
    assert not bench.jobs.is_due()
    bench.now += 31 * MINUTE  # half an hour late: once, and from now on an hour
    assert bench.jobs.is_due()
    assert bench.all_done() == ["pull", "sum"]
    assert bench.told("pull")[0] == bench.now + HOUR

    bench.now += HOUR - MINUTE
    bench.jobs.plan(bench.plan)
    bench.now += MINUTE
    assert bench.end(bench.taken(), Ended(JobStatus.OK, newer=False))
    assert bench.taken().job == "sum"  # by its own rhythm


def test_a_job_is_held_by_one_until_its_lease_ends_and_only_the_newest_holder_ends_it(engine: Engine) -> None:
    """
    A is killed or paused with pull in hand: nobody else gets anything of the lane until the lease ends, then B does; A
    comes back and can neither lengthen, end nor give it back, and writes nothing.
    """
    bench = Bench(engine)
    first = bench.taken("a")
    bench.now += LEASE - MINUTE
    assert bench.jobs.hold(first)
    bench.now += LEASE - MINUTE
    assert bench.take("b") is None

    bench.now += MINUTE
    second = bench.taken("b")
    assert (second.job, second.fence, second.attempt) == ("pull", first.fence + 1, 2)
    late = Ended(JobStatus.OK, effect=lambda session: session.add(_mark("a")))
    assert (bench.jobs.hold(first), bench.end(first, late), bench.jobs.release(first)) == (
        False,
        False,
        False,
    )
    assert bench.end(second, Ended(JobStatus.OK, effect=lambda session: session.add(_mark("b"))))

    assert not bench.end(second)
    assert bench.log() == [("pull", "lost"), ("pull", "ok")]
    assert _marks(bench) == ["b"]


def _mark(owner: str) -> Cursor:
    return Cursor(source="effect", stream=owner, value="1", run=None)


def _marks(bench: Bench) -> list[str]:
    def work(session: Session) -> list[str]:
        return [each.stream for each in session.query(Cursor)]

    return bench.jobs.engines.ask(work)


def test_an_effect_that_fails_leaves_the_job_unfinished(bench: Bench) -> None:
    """
    What a run writes and its end are one transaction.
    """
    lease = bench.taken()

    def breaks(session: Session) -> None:
        session.add(_mark("half"))
        session.flush()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        bench.end(lease, Ended(JobStatus.OK, effect=breaks))

    assert _marks(bench) == []
    assert bench.jobs.hold(lease)


def test_failures_wait_longer_and_longer_but_never_beyond_the_next_turn(bench: Bench) -> None:
    """
    30 s, a minute, two … each a fifth more or less; a failure that only a person ends waits for its turn.
    """
    waits = []
    for _ in range(8):
        bench.all_done() if bench.told("sum")[0] <= bench.now and not waits else None
        bench.now = max(bench.now, bench.told("pull")[0])
        lease = next(each for each in iter(bench.take, None) if each.job == "pull" or not bench.end(each))
        assert bench.end(lease, Ended(JobStatus.FAILED, "no answer"))
        waits.append((bench.told("pull")[0] - bench.now).total_seconds())
    assert all(0.8 * 30 * 2**at <= wait <= min(1.2 * 30 * 2**at, 3600) for at, wait in enumerate(waits[:7]))
    assert waits[7] <= 3600
    assert bench.told("pull")[1:] == (8, "no answer")

    bench.now = bench.told("pull")[0]
    lease = next(each for each in iter(bench.take, None) if each.job == "pull" or not bench.end(each))
    assert bench.end(lease, Ended(JobStatus.FAILED, "columns are gone", soon=False))
    assert bench.told("pull")[0] == bench.now + HOUR


def test_a_job_that_kills_its_workers_is_not_taken_over_at_once_for_ever(bench: Bench) -> None:
    """
    Twice at once, then it waits.
    """
    for _ in range(3):
        assert bench.taken().job == "pull"
        bench.now += LEASE
    found = bench.take()
    assert found is None or found.job != "pull"
    assert bench.told("pull")[0] > bench.now


def test_what_is_woken_while_at_work_runs_again(bench: Bench) -> None:
    """
    Sum of another lane is at work when pull ends with something newer: it starts once more.
    """
    bench.plan = (PULL, Planned("sum", HOURLY, frozenset({"pull"}), lane="sums"))
    bench.jobs.plan(bench.plan)
    bench.all_done()
    summing = bench.take(lane="sums")
    assert summing is not None
    bench.now += HOUR
    bench.jobs.hold(summing)
    assert bench.end(bench.taken())

    assert bench.end(summing)
    again = bench.take(lane="sums")
    assert again is not None
    assert bench.end(again)
    assert bench.take(lane="sums") is None


def test_lanes_do_not_wait_for_each_other_and_stopping_gives_back(bench: Bench) -> None:
    """
    Mail goes out while a pull is at work; a pull given back counts as not begun and is there for the next.
    """
    bench.plan = (*PLAN, MAIL)
    bench.jobs.plan(bench.plan)
    pull, mail = bench.taken(), bench.take(lane="mail")
    assert mail is not None
    assert mail.job == "mail"

    assert bench.jobs.release(pull)
    again = bench.taken("b")
    assert (again.job, again.attempt) == ("pull", 1)


@pytest.mark.parametrize(
    "moved", [-HOUR, -30 * timedelta(days=1), timedelta(days=1), 400 * timedelta(days=1)]
)
@pytest.mark.parametrize("holding", [True, False])
def test_a_clock_that_jumps_loses_and_hammers_nothing(bench: Bench, moved: timedelta, holding: bool) -> None:
    """
    Within a turn of either clock every job runs again, and within that hour no more than three times; a lease of a dead
    worker ends in time; also when the clock is put right again.
    """
    bench.all_done()
    bench.now += HOUR
    if holding:
        bench.taken("dead")
    for shift in (moved, -moved):
        bench.now += shift
        ran: list[str] = []
        for _ in range(14):
            bench.jobs.plan(bench.plan)
            ran += bench.all_done()
            bench.now += 5 * MINUTE
        assert all(1 <= ran.count(name) <= 3 for name in ("pull", "sum")), ran


BERLIN = ZoneInfo("Europe/Berlin")
EARLY = At(time(2, 30), BERLIN)


@pytest.mark.parametrize(
    ("when", "now", "done", "due"),
    [
        (EARLY, "2026-03-02T00:00", None, "2026-03-02T01:30"),
        (EARLY, "2026-03-02T01:30", None, "2026-03-03T01:30"),
        (EARLY, "2026-03-28T12:00", None, "2026-03-29T01:30"),  # 02:30 is skipped: 03:30 there
        (EARLY, "2026-10-24T12:00", None, "2026-10-25T00:30"),  # 02:30 comes twice: the first
        (EARLY, "2026-10-25T00:45", "2026-10-25T00:30", "2026-10-26T01:30"),  # and only that
        (EARLY, "2026-03-02T00:30", "2026-03-02T01:30", "2026-03-03T01:30"),  # clock set back an hour: done
        (EARLY, "2026-03-02T00:30", "2026-03-09T01:30", "2026-03-02T01:30"),  # done by a wrong clock
        (At(time(6), BERLIN, 0), "2026-03-02T12:00", None, "2026-03-09T05:00"),
        (HOURLY, "2026-03-02T12:00", "2030-01-01T00:00", "2026-03-02T13:00"),
    ],
)
def test_when_a_job_is_due_again(when: Timetable, now: str, done: str | None, due: str) -> None:
    def at(told: str) -> datetime:
        return datetime.fromisoformat(told).replace(tzinfo=UTC)

    assert when.following(at(now), at(done) if done else None) == at(due)


def test_timetables_are_read_from_words() -> None:
    """
    Minutes, a time of day, a weekday; anything else is refused with examples.
    """
    assert timetable_of("every 15 minutes", "UTC") == Every(15 * MINUTE)
    assert timetable_of("6:30", "Europe/Berlin") == At(time(6, 30), BERLIN)
    assert timetable_of("Monday 06:30", "Europe/Berlin") == At(time(6, 30), BERLIN, 0)
    for wrong in ("every 0 minutes", "25:00", "hourly", ""):
        with pytest.raises(ValueError, match=r"'monday 06:30'"):
            timetable_of(wrong, "UTC")


@pytest.mark.parametrize(
    ("seen", "ran", "still"),
    [
        (4 * MINUTE, HOUR, None), (6 * MINUTE, HOUR, 6 * MINUTE), (MINUTE, 4 * HOUR, 4 * HOUR),
        (None, 2 * HOUR, None), (None, 4 * HOUR, 4 * HOUR),
    ],
)  # fmt: skip
def test_when_pages_say_that_nothing_is_done(
    seen: timedelta | None, ran: timedelta, still: timedelta | None
) -> None:
    """
    Silent for five minutes, or alive without an end of anything for three turns; who comes by now and then is never
    silent.
    """
    sign = Sign(seen and START - seen, START - ran, HOUR)
    assert sign.still_since(START) == (still and START - still)


def test_the_sign_is_there_once_a_worker_works_and_starts_anew_after_silence(bench: Bench) -> None:
    signs = Signs(bench.jobs.engines)
    bench.all_done()
    bench.now += 5 * HOUR
    sign = signs.sign(LOCAL_OWNER)
    assert sign == Sign(START, START, HOUR)
    assert sign.still_since(bench.now) == START

    bench.jobs.plan(bench.plan)
    back = signs.sign(LOCAL_OWNER)
    assert back is not None
    assert back.still_since(bench.now) is None


def test_the_shared_clock_is_in_utc_and_nothing_ran_yet(state: State) -> None:
    """
    Of both databases: a new one has no sign of a worker, and its clock is that of this machine, within a minute.
    """
    assert state.signs.sign(LOCAL_OWNER) is None
    assert abs(state.engines.ask(database_time) - datetime.now(UTC)) < MINUTE
    state.jobs.plan(PLAN)
    assert state.jobs.is_due()
