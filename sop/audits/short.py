"""Audits that fell short: a refused lot or too few checks passed asks for a review of the procedure, once."""

import re
from collections.abc import Iterable
from enum import StrEnum

from kpi.words import say
from sop.audits.outcome import FEWEST, Outcome, Verdict, outcome_of
from sop.library import Shelved
from store.scope import Principal
from store.state import State, Trigger, TriggerKind
from store.state.audit_rows import Audit, AuditState, Selection
from store.state.triggers import TERM

FLOOR = 0.8  # fewer than four of five checks passed, 19 times of 20
FIGURES = re.compile(r"(\d+) of (\d+) ")


class Short(StrEnum):
    """How an audit fell short."""

    REFUSED = "refused"
    FAILED = "failed"


def reviews_asked(state: State, principal: Principal, shelves: Iterable[Shelved]) -> list[Trigger]:
    """
    A reason for every audit that ended within two weeks, not before the last review, was of the work that counts now
    (same major version), and fell short; none for an audit that gave reason before. Raises RoleForbids.
    """
    known = {
        (each.sop, each.subject)
        for each in state.triggers.rows(principal, answered=True)
        if each.kind is TriggerKind.AUDITS
    }
    counting = {each.key: each for each in shelves if each.effective() is not None}
    recent = [
        (counting[each.sop], each)
        for each in state.audits.rows(principal)
        if each.sop in counting and _is_recent(counting[each.sop], each)
    ]
    found = [reason for shelf, each in recent if (reason := _reason(state, principal, shelf, each))]
    return [each for each in found if (each.sop, each.subject) not in known]


def shortfall(audit: Audit, found: Outcome) -> Short | None:
    """
    Refused: a lot with too many failed checks. Failed: of at least five checks drawn at random the whole interval lies
    below four of five. None otherwise; named records speak for themselves only.
    """
    if audit.selection is not Selection.RANDOM:
        return None
    if found.decision is not None:
        return Short.REFUSED if found.decision.verdict is Verdict.REFUSED else None
    passed = found.passed
    if passed is None or passed.share.denominator < FEWEST or passed.high >= FLOOR:
        return None
    return Short.FAILED


def shortfall_told(reason: Trigger) -> str:
    """What the audit found, in the reader's language; without figures where it was of one market or team only."""
    how, _, audit = reason.subject.partition(" ")
    figures = FIGURES.match(reason.evidence)
    told = {"n": figures[1], "all": figures[2]} if figures else {}
    if how == Short.REFUSED:
        if figures:
            return say("audit {audit} refused the lot: {n} of {all} checks failed", audit=audit, **told)
        return say("audit {audit} refused the lot", audit=audit)
    if figures:
        return say("only {n} of {all} checks of audit {audit} passed", audit=audit, **told)
    return say("too few checks of audit {audit} passed", audit=audit)


def _is_recent(shelf: Shelved, audit: Audit) -> bool:
    now, reviewed = shelf.effective(), shelf.clock.reviewed
    if now is None or audit.state is not AuditState.DONE or audit.ended_at is None:
        return False
    ended = audit.ended_at.date()
    is_fresh = shelf.day - ended <= TERM and (reviewed is None or ended >= reviewed)
    return is_fresh and audit.number.partition(".")[0] == str(now.major)


def _reason(state: State, principal: Principal, shelf: Shelved, audit: Audit) -> Trigger | None:
    records, checks = state.checks.records(principal, audit.id), state.checks.of(principal, audit.id)
    found = outcome_of(audit, records, checks, state.checks.settlements(principal, audit.id))
    how = shortfall(audit, found)
    if how is None:
        return None
    return Trigger(
        shelf.key, TriggerKind.AUDITS, f"{how} {audit.id}", _evidence(audit, found, how), shelf.day,
        shelf.day + TERM,
    )  # fmt: skip


def _evidence(audit: Audit, found: Outcome, how: Short) -> str:
    """As the trail and commands tell it; who may not see the market or team of an audit reads no figure of it."""
    if audit.market or audit.team:
        return f"audit {audit.id} {'refused the lot' if how is Short.REFUSED else 'failed'}"
    if how is Short.REFUSED and found.decision is not None:
        return f"{found.decision.bad} of {found.decision.checked} checks failed: audit {audit.id} refused the lot"
    share = found.passed.share if found.passed else None
    return f"{share.numerator} of {share.denominator} checks passed in audit {audit.id}" if share else ""
