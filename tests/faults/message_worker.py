"""A worker for the fault test of messages: it evaluates weeks that come in, and delivers, until it is killed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import store.state.deliveries as deliveries_module
import store.state.job_rules as rules
import store.state.jobs as jobs_module
import worker.loop as loop
from alerts.evaluation import Moment, evolve
from alerts.findings import Finding
from alerts.reasons import Reason
from alerts.state import Evaluation, Outcome
from connectors.config import read_config
from connectors.plan import Config
from store.home import SYSTEM, Store, open_store
from store.scope import LOCAL_OWNER
from store.state.job_rules import JobStatus, Planned
from store.state.jobs import Ended
from store.timetable import Every
from worker.messages import Messenger
from worker.plan import Declared
from worker.rounds import Job
from worker.runner import Runner

SHORT = timedelta(seconds=1)
AT_ONCE = Every(timedelta(milliseconds=20))
MONDAY = date(2024, 1, 1)
KPIS = {"on_time_delivery_rate": "shipping", "csat_score": "service"}


def outcome(kpi: str, week: int) -> Outcome:
    """Every other week is bad, of one KPI those that are good of the other."""
    return Outcome.BREACH if (week + list(KPIS).index(kpi)) % 2 else Outcome.OK


def findings(weeks: int) -> list[Finding]:
    """Both KPIs after so many weeks."""
    return [
        Finding(
            Reason.SPECIAL_CAUSE, kpi, department, "",
            tuple(Evaluation(MONDAY + timedelta(weeks=n), outcome(kpi, n)) for n in range(weeks)),
        )
        for kpi, department in KPIS.items()
    ]  # fmt: skip


def weeks_in(folder: Path) -> int:
    """How many weeks the source has told of."""
    return int((folder / "weeks").read_text())


def hurry() -> None:
    """Leases and attempts of a second, so that what was killed is soon taken over."""
    jobs_module.LEASE = rules.LEASE = deliveries_module.HOLD = SHORT  # type: ignore[misc]
    jobs_module.LOST_AT_ONCE = 1_000  # type: ignore[misc]
    loop.LOOK_EVERY_S = 0.005


def work_on(folder: str, database: str, channels: str) -> None:
    """Works until it is killed; the file `born` grows by a letter once it begins."""
    hurry()
    home = Path(folder)
    store = open_store(home / "home", database, departments=KPIS)
    config = read_config(channels)
    messenger = Messenger(store, lambda: config, lambda name: name, "https://kpi.example.com")
    job = Job(store, Config(config.company, ()), {}, LOCAL_OWNER, date.min)
    with (home / "born").open("a") as born:
        born.write(".")
    loop.work(
        Runner(store.state.jobs, lambda: job, lambda _: (declared(store, home),)), errands=(messenger.once,)
    )


def declared(store: Store, home: Path) -> Declared:
    """The evaluation as the worker does it, of what the source has told so far."""

    def evaluated(_: Job) -> Ended:
        now = datetime.now(UTC)
        evolve(store.state.episodes, SYSTEM, findings(weeks_in(home)), Moment(now, now.date()))
        return Ended(JobStatus.OK)

    return Declared(Planned("evaluate", AT_ONCE), evaluated)
