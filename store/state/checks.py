"""Records under audit: one auditor's look at each, a second one's at some, blind to the first, and what then counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import AuditAnswer, AuditCheck, AuditRecord, AuditSettlement, ProcedureAudit
from store.permits import Permit
from store.scope import Principal
from store.state.audit_questions import apart, check_of, checks_of, seen_audit, settlements_of, undecided
from store.state.audit_rows import (
    Audit,
    Check,
    Drawn,
    Found,
    Settlement,
    audit_of,
    drawn_of,
    found_of,
    settlement_of,
)
from store.state.check_rules import (
    LONGEST,
    open_record,
    own_check,
    require_free,
    require_not_own,
    require_short,
    told_to,
    touch,
)
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines
from store.state.leads import seen_people


@dataclass(frozen=True)
class Checks:
    """The checks of the state database, for who may audit. Nobody audits their own work, or one record twice."""

    engines: Engines

    def records(self, principal: Principal, audit: int) -> list[Drawn]:
        """
        What was drawn, in the order of looking; who did the work is told to that person and their direct lead only.
        Raises WrongEntry where there is no such audit, RoleForbids.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> list[Drawn]:
            seen_audit(session, principal, audit)
            people = seen_people(session, principal)
            query = select(AuditRecord).where(AuditRecord.audit == audit).order_by(AuditRecord.place)
            return [told_to(principal, drawn_of(each), people) for each in session.scalars(query)]

        return self.engines.ask(work)

    def of(self, principal: Principal, audit: int) -> list[Check]:
        """
        The checks of an audit by place and turn. What was found is left out where the principal is to judge blindly:
        in others' unfinished checks, and in a first check whose second one is not finished. Raises as `records`.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> list[Check]:
            seen_audit(session, principal, audit)
            checks = checks_of(session, audit)
            seconds = {record.id for record, each in checks if each.turn == 2 and each.finished_at}
            return [
                each
                if each.auditor == principal.name
                or (each.finished_at and (not record.twice or record.id in seconds))
                else replace(each, found={})
                for record, each in checks
            ]

        return self.engines.ask(work)

    def settlements(self, principal: Principal, audit: int) -> list[Settlement]:
        """What was settled, by place and step. Raises as `records`."""
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> list[Settlement]:
            seen_audit(session, principal, audit)
            return settlements_of(session, audit)

        return self.engines.ask(work)

    def begin(
        self, principal: Principal, audit: int, place: int, given: Mapping[str, str], key: str | None = None
    ) -> Check:
        """
        The principal's own check of a record: the first, or the second where one is wanted; one that was begun goes
        on. `given`: steps that do not apply, and why. Raises NotAllowed for one's own work or a record that others
        look at, WrongEntry for an audit that is not open.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> int:
            record = open_record(session, principal, audit, place)
            known = session.scalars(select(AuditCheck).where(AuditCheck.record == record.id)).all()
            own = next((each.id for each in known if each.auditor == principal.name), None)
            if own is not None:
                return own
            require_free(principal, record, len(known))
            now = datetime.now(UTC)
            check = AuditCheck(
                record=record.id, turn=len(known) + 1, auditor=principal.name, begun_at=now, finished_at=None,
                version=1,
            )  # fmt: skip
            session.add(check)
            session.flush()
            session.add_all(
                AuditAnswer(
                    audit_check=check.id, step=step, score=None, value="", because=why, comment="", evidence="",
                    answered_at=now, version=1,
                )
                for step, why in given.items()
            )  # fmt: skip
            return check.id

        return self._check(self.engines.change(work, key))

    def not_mine(self, principal: Principal, audit: int, place: int) -> Drawn:
        """
        Leave a record to others because it is the principal's own work; what was found of it is gone. Raises
        WrongEntry once the check is finished.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> int:
            record = open_record(session, principal, audit, place)
            query = select(AuditCheck).where(
                AuditCheck.record == record.id, AuditCheck.auditor == principal.name
            )
            own = session.scalar(query)
            if own is not None and own.finished_at is not None:
                raise WrongEntry(
                    "Your check of this record is finished; it cannot be left to others any more."
                )
            if own is not None:
                for each in session.scalars(select(AuditAnswer).where(AuditAnswer.audit_check == own.id)):
                    session.delete(each)
                session.flush()
                session.delete(own)
            record.not_by = sorted({*record.not_by, principal.name})
            note(session, principal, "audit record left to others", f"audit {audit}, record {place}")
            return record.id

        number = self.engines.change(work)
        return self.engines.ask(lambda session: drawn_of(session.get_one(AuditRecord, number)))

    def answer(self, principal: Principal, check: int, found: Found) -> Found:
        """
        Keep what the auditor found at a step, at once; `found.version` is that of the answer it replaces. Raises
        ChangedMeanwhile where it was answered elsewhere since, WrongEntry for finished checks and others'.
        """
        require(principal, Permit.AUDIT_PROCEDURES)
        require_short(found)

        def work(session: Session) -> None:
            stored = own_check(session, principal, check)
            if stored.finished_at is not None:
                raise WrongEntry("This check is finished; what was found stays as it is.")
            known = session.get(AuditAnswer, (check, found.step))
            if (known.version if known else 0) != found.version:
                theirs = found_of(known) if known else None
                raise ChangedMeanwhile(f"The step {found.step}", theirs, found.version)
            if known is None:
                known = AuditAnswer(audit_check=check, step=found.step)
                session.add(known)
            for name in ("score", "value", "because", "comment", "evidence"):
                setattr(known, name, getattr(found, name))
            known.answered_at, known.version = datetime.now(UTC), found.version + 1
            stored.version += 1

        self.engines.change(work)
        return self.engines.ask(lambda session: found_of(session.get_one(AuditAnswer, (check, found.step))))

    def finish(self, principal: Principal, check: int, seen: int) -> Check:
        """
        From now on the check counts and nothing of it changes. The caller has seen that nothing is missing in the
        `seen` version. Raises ChangedMeanwhile where it was answered since, WrongEntry for others'.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> None:
            stored = own_check(session, principal, check)
            if stored.finished_at is not None:
                return
            if stored.version != seen:
                raise ChangedMeanwhile("The check", f"version {stored.version}", seen)
            record = session.get_one(AuditRecord, stored.record)
            stored.finished_at = datetime.now(UTC)
            stored.version += 1
            touch(session, record.audit)
            subject = f"audit {record.audit}, record {record.place}"
            note(session, principal, "audit check finished", subject, None, {"turn": stored.turn})

        self.engines.change(work)
        return self._check(check)

    def settle(
        self, principal: Principal, audit: int, place: int, step: str, score: int | None, because: str,
        key: str | None = None,
    ) -> Settlement:  # fmt: skip
        """
        Say which of two answers counts, and why; both stay. Raises WrongEntry where both agree or are not finished,
        or for points that neither gave, or without a reason; NotAllowed.
        """
        require(principal, Permit.AUDIT_PROCEDURES)
        said = because.strip()
        if not said or len(said) > LONGEST:
            raise WrongEntry(f"Say why this counts, in at most {LONGEST} characters.")

        def work(session: Session) -> int:
            record = open_record(session, principal, audit, place)
            given = dict(apart(session, audit)).get((place, step))
            if given is None or score not in given:
                raise WrongEntry(f"The auditors of record {place} do not disagree so about '{step}'.")
            require_not_own(principal, record)
            known = session.get(AuditSettlement, (record.id, step)) or AuditSettlement(
                record=record.id, step=step
            )
            known.score, known.because = score, said
            known.settled_by, known.settled_at = principal.name, datetime.now(UTC)
            session.add(known)
            touch(session, audit)
            told = {"step": step, "points": score, "because": said}
            note(
                session, principal, "audit disagreement settled", f"audit {audit}, record {place}", None, told
            )
            return record.id

        number = self.engines.change(work, key)
        return self.engines.ask(
            lambda session: settlement_of(session.get_one(AuditSettlement, (number, step)), place)
        )

    def undecided(self, principal: Principal, audit: int) -> list[tuple[int, str]]:
        """Place and step where two finished checks differ and nobody said what counts. Raises as `records`."""
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> list[tuple[int, str]]:
            seen_audit(session, principal, audit)
            return undecided(session, audit)

        return self.engines.ask(work)

    def finished_since(
        self, since: datetime
    ) -> list[tuple[Audit, list[tuple[Drawn, Check]], list[Settlement]]]:
        """
        The drawn audits that changed since a moment, each with its records whose first check is finished, and what was
        settled. For the worker.
        """

        def work(session: Session) -> list[tuple[Audit, list[tuple[Drawn, Check]], list[Settlement]]]:
            query = select(ProcedureAudit).where(
                ProcedureAudit.changed_at >= since, ProcedureAudit.drawn_at.is_not(None)
            )
            return [
                (
                    audit_of(each),
                    [
                        (drawn_of(record), check)
                        for record, check in checks_of(session, each.id)
                        if check.turn == 1 and check.finished_at
                    ],
                    settlements_of(session, each.id),
                )
                for each in session.scalars(query.order_by(ProcedureAudit.id))
            ]

        return self.engines.ask(work)

    def _check(self, number: int) -> Check:
        def work(session: Session) -> Check:
            stored = session.get_one(AuditCheck, number)
            answers = session.scalars(select(AuditAnswer).where(AuditAnswer.audit_check == number))
            record = session.get_one(AuditRecord, stored.record)
            return check_of(stored, record.place, [found_of(each) for each in answers])

        return self.engines.ask(work)
