"""Messages on their way: made once of each notice and meeting, sent by who begins the newest attempt, seen again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from store.models import Delivery as Stored
from store.models import MeetingPack as StoredPack
from store.models import Notice as StoredNotice
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, note, require, require_everything
from store.state.engines import Engines
from store.state.episode_ledger import notice_of
from store.state.episode_records import Notice

HOLD = timedelta(minutes=2)  # so long an attempt may last before another one is begun
LONGEST_WAIT = timedelta(hours=12)  # what was tried is tried again by then
AT_A_TIME = 200


class DeliveryState(StrEnum):
    """Where a message stands; `dead` waits for a person, `skipped` was not to be sent."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Wanted:
    """A message to be made of a notice; one of the same key that nobody began to send takes the notice in."""

    key: str
    channel: str
    recipient: str
    due_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    message: str = ""


@dataclass(frozen=True)
class Delivery:
    """A message as stored; `attempts` counts those that were begun, `first_at` is when the first one was."""

    id: int
    key: str
    channel: str
    recipient: str
    notices: tuple[int, ...]
    state: DeliveryState
    message: str
    attempts: int
    made_at: datetime
    due_at: datetime
    first_at: datetime | None
    ended_at: datetime | None
    meeting: int | None = None


class NotDead(WrongEntry):
    """Only a message that was given up can be sent again."""


@dataclass(frozen=True)
class Deliveries:
    """The messages of the state database."""

    engines: Engines

    def rows(
        self, principal: Principal, states: Iterable[DeliveryState] = DeliveryState, limit: int = 200
    ) -> list[Delivery]:
        """The newest first: one's own; all of them for who brings data in and sees the whole firm."""
        query = select(Stored).where(Stored.state.in_(list(states))).order_by(Stored.id.desc()).limit(limit)
        if not (principal.may(Permit.BRING_DATA) and principal.scope.is_whole):
            query = query.where(Stored.recipient == principal.name)
        return self.engines.ask(lambda session: [_delivery(each) for each in session.scalars(query)])

    def is_due(self, now: datetime) -> bool:
        """Whether anything is to be made or sent: a question, so that looking every second never writes."""
        fresh = select(StoredNotice.id).where(*_fresh(now))
        late = select(Stored.id).where(*_due(now))
        held = select(StoredPack.id).where(StoredPack.told_at.is_(None))
        return self.engines.ask(
            lambda session: any(session.scalar(each.limit(1)) is not None for each in (fresh, late, held))
        )

    def untold(self, principal: Principal) -> list[int]:
        """The closed meetings of which nobody was told yet, the oldest first. Raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        query = select(StoredPack.meeting).where(StoredPack.told_at.is_(None)).order_by(StoredPack.id)
        return self.engines.ask(lambda session: list(session.scalars(query.limit(AT_A_TIME))))

    def tell(self, principal: Principal, meeting: int, wanted: Iterable[Wanted], now: datetime) -> bool:
        """Make the messages about a closed meeting, once; False where they were made before. Raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        mine = (StoredPack.meeting == meeting, StoredPack.told_at.is_(None))

        def work(session: Session) -> bool:
            pack = session.scalar(select(StoredPack).where(*mine).with_for_update())
            if pack is not None:
                pack.told_at = now
                session.add_all(_stored(each, [], now, meeting) for each in wanted)
            return pack is not None

        return self.engines.change(work)

    def plan(self, principal: Principal, whom: Callable[[Notice], Iterable[Wanted]], now: datetime) -> int:
        """Make the messages of notices that are due, each once; how many notices there were. Raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        fresh = (
            select(StoredNotice)
            .where(*_fresh(now))
            .order_by(StoredNotice.id)
            .limit(AT_A_TIME)
            .with_for_update()
        )

        def work(session: Session) -> int:
            found = session.scalars(fresh).all()
            for stored in found:
                stored.planned_at = now
                for each in whom(notice_of(stored)):
                    _make(session, each, stored.id, now)
            return len(found)

        return self.engines.change(work)

    def claim(self, principal: Principal, now: datetime) -> Delivery | None:
        """Begin an attempt at the message that waited longest, if any; nobody else does for two minutes."""
        require(principal, Permit.BRING_DATA)
        query = select(Stored).where(*_due(now)).order_by(Stored.due_at, Stored.id).limit(1).with_for_update()

        def work(session: Session) -> int:
            stored = session.scalar(query)
            if stored is None:
                return 0
            stored.attempts, stored.due_at = stored.attempts + 1, now + HOLD
            stored.first_at = stored.first_at or now
            return stored.id

        number = self.engines.change(work)
        return self._one(number) if number else None

    def settle(
        self, principal: Principal, begun: Delivery, state: DeliveryState, message: str, at: datetime
    ) -> bool:
        """How an attempt ended; `at`: when, or when the next one is due. False where another one was begun since."""
        require(principal, Permit.BRING_DATA)
        when = {"due_at": at} if state is DeliveryState.WAITING else {"ended_at": at}
        same = (
            Stored.id == begun.id,
            Stored.attempts == begun.attempts,
            Stored.state == DeliveryState.WAITING,
        )
        told = update(Stored).where(*same).values(state=state, message=message, **when).returning(Stored.id)
        return self.engines.change(lambda session: session.scalar(told) is not None)

    def replay(self, principal: Principal, number: int, key: str | None = None) -> None:
        """Send a message again that was given up, under its old key. Raises NotDead, NotAllowed."""
        require(principal, Permit.BRING_DATA)
        require_everything(principal, "messages")

        def work(session: Session) -> int:
            stored = session.get(Stored, number, with_for_update=True)
            if stored is None or stored.state != DeliveryState.DEAD:
                where = f"is {stored.state}" if stored else "does not exist"
                raise NotDead(f"Message {number} {where}; only one that was given up is sent again.")
            note(session, principal, "message sent again", f"message {number}", {"why": stored.message})
            stored.state, stored.due_at = DeliveryState.WAITING, datetime.now(UTC)
            stored.first_at = stored.ended_at = None
            return number

        self.engines.change(work, key)

    def forget(self, older_than: timedelta) -> None:
        """Deletes what was sent, skipped or given up before."""
        gone = delete(Stored).where(Stored.ended_at < datetime.now(UTC) - older_than)
        self.engines.change(lambda session: session.execute(gone) and None)

    def _one(self, number: int) -> Delivery:
        return self.engines.ask(lambda session: _delivery(session.get_one(Stored, number)))


def _fresh(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """No messages were made of it yet; made later than now is what a clock made that was set back since."""
    return StoredNotice.planned_at.is_(None), or_(StoredNotice.due_at <= now, StoredNotice.made_at > now)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """To be sent; what was tried and waits longer than anything may was put off by a clock that was set back since."""
    astray = and_(Stored.attempts > 0, Stored.due_at > now + LONGEST_WAIT)
    return Stored.state == DeliveryState.WAITING, or_(Stored.due_at <= now, astray)


def _make(session: Session, wanted: Wanted, notice: int, now: datetime) -> None:
    same = session.scalar(select(Stored).where(Stored.key == wanted.key))
    if same is not None and same.state == DeliveryState.WAITING and not same.attempts:
        same.notices = [*same.notices, notice]
        return
    key = wanted.key if same is None else f"{wanted.key}:{notice}"
    session.add(_stored(replace(wanted, key=key), [notice], now))
    session.flush()


def _stored(wanted: Wanted, notices: list[int], now: datetime, meeting: int | None = None) -> Stored:
    ended = None if wanted.state is DeliveryState.WAITING else now
    return Stored(
        key=wanted.key, channel=wanted.channel, recipient=wanted.recipient, notices=notices, state=wanted.state,
        message=wanted.message, attempts=0, made_at=now, due_at=wanted.due_at, first_at=None, ended_at=ended,
        meeting=meeting,
    )  # fmt: skip


def _delivery(stored: Stored) -> Delivery:
    values = {name: getattr(stored, name) for name in Delivery.__dataclass_fields__}
    return Delivery(**{**values, "notices": tuple(stored.notices), "state": DeliveryState(stored.state)})
