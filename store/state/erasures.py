"""People who are taken out of everything: the journal of it, and the list that keeps them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Erasure as Stored
from store.models import RetiredPerson
from store.normalise.identity import TOMBSTONE
from store.permits import Permit
from store.scope import Principal
from store.state.alias import replace_everywhere
from store.state.edits import WrongEntry, note, require, require_everything
from store.state.engines import Engines
from store.state.users import require_another_administrator, stored_user, user_of

FORMER = "@erased.invalid"  # how the addresses of people end who were erased


class Erased(StrEnum):
    """Whom an erasure is of."""

    CUSTOMER = "customer"
    USER = "user"


@dataclass(frozen=True)
class Erasure:
    """One erasure of somebody in the facts: `tombstone` takes the place of `digest`; empty once it is done."""

    id: int
    digest: str
    tombstone: str
    asked_by: str

    @property
    def words(self) -> Mapping[str, str]:
        """What takes the place of what."""
        return {self.digest: self.tombstone}


@dataclass(frozen=True)
class Erasures:
    """The erasures of the state database. Asking for one takes the permit to handle what is kept of people."""

    engines: Engines

    def begin(self, principal: Principal, digest: str) -> Erasure:
        """Write down that somebody is to be erased, once: one under way goes on with the tombstone it has.

        From now on intake keeps the person out. Raises NotAllowed.
        """
        require_personal(principal)

        def work(session: Session) -> int:
            stored = session.scalar(select(Stored).where(Stored.digest == digest).limit(1))
            if stored is None:
                stored = _new(principal, Erased.CUSTOMER, digest)
                session.add(stored)
            elif stored.finished_at is not None:
                stored.finished_at, stored.tombstone = None, new_tombstone()
                stored.asked_by, stored.asked_at = principal.name, datetime.now(UTC)
            session.flush()
            note(session, principal, "erasure asked for", f"erasure {stored.id}", None, {"kind": stored.kind})
            return stored.id

        number = self.engines.change(work)
        return self.engines.ask(lambda session: _erasure(session.get_one(Stored, number)))

    def under_way(self) -> list[Erasure]:
        """Those of customers that were begun and not finished, the oldest first."""
        query = select(Stored).where(Stored.kind == Erased.CUSTOMER, Stored.finished_at.is_(None))
        return self.engines.ask(lambda s: [_erasure(each) for each in s.scalars(query.order_by(Stored.id))])

    def finish(self, number: int, done: Mapping[str, int]) -> None:
        """It is done: how many rows of which table; from now on nobody can tell who the tombstone was."""

        def work(session: Session) -> None:
            stored = session.get_one(Stored, number)
            stored.finished_at, stored.tombstone, stored.done = datetime.now(UTC), "", dict(done)
            who = Principal(stored.asked_by)
            note(session, who, "person erased", f"erasure {number}", None, {"kind": stored.kind, **done})

        self.engines.change(work)

    def digests(self, within: timedelta | None = None) -> frozenset[str]:
        """The hashes of everybody who was or is being erased (`within`: lately), for intake to keep out."""
        query = select(Stored.digest).where(Stored.kind == Erased.CUSTOMER)
        if within is not None:
            query = query.where(Stored.finished_at >= datetime.now(UTC) - within)
        return self.engines.ask(lambda session: frozenset(session.scalars(query)))

    def retire(self, digests: Sequence[str], on: date) -> None:
        """Remember whose time is over, so that their old rows do not bring them back. For the worker."""

        def work(session: Session) -> None:
            known = set(session.scalars(select(RetiredPerson.digest)))
            new = [each for each in digests if each not in known]
            session.add_all(RetiredPerson(digest=each, retired_on=on) for each in new)

        self.engines.change(work)

    def retired(self) -> frozenset[str]:
        """The hashes of everybody whose time was over."""
        return self.engines.ask(lambda session: frozenset(session.scalars(select(RetiredPerson.digest))))

    def erase_user(self, principal: Principal, email: str, key: str | None = None) -> str:
        """
        Replace the name and address of a person who uses Fairlead wherever they stand, the audit trail included, and
        delete passwords, sessions and linked accounts; returns the pseudonym that is left. One transaction.

        Raises NotAllowed, WrongEntry for oneself and for an address nobody has, LastAdministrator.
        """
        require_personal(principal)
        if email.strip().lower() == principal.name.lower():
            raise WrongEntry("Nobody erases their own account; ask another administrator.")

        def work(session: Session) -> str:
            stored = stored_user(session, email)
            if stored is None:
                raise WrongEntry(f"No user has the address {email}.")
            require_another_administrator(session, user_of(stored).value)
            journal = _new(principal, Erased.USER, "")
            session.add(journal)
            session.flush()
            alias = f"former-user-{stored.id}{FORMER}"
            rows = replace_everywhere(session, stored, alias, f"Former user {stored.id}")
            note(
                session,
                principal,
                "person erased",
                f"erasure {journal.id}",
                None,
                {"kind": "user", "rows": rows},
            )
            journal.finished_at, journal.tombstone, journal.done = datetime.now(UTC), "", {"rows": rows}
            return alias

        return self.engines.change(work, key)

    def took(self, principal: Principal, kinds: Mapping[str, int]) -> None:
        """Notes that somebody took along what is kept of one person: of which kind, how many rows, not of whom."""
        require_personal(principal)
        self.engines.change(
            lambda session: note(session, principal, "person exported", "export", None, kinds)
        )


def require_personal(principal: Principal) -> None:
    """Raises NotAllowed unless the principal may see and erase what is kept of anybody."""
    require(principal, Permit.PERSONAL_DATA)
    require_everything(principal, "what is kept of one person")


def new_tombstone() -> str:
    """What takes the place of a person: one of its own, so that what is counted stays, and nobody can tell whose."""
    return f"{TOMBSTONE}{token_hex(16)}"


def _new(principal: Principal, kind: Erased, digest: str) -> Stored:
    return Stored(
        kind=kind, digest=digest, tombstone=new_tombstone() if digest else "", asked_by=principal.name,
        asked_at=datetime.now(UTC), finished_at=None, done={},
    )  # fmt: skip


def _erasure(stored: Stored) -> Erasure:
    return Erasure(stored.id, stored.digest, stored.tombstone, stored.asked_by)
