"""What is told of the worker: whether it runs, each job as it stands, and the log of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Job as Stored
from store.models import JobRun as StoredRun
from store.models import WorkerSign
from store.scope import Principal
from store.state.engines import Engines
from store.state.job_rules import LATE_GAPS, JobStatus, is_held

ONE = 1
SILENT_AFTER = timedelta(minutes=5)  # a worker gives a sign every half minute
LEAST_STUCK = timedelta(hours=2)  # one job may take that long


@dataclass(frozen=True)
class Sign:
    """When a worker that stays was last alive, when one last ended a run, and how often that should be."""

    seen_at: datetime | None
    ran_at: datetime
    every: timedelta

    def still_since(self, now: datetime) -> datetime | None:
        """Since when nothing is done, if that is longer than the rhythm allows; None while all is well."""
        if self.seen_at is not None and now - self.seen_at > SILENT_AFTER:
            return self.seen_at
        return self.ran_at if now - self.ran_at > max(LATE_GAPS * self.every, LEAST_STUCK) else None


@dataclass(frozen=True)
class JobState:
    """One job as it stands."""

    name: str
    due_at: datetime
    holder: str
    attempts: int
    last_ok: datetime | None
    message: str
    late_after: timedelta
    last: "JobRun | None"

    def is_late(self, now: datetime) -> bool:
        """Whether it did not go well for longer than it may take."""
        return now - (self.last_ok or self.due_at) > self.late_after


@dataclass(frozen=True)
class JobRun:
    """One run of a job."""

    id: int
    job: str
    owner: str
    attempt: int
    started_at: datetime
    ended_at: datetime | None
    status: JobStatus
    message: str


@dataclass(frozen=True)
class Signs:
    """What pages and commands see of the worker: names of sources and moments, no figures."""

    engines: Engines

    def sign(self, principal: Principal) -> Sign | None:
        """The worker's sign of life; None where none ever ran."""

        def work(session: Session) -> Sign | None:
            found = session.get(WorkerSign, ONE)
            if found is None or found.ran_at is None:
                return None
            return Sign(found.seen_at, found.ran_at, timedelta(seconds=found.every_s))

        return self.engines.ask(work)

    def jobs(self, principal: Principal) -> list[JobState]:
        """Every job with its latest run, by name."""

        def work(session: Session) -> list[JobState]:
            now = datetime.now(UTC)
            rows = session.scalars(select(Stored).order_by(Stored.name)).all()
            return [_state(row, _last(session, row.name), now) for row in rows]

        return self.engines.ask(work)

    def log(self, principal: Principal, limit: int = 50) -> list[JobRun]:
        """The latest runs, newest first."""
        newest = select(StoredRun).order_by(StoredRun.id.desc()).limit(limit)
        return self.engines.ask(lambda session: _runs(session.scalars(newest).all()))


def alone(session: Session) -> WorkerSign:
    """The worker's sign, locked: whoever has it is the only one to change jobs until the transaction ends."""
    return session.get_one(WorkerSign, ONE, with_for_update=True)


def give(sign: WorkerSign, now: datetime, *, ran: bool, stays: bool) -> None:
    """A worker works; one that `stays` says so again soon. After silence, or a clock set back, it has just begun."""
    silent = sign.seen_at is not None and now - sign.seen_at > SILENT_AFTER
    if ran or sign.ran_at is None or sign.ran_at > now or silent:
        sign.ran_at = now
    sign.seen_at = now if stays else None


def _last(session: Session, job: str) -> StoredRun | None:
    return session.scalars(
        select(StoredRun).where(StoredRun.job == job).order_by(StoredRun.id.desc()).limit(1)
    ).first()


def _state(row: Stored, last: StoredRun | None, now: datetime) -> JobState:
    return JobState(
        row.name, row.due_at, row.lease_owner if is_held(row, now) else "", row.attempts, row.last_ok, row.message,
        timedelta(seconds=row.late_after_s), _runs([last])[0] if last else None,
    )  # fmt: skip


def _runs(found: Sequence[StoredRun]) -> list[JobRun]:
    return [
        JobRun(
            each.id, each.job, each.owner, each.attempt, each.started_at, each.ended_at, JobStatus(each.status),
            each.message,
        )
        for each in found
    ]  # fmt: skip
