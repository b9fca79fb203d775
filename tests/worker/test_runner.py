"""The worker's jobs: what a round did is done in its order, failures are told in words, and stopping gives back."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from threading import Event

import pytest
from small_company import COMPANY

from connectors.config import load_config
from connectors.errors import SourceError, SyncRunning
from connectors.plan import Config, SourceConfig
from connectors.registry import BUILDERS
from kpi.ledger import entries
from store.home import Store, open_store
from store.scope import LOCAL_OWNER
from store.state.job_rules import JobStatus, Planned
from store.state.jobs import Ended
from store.timetable import At, Every
from worker.loop import work
from worker.plan import WELL, Declared, Do, jobs_of
from worker.rounds import Job
from worker.runner import Runner

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("new") / "home"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    store = open_store(copytree(new_home, tmp_path / "home"))
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def ask_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def job_on(store: Store, *sources: SourceConfig) -> Job:
    return Job(store, Config(COMPANY, sources), {}, LOCAL_OWNER, date(2025, 4, 30))


def runner_of(store: Store, **jobs: Do) -> Runner:
    """A worker of made-up jobs, each waiting for the one before."""
    names = list(jobs)
    declared = tuple(
        Declared(Planned(name, Every(HOUR), frozenset(names[at - 1 : at] if at else ())), jobs[name])
        for at, name in enumerate(names)
    )
    return Runner(store.state.jobs, lambda: job_on(store), lambda _: declared)


def told(store: Store) -> dict[str, tuple[str, str]]:
    """How each job's last run ended, and what is wrong with it."""
    known = store.state.signs.jobs(LOCAL_OWNER)
    return {each.name: (each.last.status.value if each.last else "", each.message) for each in known}


def raising(problem: BaseException) -> Do:
    def do(_: Job) -> Ended:
        raise problem

    return do


class Panic(BaseException):
    """What a library of another language throws."""


def test_the_jobs_of_a_configuration(store: Store) -> None:
    """
    Erasures, each source by its timetable, then figures once for all sources, alerts, forecasts, and the house.
    """
    sources = (
        SourceConfig("shop", "demo", pull="every 5 minutes"),
        SourceConfig("desk", "demo", pull="06:30"),
    )

    declared = jobs_of(job_on(store, *sources), HOUR)

    plan = {each.planned.name: each.planned for each in declared}
    assert list(plan) == [
        "erasures",
        "sync:shop",
        "sync:desk",
        "compute",
        "evaluate",
        "forecast",
        "housekeeping",
    ]
    assert plan["compute"].waits_for == {"sync:shop", "sync:desk"}
    assert plan["sync:shop"].when == Every(timedelta(minutes=5))
    assert isinstance(plan["sync:desk"].when, At)
    assert plan["sync:desk"].when.zone.key == COMPANY.timezone


FILES = """
[sources.parcels]
connector = "file"
path = "parcels.csv"
tables.shipments = { key = "Parcel", columns.market = "Country", columns.shipped_day = "Sent" }

[sources.lost]
connector = "file"
path = "lost.csv"
tables.shipments = { key = "Parcel", columns.market = "Country", columns.shipped_day = "Sent" }
"""


def test_one_source_fails_and_the_figures_of_the_other_are_there(store: Store, tmp_path: Path) -> None:
    """
    The file of one source is missing: its job says so and is tried again soon; the other is read and computed, and
    what was not due is not done again.
    """
    (tmp_path / "parcels.csv").write_text("Parcel,Country,Sent\nP1,DE,2025-04-01\nP2,DE,2025-04-02\n")
    (tmp_path / "fairlead.toml").write_text(FILES)
    job = Job(store, load_config(tmp_path / "fairlead.toml"), BUILDERS, LOCAL_OWNER, date(2025, 4, 30))
    runner = Runner(store.state.jobs, lambda: job, lambda _: jobs_of(job, HOUR))

    (failure,) = runner.all_due()

    assert "lost.csv" in failure
    found = told(store)
    assert found.pop("sync:lost") == ("failed", failure)
    assert set(found.values()) == {("ok", "")}
    assert "shipments" in store.lake.names()
    assert entries(store.lake)
    assert runner.one("facts") is None


def test_failures_are_told_in_words_and_the_rest_goes_on(store: Store) -> None:
    """
    A source that does not answer in its own words, a bug and a panic by the number of the run; the job after them runs.
    """
    runner = runner_of(
        store, source=raising(SourceError("The shop does not answer.")), bug=raising(KeyError("x")),
        panic=raising(Panic()), last=lambda _: WELL,
    )  # fmt: skip

    failures = runner.all_due()

    found = told(store)
    assert failures[0] == "The shop does not answer."
    assert found["source"] == ("failed", "The shop does not answer.")
    assert found["bug"][1].startswith("Something went wrong that nobody foresaw; run ")
    assert found["panic"][0] == "failed"
    assert found["last"] == ("ok", "")


def test_a_sync_somebody_runs_by_hand_is_waited_for(store: Store) -> None:
    """
    Not a failure and not an attempt: soon again.
    """
    runner = runner_of(store, source=raising(SyncRunning("Another sync is at work.")))

    assert runner.all_due() == []

    (job,) = store.state.signs.jobs(LOCAL_OWNER)
    assert (job.attempts, job.message, job.last and job.last.status) == (0, "", JobStatus.RELEASED)
    assert timedelta(0) < job.due_at - datetime.now(UTC) <= timedelta(seconds=30)


def test_an_effect_is_written_with_the_end_of_its_run_and_good_ends_are_pinged(store: Store) -> None:
    """
    The effect of the good run is there, none of the failed one; one ping.
    """
    pings: list[int] = []
    seen: list[str] = []

    def good(_: Job) -> Ended:
        return replace(WELL, effect=lambda session: seen.append("written"))

    runner = runner_of(store, good=good, bad=lambda _: Ended(JobStatus.FAILED, "no"))
    runner.ping = lambda: pings.append(1)

    assert runner.all_due() == ["no"]
    assert (seen, pings) == (["written"], [1])


@dataclass
class Left(Exception):
    """The process would have ended here."""

    code: int


def leave(code: int) -> None:
    raise Left(code)


def test_a_stop_lets_the_job_at_work_end_and_begins_no_other(store: Store) -> None:
    """
    TERM during the first of two jobs: it ends well, the second still waits.
    """

    def first(_: Job) -> Ended:
        ask_to_stop()
        return WELL

    work(runner_of(store, first=first, second=lambda _: WELL), leave=leave)

    assert told(store) == {"first": ("ok", ""), "second": ("", "")}


def test_a_job_that_does_not_end_in_time_is_given_back(store: Store) -> None:
    """
    After the grace the lease is free for others at once, and the process ends with code 0.
    """
    never = Event()

    def stuck(_: Job) -> Ended:
        ask_to_stop()
        never.wait(60)
        return WELL

    with pytest.raises(Left) as left:
        work(runner_of(store, stuck=stuck), leave=leave, grace_s=0)

    assert left.value.code == 0
    assert told(store) == {"stuck": ("released", "")}
    assert store.state.jobs.is_due()
    never.set()


def test_a_configuration_that_breaks_ends_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """
    The jobs known before go on with their failures in words; what is wrong is logged.
    """
    runner = runner_of(store, one=lambda _: WELL)
    runner.plan()
    runner.job_of = raising_job(SourceError("fairlead.toml has no end"))

    runner.plan()

    assert runner.one("facts") == Ended(JobStatus.FAILED, "fairlead.toml has no end")
    assert "could not be planned: fairlead.toml has no end" in caplog.text


def raising_job(problem: Exception) -> Callable[[], Job]:
    def job() -> Job:
        raise problem

    return job
