"""A firm whose days pass as fast as they can be worked through, with a clock and a world that go wrong."""

import logging
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import polars as pl

from alerts.evaluation import Moment, evolve
from alerts.findings import AT_ONCE, Finding
from alerts.reasons import Reason
from alerts.state import DAILY, Evaluation, Outcome
from connectors.config import read_config
from connectors.registry import BUILDERS
from store.contract import polars_schema
from store.facts import Shipments
from store.home import SYSTEM, Store
from store.scope import LOCAL_OWNER
from store.state.job_rules import JobStatus, Planned
from store.state.jobs import Ended, Jobs
from store.timetable import Every
from worker.messages import Messenger
from worker.plan import Declared, pulled
from worker.rounds import Job
from worker.runner import Runner

KPI, DEPARTMENT, SOURCE = "on_time_delivery_rate", "shipping", "parcels"
FIRST = datetime(2025, 3, 3, tzinfo=UTC)
A_DAY = 10
BAD_DAYS = (3, 4, 10, 11, 12, 18, 19)
LATE_AFTER = timedelta(hours=60)
log = logging.getLogger("fairlead.worker")


def outcome(day: int) -> Outcome:
    """Whether the parcels of a day came late."""
    return Outcome.BREACH if day in BAD_DAYS else Outcome.OK


@dataclass
class Weather:
    """
    `true` is the time; the worker's clock goes wrong by `wrong`. The source writes the ten parcels of each day that is
    over into its file; while it is `down` there is none. The disk of the worker may be `full`.
    """

    store: Store
    folder: Path
    channels: str
    true: datetime = FIRST
    wrong: timedelta = timedelta()
    down: bool = False
    full: bool = False
    pulls: Every = field(default_factory=lambda: Every(timedelta(days=1)))

    def __post_init__(self) -> None:
        self.config = read_config(self.channels + SOURCES.format(folder=self.folder))
        jobs = Jobs(self.store.state.jobs.engines, lambda _session: self.now(), Random(3))
        self.runner = Runner(jobs, self.job, lambda _: self.declared())
        self.messenger = Messenger(
            self.store, lambda: self.config, lambda name: name, "https://kpi.example.com", self.now, Random(5)
        )

    def now(self) -> datetime:
        """What the worker's clock says."""
        return self.true + self.wrong

    def job(self) -> Job:
        return Job(self.store, self.config, BUILDERS, LOCAL_OWNER, self.now().date() - timedelta(days=1))

    def declared(self) -> tuple[Declared, ...]:
        name = f"sync:{SOURCE}"
        return (
            Declared(Planned(name, self.pulls), partial(pulled, source=SOURCE)),
            Declared(Planned("evaluate", self.pulls, frozenset({name})), self.evaluated),
        )

    def evaluated(self, _: Job) -> Ended:
        """Each day the source has told of, and whether it is late."""
        days, now = self.told(), self.now()
        last = FIRST + timedelta(days=len(days))
        late = Outcome.BREACH if now - last > LATE_AFTER else Outcome.OK
        found = [
            Finding(Reason.SPECIAL_CAUSE, KPI, DEPARTMENT, "", days, DAILY),
            Finding(Reason.DATA_STALE, "", "", f"source={SOURCE}", (Evaluation(now.date(), late),), AT_ONCE),
        ]
        evolve(self.store.state.episodes, SYSTEM, found, Moment(now, now.date()))
        return Ended(JobStatus.OK)

    def told(self) -> tuple[Evaluation, ...]:
        """What the facts say of each day from the first on."""
        if "shipments" not in self.store.lake.names():
            return ()
        rows = self.facts().select("promised_day", "delivered_day").collect()
        late = pl.col("delivered_day") > pl.col("promised_day")
        days = rows.group_by("promised_day").agg(late.any().alias("late")).sort("promised_day")
        return tuple(Evaluation(day, Outcome.BREACH if bad else Outcome.OK) for day, bad in days.iter_rows())

    def facts(self) -> pl.LazyFrame:
        """The parcels as they were taken in."""
        return self.store.lake.scan("shipments", polars_schema(Shipments))

    def write(self) -> None:
        """What the source's file holds by now."""
        file = self.folder / "parcels.csv"
        if self.down:
            file.unlink(missing_ok=True)
            return
        lines = [
            f"{n}-{parcel},DE,{day(n)},{day(n) + timedelta(days=int(n in BAD_DAYS))}"
            for n in range((self.true - FIRST).days)
            for parcel in range(A_DAY)
        ]
        file.write_text("\n".join(["Parcel,Country,Promised,Came", *lines]))

    def pass_time(self, much: timedelta, step: timedelta) -> None:
        """The worker looks for something to do after every step; what breaks is looked at again after the next."""
        until = self.true + much
        while self.true < until:
            self.true += step
            self.write()
            for errand in (self.runner.all_due, self.messenger.all_due):
                self.attempt(errand)

    def attempt(self, errand: Callable[[], object]) -> None:
        """As the worker's threads do it: a failure ends nothing."""
        try:
            with full_disk() if self.full else nullcontext():
                errand()
        except Exception:
            log.exception("an errand or a job failed")


def day(n: int) -> date:
    """The first day is 0."""
    return FIRST.date() + timedelta(days=n)


SOURCES = """
[sources.parcels]
connector = "file"
path = "{folder}/parcels.csv"

[sources.parcels.tables.shipments]
key = "Parcel"
columns = {{ market = "Country", shipped_day = "Promised", promised_day = "Promised", delivered_day = "Came" }}
"""


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows beyond a kilobyte: every write of the lake and of SQLite is refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
