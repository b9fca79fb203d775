"""A worker for the fault test of jobs: two made-up jobs whose effect is one more, done as fast as they fall due."""

import time
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy.orm import Session

import store.state.job_rules as rules
import store.state.jobs as jobs_module
from store.models import Cursor
from store.state import State
from store.state.job_rules import JobStatus, Planned
from store.state.jobs import Ended
from store.timetable import Every

SHORT = timedelta(seconds=1)
AT_ONCE = Every(timedelta(milliseconds=5))
PLAN = (Planned("pull", AT_ONCE), Planned("sum", Every(timedelta(hours=1)), frozenset({"pull"})))


def count(session: Session, job: str, run: int) -> None:
    """One row for each run that took effect; a second one of the same run could not be written."""
    session.add(Cursor(source=job, stream=str(run), value="1", run=None))


def hurry() -> None:
    """Leases of a second, so that what was killed is soon taken over."""
    jobs_module.LEASE = rules.LEASE = SHORT  # type: ignore[misc]
    jobs_module.LOST_AT_ONCE = 1_000  # type: ignore[misc]


def work_on(url: str, name: str, seed: int, told: str) -> None:
    """Works until it is killed; a line in the file `told` for each run that was acknowledged."""
    hurry()
    chance = Random(seed)
    with State.open(url, migrated=False) as state, open(told, "a", buffering=1, encoding="utf-8") as out:
        state.jobs.plan(PLAN)
        while True:
            lease = state.jobs.claim(PLAN, name, "facts")
            if lease is None:
                time.sleep(0.005)
                continue
            time.sleep(chance.uniform(0, 0.01))
            effect = partial(count, job=lease.job, run=lease.run)
            if state.jobs.finish(lease, Ended(JobStatus.OK, effect=effect), PLAN):
                out.write(f"{lease.run}\n")
