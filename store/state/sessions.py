"""Who is signed in: the browser holds a secret, the database its hash, and the user's row decides each time.

Tokens are made outside of the transactions, whose answers are kept for repetitions over a network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import FailedSignIn, Identity, OneTimeToken, SignInSession
from store.models import User as StoredUser
from store.scope import Principal
from store.state.edits import note
from store.state.engines import Engines
from store.state.secrets import hashed_token, new_token
from store.state.users import User, require_over, stored_user, user_of

LASTS = timedelta(hours=12)
PROVIDER = Principal("the provider")


@dataclass(frozen=True)
class Sessions:
    """The sessions of the state database."""

    engines: Engines

    def start(
        self, email: str, now: datetime, lasts: timedelta = LASTS, provider_session: str | None = None
    ) -> str:
        """
        Signs an active user in; the token for the browser's cookie. `provider_session`: by what the provider can end
        it (see `named_by`). Raises StateError for nobody.
        """

        token = new_token()

        def work(session: Session) -> None:
            stored = stored_user(session, email)
            if stored is None or not stored.active:
                raise StateError(f"No active user has the address {email}.")
            note(session, user_of(stored).value.principal, "signed in", f"user {stored.email}")
            _begin(session, token, stored, now, now + lasts, provider_session)

        self.engines.change(work)
        return token

    def whose(self, token: str, now: datetime) -> User | None:
        """The person this token stands for at this moment, as the users table has them now; None for nobody."""

        def work(session: Session) -> User | None:
            found = _live(session, token, now)
            return user_of(found[1]).value if found else None

        return self.engines.ask(work)

    def rotate(self, token: str, now: datetime) -> str | None:
        """Another token for the same session, which ends when it would have; the old one opens nothing any more."""

        other = new_token()

        def work(session: Session) -> bool:
            found = _live(session, token, now)
            if found is None:
                return False
            row, user = found
            row.ended_at = now
            _begin(session, other, user, now, row.expires_at, row.provider_session)
            return True

        return other if self.engines.change(work) else None

    def end(self, token: str, now: datetime) -> None:
        """Signs this browser out; nothing happens for a token that stands for nobody."""

        def work(session: Session) -> None:
            if found := _live(session, token, now):
                found[0].ended_at = now
                note(session, user_of(found[1]).value.principal, "signed out", f"user {found[1].email}")

        self.engines.change(work)

    def end_everywhere(self, principal: Principal, email: str) -> None:
        """Signs a user out of every browser. One may do it for oneself; raises NotAllowed, StateError."""

        def work(session: Session) -> None:
            stored = stored_user(session, email)
            if stored is None:
                raise StateError(f"No user has the address {email}.")
            if stored.email != principal.name:
                require_over(principal, user_of(stored).value)
            stored.epoch += 1
            note(session, principal, "signed out everywhere", f"user {stored.email}")

        self.engines.change(work)

    def count_old(self, until: datetime) -> int:
        """How many sessions, links and wrong passwords were over before a moment."""

        def work(session: Session) -> int:
            counts = [select(func.count()).select_from(table).where(was) for table, was in _old(until)]
            return sum(session.scalar(each) or 0 for each in counts)

        return self.engines.ask(work)

    def forget_old(self, until: datetime) -> int:
        """Delete them; returns how many. What the audit trail says of them stays."""

        def work(session: Session) -> int:
            gone = [delete(table).where(was).returning(table.id) for table, was in _old(until)]
            return sum(len(session.scalars(each).all()) for each in gone)

        return self.engines.change(work)

    def end_at_provider(self, issuer: str, subject: str, provider_session: str, now: datetime) -> int:
        """
        A provider says that somebody signed out there: ends that one session of theirs, or all where it names none, or
        names a session without the person. How many; none for people and sessions nobody knows.
        """
        name = named_by(issuer, provider_session)

        def work(session: Session) -> int:
            user = _whose_at(session, issuer, subject) if subject else None
            if user is None and (subject or name is None):
                return 0
            many = _ended(session, user, name, now)
            if many:
                told = {"provider": issuer, "sessions": many}
                whom = f"user {user.email}" if user else "a session"
                note(session, PROVIDER, "signed out by the provider", whom, None, told)
            return many

        return self.engines.change(work)


def _old(until: datetime) -> Sequence[tuple[type[Any], ColumnElement[bool]]]:
    return (
        (SignInSession, SignInSession.expires_at < until),
        (OneTimeToken, OneTimeToken.expires_at < until),
        (FailedSignIn, FailedSignIn.at < until),
    )


def named_by(issuer: str, session: str) -> str | None:
    """How a provider's name for a sign-in is kept: hashed, so that nobody who reads it can use it; None without one."""
    return hashed_token(f"{issuer} {session}") if session else None


def _begin(
    session: Session,
    token: str,
    user: StoredUser,
    now: datetime,
    until: datetime,
    provider_session: str | None,
) -> None:
    session.add(
        SignInSession(
            token_hash=hashed_token(token), user_id=user.id, epoch=user.epoch, made_at=now, expires_at=until,
            provider_session=provider_session,
        )
    )  # fmt: skip


def _whose_at(session: Session, issuer: str, subject: str) -> StoredUser | None:
    known = Identity.issuer == issuer, Identity.subject == subject
    return session.scalars(
        select(StoredUser).join(Identity, Identity.user_id == StoredUser.id).where(*known)
    ).first()


def _ended(session: Session, user: StoredUser | None, name: str | None, now: datetime) -> int:
    """Ends the session of this name, of the user where they are known; without a name every session of the user."""
    wanted = [SignInSession.ended_at.is_(None), SignInSession.expires_at > now]
    if name is not None:
        wanted.append(SignInSession.provider_session == name)
    if user is not None:
        wanted += [SignInSession.user_id == user.id, SignInSession.epoch == user.epoch]
    rows = list(session.scalars(select(SignInSession).where(*wanted)))
    for row in rows:
        row.ended_at = now
    return len(rows)


def _live(session: Session, token: str, now: datetime) -> tuple[SignInSession, StoredUser] | None:
    query = select(SignInSession, StoredUser).join(StoredUser, StoredUser.id == SignInSession.user_id)
    found = session.execute(query.where(SignInSession.token_hash == hashed_token(token))).first()
    if found is None:
        return None
    row, user = found
    lives = row.ended_at is None and now < row.expires_at and user.active and row.epoch == user.epoch
    return (row, user) if lives else None
