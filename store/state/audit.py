"""The audit trail: who changed what, before and after. There is no way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
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
class Audit:
    """The audit trail of the state database."""

    engines: Engines

    def rows(self, principal: Principal, subject: str | None = None, limit: int = 200) -> list[Entry]:
        """The latest entries, newest first. Whoever sees only a part of the firm sees only their own.

        Raises NotAllowed for a role that may not read the trail.
        """
        require(principal, Permit.READ_AUDIT)
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
        if subject is not None:
            query = query.where(AuditEntry.subject == subject)
        if not principal.scope.is_whole:
            query = query.where(AuditEntry.who == principal.name)
        return self.engines.ask(lambda session: [_entry(each) for each in session.scalars(query)])

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


def _entry(stored: AuditEntry) -> Entry:
    return Entry(stored.id, stored.at, stored.who, stored.what, stored.subject, stored.before, stored.after)
