"""People who come by an OpenID provider: its claims say who somebody is, the users table what they may do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import Identity
from store.models import User as StoredUser
from store.permits import Role
from store.scope import Principal, Scope
from store.state.accounts import NOBODY, SignInError
from store.state.edits import note
from store.state.engines import Engines
from store.state.users import User, columns_of, require_over, stored_user, user_of


class Newcomers(StrEnum):
    """What happens to somebody the users table does not know."""

    REFUSE = "refuse"
    GROUPS = "groups"  # come in when a group of theirs seeds a role
    VIEWER = "viewer"  # come in, as viewer unless a group seeds another role


class Unknown(SignInError):
    """The provider knows this person, Fairlead does not."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} has no access to Fairlead yet. Ask an administrator to add this address.")
        self.email = email


class Closed(SignInError):
    """The person's account here was closed."""

    def __init__(self, email: str) -> None:
        super().__init__(f"The account {email} is closed. Ask an administrator.")
        self.email = email


class OtherIdentity(SignInError):
    """The address is taken by another account of the same provider: it may have been given to somebody new."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} signed in with another account of the provider before. If both are the same person, "
            f"an administrator runs: fairlead user unlink {email}"
        )
        self.email = email


@dataclass(frozen=True)
class Arrival:
    """
    Who a provider says came: `subject` is its lasting number for them, `email` an address that is theirs for certain,
    `role` and `scope` what their groups seed, None for no role; `session` the provider's name for this sign-in.
    """

    issuer: str
    subject: str
    email: str
    name: str
    role: Role | None = None
    scope: Scope = field(default_factory=Scope)
    session: str = ""


@dataclass(frozen=True)
class Identities:
    """The accounts of providers in the state database."""

    engines: Engines

    def arrive(self, who: Arrival, newcomers: Newcomers, now: datetime) -> str:
        """
        The address of the user this is. Known by issuer and subject; at the first sign-in by the address, and then
        linked for good. Role and scope of a user who is there never change by it.
        Raises Unknown, Closed, OtherIdentity.
        """

        def work(session: Session) -> str:
            user = _linked(session, who) or _link(session, who, newcomers, now)
            if not user.active:
                raise Closed(user.email)
            return user.email

        try:
            return self.engines.change(work)
        except SignInError as refused:
            why = {"why": str(refused)}
            self.engines.change(
                lambda session: note(session, NOBODY, "refused", f"account {who.email}", None, why)
            )
            raise

    def turned_away(self, issuer: str, why: str) -> None:
        """Notes that somebody came from a provider and was let in by nobody: it told too little of them."""
        self.engines.change(
            lambda session: note(session, NOBODY, "refused", f"provider {issuer}", None, {"why": why})
        )

    def unlink(self, principal: Principal, email: str) -> int:
        """
        Forgets which account of a provider a user had, so that the next one with the address is linked; how many.
        Raises NotAllowed, StateError.
        """

        def work(session: Session) -> int:
            stored = stored_user(session, email)
            if stored is None:
                raise StateError(f"No user has the address {email}.")
            require_over(principal, user_of(stored).value)
            stored.epoch += 1
            gone = session.scalars(
                delete(Identity).where(Identity.user_id == stored.id).returning(Identity.id)
            ).all()
            note(session, principal, "unlinked", f"user {stored.email}")
            return len(gone)

        return self.engines.change(work)


def _linked(session: Session, who: Arrival) -> StoredUser | None:
    known = Identity.issuer == who.issuer, Identity.subject == who.subject
    return session.scalars(
        select(StoredUser).join(Identity, Identity.user_id == StoredUser.id).where(*known)
    ).first()


def _link(session: Session, who: Arrival, newcomers: Newcomers, now: datetime) -> StoredUser:
    user = stored_user(session, who.email) or _join(session, who, newcomers)
    taken = select(Identity.id).where(Identity.user_id == user.id, Identity.issuer == who.issuer)
    if session.scalars(taken).first() is not None:
        raise OtherIdentity(user.email)
    if user.active:
        session.add(Identity(issuer=who.issuer, subject=who.subject, user_id=user.id, made_at=now))
        told = {"issuer": who.issuer, "subject": who.subject}
        note(session, user_of(user).value.principal, "linked", f"user {user.email}", None, told)
    return user


def _join(session: Session, who: Arrival, newcomers: Newcomers) -> StoredUser:
    role = who.role or (Role.VIEWER if newcomers is Newcomers.VIEWER else None)
    if role is None or newcomers is Newcomers.REFUSE:
        raise Unknown(who.email)
    seen = (who.scope.departments, who.scope.markets, who.scope.teams)
    user = User(who.email.strip().lower(), who.name.strip() or who.email, role, True, *seen)
    stored = StoredUser(version=1, epoch=0, **columns_of(user))
    session.add(stored)
    session.flush()
    note(session, user.principal, "joined", f"user {user.email}", None, user)
    return stored
