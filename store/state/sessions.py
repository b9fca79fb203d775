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
from store.models import FailedSignIn, OneTimeToken, SignInSession
from store.models import User as StoredUser
from store.scope import Principal
from store.state.edits import note
from store.state.engines import Engines
from store.state.secrets import hashed_token, new_token
from store.state.users import User, require_over, stored_user, user_of

LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Sessions:
    """The sessions of the state database."""

    engines: Engines

    def start(self, email: str, now: datetime, lasts: timedelta = LASTS) -> str:
        """Signs an active user in; the token for the browser's cookie. Raises StateError for nobody."""

        token = new_token()

        def work(session: Session) -> None:
            stored = stored_user(session, email)
            if stored is None or not stored.active:
                raise StateError(f"No active user has the address {email}.")
            note(session, user_of(stored).value.principal, "signed in", f"user {stored.email}")
            _begin(session, token, stored, now, now + lasts)

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
            _begin(session, other, user, now, row.expires_at)
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


def _old(until: datetime) -> Sequence[tuple[type[Any], ColumnElement[bool]]]:
    return (
        (SignInSession, SignInSession.expires_at < until),
        (OneTimeToken, OneTimeToken.expires_at < until),
        (FailedSignIn, FailedSignIn.at < until),
    )


def _begin(session: Session, token: str, user: StoredUser, now: datetime, until: datetime) -> None:
    session.add(
        SignInSession(
            token_hash=hashed_token(token), user_id=user.id, epoch=user.epoch, made_at=now, expires_at=until
        )
    )


def _live(session: Session, token: str, now: datetime) -> tuple[SignInSession, StoredUser] | None:
    query = select(SignInSession, StoredUser).join(StoredUser, StoredUser.id == SignInSession.user_id)
    found = session.execute(query.where(SignInSession.token_hash == hashed_token(token))).first()
    if found is None:
        return None
    row, user = found
    lives = row.ended_at is None and now < row.expires_at and user.active and row.epoch == user.epoch
    return (row, user) if lives else None
