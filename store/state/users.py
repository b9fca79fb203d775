"""The people who use Fairlead: their role, and the departments and markets they see."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import User as StoredUser
from store.permits import PERMITS, Permit, Role
from store.scope import Principal, Scope
from store.state.edits import ChangedMeanwhile, NotAllowed, Versioned, WrongEntry, note, require
from store.state.engines import Engines
from store.state.own_approval import is_only_approver


@dataclass(frozen=True)
class User:
    """
    One person, known by the e-mail address; no departments, markets or teams named means all. `lead`: the address of
    who leads the person directly, empty where nobody does.
    """

    email: str
    name: str
    role: Role = Role.VIEWER
    active: bool = True
    departments: frozenset[str] | None = None
    markets: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    lead: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(self.departments, self.markets, self.teams)

    @property
    def principal(self) -> Principal:
        """Known by the address in whatever they leave behind: two people may share a name."""
        return Principal(self.email, self.scope, self.role)


class LastAdministrator(StateError):
    """Closing or changing this account would leave nobody who can let others in."""

    def __init__(self, email: str):
        super().__init__(f"{email} is the only administrator; make somebody else one first.")


@dataclass(frozen=True)
class Users:
    """The people in the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Versioned[User]]:
        """Those within the principal's scope, by name. Raises NotAllowed for who may not let people in."""
        require(principal, Permit.MANAGE_PEOPLE)
        query = select(StoredUser).order_by(StoredUser.name, StoredUser.id)
        found = self.engines.ask(lambda session: [user_of(each) for each in session.scalars(query)])
        return [each for each in found if principal.scope.holds(each.value.scope)]

    def colleagues(self, principal: Principal, department: str) -> list[User]:
        """
        Active people who see a department and may work on it, by name: whom something can be given to.
        Raises NotAllowed for a role that gives nothing to anybody.
        """
        require(principal, Permit.CHANGE_ACTIONS)
        query = select(StoredUser).where(StoredUser.active.is_(True)).order_by(StoredUser.name, StoredUser.id)
        found = self.engines.ask(lambda session: [user_of(each).value for each in session.scalars(query)])
        able = [each for each in found if each.principal.may(Permit.CHANGE_ACTIONS)]
        return [each for each in able if each.scope.sees_department(department)]

    def is_only_approver(self, principal: Principal) -> bool:
        """Whether the principal may approve procedures and nobody else in the firm may."""
        return self.engines.ask(lambda session: is_only_approver(session, principal))

    def scopes(self) -> frozenset[Scope]:
        """What active people see, each scope once. For the worker, which works out beforehand what they will ask."""
        query = select(StoredUser).where(StoredUser.active.is_(True))
        return self.engines.ask(
            lambda session: frozenset(user_of(each).value.scope for each in session.scalars(query))
        )

    def find(self, principal: Principal, email: str) -> Versioned[User] | None:
        """The person with this address, in whatever case it is written. Asked at sign-in, for anybody."""

        def work(session: Session) -> Versioned[User] | None:
            stored = stored_user(session, email)
            return user_of(stored) if stored else None

        return self.engines.ask(work)

    def save(self, principal: Principal, user: User, seen: int, key: str | None = None) -> int:
        """
        Adds a person (`seen` 0) or changes the version the editor saw; returns the new version.
        Nobody is ever deleted: set `active` to False. Nobody gives others more than they have, or changes what they
        may do themselves, and one administrator always stays. Raises ChangedMeanwhile, NotAllowed, LastAdministrator.
        """
        require(principal, Permit.MANAGE_PEOPLE)
        return self.engines.change(lambda session: _save(session, principal, user, seen), key)


def _save(session: Session, principal: Principal, user: User, seen: int) -> int:
    _check_words(user)
    stored = stored_user(session, user.email)
    before = user_of(stored) if stored else None
    for each in [user, *([before.value] if before else [])]:
        require_over(principal, each)
    if (before.version if before else 0) != seen:
        raise ChangedMeanwhile(f"User {user.email}", before, seen)
    if before is not None:
        _check_change(session, principal, before.value, user)
    lead_id = lead_for(session, user, stored)
    stored = stored or StoredUser(epoch=0)
    for name, value in columns_of(user).items():
        setattr(stored, name, value)
    stored.email, stored.version, stored.lead_id = user.email.strip().lower(), seen + 1, lead_id
    session.add(stored)
    note(session, principal, "user set", f"user {stored.email}", before and before.value, user)
    return seen + 1


def columns_of(user: User) -> dict[str, Any]:
    """What a row keeps of a person as it is: all but the lead, who is a row of their own."""
    return {name: value for name, value in asdict(user).items() if name != "lead"}


def lead_for(session: Session, user: User, stored: StoredUser | None) -> int | None:
    """The number of the lead, None for nobody. Raises WrongEntry for oneself, for a circle, for who is not there."""
    address = user.lead.strip().lower()
    if not address:
        return None
    lead = stored_user(session, address)
    if lead is None:
        raise WrongEntry(
            f"No user has the address {user.lead}; the lead has to be one, so add the lead first."
        )
    if stored is not None and stored.lead_id == lead.id:
        return lead.id
    if not lead.active:
        raise WrongEntry(f"The account {lead.email} is closed; choose somebody who is still there as lead.")
    _require_no_circle(session, user.email.strip().lower(), lead)
    return lead.id


def _require_no_circle(session: Session, email: str, lead: StoredUser) -> None:
    """Raises WrongEntry where the person is the lead, or stands above the lead."""
    above: StoredUser | None = lead
    seen = set[int]()
    while above is not None and above.id not in seen:
        seen.add(above.id)
        if above.email == email:
            way = "themselves" if above is lead else f"{lead.email}, who is led by {email}"
            raise WrongEntry(f"{email} would be led by {way}; choose somebody else as lead.")
        above = session.get(StoredUser, above.lead_id) if above.lead_id else None


def require_over(principal: Principal, user: User) -> None:
    """Raises NotAllowed unless the principal may do all that this person may, everywhere this person may."""
    require(principal, Permit.MANAGE_PEOPLE)
    if not PERMITS[user.role] <= PERMITS[principal.role]:
        raise NotAllowed(
            f"{user.email} is or would become {user.role}, which permits more than {principal.name} has as "
            f"{principal.role}; ask an administrator."
        )
    if not principal.scope.holds(user.scope):
        raise NotAllowed(
            f"{user.email} sees or would see departments, markets or teams that {principal.name} does not; ask "
            "somebody who sees them."
        )


def _check_words(user: User) -> None:
    if not user.name.strip():
        raise WrongEntry("The name is empty; write how others know the person.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", user.email.strip()):
        raise WrongEntry(f"'{user.email}' is no e-mail address; write one such as ann@example.com.")


def _check_change(session: Session, principal: Principal, before: User, after: User) -> None:
    if replace(before, name=after.name) == replace(after, email=before.email):
        return
    if before.email == principal.name:
        raise NotAllowed("Nobody changes what they may do themselves; ask another administrator.")
    if not (after.active and after.role is Role.ADMIN):
        require_another_administrator(session, before)


def require_another_administrator(session: Session, leaving: User) -> None:
    """Raises LastAdministrator for the only one there is."""
    if leaving.active and leaving.role is Role.ADMIN:
        admins = select(func.count()).where(StoredUser.role == Role.ADMIN, StoredUser.active.is_(True))
        if session.scalar(admins) == 1:
            raise LastAdministrator(leaving.email)


def stored_user(session: Session, email: str) -> StoredUser | None:
    """The row of the person with this address, in whatever case it is written."""
    return session.scalars(select(StoredUser).where(StoredUser.email == email.strip().lower())).first()


def user_of(stored: StoredUser) -> Versioned[User]:
    """The person a row stands for."""
    user = User(
        email=stored.email,
        name=stored.name,
        role=Role(stored.role),
        active=stored.active,
        departments=stored.departments,
        markets=stored.markets,
        teams=stored.teams,
        lead=stored.lead.email if stored.lead else "",
    )
    return Versioned(user, stored.version)
