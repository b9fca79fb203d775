"""Finished checks of audits as rows of `sop_run_steps`, and audits that are due by a day as `planned_checks`."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sop.audits.checking import counted
from sop.audits.template import Item, Template, read_template
from sop.recorded.recorder import OURS, Recorder, Row
from store.facts import PlannedChecks, SopRunSteps
from store.state import State
from store.state.audit_rows import Audit, AuditState, Check, Drawn, DrawnFrom, Settlement


def check_rows(state: State, since: datetime) -> Iterator[Row]:
    """One row a step of each finished first check: what counts of it, by the template it was made with."""
    for audit, checked, settled in state.checks.finished_since(since):
        template = read_template(audit.template)
        for record, check in checked:
            yield from rows_of(audit, template, record, check, settled)


def rows_of(
    audit: Audit, template: Template, record: Drawn, check: Check, settled: Sequence[Settlement]
) -> Iterator[Row]:
    """The steps of one check."""
    scores = counted(check, settled)
    for number, item in enumerate(template.items, 1):
        yield _row(audit, template, record, check, number, item, scores.get(item.step))


def plan_rows(state: State, since: datetime) -> Iterator[Row]:
    """One row an audit with a day it is due by; one that was called off was not done."""
    for audit, _, _ in state.checks.finished_since(since):
        if audit.due_on is None:
            continue
        is_done = audit.ended_at is not None and audit.state is AuditState.DONE
        yield {
            "plan_id": f"{OURS}audit/{audit.id}",
            "sop": audit.sop,
            "team": audit.team or None,
            "market": audit.market or None,
            "planned_day": audit.asked_at.date(),
            "due_day": audit.due_on,
            "done_day": audit.ended_at.date() if audit.ended_at and is_done else None,
        }


def _row(
    audit: Audit, template: Template, record: Drawn, check: Check, number: int, item: Item, score: int | None
) -> Row:
    return {
        "step_id": f"{OURS}check/{check.id}/{number:03}",
        "run_id": f"{OURS}check/{check.id}",
        "sop": audit.sop,
        "version": audit.number,
        "step": item.step,
        "team": record.team or None,
        "market": record.market or None,
        **_case(audit, record),
        "selection": audit.selection.value,
        "executed_day": record.day,
        "recorded_day": check.finished_at.date() if check.finished_at else None,
        "weight": item.weight,
        "score": score,
        "max_score": item.maximum,
        "not_applicable": score is None,
        "critical": item.critical,
        "pass_mark": template.pass_mark,
    }


def _case(audit: Audit, record: Drawn) -> Row:
    """What the observed work was done for; a run tells it."""
    if audit.drawn_from is not DrawnFrom.RUN:
        return {"case_kind": audit.drawn_from.value, "case_id": record.case_id}
    kind, _, number = record.about.partition(" ")
    return {"case_kind": kind or None, "case_id": number or None}


CHECKS = Recorder("audit-checks", SopRunSteps, check_rows)
PLANNED = Recorder("audits", PlannedChecks, plan_rows)
