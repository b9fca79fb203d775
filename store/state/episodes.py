"""What people do with episodes, and the transaction an evaluation runs in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.models import Action as StoredAction
from store.models import Episode as Stored
from store.models import EpisodeEvent as StoredEvent
from store.models import Notice as StoredNotice
from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed, note, require, sees_part
from store.state.engines import Engines
from store.state.episode_ledger import Ledger, Overtaken, episode_of, notice_of
from store.state.episode_records import (
    BY_PEOPLE,
    LONGEST_WORD,
    Closing,
    Episode,
    EpisodeError,
    Event,
    Happened,
    Notice,
    Stage,
)
from store.state.users import stored_user, user_of

T = TypeVar("T")
TRIES = 5
LONGEST_SNOOZE_DAYS = 92


@dataclass(frozen=True)
class Episodes:
    """The episodes of the state database."""

    engines: Engines

    def rows(self, principal: Principal, closed_since: datetime | None = None) -> list[Episode]:
        """The open ones the principal may see, the oldest first; and those closed since a moment, if given."""
        still = Stored.open_key.is_not(None)
        where = still if closed_since is None else or_(still, Stored.closed_at >= closed_since)
        query = select(Stored).where(where).order_by(Stored.since, Stored.id)
        found = self.engines.ask(lambda session: [episode_of(each) for each in session.scalars(query)])
        return [each for each in found if sees(principal, each)]

    def find(self, principal: Principal, number: int) -> Episode:
        """One episode; raises WrongEntry for one that does not exist or that the principal may not see."""
        return self.engines.ask(lambda session: _found(session, principal, number))

    def history(self, principal: Principal, number: int) -> list[Event]:
        """What happened in an episode, the first thing first. Raises WrongEntry."""

        def work(session: Session) -> list[Event]:
            _found(session, principal, number)
            query = select(StoredEvent).where(StoredEvent.episode == number).order_by(StoredEvent.n)
            return [
                Event(Happened(each.kind), each.day, each.at, each.who, each.text, each.detail or {}, each.n)
                for each in session.scalars(query)
            ]

        return self.engines.ask(work)

    def notices(self, principal: Principal, after: int = 0, limit: int = 500) -> list[Notice]:
        """What is to be told, in the order it was made, from a number on. For who delivers it; raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        query = select(StoredNotice).where(StoredNotice.id > after).order_by(StoredNotice.id).limit(limit)
        return self.engines.ask(lambda session: [notice_of(each) for each in session.scalars(query)])

    def evolve(self, principal: Principal, work: Callable[[Ledger], T]) -> T:
        """
        Runs an evaluation in one transaction, again from the start where another worker was faster. Raises NotAllowed.
        """
        require(principal, Permit.BRING_DATA)
        answers: list[T] = []  # beside the transaction, which keeps plain values only

        def once(session: Session) -> None:
            answers.append(work(Ledger(session)))

        for attempt in range(TRIES):
            try:
                self.engines.change(once)
                return answers[-1]
            except (IntegrityError, Overtaken):
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("never reached")

    def acknowledge(self, principal: Principal, seen: Episode, key: str | None = None) -> Episode:
        """Says that one looks after it: nobody else is told any more. Raises ChangedMeanwhile, EpisodeError."""
        _require_stage(seen, Stage.OPEN)
        now = replace(seen, stage=Stage.ACKNOWLEDGED, acknowledged_by=principal.name)
        return self._done(principal, seen, now, Happened.ACKNOWLEDGED, "", key)

    def comment(self, principal: Principal, seen: Episode, text: str, key: str | None = None) -> Episode:
        """Adds a word to its history. Raises EpisodeError for an empty or too long one."""
        return self._done(principal, seen, seen, Happened.COMMENTED, _word(text, "comment"), key)

    def give(self, principal: Principal, seen: Episode, person: str, key: str | None = None) -> Episode:
        """Names who answers for it from now on. Raises EpisodeError for who cannot see it."""
        _require_open(seen)
        now = replace(seen, owner=person.strip().lower())
        return self._done(principal, seen, now, Happened.GIVEN, now.owner, key, check=_check_person)

    def snooze(
        self,
        principal: Principal,
        seen: Episode,
        until: date,
        reason: str,
        today: date,
        key: str | None = None,
    ) -> Episode:
        """No messages until a day, for a reason; the alert lives on. Raises EpisodeError."""
        _require_open(seen)
        if not today < until or (until - today).days > LONGEST_SNOOZE_DAYS:
            raise EpisodeError(
                f"It cannot sleep until {until}; name a day after {today}, at most {LONGEST_SNOOZE_DAYS} days later."
            )
        told = _word(reason, "reason")
        now = replace(seen, snoozed_until=until, snoozed_by=principal.name, snooze_reason=told)
        return self._done(principal, seen, now, Happened.SNOOZED, told, key)

    def act(self, principal: Principal, seen: Episode, action: int, key: str | None = None) -> Episode:
        """Links an open action on the same KPI: from now on it is in action. Raises EpisodeError."""
        _require_open(seen)
        now = replace(seen, stage=Stage.IN_ACTION, action=action, verified=0)
        return self._done(principal, seen, now, Happened.ACTION, str(action), key, check=_check_action)

    def carried_out(self, principal: Principal, seen: Episode, key: str | None = None) -> Episode:
        """The action was carried out; the next periods show whether it helped. Raises EpisodeError."""
        _require_stage(seen, Stage.IN_ACTION)
        now = replace(seen, stage=Stage.VERIFYING, verified=0)
        return self._done(principal, seen, now, Happened.VERIFYING, "", key)

    def close(
        self, principal: Principal, seen: Episode, closing: Closing, text: str, key: str | None = None
    ) -> Episode:
        """Ends it by a person's word: a false alarm, or accepted as it is; says why. Raises EpisodeError."""
        _require_open(seen)
        if closing not in BY_PEOPLE:
            raise EpisodeError(f"'{closing}' is found out by the data; a person closes it as {BY_PEOPLE[0]} or "
                               f"{BY_PEOPLE[1]}.")  # fmt: skip
        now = replace(seen, stage=Stage.CLOSED, closed_at=datetime.now(UTC), ending=closing.value)
        return self._done(principal, seen, now, Happened.CLOSED, _word(text, "reason"), key)

    def _done(
        self, principal: Principal, seen: Episode, now: Episode, what: Happened, text: str, key: str | None,
        check: Callable[[Session, Episode], None] = lambda _session, _now: None,
    ) -> Episode:  # fmt: skip
        require(principal, Permit.HANDLE_ALERTS)

        def work(session: Session) -> int:
            _found(session, principal, seen.id)
            _require_covered(principal, seen)
            check(session, now)
            at = datetime.now(UTC)
            stored = Ledger(session).write(now, Event(what, at.date(), at, principal.name, text))
            told = {"stage": stored.stage.value, "text": text}
            note(
                session,
                principal,
                f"episode {what}",
                f"episode {stored.id}",
                {"stage": seen.stage.value},
                told,
            )
            return stored.id

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: episode_of(session.get_one(Stored, number)))


def sees(principal: Principal, episode: Episode) -> bool:
    """
    Who sees only some markets or teams sees the episodes of those alone: one of the whole would tell of others. An
    episode of a source is for who sees all departments.
    """
    pairs, scope = episode.pairs, principal.scope
    whole = all(pairs.get(column) in names for column, names in scope.parts.items())
    return whole and sees_part(principal, episode.department or None, pairs)


def _require_covered(principal: Principal, episode: Episode) -> None:
    if not sees(principal, episode):
        raise NotAllowed(f"{principal.name} does not see {episode.subject}; ask its lead.")


def _found(session: Session, principal: Principal, number: int) -> Episode:
    stored = session.get(Stored, number)
    found = episode_of(stored) if stored is not None else None
    if found is None or not sees(principal, found):
        raise EpisodeError(f"There is no episode {number}; look at the list of those there are.")
    return found


def _require_open(episode: Episode) -> None:
    if not episode.is_open:
        raise EpisodeError(f"Episode {episode.id} is closed ({episode.ending}); it opens anew by itself.")


def _require_stage(episode: Episode, stage: Stage) -> None:
    if episode.stage is not stage:
        raise EpisodeError(f"Episode {episode.id} is {episode.stage}, not {stage}; look at it again.")


def _word(text: str, name: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_WORD:
        raise EpisodeError(f"Write a {name} of 1 to {LONGEST_WORD} characters; this has {len(line)}.")
    return line


def _check_person(session: Session, episode: Episode) -> None:
    found = stored_user(session, episode.owner)
    person = user_of(found).value if found is not None else None
    if person is None or not person.active or not sees(person.principal, episode):
        raise EpisodeError(f"{episode.owner} is nobody who could look after {episode.subject}; name an active user "
                           "who sees it.")  # fmt: skip


def _check_action(session: Session, episode: Episode) -> None:
    action = session.get(StoredAction, episode.action or 0)
    if action is None or (episode.kpi and action.kpi != episode.kpi) or action.status != "open":
        raise EpisodeError(
            f"Action {episode.action} is no open action on {episode.kpi}; start one there first."
        )
