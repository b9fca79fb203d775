"""Audits of a person's own runs, for that person and the direct lead: what was found, without who looked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import AuditRecord, ProcedureAudit
from store.scope import Principal
from store.state.audit_questions import checks_of, settlements_of
from store.state.audit_rows import Audit, AuditState, Check, Drawn, Settlement, audit_of, drawn_of
from store.state.engines import Engines
from store.state.leads import sees_person

SHOWN = (AuditState.OPEN, AuditState.DONE)


@dataclass(frozen=True)
class AuditedRun:
    """One run of somebody under audit: the first check, which counts, without its auditor; what was settled of it."""

    audit: Audit
    record: Drawn
    check: Check
    settled: Sequence[Settlement]


@dataclass(frozen=True)
class Audited:
    """The audits of the state database from the side of whose runs were drawn. For everybody else there are none."""

    engines: Engines

    def of(self, principal: Principal, person: str, since: date) -> list[AuditedRun]:
        """
        The runs of a person from a day on whose check is finished (both checks, where two look), the latest first;
        empty for whoever may not see the person.
        """

        def work(session: Session) -> list[AuditedRun]:
            if not sees_person(session, principal, person):
                return []
            query = (
                select(AuditRecord.audit)
                .join(ProcedureAudit, AuditRecord.audit == ProcedureAudit.id)
                .where(
                    AuditRecord.person == person.strip().lower(), AuditRecord.day >= since,
                    ProcedureAudit.state.in_(SHOWN),
                )
                .distinct()
            )  # fmt: skip
            found = [each for audit in session.scalars(query) for each in _of_audit(session, audit, person)]
            own = [each for each in found if each.record.day >= since]
            return sorted(own, key=lambda each: (each.record.day, each.audit.id), reverse=True)

        return self.engines.ask(work)


def _of_audit(session: Session, number: int, person: str) -> list[AuditedRun]:
    audit = audit_of(session.get_one(ProcedureAudit, number))
    checks, settled = checks_of(session, number), settlements_of(session, number)
    done = {(check.place, check.turn) for _, check in checks if check.finished_at}
    return [
        AuditedRun(
            audit, replace(drawn_of(record), not_by=()), replace(check, auditor=""),
            [each for each in settled if each.place == record.place],
        )
        for record, check in checks
        if record.person == person.strip().lower() and check.turn == 1 and (check.place, 1) in done
        and (not record.twice or (check.place, 2) in done)
    ]  # fmt: skip
