"""An audit from the plan to the draw."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from sop.audits.drawing import digest_of, draw, twice
from sop.audits.plans import Named, Plan, plain_plan, read_plan, size_of
from sop.audits.population import rows_of
from sop.audits.template import PASS_MARK, template_of
from sop.library import procedure_of
from store.lake import Lake
from store.scope import Principal
from store.state import Edition, State, WrongEntry
from store.state.audit_rows import Audit, Drawn, DrawnFrom, NewAudit, Selection


@dataclass(frozen=True)
class Wish:
    """
    What a person wants audited: a span and a part of the firm, how many records, how each step is judged (see
    `template_of`), and by when. Without a `seed` one is made.
    """

    drawn_from: DrawnFrom
    first: date
    last: date
    plan: Plan
    selection: Selection = Selection.RANDOM
    market: str = ""
    team: str = ""
    second_percent: int = 0
    due_on: date | None = None
    reason: str = ""
    pass_mark: int = PASS_MARK
    judged: Mapping[str, str] | None = None
    seed: str = ""


def make_audit(
    state: State, principal: Principal, edition: Edition, wish: Wish, wanted: int | None = None,
    key: str | None = None,
) -> Audit:  # fmt: skip
    """
    Plan an audit of a version; it waits for the draw. Raises WrongEntry for a plan that cannot be (records that were
    named are never random), NotAllowed, ChangedMeanwhile.
    """
    if isinstance(wish.plan, Named) and wish.selection is Selection.RANDOM:
        raise WrongEntry("Records that somebody named are not random; say targeted or complaint.")
    template = template_of(procedure_of(state, principal, edition.id), wish.pass_mark, wish.judged)
    new = NewAudit(
        edition.key, edition.id, edition.name, edition.department, wish.drawn_from, wish.first, wish.last,
        plain_plan(wish.plan), template.plain, wish.seed.strip() or token_hex(8), wish.selection,
        wish.market.strip(), wish.team.strip(), wish.second_percent, wish.due_on, wish.reason.strip(),
    )  # fmt: skip
    return state.audits.make(principal, new, wanted, key)


def draw_audit(state: State, lake: Lake, principal: Principal, number: int, zone: str) -> Audit:
    """
    Draw the records of an audit that waits for it, and keep them; what it may draw from and how many there are is kept
    with it. `zone`: of the firm, for the days of runs. Raises WrongEntry where there is nothing to draw.
    """
    audit = state.audits.find(principal, number)
    if audit.drawn_at is not None:
        return audit
    plan, records = read_plan(audit.plan), population_of(state, lake, principal, audit, zone)
    if isinstance(plan, Named):
        chosen = _named(plan, records)
    else:
        chosen = draw(records, size_of(plan, len(records)), audit.seed)
    if not chosen:
        raise WrongEntry(f"There is no {audit.drawn_from} to draw from {audit.first} to {audit.last}.")
    second = twice(chosen, audit.second_percent, audit.seed)
    drawn = [
        replace(each, place=place, twice=each.case_id in second) for place, each in enumerate(chosen, start=1)
    ]
    return state.audits.drawn(principal, number, len(records), digest_of(records), drawn)


def population_of(state: State, lake: Lake, principal: Principal, audit: Audit, zone: str) -> list[Drawn]:
    """All that an audit may draw. Raises WrongEntry."""
    if audit.drawn_from is DrawnFrom.RUN:
        return state.audits.finished_runs(principal, audit.id, ZoneInfo(zone))
    edition = state.procedures.find(principal, audit.edition)
    return rows_of(lake, audit, tuple(sorted(edition.markets or ())))


def _named(plan: Named, records: list[Drawn]) -> list[Drawn]:
    by_number = {each.case_id: each for each in records}
    if missing := [each for each in plan.records if each not in by_number]:
        raise WrongEntry(
            f"Not found in these days: {', '.join(missing[:10])}. Look at the numbers and the days."
        )
    return [by_number[each] for each in dict.fromkeys(plan.records)]


def span_before(day: date, weeks: int = 4) -> tuple[date, date]:
    """The whole weeks before a day: what is audited unless somebody says otherwise."""
    last = day - timedelta(days=day.weekday() + 1)
    return last - timedelta(days=7 * weeks - 1), last
