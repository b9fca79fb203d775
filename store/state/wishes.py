"""How people wish to be told: at once, once a day or not at all; when not; where the day is theirs; in which words."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Wish as Stored
from store.permits import Permit, Role
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines

LONGEST_PAUSE_DAYS = 92
LANGUAGES = ("en", "zh")
ONCE_A_DAY = (Role.MANAGER, Role.APPROVER)


class How(StrEnum):
    """How often somebody is told."""

    EACH = "each"
    DAILY = "daily"
    NEVER = "never"


@dataclass(frozen=True)
class Wish:
    """
    One person's wish; `zone` empty: the firm's. Nothing is sent from `quiet_from` to `quiet_until` of the person's day
    (the same time twice: never quiet), nor before `paused_until`. `digest_at`: when the one message of a day is due.
    """

    person: str
    how: How = How.EACH
    zone: str = ""
    quiet_from: time = time(20)
    quiet_until: time = time(7)
    digest_at: time = time(8)
    paused_until: date | None = None
    language: str = "en"
    version: int = 0

    def is_paused(self, now: datetime, firm: str) -> bool:
        """Whether the person is not to be told anything on the day of this moment."""
        return self.paused_until is not None and now.astimezone(self._place(firm)).date() < self.paused_until

    def open_at(self, now: datetime, firm: str) -> datetime:
        """The first moment from now on that is not quiet."""
        here = now.astimezone(self._place(firm))
        start, end, at = self.quiet_from, self.quiet_until, here.time()
        quiet = start <= at < end if start <= end else at >= start or at < end
        return _next(here, end) if quiet else now

    def digest_due(self, now: datetime, firm: str) -> datetime:
        """When the next message of the day is due."""
        return _next(now.astimezone(self._place(firm)), self.digest_at)

    def _place(self, firm: str) -> ZoneInfo:
        return ZoneInfo(self.zone or firm)


def usual(person: str, role: Role) -> Wish:
    """How somebody is told who said nothing: who looks after many things once a day, who works on them at once."""
    return Wish(person, How.DAILY if role in ONCE_A_DAY else How.EACH)


@dataclass(frozen=True)
class Wishes:
    """The wishes in the state database."""

    engines: Engines

    def mine(self, principal: Principal) -> Wish:
        """The principal's own; what is usual for the role of who said nothing."""
        found = self.engines.ask(lambda session: session.get(Stored, principal.name))
        return _wish(found) if found else usual(principal.name, principal.role)

    def of_people(self, principal: Principal) -> dict[str, Wish]:
        """Everybody's who said something, by address. For who delivers; raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        return self.engines.ask(
            lambda session: {each.person: _wish(each) for each in session.scalars(select(Stored))}
        )

    def save(self, principal: Principal, wish: Wish, today: date, key: str | None = None) -> Wish:
        """Keeps the principal's own in place of the version seen. Raises WrongEntry, ChangedMeanwhile."""
        own = replace(wish, person=principal.name, version=wish.version + 1)
        _check(own, today)

        def work(session: Session) -> None:
            stored = session.get(Stored, principal.name, with_for_update=True)
            before = _wish(stored) if stored else None
            if (before.version if before else 0) != wish.version:
                raise ChangedMeanwhile("How you wish to be told", before, wish.version)
            session.merge(Stored(**asdict(own)))
            note(session, principal, "wish set", f"messages to {principal.name}", before, own)

        self.engines.change(work, key)
        return own


def _check(wish: Wish, today: date) -> None:
    try:
        ZoneInfo(wish.zone or "UTC")
    except (KeyError, ValueError, OSError):
        raise WrongEntry(f"{wish.zone!r} is no zone; write one such as Europe/Berlin.") from None
    if wish.language not in LANGUAGES:
        raise WrongEntry(f"{wish.language!r} is no language here; choose one of {', '.join(LANGUAGES)}.")
    if wish.paused_until is not None and (wish.paused_until - today).days > LONGEST_PAUSE_DAYS:
        raise WrongEntry(
            f"{wish.paused_until} is more than {LONGEST_PAUSE_DAYS} days ahead; pause for less, or choose never."
        )


def _next(here: datetime, at: time) -> datetime:
    """The next moment after this one whose local time is `at`."""
    today = datetime.combine(here.date(), at, here.tzinfo)
    return today if today > here else datetime.combine(here.date() + timedelta(days=1), at, here.tzinfo)


def _wish(stored: Stored) -> Wish:
    values = {name: getattr(stored, name) for name in Wish.__dataclass_fields__}
    return Wish(**{**values, "how": How(stored.how)})
