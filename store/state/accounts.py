"""Local accounts: the first set-up, invitations, passwords, and how often one may guess."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import FailedSignIn, OneTimeToken, Password
from store.models import User as StoredUser
from store.permits import Permit, Role
from store.scope import Principal
from store.state.edits import note, require
from store.state.engines import Engines
from store.state.flood import Flood
from store.state.secrets import hashed_password, hashed_token, is_password, new_token, require_strong
from store.state.users import User, require_over, stored_user, user_of

WINDOW = timedelta(minutes=15)
TRIES = 5  # wrong passwords of one account within the window
TRIES_FROM = 30  # from one address, whichever accounts
SET_UP_LASTS, INVITATION_LASTS = timedelta(hours=24), timedelta(hours=72)
NOBODY = Principal("nobody")
REFUSED = Flood(WINDOW)


class Purpose(StrEnum):
    """What a one-time token opens."""

    SET_UP = "set-up"
    INVITATION = "invitation"


class SignInError(StateError):
    """Somebody may not come in; the message is all they are told."""


class WrongPassword(SignInError):
    """The address, the password or both are wrong, or the account is closed: it does not say which."""

    def __init__(self) -> None:
        super().__init__(
            "This address and password do not belong together. Try again, or ask for a new link."
        )


class TooManyTries(SignInError):
    """Too many wrong passwords of `subject`, an account or an address; `wait` until the next one is looked at."""

    def __init__(self, wait: timedelta, subject: str) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(f"Too many wrong passwords. Wait {minutes} minutes and try again.")
        self.wait, self.subject = wait, subject


class SpentToken(SignInError):
    """A link that was used, has run out or never existed."""

    def __init__(self) -> None:
        super().__init__("This link was used already or has run out. Ask for a new one.")


@dataclass(frozen=True)
class Accounts:
    """The accounts of the state database; every method says what time it is, so that tests can."""

    engines: Engines

    def needs_set_up(self) -> bool:
        """Whether there is nobody yet who could let others in."""
        return self.engines.ask(_needs_set_up)

    def set_up_token(self, now: datetime) -> str:
        """A token for the first administrator, for the terminal only; earlier ones end. Raises StateError."""

        token = new_token()

        def work(session: Session) -> None:
            if not _needs_set_up(session):
                raise StateError("There is an administrator already; ask for an invitation.")
            _end_tokens(session, Purpose.SET_UP, None, now)
            _issue(session, token, Purpose.SET_UP, None, now, SET_UP_LASTS)

        self.engines.change(work)
        return token

    def set_up(self, token: str, name: str, email: str, password: str, now: datetime) -> User:
        """The first administrator. Raises SpentToken, WeakPassword."""
        require_strong(password, name, email)
        hash = hashed_password(password)
        user = User(email.strip().lower(), name.strip(), Role.ADMIN)

        def work(session: Session) -> None:
            _redeem(session, token, Purpose.SET_UP, now)
            if not _needs_set_up(session):
                raise SpentToken
            stored = stored_user(session, email) or StoredUser(version=0, epoch=0)
            stored.name, stored.email, stored.role, stored.active = user.name, user.email, user.role, True
            stored.departments = stored.markets = stored.teams = None
            stored.version += 1
            session.add(stored)
            session.flush()
            _keep_password(session, stored.id, hash, now)
            note(session, user.principal, "set-up", f"user {user.email}", None, user)

        self.engines.change(work)
        return user

    def invite(self, principal: Principal, email: str, now: datetime) -> str:
        """
        A token with which this person sets a password, the first or a forgotten one; earlier ones end.
        Raises NotAllowed, StateError for an address nobody has.
        """
        require(principal, Permit.MANAGE_PEOPLE)
        token = new_token()

        def work(session: Session) -> None:
            stored = stored_user(session, email)
            if stored is None or not stored.active:
                raise StateError(f"No active user has the address {email}; add the person first.")
            require_over(principal, user_of(stored).value)
            _end_tokens(session, Purpose.INVITATION, stored.id, now)
            _issue(session, token, Purpose.INVITATION, stored.id, now, INVITATION_LASTS)
            note(session, principal, "invited", f"user {stored.email}")

        self.engines.change(work)
        return token

    def accept(self, token: str, password: str, now: datetime) -> User:
        """
        The invited person sets a password; every session there was ends. Raises SpentToken, WeakPassword.
        """
        owner = self.engines.ask(lambda session: _invited(session, token, now))
        require_strong(password, owner.name, owner.email)
        hash = hashed_password(password)

        def work(session: Session) -> None:
            used = _redeem(session, token, Purpose.INVITATION, now)
            stored = session.get_one(StoredUser, used.user_id)
            if not stored.active:
                raise SpentToken
            stored.epoch += 1
            _keep_password(session, stored.id, hash, now)
            note(session, owner.principal, "password set", f"user {owner.email}")

        self.engines.change(work)
        return owner

    def check(self, email: str, password: str, address: str, now: datetime) -> User:
        """
        The person with this address and password. `address` is where the attempt comes from.
        Raises WrongPassword, TooManyTries.
        """
        account = f"account {email.strip().lower()}"
        places = {account: TRIES, f"address {address}": TRIES_FROM}
        try:
            stored, hash = self.engines.ask(lambda session: _known(session, email, places, now))
        except TooManyTries as refused:
            self._note_refused(refused.subject, account, address, now)
            raise
        right = is_password(password, hash or _no_password())
        if stored is None or hash is None or not right:
            self.engines.change(lambda session: _failed(session, account, list(places), now))
            raise WrongPassword
        self.engines.change(lambda session: _forget(session, account))
        return stored

    def _note_refused(self, subject: str, account: str, address: str, now: datetime) -> None:
        """Of a flood the first, tenth, hundredth … attempt leaves an entry, so that nobody fills the trail."""
        many = REFUSED.count(f"{self.engines.write.url} {subject}", now)
        if many is not None:
            told = {"attempts": many, "account": account.removeprefix("account "), "address": address}
            self.engines.change(lambda session: note(session, NOBODY, "sign-in refused", subject, None, told))


def _needs_set_up(session: Session) -> bool:
    admins = select(func.count()).select_from(StoredUser)
    found = session.scalar(admins.where(StoredUser.role == Role.ADMIN, StoredUser.active.is_(True)))
    return not found


def _issue(
    session: Session, token: str, purpose: Purpose, user_id: int | None, now: datetime, lasts: timedelta
) -> None:
    session.add(
        OneTimeToken(
            token_hash=hashed_token(token), purpose=purpose, user_id=user_id, made_at=now,
            expires_at=now + lasts,
        )
    )  # fmt: skip


def _end_tokens(session: Session, purpose: Purpose, user_id: int | None, now: datetime) -> None:
    of_user = OneTimeToken.user_id.is_(None) if user_id is None else OneTimeToken.user_id == user_id
    open_ones = select(OneTimeToken).where(
        OneTimeToken.purpose == purpose, of_user, OneTimeToken.used_at.is_(None)
    )
    for each in session.scalars(open_ones):
        each.used_at = now


def _token(session: Session, token: str, purpose: Purpose, now: datetime) -> OneTimeToken:
    wanted = OneTimeToken.token_hash == hashed_token(token), OneTimeToken.purpose == purpose
    found = session.scalars(select(OneTimeToken).where(*wanted).with_for_update()).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise SpentToken
    return found


def _redeem(session: Session, token: str, purpose: Purpose, now: datetime) -> OneTimeToken:
    found = _token(session, token, purpose, now)
    found.used_at = now
    return found


def _invited(session: Session, token: str, now: datetime) -> User:
    wanted = OneTimeToken.token_hash == hashed_token(token), OneTimeToken.purpose == Purpose.INVITATION
    found = session.scalars(select(OneTimeToken).where(*wanted)).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise SpentToken
    return user_of(session.get_one(StoredUser, found.user_id)).value


def _keep_password(session: Session, user_id: int, hash: str, now: datetime) -> None:
    session.merge(Password(user_id=user_id, hash=hash, changed_at=now))


def _known(
    session: Session, email: str, places: dict[str, int], now: datetime
) -> tuple[User | None, str | None]:
    """The active person with this address and the hash of the password. Raises TooManyTries."""
    for subject, tries in places.items():
        recent = select(FailedSignIn.at).where(
            FailedSignIn.subject == subject, FailedSignIn.at > now - WINDOW
        )
        at = list(session.scalars(recent.order_by(FailedSignIn.at.desc()).limit(tries)))
        if len(at) == tries:
            raise TooManyTries(at[-1] + WINDOW - now, subject)
    stored = stored_user(session, email)
    if stored is None or not stored.active:
        return None, None
    known = session.get(Password, stored.id)
    return user_of(stored).value, known.hash if known else None


def _failed(session: Session, account: str, subjects: list[str], now: datetime) -> None:
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1)))
    session.add_all(FailedSignIn(subject=subject, at=now) for subject in subjects)
    note(session, NOBODY, "wrong password", account)


def _forget(session: Session, account: str) -> None:
    session.execute(delete(FailedSignIn).where(FailedSignIn.subject == account))


_UNUSED: list[str] = []


def _no_password() -> str:
    """A hash nobody has the password of, so that an unknown address takes as long as a wrong password."""
    if not _UNUSED:
        _UNUSED.append(hashed_password(new_token()))
    return _UNUSED[0]
