"""Audits that nobody planned yet: checklists and systems tell a step otherwise, so somebody should look."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from sop.systems import AuditDemand, audit_demands
from sop.systems.disagreement import Counted
from store.lake import Lake
from store.scope import Principal
from store.state import State
from store.state.audit_rows import Audit, WantedAudit
from store.state.editions import in_force


def ask_for_audits(state: State, lake: Lake, principal: Principal, day: date) -> int:
    """Ask for the audits that the last eight weeks up to a day give reason for; returns how many are new."""
    demands = audit_demands(lake, principal, day)
    return state.audits.want(principal, wanted_of(state, principal, demands, day))


def reason_of(audit: Audit) -> str:
    """Why it was asked for, in the reader's language; the words of whoever planned it come first."""
    told = cast(Mapping[str, Any], audit.because or {})
    if not told or audit.reason:
        return audit.reason
    seen, checked = (Counted(*told[name]) for name in ("seen", "checked"))
    since = date.fromisoformat(told["since"])
    return AuditDemand(audit.sop, audit.step, seen, checked, audit.first, audit.last, since).reason


def wanted_of(
    state: State, principal: Principal, demands: tuple[AuditDemand, ...], day: date
) -> list[WantedAudit]:
    """The audits that steps ask for whose checklists and systems differ, of the versions in force on a day."""
    rows = state.procedures.rows(principal)
    found = []
    for each in demands:
        editions = [row for row in rows if row.key == each.sop and not row.translates]
        edition = in_force(editions, day)
        if edition is not None:
            found.append(
                WantedAudit(
                    each.sop, edition.id, edition.name, edition.department, each.step, each.first, each.last,
                    _because(each),
                )
            )  # fmt: skip
    return found


def _because(demand: AuditDemand) -> Mapping[str, object]:
    told = {"seen": demand.by_systems, "checked": demand.by_checklist}
    counts = {name: [each.earned, each.possible, each.n] for name, each in told.items()}
    return {**counts, "since": demand.since.isoformat()}
