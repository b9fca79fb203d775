"""Procedures from draft to retirement: written by some, approved by others, and never one over the other's work."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from store.models import ProcedureVersion as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edition_rules import (
    require_effective,
    require_next,
    require_no_open,
    require_other,
    require_retiring,
)
from store.state.editions import Content, Edition, EditionState, require_all_of, sees
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines
from store.state.own_approval import require_decider
from store.state.words_sought import Where, sought

_OF_CONTENT = (*(each.name for each in fields(Content)), "digest")
Step = Callable[[Session, Stored], None]


@dataclass(frozen=True)
class Procedures:
    """
    The procedures of the state database. `seen` is the `version` of the edition the editor looked at: when it has
    grown since, ChangedMeanwhile with what stands there now.
    """

    engines: Engines

    def rows(self, principal: Principal, key: str | None = None) -> list[Edition]:
        """Those the principal may see and nobody discarded, by key, language and number; without their texts."""
        query = select(Stored).where(Stored.state != EditionState.DISCARDED)
        query = query if key is None else query.where(Stored.key == key)
        ordered = query.order_by(Stored.key, Stored.language, Stored.major, Stored.minor, Stored.id)
        found = self.engines.ask(lambda session: [edition_of(each) for each in session.scalars(ordered)])
        return [each for each in found if sees(principal, each)]

    def find(self, principal: Principal, number: int) -> Edition:
        """One of them. Raises WrongEntry where there is none or the principal may not see it."""
        return self.engines.ask(lambda session: edition_of(_seen(session, principal, number)))

    def text(self, principal: Principal, number: int) -> str:
        """The whole text of one. Raises as `find`."""
        return self.engines.ask(lambda session: _seen(session, principal, number).text)

    def holding(self, principal: Principal, words: str) -> dict[int, Where]:
        """Where those hold all the words, in any order: by their numbers the best place, in whatever case."""
        asked = sought(words)
        query = select(Stored).where(*asked.held_by(Stored.title, Stored.text)).options(undefer(Stored.text))
        held = self.engines.ask(
            lambda session: [(edition_of(one), one.text) for one in session.scalars(query)]
        )
        return asked.places((each.id, each.title, text) for each, text in held if sees(principal, each))

    def mark(self) -> str:
        """Changes with every change of any of them: for keys of caches."""
        query = select(func.max(Stored.id), func.sum(Stored.version))
        return self.engines.ask(lambda session: "|".join(map(str, session.execute(query).one())))

    def start(
        self, principal: Principal, content: Content, change: str = "", key: str | None = None
    ) -> Edition:
        """
        A new draft. Raises ChangedMeanwhile where one is open already, WrongEntry for a number that is taken or a
        translation of nothing, NotAllowed outside the scope.
        """
        require(principal, Permit.WRITE_PROCEDURES)
        require_all_of(principal, content.department, content.markets)

        def work(session: Session) -> int:
            editions = _editions(session, content.key)
            for each in editions:
                require_all_of(principal, each.department, each.markets)
            require_next(content, editions)
            now = datetime.now(UTC)
            stored = Stored(
                state=EditionState.DRAFT, change=change.strip(), created_at=now, submitted_by="", submitted_at=None,
                decided_by="", decided_at=None, remark="", effective_on=None, retired_on=None, version=0,
            )  # fmt: skip
            session.add(stored)
            _write(stored, principal, content)
            return _kept(session, principal, stored, None, "procedure drafted")

        return self._stored(self.engines.change(work, key))

    def save(
        self, principal: Principal, number: int, content: Content, seen: int, key: str | None = None
    ) -> Edition:
        """The draft with another text. Raises ChangedMeanwhile, WrongEntry, NotAllowed."""
        require_all_of(principal, content.department, content.markets)

        def work(session: Session, stored: Stored) -> None:
            if (content.key, content.language) != (stored.key, stored.language):
                raise WrongEntry(
                    f"This is the draft of {stored.key} ({stored.language}); its key stays the same."
                )
            others = [each for each in _editions(session, stored.key) if each.id != stored.id]
            require_next(content, others)
            _write(stored, principal, content)

        return self._step(
            principal, Permit.WRITE_PROCEDURES, number, seen, EditionState.DRAFT, "saved", work, key
        )

    def submit(
        self, principal: Principal, number: int, seen: int, change: str, key: str | None = None
    ) -> Edition:
        """The draft goes to whoever approves; `change` says what is new. Raises as `save`."""

        def work(_session: Session, stored: Stored) -> None:
            stored.state, stored.change = (
                EditionState.REVIEW,
                _said(change, "It is not said what is new; say it and why."),
            )
            stored.submitted_by, stored.submitted_at, stored.remark = principal.name, datetime.now(UTC), ""

        return self._step(
            principal, Permit.WRITE_PROCEDURES, number, seen, EditionState.DRAFT, "submitted", work, key
        )

    def take_back(self, principal: Principal, number: int, seen: int, key: str | None = None) -> Edition:
        """From review back to a draft, by whoever writes. Raises as `save`."""

        def work(_session: Session, stored: Stored) -> None:
            stored.state = EditionState.DRAFT

        return self._step(
            principal, Permit.WRITE_PROCEDURES, number, seen, EditionState.REVIEW, "taken back", work, key
        )

    def discard(self, principal: Principal, number: int, seen: int, key: str | None = None) -> Edition:
        """The draft is given up; its number is free again. Raises as `save`."""

        def work(_session: Session, stored: Stored) -> None:
            stored.state = EditionState.DISCARDED

        return self._step(
            principal, Permit.WRITE_PROCEDURES, number, seen, EditionState.DRAFT, "discarded", work, key
        )

    def refuse(
        self, principal: Principal, number: int, seen: int, remark: str, key: str | None = None
    ) -> Edition:
        """From review back to a draft, by whoever approves, who says why. Raises as `approve`."""

        def work(_session: Session, stored: Stored) -> None:
            require_other(principal, edition_of(stored))
            said = _said(remark, "The refusal has no remark; say why, so that it can be mended.")
            _decide(stored, principal, EditionState.DRAFT, said)

        return self._step(
            principal, Permit.APPROVE_PROCEDURES, number, seen, EditionState.REVIEW, "refused", work, key
        )

    def approve(
        self, principal: Principal, number: int, seen: int, effective_on: date, today: date, remark: str = "",
        key: str | None = None, alone: bool = False,
    ) -> Edition:  # fmt: skip
        """
        What is in review counts from a day on, today or later. Raises as `require_decider`, WrongEntry for a day that
        is past or not after that of the version before, ChangedMeanwhile.
        """

        def work(session: Session, stored: Stored) -> None:
            require_decider(session, principal, edition_of(stored), alone=alone)
            require_effective(edition_of(stored), _editions(session, stored.key), effective_on, today)
            _decide(stored, principal, EditionState.APPROVED, remark.strip())
            stored.effective_on = effective_on

        what = "approved by its author" if alone else "approved"
        return self._step(
            principal, Permit.APPROVE_PROCEDURES, number, seen, EditionState.REVIEW, what, work, key
        )

    def recall(
        self, principal: Principal, number: int, seen: int, today: date, remark: str, key: str | None = None
    ) -> Edition:
        """What was approved for a later day is a draft again. Raises WrongEntry once it has taken effect."""

        def work(session: Session, stored: Stored) -> None:
            if stored.effective_on is None or stored.effective_on <= today:
                raise WrongEntry(
                    f"{stored.key} {stored.major}.{stored.minor} has taken effect; retire it instead."
                )
            require_no_open(stored.key, stored.language, _editions(session, stored.key))
            said = _said(remark, "The recall has no remark; say why it must not count.")
            _decide(stored, principal, EditionState.DRAFT, said)
            stored.effective_on = None

        return self._step(
            principal, Permit.APPROVE_PROCEDURES, number, seen, EditionState.APPROVED, "recalled", work, key
        )

    def retire(
        self, principal: Principal, subject: str, on: date, today: date, reason: str, key: str | None = None
    ) -> int:
        """
        The procedure counts no more from a day on, in any language; how many versions that concerns. A later
        version brings it back. Raises WrongEntry, NotAllowed.
        """
        require(principal, Permit.APPROVE_PROCEDURES)

        def work(session: Session) -> int:
            said = _said(reason, "The retirement has no reason; say why nobody needs the procedure any more.")
            rows = session.scalars(select(Stored).where(Stored.key == subject)).all()
            ended = [each for each in rows if each.state == EditionState.APPROVED and each.retired_on is None]
            editions = [edition_of(each) for each in ended]
            for each in editions:
                require_all_of(principal, each.department, each.markets)
            require_retiring(subject, editions, on, today)
            for stored in ended:
                before = edition_of(stored)
                stored.retired_on = on
                stored.remark = said
                _kept(session, principal, stored, before, "procedure retired")
            return len(ended)

        return self.engines.change(work, key)

    def _step(
        self, principal: Principal, permit: Permit, number: int, seen: int, state: EditionState, what: str, step: Step,
        key: str | None,
    ) -> Edition:  # fmt: skip
        """One step of the life of an edition that is in that state: permit, scope, lock and trail."""
        require(principal, permit)

        def work(session: Session) -> int:
            stored = _seen(session, principal, number)
            before = edition_of(stored)
            require_all_of(principal, before.department, before.markets)
            if before.version != seen or before.state is not state:
                raise ChangedMeanwhile(f"The procedure {before.key}", before, seen)
            step(session, stored)
            return _kept(session, principal, stored, before, f"procedure {what}")

        return self._stored(self.engines.change(work, key))

    def _stored(self, number: int) -> Edition:
        return self.engines.ask(lambda session: edition_of(session.get_one(Stored, number)))


def edition_of(stored: Stored) -> Edition:
    """A stored row as a record."""
    given = {each.name: getattr(stored, each.name) for each in fields(Edition)}
    given |= {"state": EditionState(stored.state), "kpis": stored.kpis or frozenset()}
    return Edition(**given | {"editors": stored.editors or frozenset()})


def seen_edition(session: Session, principal: Principal, number: int) -> Edition:
    """As `Procedures.find`, within a transaction."""
    return edition_of(_seen(session, principal, number))


def _seen(session: Session, principal: Principal, number: int) -> Stored:
    stored = session.get(Stored, number, options=[undefer(Stored.text)])
    if stored is None or stored.state == EditionState.DISCARDED or not sees(principal, edition_of(stored)):
        raise WrongEntry(f"There is no procedure {number}; look at the list of those there are.")
    return stored


def _editions(session: Session, key: str) -> list[Edition]:
    query = (
        select(Stored).where(Stored.key == key, Stored.state != EditionState.DISCARDED).order_by(Stored.id)
    )
    return [edition_of(each) for each in session.scalars(query)]


def _write(stored: Stored, principal: Principal, content: Content) -> None:
    for name in _OF_CONTENT:
        setattr(stored, name, getattr(content, name))
    stored.editors = (stored.editors or frozenset()) | {principal.name}
    stored.changed_by, stored.changed_at = principal.name, datetime.now(UTC)


def _kept(session: Session, principal: Principal, stored: Stored, before: Edition | None, what: str) -> int:
    stored.version += 1
    session.flush()
    note(session, principal, what, f"procedure {stored.key} {stored.language}", before, edition_of(stored))
    return stored.id


def _decide(stored: Stored, principal: Principal, state: EditionState, remark: str) -> None:
    stored.state, stored.decided_by, stored.remark = state, principal.name, remark
    stored.decided_at = datetime.now(UTC)


def _said(text: str, otherwise: str) -> str:
    """The words without blanks around them; raises WrongEntry where there are none."""
    if not text.strip():
        raise WrongEntry(otherwise)
    return text.strip()
