"""Audits of procedures: asked for, planned, drawn, worked on and ended; the seed and what it drew never change."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import AuditCheck, AuditRecord, ProcedureRun
from store.models import ProcedureAudit as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.audit_questions import seen_audit, undecided, unfinished
from store.state.audit_rows import (
    Audit,
    AuditState,
    Drawn,
    DrawnFrom,
    NewAudit,
    Progress,
    WantedAudit,
    audit_of,
    sees_audit,
)
from store.state.audit_rules import (
    empty_audit,
    finished_run,
    people_of_runs,
    require_plannable,
    require_version,
    was_over_before,
)
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines
from store.state.run_records import RunState

MOST_DRAWN, NEWEST = 2_000, 300
NOBODY = "fairlead"
Step = Callable[[Session, Stored], None]


@dataclass(frozen=True)
class Audits:
    """The audits of the state database, for who may audit; `seen` is the `version` that was looked at."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Audit]:
        """The newest audits the principal may see, the latest first. Raises RoleForbids."""
        require(principal, Permit.AUDIT_PROCEDURES)
        query = select(Stored).order_by(Stored.id.desc()).limit(NEWEST)
        found = self.engines.ask(lambda session: [audit_of(each) for each in session.scalars(query)])
        return [each for each in found if sees_audit(principal, each.department, each.market, each.team)]

    def find(self, principal: Principal, number: int) -> Audit:
        """One audit. Raises WrongEntry where there is none or the principal may not see it, RoleForbids."""
        require(principal, Permit.AUDIT_PROCEDURES)
        return self.engines.ask(lambda session: audit_of(seen_audit(session, principal, number)))

    def progress(self, principal: Principal) -> dict[int, Progress]:
        """How far the open audits are, by number. Raises RoleForbids."""
        require(principal, Permit.AUDIT_PROCEDURES)
        done = func.count(AuditCheck.finished_at).filter(AuditCheck.turn == 1)
        query = (
            select(Stored.id, Stored.size, done)
            .join(AuditRecord, AuditRecord.audit == Stored.id)
            .outerjoin(AuditCheck, AuditCheck.record == AuditRecord.id)
            .where(Stored.state == AuditState.OPEN)
            .group_by(Stored.id, Stored.size)
        )
        rows = self.engines.ask(lambda session: session.execute(query).all())
        return {number: Progress(size, finished) for number, size, finished in rows}

    def make(
        self, principal: Principal, new: NewAudit, wanted: int | None = None, key: str | None = None
    ) -> Audit:
        """
        An audit that waits for its draw; a `wanted` one that was asked for becomes it. Raises WrongEntry for what
        cannot be planned, NotAllowed outside the scope, ChangedMeanwhile where the wanted one was planned already.
        """
        require(principal, Permit.AUDIT_PROCEDURES)
        require_plannable(principal, new)

        def work(session: Session) -> int:
            require_version(session, new.edition, new.sop)
            values = asdict(new) | {"state": AuditState.DRAWING, "asked_by": principal.name}
            stored = Stored(**empty_audit() | values)
            if wanted is not None:
                before = seen_audit(session, principal, wanted)
                if before.state != AuditState.WANTED:
                    raise ChangedMeanwhile(f"Audit {wanted}", audit_of(before), before.version)
                before.version += 1
                for name, value in values.items():
                    setattr(before, name, value)
                stored = before
            session.add(stored)
            stored.changed_at = datetime.now(UTC)
            return _noted(session, principal, stored, "audit planned")

        return self._stored(self.engines.change(work, key))

    def want(self, principal: Principal, wanted: Sequence[WantedAudit]) -> int:
        """
        Ask for the audits of these steps: new ones open, those nobody planned yet get today's numbers, and those that
        nothing asks for any more are called off. One that is open, or was asked for and ended in the same span, is
        not asked for again. Returns how many are new. For the worker. Raises RoleForbids.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> int:
            rows = session.scalars(select(Stored).where(Stored.step != "").order_by(Stored.id)).all()
            latest = {(each.sop, each.step): each for each in rows}
            asked = {(each.sop, each.step): each for each in wanted}
            for place, stored in latest.items():
                if stored.state == AuditState.WANTED and place not in asked:
                    _end(stored, NOBODY, AuditState.CALLED_OFF, "Checklists and systems agree again.")
            new = 0
            for place, each in asked.items():
                known = latest.get(place)
                if known is not None and known.state == AuditState.WANTED:
                    known.because, known.first, known.last = each.because, each.first, each.last
                elif known is None or was_over_before(known, each):
                    session.add(Stored(**empty_audit() | asdict(each) | {"asked_by": NOBODY}))
                    new += 1
            return new

        return self.engines.change(work)

    def drawn(
        self, principal: Principal, number: int, population: int, digest: str, records: Sequence[Drawn]
    ) -> Audit:
        """
        Keep what was drawn, once: an audit that has its records keeps them. For the worker and the command line.
        Raises WrongEntry for more than 2,000 records, RoleForbids.
        """
        require(principal, Permit.AUDIT_PROCEDURES)
        if len(records) > MOST_DRAWN:
            raise WrongEntry(f"{len(records)} records are more than {MOST_DRAWN}; choose a wider interval.")

        def work(session: Session) -> int:
            stored = seen_audit(session, principal, number)
            if stored.state == AuditState.DRAWING:
                session.add_all(_records(session, stored, records))
                stored.population, stored.digest, stored.size = population, digest, len(records)
                stored.state, stored.drawn_at, stored.problem = AuditState.OPEN, datetime.now(UTC), ""
                _changed(stored)
                told = {
                    "population": population,
                    "digest": digest,
                    "seed": stored.seed,
                    "drawn": len(records),
                }
                note(session, principal, "audit drawn", f"audit {number}", None, told)
            return number

        return self._stored(self.engines.change(work))

    def cannot_draw(self, principal: Principal, number: int, problem: str) -> Audit:
        """Say why nothing was drawn; it still waits. For the worker and the command line. Raises RoleForbids."""
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> int:
            stored = seen_audit(session, principal, number)
            if stored.state == AuditState.DRAWING:
                stored.problem = problem
                _changed(stored)
            return number

        return self._stored(self.engines.change(work))

    def finished_runs(self, principal: Principal, number: int, zone: ZoneInfo) -> list[Drawn]:
        """
        All that an audit of runs may draw: those of its version that were finished on its days (of the zone), in its
        market and team; people are numbers. For the worker and the command line. Raises as `find`.
        """
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> list[Drawn]:
            audit = seen_audit(session, principal, number)
            query = select(ProcedureRun).where(
                ProcedureRun.sop == audit.sop, ProcedureRun.number == audit.number,
                ProcedureRun.state == RunState.FINISHED,
                *(column == part for column, part in (
                    (ProcedureRun.market, audit.market), (ProcedureRun.team, audit.team),
                ) if part),
            ).order_by(ProcedureRun.id)  # fmt: skip
            numbers = dict[str, int]()
            found = [
                finished_run(each, zone, numbers.setdefault(each.person, len(numbers) + 1))
                for each in session.scalars(query)
            ]
            return [each for each in found if audit.first <= each.day <= audit.last]

        return self.engines.ask(work)

    def call_off(
        self, principal: Principal, number: int, seen: int, why: str, key: str | None = None
    ) -> Audit:
        """
        End an audit that is not needed; what was checked stays. Raises WrongEntry without a reason, ChangedMeanwhile,
        NotAllowed.
        """
        said = why.strip()

        def work(_session: Session, stored: Stored) -> None:
            if not said:
                raise WrongEntry("Say why the audit is called off.")
            _end(stored, principal.name, AuditState.CALLED_OFF, said)

        return self._step(principal, number, seen, "called off", work, key)

    def close(self, principal: Principal, number: int, seen: int, key: str | None = None) -> Audit:
        """
        End an audit whose records are all checked and whose disagreements are settled. Raises WrongEntry while
        something is missing, ChangedMeanwhile, NotAllowed.
        """

        def work(session: Session, stored: Stored) -> None:
            if stored.state != AuditState.OPEN:
                raise WrongEntry(f"Audit {number} has no records yet; wait for the draw.")
            if missing := unfinished(session, number):
                raise WrongEntry(f"{missing} checks are not finished; finish them, or call the audit off.")
            if open_ones := undecided(session, number):
                raise WrongEntry(f"{len(open_ones)} disagreements of two auditors are not settled.")
            _end(stored, principal.name, AuditState.DONE, "")

        return self._step(principal, number, seen, "closed", work, key)

    def _step(
        self, principal: Principal, number: int, seen: int, what: str, step: Step, key: str | None
    ) -> Audit:
        require(principal, Permit.AUDIT_PROCEDURES)

        def work(session: Session) -> int:
            stored = seen_audit(session, principal, number)
            before = audit_of(stored)
            if before.version != seen or before.is_over:
                raise ChangedMeanwhile(f"Audit {number}", before, seen)
            step(session, stored)
            return _noted(session, principal, stored, f"audit {what}", before)

        return self._stored(self.engines.change(work, key))

    def _stored(self, number: int) -> Audit:
        return self.engines.ask(lambda session: audit_of(session.get_one(Stored, number)))


def _records(session: Session, audit: Stored, drawn: Sequence[Drawn]) -> list[AuditRecord]:
    """What was drawn with whose work it is; who draws runs does not know that."""
    owners = people_of_runs(session, drawn) if audit.drawn_from == DrawnFrom.RUN else {}
    return [
        AuditRecord(
            audit=audit.id,
            **asdict(each) | {"not_by": list(each.not_by), "person": owners.get(each.case_id, each.person)},
        )
        for each in drawn
    ]


def _end(stored: Stored, who: str, state: AuditState, why: str) -> None:
    stored.state, stored.ended_by, stored.ended_why = state, who, why
    stored.ended_at = datetime.now(UTC)
    _changed(stored)


def _changed(stored: Stored) -> None:
    stored.version += 1
    stored.changed_at = datetime.now(UTC)


def _noted(
    session: Session, principal: Principal, stored: Stored, what: str, before: Audit | None = None
) -> int:
    session.flush()
    after = replace(audit_of(stored), template={})
    note(session, principal, what, f"audit {stored.id}", before and replace(before, template={}), after)
    return stored.id
