"""What an audit needs before it may be planned, and what it is before anybody planned it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedureAudit as Stored
from store.models import ProcedureRun, ProcedureVersion
from store.scope import Principal
from store.state.audit_rows import AuditState, Drawn, DrawnFrom, NewAudit, Selection, WantedAudit, sees_audit
from store.state.edits import NotAllowed, WrongEntry


class NotYours(NotAllowed):
    """The record is somebody else's to check, or the principal's own work."""


def require_plannable(principal: Principal, new: NewAudit) -> None:
    """Raises WrongEntry for a span or share that cannot be, NotAllowed for a part that is not the principal's."""
    if not sees_audit(principal, new.department, new.market, new.team):
        part = ", ".join(
            sorted({*(principal.scope.markets or ()), *(principal.scope.teams or ())}) or [new.department]
        )
        raise NotAllowed(f"{principal.name} may audit {part} only; name one of these markets or teams.")
    if new.first > new.last:
        raise WrongEntry(f"{new.first} is after {new.last}; turn the days around.")
    if not 0 <= new.second_percent <= 100:
        raise WrongEntry(f"{new.second_percent} % of the records cannot be checked twice; take 0 to 100.")


def require_version(session: Session, edition: int, sop: str) -> None:
    """Raises WrongEntry unless it is an approved version of that procedure."""
    found = session.get(ProcedureVersion, edition)
    if found is None or found.key != sop or found.effective_on is None:
        raise WrongEntry(f"There is no approved version {edition} of {sop}; choose another.")


def finished_run(run: ProcedureRun, zone: ZoneInfo, who: int) -> Drawn:
    """A finished run as a record to draw; `who`: a number for its person, who is nobody's to know."""
    ended = run.ended_at or run.changed_at
    return Drawn(
        0, str(run.id), ended.astimezone(zone).date(), f"{run.case_kind} {run.case_id}", run.market, run.team,
        person=str(who),
    )  # fmt: skip


def people_of_runs(session: Session, records: Sequence[Drawn]) -> dict[str, str]:
    """Whose the runs are that were drawn, by their numbers."""
    numbers = [int(each.case_id) for each in records if each.case_id.isdecimal()]
    query = select(ProcedureRun.id, ProcedureRun.person).where(ProcedureRun.id.in_(numbers))
    return {str(number): person for number, person in session.execute(query)}


def was_over_before(known: Stored, wanted: WantedAudit) -> bool:
    """Whether the last audit of the step ended before the weeks that now ask for one."""
    return known.ended_at is not None and known.ended_at.date() < wanted.first


def empty_audit() -> dict[str, object]:
    """What an audit is before anybody planned it; a span and a version always come with it."""
    now = datetime.now(UTC)
    return {
        "drawn_from": DrawnFrom.RUN, "market": "", "team": "", "selection": Selection.RANDOM, "plan": {},
        "template": {}, "second_percent": 0, "due_on": None, "reason": "", "step": "", "because": None, "seed": "",
        "state": AuditState.WANTED, "population": 0, "digest": "", "size": 0, "problem": "", "asked_at": now,
        "drawn_at": None, "ended_by": "", "ended_at": None, "ended_why": "", "changed_at": now, "version": 1,
    }  # fmt: skip
