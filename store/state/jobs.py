"""The worker's jobs: claimed under a lease, held by heartbeats, finished only by who holds the newest fence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from store.models import Job as Stored
from store.models import JobRun as StoredRun
from store.state.engines import Engines
from store.state.job_rules import (
    LEASE,
    LOST_AT_ONCE,
    JobStatus,
    Lease,
    Planned,
    choose,
    is_held,
    set_right,
    wait_after,
)
from store.state.signs import alone, give

Clock = Callable[[Session], datetime]
Effect = Callable[[Session], None]
LOST = "The worker stopped or was paused while it did this."


def database_time(session: Session) -> datetime:
    """The moment by the clock all workers share: the server's, or on SQLite that of the one machine."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    told: datetime = session.scalars(select(func.clock_timestamp())).one()
    return told.astimezone(UTC)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its words, whether others have something newer now, what is written in the same transaction.

    `soon`: a failure is tried again after a wait that grows, else at the next turn.
    """

    status: JobStatus
    message: str = ""
    newer: bool = True
    soon: bool = True
    effect: Effect | None = None


@dataclass(frozen=True)
class Jobs:
    """The jobs of the state database, for the worker."""

    engines: Engines
    clock: Clock = field(default_factory=lambda: database_time)
    chance: Random = field(default_factory=Random)
    stays: bool = True

    def plan(self, planned: Sequence[Planned]) -> None:
        """Take in what is declared: what is new is due at once, what is gone goes once nobody holds it."""

        def work(session: Session) -> None:
            sign = alone(session)
            now, rows = self.clock(session), _rows(session)
            give(sign, now, ran=False, stays=self.stays)
            sign.every_s = min((int(each.when.gap.total_seconds()) for each in planned), default=0)
            for each in planned:
                row = rows.pop(each.name, None)
                if row is None:
                    row = _new(each, now)
                    session.add(row)
                row.late_after_s = int(each.late_after.total_seconds())
                set_right(row, each, now)
            for row in rows.values():
                if not is_held(row, now):
                    session.delete(row)

        self.engines.change(work)

    def is_due(self) -> bool:
        """Whether anything waits: a question, so that looking every second never writes."""

        def work(session: Session) -> bool:
            now = self.clock(session)
            free = Stored.lease_until.is_(None) | (Stored.lease_until <= now)
            return session.scalar(select(Stored.name).where(Stored.due_at <= now, free).limit(1)) is not None

        return self.engines.ask(work)

    def claim(self, planned: Sequence[Planned], owner: str, lane: str) -> Lease | None:
        """Take the job of a lane that is to be done now, if any; nobody else has it until the lease ends."""

        def work(session: Session) -> list[object] | None:
            alone(session)
            now, rows = self.clock(session), _rows(session)
            known = [each for each in planned if each.name in rows]
            for row in rows.values():
                _give_up_lost(session, row, now, self.chance)
            chosen = choose(rows, known, lane, now)
            return None if chosen is None else _taken(session, rows[chosen.name], owner, now)

        found = self.engines.change(work)
        return None if found is None else Lease(*found)  # type: ignore[arg-type]  # as it is kept on a network

    def hold(self, lease: Lease) -> bool:
        """Lengthen the lease; False where somebody else has the job by now."""

        def work(session: Session) -> bool:
            sign, now = alone(session), self.clock(session)
            give(sign, now, ran=False, stays=self.stays)
            held = update(Stored).where(*_is(lease)).values(lease_until=now + LEASE).returning(Stored.name)
            return session.scalar(held) is not None

        return self.engines.change(work)

    def finish(self, lease: Lease, ended: Ended, planned: Sequence[Planned]) -> bool:
        """
        End a run: its effect, its end, the next due time and what waits for it, in one transaction. False, and nothing
        is written, where the lease was lost meanwhile.
        """

        def work(session: Session) -> bool:
            sign, row, now = (
                alone(session),
                session.scalar(select(Stored).where(*_is(lease))),
                self.clock(session),
            )
            if row is None:
                return False
            if ended.effect is not None:
                ended.effect(session)
            _close(session, lease.job, lease.fence, ended.status, ended.message, now)
            _next_turn(row, lease, ended, _of(planned, lease.job), now, self.chance)
            if ended.newer:
                _wake(session, [each.name for each in planned if lease.job in each.waits_for], now)
            give(sign, now, ran=True, stays=self.stays)
            return True

        return self.engines.change(work)

    def release(self, lease: Lease, after: timedelta = timedelta(0), message: str = "") -> bool:
        """Give a job back without an end, due again after a while; False where it was lost before."""

        def work(session: Session) -> bool:
            alone(session)
            row, now = session.scalar(select(Stored).where(*_is(lease))), self.clock(session)
            if row is None:
                return False
            _close(session, lease.job, lease.fence, JobStatus.RELEASED, message, now)
            row.lease_owner, row.lease_until, row.attempts = "", None, row.attempts - 1
            row.due_at = now + after
            return True

        return self.engines.change(work)

    def forget(self, older_than: timedelta) -> None:
        """Deletes the log of runs that ended before."""

        def work(session: Session) -> None:
            before = self.clock(session) - older_than
            session.execute(
                delete(StoredRun).where(StoredRun.started_at < before, StoredRun.ended_at.is_not(None))
            )

        self.engines.change(work)


def _rows(session: Session) -> dict[str, Stored]:
    """All jobs, few as they are."""
    return {row.name: row for row in session.scalars(select(Stored))}


def _new(planned: Planned, now: datetime) -> Stored:
    return Stored(
        name=planned.name, due_at=now, slot=None, lease_owner="", lease_until=None, fence=0, woken=0, attempts=0,
        last_ok=None, message="", late_after_s=0,
    )  # fmt: skip


def _is(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return Stored.name == lease.job, Stored.lease_owner == lease.owner, Stored.fence == lease.fence


def _of(planned: Sequence[Planned], name: str) -> Planned | None:
    return next((each for each in planned if each.name == name), None)


def _give_up_lost(session: Session, row: Stored, now: datetime, chance: Random) -> None:
    """A lease that ended without a word: its run was lost; what ends its workers again and again waits longer."""
    if row.lease_until is None or row.lease_until > now:
        return
    _close(session, row.name, row.fence, JobStatus.LOST, LOST, now)
    row.lease_owner, row.lease_until, row.message = "", None, LOST
    if row.attempts > LOST_AT_ONCE:
        row.due_at = now + wait_after(row.attempts - LOST_AT_ONCE, chance)


def _taken(session: Session, row: Stored, owner: str, now: datetime) -> list[object]:
    row.fence, row.attempts, row.slot = row.fence + 1, row.attempts + 1, row.due_at
    row.lease_owner, row.lease_until = owner, now + LEASE
    run = StoredRun(
        job=row.name, fence=row.fence, owner=owner, attempt=row.attempts, started_at=now, ended_at=None,
        status=JobStatus.RUNNING, message="",
    )  # fmt: skip
    session.add(run)
    session.flush()
    return [row.name, owner, row.fence, row.woken, row.attempts, run.id]


def _close(session: Session, job: str, fence: int, status: JobStatus, message: str, now: datetime) -> None:
    open_run = (StoredRun.job == job, StoredRun.fence == fence, StoredRun.ended_at.is_(None))
    told = {"ended_at": now, "status": status, "message": message.replace("\0", "\ufffd")}
    session.execute(update(StoredRun).where(*open_run).values(told))


def _next_turn(
    row: Stored, lease: Lease, ended: Ended, planned: Planned | None, now: datetime, chance: Random
) -> None:
    row.lease_owner, row.lease_until = "", None
    turn = planned.when.following(now, row.slot) if planned else now + LEASE
    if ended.status is JobStatus.OK:
        row.attempts, row.last_ok, row.message = 0, now, ""
        row.due_at = now if row.woken != lease.woken else turn
        return
    row.message = ended.message.replace("\0", "\ufffd")
    row.due_at = min(turn, now + wait_after(row.attempts, chance)) if ended.soon else turn


def _wake(session: Session, names: Sequence[str], now: datetime) -> None:
    """What waits for something newer is due at once; if it is at work, again after that."""
    for row in session.scalars(select(Stored).where(Stored.name.in_(names))):
        row.woken += 1
        if row.attempts == 0 or is_held(row, now):
            row.due_at = min(row.due_at, now)
