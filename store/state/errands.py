"""What pages ask the worker to do: asked once, done by one worker, watched by whoever asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.models import Errand as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require, require_everything
from store.state.engines import Engines

MOST_ATTEMPTS = 3
GAVE_UP = "The worker stopped three times while it did this. Look at its log, or bring a smaller file."


class ErrandKind(StrEnum):
    """What may be asked for."""

    LOOK = "look"
    LOAD = "load"
    REPLAY = "replay"
    DEMO = "demo"
    ERASE = "erase"
    DRAW = "draw"
    TRY = "try"

    @property
    def permit(self) -> Permit:
        """What it takes to ask for it."""
        return Permit.AUDIT_PROCEDURES if self is ErrandKind.DRAW else Permit.BRING_DATA


class ErrandState(StrEnum):
    """Where an errand stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (ErrandState.DONE, ErrandState.FAILED)


@dataclass(frozen=True)
class Errand:
    """One errand; `asked` and `answer` are plain values that whoever knows the kind reads (`store.brought`)."""

    id: int
    kind: ErrandKind
    asked: Mapping[str, object]
    asked_by: str
    asked_at: datetime
    state: ErrandState
    attempts: int
    step: str
    ended_at: datetime | None
    message: str
    answer: Mapping[str, object] | None


@dataclass(frozen=True)
class Errands:
    """The errands of the state database."""

    engines: Engines

    def ask(
        self, principal: Principal, kind: ErrandKind, asked: Mapping[str, object], key: str | None = None
    ) -> int:
        """Ask the worker; the same `key` asks once. Returns its number. Raises NotAllowed."""
        require(principal, kind.permit)
        if kind is not ErrandKind.DRAW:
            require_everything(principal, "what is loaded")

        def work(session: Session) -> int:
            stored = Stored(
                kind=kind, asked=dict(asked), asked_by=principal.name, asked_at=_now(), state=ErrandState.WAITING,
                attempts=0, step="", ended_at=None, message="", answer=None,
            )  # fmt: skip
            session.add(stored)
            session.flush()
            note(session, principal, f"asked for {kind}", f"errand {stored.id}", None, asked)
            return stored.id

        return self.engines.change(work, key)

    def get(self, principal: Principal, number: int) -> Errand | None:
        """An errand of one's own: what was found in a file is for whoever brought it."""

        def work(session: Session) -> Errand | None:
            found = session.get(Stored, number)
            return _errand(found) if found and found.asked_by == principal.name else None

        return self.engines.ask(work)

    def under_way(self, principal: Principal, kind: ErrandKind) -> Errand | None:
        """The latest of one's own of this kind that has not ended."""
        query = (
            select(Stored)
            .where(Stored.kind == kind, Stored.asked_by == principal.name)
            .where(Stored.state.in_((ErrandState.WAITING, ErrandState.RUNNING)))
            .order_by(Stored.id.desc())
            .limit(1)
        )

        def work(session: Session) -> Errand | None:
            found = session.scalar(query)
            return _errand(found) if found else None

        return self.engines.ask(work)

    def is_asked(self, kinds: Sequence[ErrandKind]) -> bool:
        """Whether any waits: a question, so that looking every second never writes."""
        query = select(Stored.id).where(Stored.state == ErrandState.WAITING, Stored.kind.in_(kinds)).limit(1)
        return self.engines.ask(lambda session: session.scalar(query)) is not None

    def take(self, kinds: Sequence[ErrandKind]) -> Errand | None:
        """The oldest that waits, from now on running. One that was begun too often has failed."""

        def work(session: Session) -> int | None:
            waiting = (
                select(Stored)
                .where(Stored.state == ErrandState.WAITING, Stored.kind.in_(kinds))
                .order_by(Stored.id)
                .with_for_update(skip_locked=True)
                .limit(1)
            )
            found = session.scalar(waiting)
            if found is None:
                return None
            found.state, found.attempts = ErrandState.RUNNING, found.attempts + 1
            return found.id

        number = self.engines.change(work)
        if number is None:
            return None
        return self.engines.ask(lambda session: _errand(session.get_one(Stored, number)))

    def tell(self, number: int, step: str) -> None:
        """How far it is, for whoever watches."""

        def work(session: Session) -> None:
            session.get_one(Stored, number).step = step

        self.engines.change(work)

    def finish(self, number: int, answer: Mapping[str, object]) -> None:
        """It is done."""
        self._end(number, ErrandState.DONE, "", answer)

    def fail(self, number: int, message: str) -> None:
        """It cannot be done; the message says why and what helps."""
        self._end(number, ErrandState.FAILED, message.replace("\0", "\ufffd"), None)

    def take_back(self) -> None:
        """Errands of a worker that is gone wait again; those begun too often have failed. For the only worker."""

        def work(session: Session) -> None:
            for each in session.scalars(select(Stored).where(Stored.state == ErrandState.RUNNING)):
                again = each.attempts < MOST_ATTEMPTS
                each.state = ErrandState.WAITING if again else ErrandState.FAILED
                if not again:
                    each.message, each.ended_at = GAVE_UP, _now()

        self.engines.change(work)

    def forget(self, older_than: timedelta, *, only_ended: bool = False) -> None:
        """Deletes errands asked for before: what was seen in a file is not kept beside the facts."""
        ended = [Stored.ended_at.is_not(None)] if only_ended else []
        old = delete(Stored).where(Stored.asked_at < _now() - older_than, *ended)
        self.engines.change(lambda session: session.execute(old) and None)

    def _end(
        self, number: int, state: ErrandState, message: str, answer: Mapping[str, object] | None
    ) -> None:
        def work(session: Session) -> None:
            stored = session.get_one(Stored, number)
            stored.state, stored.message, stored.ended_at = state, message, _now()
            stored.answer = None if answer is None else dict(answer)

        self.engines.change(work)


def _errand(stored: Stored) -> Errand:
    return Errand(
        stored.id, ErrandKind(stored.kind), stored.asked, stored.asked_by, stored.asked_at, ErrandState(stored.state),
        stored.attempts, stored.step, stored.ended_at, stored.message, stored.answer,
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
