"""Who answers for which KPI and procedure: a person of the users table, or nobody."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Owner as StoredOwner
from store.models import User as StoredUser
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, require_part, sees_part
from store.state.engines import Engines
from store.state.shelf import Shelf, record
from store.state.users import stored_user, user_of


class Owned(StrEnum):
    """What somebody answers for."""

    KPI = "KPI"
    SOP = "SOP"


@dataclass(frozen=True)
class Owner:
    """`person` (an address, empty for nobody) answers for a KPI or procedure of a department. Version 0: not stored."""

    what: Owned
    subject: str
    department: str
    person: str
    version: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.person or 'nobody'} for {self.what} {self.subject}"


def _sees(principal: Principal, owner: Owner) -> bool:
    return sees_part(principal, owner.department, {})


def _covers(principal: Principal, owner: Owner) -> None:
    require_part(principal, owner.department, {}, "say who answers", everywhere=True)


def _owner(stored: StoredOwner) -> Owner:
    return record(Owner, stored, what=Owned(stored.what))


SHELF = Shelf("owner", StoredOwner, _owner, _sees, Permit.ASSIGN_OWNERS, _covers)


@dataclass(frozen=True)
class Owners:
    """The owners of the state database."""

    engines: Engines

    def rows(self, principal: Principal, person: str | None = None) -> list[Owner]:
        """Those of the principal's departments, by what it is; optionally of one person only."""
        where = [StoredOwner.person != ""] if person is None else [StoredOwner.person == person]
        return SHELF.rows(self.engines, principal, (StoredOwner.what, StoredOwner.subject), *where)

    def find(self, principal: Principal, what: Owned, subject: str) -> Owner | None:
        """Who answers for one of them; None where nobody was ever named or the department is not seen."""
        where = StoredOwner.what == what, StoredOwner.subject == subject
        return next(iter(SHELF.rows(self.engines, principal, (StoredOwner.id,), *where)), None)

    def names(self, principal: Principal, what: Owned = Owned.KPI) -> dict[str, str]:
        """What the people are called who answer for things of the principal's departments, by the thing."""
        found = {each.subject: each.person for each in self.rows(principal) if each.what is what}
        if not found:
            return {}
        query = select(StoredUser.email, StoredUser.name).where(StoredUser.email.in_(set(found.values())))
        called = dict(self.engines.ask(lambda session: [(row[0], row[1]) for row in session.execute(query)]))
        return {subject: called.get(person) or person for subject, person in found.items()}

    def assign(self, principal: Principal, owner: Owner, key: str | None = None) -> Owner:
        """
        Names the person who answers for it, or nobody, in place of the one the editor saw (`version`).
        Raises ChangedMeanwhile, NotAllowed, WrongEntry for an address no active user has or who may not see it.
        """

        def work(session: Session) -> int:
            check_person(session, owner)
            named = select(StoredOwner).where(
                StoredOwner.what == owner.what, StoredOwner.subject == owner.subject
            )
            stored = session.scalars(named).first()
            if stored is None:
                return SHELF.adding(session, principal, owner, "owner named")
            if stored.version != owner.version:
                raise ChangedMeanwhile(f"The owner of {owner.subject}", _owner(stored), owner.version)
            return SHELF.saving(
                session, principal, replace(_owner(stored), person=owner.person), "owner named"
            )

        return SHELF.stored(self.engines, self.engines.change(work, key))


def check_person(session: Session, owner: Owner) -> None:
    """Raises WrongEntry unless the person is an active user who sees the department, or nobody."""
    if not owner.person:
        return
    found = stored_user(session, owner.person)
    if found is None or not found.active:
        raise WrongEntry(f"No active user has the address {owner.person}; add the person first.")
    if not sees_part(user_of(found).value.principal, owner.department, {}):
        raise WrongEntry(f"{owner.person} does not see {owner.department} and cannot answer for it.")
