"""Questions that everything about audits asks: which audit, its checks, what is missing, where two disagree."""

from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import AuditAnswer, AuditCheck, AuditRecord, AuditSettlement, ProcedureAudit
from store.scope import Principal
from store.state.audit_rows import Check, Found, Settlement, found_of, sees_audit, settlement_of
from store.state.edits import WrongEntry

GONE = "There is no audit {number}; look at the list of those there are."


def seen_audit(session: Session, principal: Principal, number: int) -> ProcedureAudit:
    """The stored audit. Raises WrongEntry where there is none or the principal may not see it."""
    stored = session.get(ProcedureAudit, number)
    if stored is None or not sees_audit(principal, stored.department, stored.market, stored.team):
        raise WrongEntry(GONE.format(number=number))
    return stored


def unfinished(session: Session, audit: int) -> int:
    """How many checks of the drawn records are still to be finished, second ones too."""
    query = select(func.count(AuditRecord.id), func.count(AuditRecord.id).filter(AuditRecord.twice)).where(
        AuditRecord.audit == audit
    )
    once, twice = session.execute(query).one()
    done = (
        select(func.count(AuditCheck.finished_at))
        .join(AuditRecord, AuditCheck.record == AuditRecord.id)
        .where(AuditRecord.audit == audit)
    )
    return int(once + twice - (session.scalar(done) or 0))


def undecided(session: Session, audit: int) -> list[tuple[int, str]]:
    """Place and step where two finished checks differ and nobody said what counts."""
    settled = {(each.place, each.step) for each in settlements_of(session, audit)}
    return [place for place, _ in apart(session, audit) if place not in settled]


def apart(session: Session, audit: int) -> list[tuple[tuple[int, str], tuple[int | None, int | None]]]:
    """Place and step where two finished checks differ, with the points of both."""
    by_place = groupby(checks_of(session, audit), key=lambda pair: pair[1].place)
    pairs = [[each for _, each in checks if each.finished_at] for _, checks in by_place]
    return [
        ((first.place, step), (found.score, second.found[step].score))
        for first, second in (pair for pair in pairs if len(pair) == 2)
        for step, found in first.found.items()
        if step in second.found and not found.agrees(second.found[step])
    ]


def checks_of(session: Session, audit: int) -> list[tuple[AuditRecord, Check]]:
    """Every check of an audit with its record, by place and turn."""
    query = (
        select(AuditRecord, AuditCheck)
        .join(AuditCheck, AuditCheck.record == AuditRecord.id)
        .where(AuditRecord.audit == audit)
        .order_by(AuditRecord.place, AuditCheck.turn)
    )
    rows = session.execute(query).all()
    of_audit = select(AuditCheck.id).join(AuditRecord).where(AuditRecord.audit == audit)
    answers: dict[int, list[Found]] = {}
    for each in session.scalars(select(AuditAnswer).where(AuditAnswer.audit_check.in_(of_audit))):
        answers.setdefault(each.audit_check, []).append(found_of(each))
    return [(record, check_of(check, record.place, answers.get(check.id, []))) for record, check in rows]


def settlements_of(session: Session, audit: int) -> list[Settlement]:
    query = (
        select(AuditRecord.place, AuditSettlement)
        .join(AuditSettlement, AuditSettlement.record == AuditRecord.id)
        .where(AuditRecord.audit == audit)
        .order_by(AuditRecord.place, AuditSettlement.step)
    )
    return [settlement_of(each, place) for place, each in session.execute(query)]


def check_of(stored: AuditCheck, place: int, found: list[Found]) -> Check:
    return Check(
        stored.id, place, stored.turn, stored.auditor, stored.begun_at, stored.finished_at,
        {each.step: each for each in found}, stored.version,
    )  # fmt: skip
