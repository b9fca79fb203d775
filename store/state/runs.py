"""What was pulled and computed, how far each source has been read, and how fresh it is."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import ComputeRun, Cursor, SyncCount, SyncRun
from store.permits import Permit
from store.scope import Principal
from store.state.engines import Engines
from store.state.pulled import Computed, Counts, Freshness, Run, RunStatus
from store.state.rhythms import Expected, expected


class CursorMoved(StateError):
    """Another run has read on meanwhile: give up this page, the next sync reads from the new place."""


@dataclass(frozen=True)
class Runs:
    """Sync runs, cursors and compute runs of the state database; changing them is bringing data in, else NotAllowed."""

    engines: Engines

    def start_run(self, principal: Principal, source: str) -> int:
        """
        Opens a run and returns its number, which is higher than any before. An earlier run of this source
        that is still open was interrupted and is closed as failed: call this holding the source's lock.
        """

        def work(session: Session) -> int:
            session.execute(
                update(SyncRun)
                .where(SyncRun.source == source, SyncRun.status == RunStatus.RUNNING)
                .values(
                    status=RunStatus.FAILED,
                    finished_at=datetime.now(UTC),
                    message="Interrupted: the process ended.",
                )
            )
            run = SyncRun(source=source, started_at=datetime.now(UTC), status=RunStatus.RUNNING, message="")
            session.add(run)
            session.flush()
            return run.id

        return self.engines.change_as(principal, Permit.BRING_DATA, work)

    def finish_run(
        self,
        principal: Principal,
        run: int,
        status: RunStatus,
        message: str = "",
        data_time: datetime | None = None,
        counts: Sequence[Counts] = (),
    ) -> None:
        """Closes a run with its counts, in one transaction. Repeating it changes nothing."""

        def work(session: Session) -> None:
            stored = session.get_one(SyncRun, run)
            stored.status, stored.message, stored.data_time = status, message, data_time
            stored.finished_at = datetime.now(UTC)
            _count(session, run, counts)

        self.engines.change_as(principal, Permit.BRING_DATA, work)

    def record_counts(self, principal: Principal, run: int, counts: Sequence[Counts]) -> None:
        """Sets what a run did to its tables so far."""
        self.engines.change_as(principal, Permit.BRING_DATA, lambda session: _count(session, run, counts))

    def cursor(self, principal: Principal, source: str, stream: str = "") -> str | None:
        """How far a stream has been read; None before its first page."""

        def work(session: Session) -> str | None:
            found = session.get(Cursor, (source, stream))
            return found.value if found else None

        return self.engines.ask(work)

    def move_cursor(
        self,
        principal: Principal,
        source: str,
        stream: str,
        value: str,
        *,
        expected: str | None,
        run: int | None,
    ) -> None:
        """Moves a cursor on from where it was (`expected`, None for the first time). Raises CursorMoved."""

        def work(session: Session) -> None:
            found = session.get(Cursor, (source, stream))
            if (found.value if found else None) != expected:
                raise CursorMoved(
                    f"The cursor of {source} {stream} stands at '{found.value if found else None}', not at "
                    f"'{expected}': another run has read on. Sync again."
                )
            session.merge(Cursor(source=source, stream=stream, value=value, run=run))

        self.engines.change_as(principal, Permit.BRING_DATA, work)

    def reset_cursors(self, principal: Principal, source: str) -> None:
        """Forgets how far a source was read, so that the next sync starts from the beginning."""

        def work(session: Session) -> None:
            for cursor in session.scalars(select(Cursor).where(Cursor.source == source)):
                session.delete(cursor)

        self.engines.change_as(principal, Permit.BRING_DATA, work)

    def last_runs(self, principal: Principal, source: str | None = None, limit: int = 20) -> list[Run]:
        """The latest runs with their counts, newest first."""

        def work(session: Session) -> list[Run]:
            query = select(SyncRun).order_by(SyncRun.id.desc()).limit(limit)
            found = session.scalars(query if source is None else query.where(SyncRun.source == source)).all()
            return _with_counts(session, found)

        return self.engines.ask(work)

    def freshness(self, principal: Principal) -> list[Freshness]:
        """Every source that was ever pulled, by name."""

        def work(session: Session) -> list[Freshness]:
            latest = _with_counts(session, _newest(session))
            good = {run.source: run for run in _with_counts(session, _newest(session, RunStatus.OK))}
            turns = expected(session, [run.source for run in latest])
            ordered = sorted(latest, key=lambda run: run.source)
            return [_fresh(run, good.get(run.source), turns[run.source]) for run in ordered]

        return self.engines.ask(work)

    def good_pulls(
        self, principal: Principal, sources: Iterable[str], since: datetime
    ) -> dict[str, list[datetime]]:
        """When each of these sources was pulled well after a moment, oldest first."""
        query = (
            select(SyncRun.source, SyncRun.finished_at)
            .where(
                SyncRun.source.in_(list(sources)), SyncRun.status == RunStatus.OK, SyncRun.finished_at > since
            )
            .order_by(SyncRun.finished_at)
        )
        pulls: dict[str, list[datetime]] = {}
        for source, finished in self.engines.ask(lambda session: session.execute(query).all()):
            if finished is not None:
                pulls.setdefault(source, []).append(finished)
        return pulls

    def start_compute(self, principal: Principal, grain: str, as_of: date) -> int:
        """Opens a compute run of a grain and returns its number."""

        def work(session: Session) -> int:
            status = RunStatus.RUNNING
            run = ComputeRun(
                grain=grain, as_of=as_of, started_at=datetime.now(UTC), status=status, message=""
            )
            session.add(run)
            session.flush()
            return run.id

        return self.engines.change_as(principal, Permit.BRING_DATA, work)

    def finish_compute(self, principal: Principal, run: int, status: RunStatus, message: str = "") -> None:
        """Closes a compute run."""

        def work(session: Session) -> None:
            stored = session.get_one(ComputeRun, run)
            stored.status, stored.message, stored.finished_at = status, message, datetime.now(UTC)

        self.engines.change_as(principal, Permit.BRING_DATA, work)

    def last_compute(self, principal: Principal, grain: str) -> Computed | None:
        """The latest compute run of a grain that went well."""

        def work(session: Session) -> Computed | None:
            query = select(ComputeRun).where(ComputeRun.grain == grain, ComputeRun.status == RunStatus.OK)
            found = session.scalars(query.order_by(ComputeRun.id.desc()).limit(1)).first()
            return _computed(found) if found else None

        return self.engines.ask(work)


def _count(session: Session, run: int, counts: Sequence[Counts]) -> None:
    for each in counts:
        session.merge(SyncCount(run=run, **(asdict(each) | {"unusable": dict(each.unusable)})))


def _newest(session: Session, status: RunStatus | None = None) -> Sequence[SyncRun]:
    numbers = select(func.max(SyncRun.id)).group_by(SyncRun.source)
    wanted = numbers if status is None else numbers.where(SyncRun.status == status)
    return session.scalars(select(SyncRun).where(SyncRun.id.in_(wanted))).all()


def _with_counts(session: Session, runs: Sequence[SyncRun]) -> list[Run]:
    numbers = [run.id for run in runs]
    counts: dict[int, list[Counts]] = {number: [] for number in numbers}
    for each in session.scalars(select(SyncCount).where(SyncCount.run.in_(numbers)).order_by(SyncCount.fact)):
        counts[each.run].append(Counts(**{name: getattr(each, name) for name in Counts.__dataclass_fields__}))
    return [_run(run, tuple(counts[run.id])) for run in runs]


def _run(stored: SyncRun, counts: tuple[Counts, ...]) -> Run:
    return Run(
        id=stored.id, source=stored.source, started_at=stored.started_at, finished_at=stored.finished_at,
        status=RunStatus(stored.status), message=stored.message, data_time=stored.data_time, counts=counts,
    )  # fmt: skip


def _fresh(latest: Run, good: Run | None, turn: Expected) -> Freshness:
    return Freshness(
        source=latest.source,
        last_ok_at=good.finished_at if good else None,
        data_time=good.data_time if good else None,
        latest=latest,
        before=() if good is None or latest.counts else good.counts,
        expected=turn,
    )


def _computed(stored: ComputeRun) -> Computed:
    return Computed(
        id=stored.id, grain=stored.grain, as_of=stored.as_of, started_at=stored.started_at,
        finished_at=stored.finished_at, status=RunStatus(stored.status), message=stored.message,
    )  # fmt: skip


__all__ = ["Computed", "Counts", "CursorMoved", "Freshness", "Run", "RunStatus", "Runs"]
