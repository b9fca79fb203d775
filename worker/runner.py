"""Does jobs: claims one under a lease, holds it while at work, and ends it whatever happens."""

import logging
import os
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock, Thread

from connectors.errors import ConfigError, SourceError, SyncRunning
from store.database import StateError
from store.state.edits import WrongEntry
from store.state.job_rules import LEASE, JobStatus, Lease, Planned
from store.state.jobs import Ended, Jobs
from worker.plan import LANES, Declared, Do, planned
from worker.rounds import Job

HOLD_EVERY_S = LEASE.total_seconds() / 4
BUSY = timedelta(seconds=30)
TOLD = (SourceError, ConfigError, StateError, WrongEntry, OSError)
log = logging.getLogger("fairlead.worker")


def own_name() -> str:
    """This process among all workers: machine, number, and a part no later process can have."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass(eq=False)
class Runner:
    """One worker's way through the jobs of `declare`; `job_of` reads the configuration anew.

    `heavy` is held while a job is at work; `ping` is called after each that went well.
    """

    jobs: Jobs
    job_of: Callable[[], Job]
    declare: Callable[[Job], Sequence[Declared]]
    heavy: Lock = field(default_factory=Lock)
    ping: Callable[[], None] = lambda: None
    owner: str = field(default_factory=own_name)
    declared: Sequence[Declared] = ()
    at_work: dict[str, Lease] = field(default_factory=dict)

    def plan(self) -> None:
        """Take in the configuration as it is now; while it is broken the jobs known before go on, and say so."""
        try:
            self.declared = self.declare(self.job_of())
        except Exception as problem:  # noqa: BLE001  # a worker outlives a configuration that is being edited
            log.error("the jobs could not be planned: %s", problem)
        if self.declared:
            self.jobs.plan(planned(self.declared))

    def one(self, lane: str) -> Ended | None:
        """Do the job of a lane that is due, if any; how it ended, None where there was none."""
        if not self.jobs.is_due():
            return None
        with self.heavy:
            declared = self.declared
            lease = self.jobs.claim(planned(declared), self.owner, lane)
            return None if lease is None else self._do(lease, declared)

    def all_due(self) -> list[str]:
        """Everything that is due and what it wakes, once; a sentence for each failure."""
        self.plan()
        failures: list[str] = []
        while ended := next(filter(None, (self.one(lane) for lane in LANES)), None):
            if ended.status is JobStatus.FAILED:
                failures.append(ended.message)
            if ended.status is JobStatus.RELEASED:
                break
        return failures

    def give_back(self) -> None:
        """Release what is still at work, for others to take at once."""
        for lease in list(self.at_work.values()):
            self.jobs.release(lease)
            log.info("%s given back", lease.job)

    def _do(self, lease: Lease, declared: Sequence[Declared]) -> Ended:
        self.at_work[lease.job] = lease
        try:
            with self._held(lease):
                ended = self._outcome(
                    lease, next(each.do for each in declared if each.planned.name == lease.job)
                )
            return self._end(lease, ended, planned(declared))
        finally:
            self.at_work.pop(lease.job, None)

    def _end(self, lease: Lease, ended: Ended, plan: Sequence[Planned]) -> Ended:
        if ended.status is JobStatus.RELEASED:
            self.jobs.release(lease, BUSY, ended.message)
        elif not self.jobs.finish(lease, ended, plan):
            log.warning("%s took longer than its lease, and somebody else has it now", lease.job)
        elif ended.status is JobStatus.OK:
            self.ping()
        return ended

    def _outcome(self, lease: Lease, do: Do) -> Ended:
        """What came of it; every failure in words for people, those nobody foresaw with the number of the run."""
        try:
            return do(self.job_of())
        except SyncRunning as busy:
            return Ended(JobStatus.RELEASED, str(busy))
        except TOLD as problem:
            log.error("%s failed: %s", lease.job, problem)
            return Ended(JobStatus.FAILED, str(problem))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a panic inside polars is no Exception, and must not end the thread unseen
            log.exception("run %s of %s failed", lease.run, lease.job)
            unforeseen = "Something went wrong that nobody foresaw; run {} in the worker's log."
            return Ended(JobStatus.FAILED, unforeseen.format(lease.run))

    @contextmanager
    def _held(self, lease: Lease) -> Iterator[None]:
        done = Event()

        def hold() -> None:
            while not done.wait(HOLD_EVERY_S):
                try:
                    self.jobs.hold(lease)
                except StateError as problem:  # the next beat tries again; the fence decides in the end
                    log.warning("%s could not be held: %s", lease.job, problem)

        beat = Thread(target=hold, daemon=True, name=f"hold {lease.job}")
        beat.start()
        try:
            yield
        finally:
            done.set()
            beat.join()
