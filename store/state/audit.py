"""The audit trail: who changed what, before and after. There is no way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from store.models import AuditEntry
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require
from store.state.engines import Engines


@dataclass(frozen=True)
class Entry:
    """One change; `before` is None for something new, `after` for something gone."""

    id: int
    at: datetime
    who: str
    what: str
    subject: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


@dataclass(frozen=True)
class Wanted:
    """
    Which entries: by a person, of a kind, of subjects that hold a text in whatever case, from the moment `since` to
    before `until`. What is empty limits nothing.
    """

    who: str = ""
    what: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def limits(self) -> list[ColumnElement[bool]]:
        """The same as conditions."""
        limits: list[ColumnElement[bool]] = []
        if self.who:
            limits.append(AuditEntry.who == self.who)
        if self.what:
            limits.append(AuditEntry.what == self.what)
        if self.text:
            limits.append(func.lower(AuditEntry.subject).contains(self.text.lower(), autoescape=True))
        if self.since is not None:
            limits.append(AuditEntry.at >= self.since)
        if self.until is not None:
            limits.append(AuditEntry.at < self.until)
        return limits


ALL = Wanted()


@dataclass(frozen=True)
class Audit:
    """
    The audit trail of the state database. Whoever sees only a part of the firm reads only their own entries; a role
    that may not read the trail is refused (NotAllowed).
    """

    engines: Engines

    def rows(
        self, principal: Principal, subject: str | None = None, limit: int = 200, wanted: Wanted = ALL,
        before: int | None = None,
    ) -> list[Entry]:  # fmt: skip
        """The latest entries, newest first; `before` a number, those that were made earlier."""
        query = select(AuditEntry).where(*_allowed(principal), *wanted.limits)
        if subject is not None:
            query = query.where(AuditEntry.subject == subject)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        latest = query.order_by(AuditEntry.id.desc()).limit(limit)
        return self.engines.ask(lambda session: [_entry(each) for each in session.scalars(latest)])

    def count(self, principal: Principal, wanted: Wanted = ALL) -> int:
        """How many entries there are."""
        query = select(func.count(AuditEntry.id)).where(*_allowed(principal), *wanted.limits)
        return self.engines.ask(lambda session: session.scalar(query) or 0)

    def names(self, principal: Principal) -> tuple[list[str], list[str]]:
        """Everybody who left an entry, and every kind of entry, each in the order of the alphabet."""
        columns = AuditEntry.who, AuditEntry.what
        queries = [select(column).where(*_allowed(principal)).distinct() for column in columns]
        who, what = self.engines.ask(lambda session: [sorted(session.scalars(query)) for query in queries])
        return who, what

    def took(self, principal: Principal, file: str, size: int | None = None) -> None:
        """Notes that data left as a file. Raises NotAllowed for a role that may not take any along."""
        self.add(principal, Permit.EXPORT, "file taken", f"export {file}", {"bytes": size} if size else None)

    def add(
        self, principal: Principal, permit: Permit, what: str, subject: str, after: object = None
    ) -> None:
        """Notes what leaves no other row here, e.g. an export, and what permitted it; `after` is a record or mapping.

        Raises NotAllowed for a role without that permit.
        """
        require(principal, permit)

        def work(session: Session) -> None:
            note(session, principal, what, subject, None, after)

        self.engines.change(work)


def _allowed(principal: Principal) -> list[ColumnElement[bool]]:
    require(principal, Permit.READ_AUDIT)
    return [] if principal.scope.is_whole else [AuditEntry.who == principal.name]


def _entry(stored: AuditEntry) -> Entry:
    return Entry(stored.id, stored.at, stored.who, stored.what, stored.subject, stored.before, stored.after)
