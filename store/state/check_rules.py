"""Who may look at a record under audit, and what is told of it to whom."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import AuditCheck, AuditRecord, ProcedureAudit
from store.scope import Principal
from store.state.audit_questions import seen_audit
from store.state.audit_rows import AuditState, Drawn, Found
from store.state.audit_rules import NotYours
from store.state.edits import WrongEntry

LONGEST = 2_000


def told_to(principal: Principal, record: Drawn, people: frozenset[str]) -> Drawn:
    """Without the names that are not the principal's to know."""
    mine = tuple(each for each in record.not_by if each == principal.name)
    return replace(record, person=record.person if record.person in people else "", not_by=mine)


def open_record(session: Session, principal: Principal, audit: int, place: int) -> AuditRecord:
    """A record of an audit that is open. Raises WrongEntry for any other."""
    stored = seen_audit(session, principal, audit)
    if stored.state != AuditState.OPEN:
        raise WrongEntry(f"Audit {audit} is not open ({stored.state}); nothing can be checked.")
    query = select(AuditRecord).where(AuditRecord.audit == audit, AuditRecord.place == place)
    record = session.scalar(query.with_for_update())
    if record is None:
        raise WrongEntry(f"Audit {audit} has no record {place}; it has {stored.size}.")
    return record


def require_free(principal: Principal, record: AuditRecord, begun: int) -> None:
    """Raises NotYours for one's own work, and where enough others look at it."""
    require_not_own(principal, record)
    if begun > int(record.twice):
        raise NotYours(f"Somebody else checks record {record.place}; take the next one.")


def require_not_own(principal: Principal, record: AuditRecord) -> None:
    """Raises NotYours for one's own work."""
    if principal.name in (record.person, *record.not_by):
        raise NotYours(
            f"Record {record.place} is {principal.name}'s own work; somebody else has to look at it."
        )


def own_check(session: Session, principal: Principal, number: int) -> AuditCheck:
    """The principal's own check in an open audit. Raises WrongEntry."""
    stored = session.get(AuditCheck, number)
    if stored is None or stored.auditor != principal.name:
        raise WrongEntry(f"There is no check {number} of yours; begin one of a record.")
    record = session.get_one(AuditRecord, stored.record)
    open_record(session, principal, record.audit, record.place)
    return stored


def require_short(found: Found) -> None:
    """Raises WrongEntry for a text that is too long, and for what does not apply without a reason."""
    for name in ("value", "because", "comment", "evidence"):
        if len(getattr(found, name)) > LONGEST:
            raise WrongEntry(f"The {name} of {found.step} is longer than {LONGEST} characters; shorten it.")
    if found.score is None and not found.because.strip():
        raise WrongEntry(f"Say why {found.step} does not apply.")


def touch(session: Session, audit: int) -> None:
    """The audit changed: what is recorded of it is worked out again."""
    session.get_one(ProcedureAudit, audit).changed_at = datetime.now(UTC)
