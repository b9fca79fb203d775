"""The people who use Fairlead: their role, and the departments and markets they see."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import User as StoredUser
from store.scope import Principal, Scope
from store.state.edits import ChangedMeanwhile, Versioned, note, require_everything
from store.state.engines import Engines


class Role(StrEnum):
    """What a person may do; scope says where."""

    VIEWER = "viewer"
    LEAD = "lead"
    SOP_OWNER = "sop owner"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True)
class User:
    """One person, known by the e-mail address; no departments or markets named means all."""

    email: str
    name: str
    role: Role = Role.VIEWER
    active: bool = True
    departments: frozenset[str] | None = None
    markets: frozenset[str] | None = None

    @property
    def principal(self) -> Principal:
        """Known by the address in whatever they leave behind: two people may share a name."""
        return Principal(self.email, Scope(self.departments, self.markets))


@dataclass(frozen=True)
class Users:
    """The people in the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Versioned[User]]:
        """Everybody, by name. Raises NotAllowed for a principal who does not see everything."""
        require_everything(principal, "users")
        query = select(StoredUser).order_by(StoredUser.name, StoredUser.id)
        return self.engines.ask(lambda session: [user_of(each) for each in session.scalars(query)])

    def find(self, principal: Principal, email: str) -> Versioned[User] | None:
        """The person with this address, in whatever case it is written. Asked at sign-in, for anybody."""

        def work(session: Session) -> Versioned[User] | None:
            stored = stored_user(session, email)
            return user_of(stored) if stored else None

        return self.engines.ask(work)

    def save(self, principal: Principal, user: User, seen: int, key: str | None = None) -> int:
        """
        Adds a person (`seen` 0) or changes the version the editor saw; returns the new version.
        Nobody is ever deleted: set `active` to False. Raises ChangedMeanwhile, NotAllowed.
        """
        require_everything(principal, "users")
        return self.engines.change(lambda session: _save(session, principal, user, seen), key)


def _save(session: Session, principal: Principal, user: User, seen: int) -> int:
    stored = stored_user(session, user.email)
    before = user_of(stored) if stored else None
    if (before.version if before else 0) != seen:
        raise ChangedMeanwhile(f"User {user.email}", before.value if before else None, seen)
    stored = stored or StoredUser(epoch=0)
    for name, value in asdict(user).items():
        setattr(stored, name, value)
    stored.email, stored.version = user.email.strip().lower(), seen + 1
    session.add(stored)
    note(session, principal, "user set", f"user {stored.email}", before and before.value, user)
    return seen + 1


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
    )
    return Versioned(user, stored.version)
