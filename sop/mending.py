"""Corrective actions: opened with what must move, carried out, judged by the KPI itself, closed or begun again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kpi.catalog import KPIS
from kpi.model import Better, Kpi
from kpi.standings import every_of
from kpi.words import marked, say
from sop.corrective import Action as Timed
from sop.diagnosis.closing import sentence
from sop.diagnosis.effect import FEWEST, Outcome
from sop.diagnosis.observed import as_finding, before_change, can_show, effect_on, observe, of_finding
from sop.diagnosis.verify import LONGEST, periods_needed, verify_on
from sop.diagnosis.windows import Change, Other
from sop.library import library, procedure_of
from store.company_file import load_company
from store.home import Store
from store.scope import Principal
from store.state import ActionError, ActionStatus, Cause, Corrective, Moves, State, segment_pairs

HOLDS = timedelta(weeks=8)  # after which a closed one is looked at once more
CAUSES = {
    Cause.FLAG: marked("a flag on a step"), Cause.AUDIT: marked("an audit"), Cause.KPI: marked("a missed KPI"),
    Cause.REVIEW: marked("a review"), Cause.MEETING: marked("a meeting"), Cause.ALERT: marked("an alert"),
}  # fmt: skip
AGAIN = (Outcome.NONE, Outcome.WORSENED, Outcome.CONFOUNDED, Outcome.NO_BASELINE)


def open_corrective(
    state: State,
    principal: Principal,
    kpi: Kpi,
    asked: Corrective,
    *,
    today: date,
    key: str | None = None,
) -> Corrective:
    """
    A new corrective action as it was stored; KPI and department of `asked` are those of `kpi`. Raises ActionError for
    a due day that has passed or a KPI no effect shows in, WrongEntry for a procedure not in force, NotAllowed.
    """
    if not can_show(kpi):
        raise ActionError(
            say("No effect can be seen in {kpi}: it is no rate or mean. Choose another.", kpi=say(kpi.name))
        )
    _require_coming(asked.due, today)
    stored = state.actions.add(
        principal, replace(asked, kpi=kpi.key, department=kpi.department.value), key
    )  # fmt: skip
    return _corrective(stored)


def usual_direction(kpi: Kpi) -> Moves:
    """The good one."""
    return Moves.UP if kpi.better is Better.HIGHER else Moves.DOWN


def carry_out(
    store: Store,
    principal: Principal,
    seen: Corrective,
    day: date,
    *,
    now: datetime,
    evidence: str = "",
    key: str | None = None,
) -> Corrective:
    """
    The change of the work counts since a day; when its effect can be seen follows from how much the KPI varies and how
    much it is to move. Raises ActionError for a day to come or an action that is closed, ChangedMeanwhile, NotAllowed.
    """
    today = load_company(store.home).today(now)
    _require_open(seen)
    if day > today:
        raise ActionError(say("{day} has not come yet; say so once it is done.", day=day))
    change = _change(store.state, principal, replace(seen, took_effect=day), today)
    kpi = KPIS[seen.kpi]
    before = before_change(observe(store, principal, kpi, segment_pairs(seen.segment), now, today), change)
    needed = periods_needed(before, seen.wanted_percent / 100) if len(before) >= FEWEST else FEWEST
    carried = replace(
        seen, took_effect=day, verify_on=verify_on(change, needed or LONGEST), outcome="", finding=None,
        evaluated_on=None, evidence=evidence or seen.evidence,
    )  # fmt: skip
    return _corrective(store.state.actions.save(principal, carried, "action carried out", key))


def evaluate(
    store: Store, principal: Principal, seen: Corrective, *, now: datetime, key: str | None = None
) -> Corrective:
    """
    What the KPI says today, kept with the action. Raises ActionError before its verify day or for one that was not
    carried out, ChangedMeanwhile, NotAllowed.
    """
    today = load_company(store.home).today(now)
    if seen.took_effect is None or seen.verify_on is None:
        raise ActionError(say("It was not carried out yet, so it has no effect to look at."))
    if today < seen.verify_on:
        raise ActionError(say("Its effect can be seen from {day} on; it is too early.", day=seen.verify_on))
    return _corrective(
        store.state.actions.save(
            principal, _judged(store, principal, seen, now, today), "effect evaluated", key
        )
    )


def begin_again(
    state: State,
    principal: Principal,
    seen: Corrective,
    *,
    text: str,
    owner: str,
    due: date,
    today: date,
    key: str | None = None,
) -> Corrective:
    """
    It did not help, or nobody can tell: something else is done. The day that was promised first stays. Raises
    ActionError where no effect was evaluated, ChangedMeanwhile, NotAllowed.
    """
    _require_open(seen)
    if seen.outcome not in AGAIN:
        raise ActionError(say("Only an action whose effect did not show is begun again."))
    _require_coming(due, today)
    again = _afresh(replace(seen, text=text, owner=owner, due=due, reopened=seen.reopened + 1))
    return _corrective(state.actions.save(principal, again, "action begun again", key))


def look_after(store: Store, principal: Principal, now: datetime) -> int:
    """
    Evaluates every action whose day has come, and opens those again whose effect did not hold; how many changed. The
    worker's.
    """
    today = load_company(store.home).today(now)
    changed = 0
    for each in store.state.actions.correctives(principal):
        later = _due_today(store, principal, each, now, today)
        if later is not None:
            what = "action reopened" if later.status is not each.status else "effect evaluated"
            store.state.actions.save(principal, later, what)
            changed += 1
    return changed


def _due_today(
    store: Store, principal: Principal, each: Corrective, now: datetime, today: date
) -> Corrective | None:
    """The action as it is after a look at its effect; None where there is nothing to look at today."""
    if each.kpi not in KPIS or each.took_effect is None or each.verify_on is None:
        return None
    if each.status is ActionStatus.OPEN and each.is_waiting and each.verify_on <= today:
        return _judged(store, principal, each, now, today)
    settled = each.status is ActionStatus.DONE and each.outcome == Outcome.IMPROVED
    if not settled or each.evaluated_on is None or each.evaluated_on + HOLDS > today:
        return None
    if each.took_effect + 4 * HOLDS < today:
        return None
    later = _judged(store, principal, replace(each, status=ActionStatus.OPEN), now, today)
    if later.outcome in (Outcome.NONE, Outcome.WORSENED):
        return replace(later, closed_at=None, closed_by="", reopened=each.reopened + 1)
    return replace(each, evaluated_on=today)


def told(action: Corrective, currency: str) -> str:
    """What was found, in the reader's language; empty before anything was."""
    if action.finding is None or action.kpi not in KPIS:
        return ""
    return sentence(of_finding(action.finding), KPIS[action.kpi], currency)


def cause_told(cause: Cause) -> str:
    """Why it was opened, in the reader's language."""
    return say(CAUSES[cause])


def timed(action: Corrective) -> Timed:
    """As the rate of those closed in time counts it: by the day promised first; what was dropped was never closed."""
    closed = action.closed_at.astimezone(UTC).date() if action.closed_at else None
    done = closed if action.status is ActionStatus.DONE else None
    return Timed(str(action.id), action.first_due or action.due, done)


def _judged(store: Store, principal: Principal, seen: Corrective, now: datetime, today: date) -> Corrective:
    kpi = KPIS[seen.kpi]
    change = _change(store.state, principal, seen, today)
    observed = observe(store, principal, kpi, segment_pairs(seen.segment), now, today)
    before = before_change(observed, change)
    needed = periods_needed(before, seen.wanted_percent / 100) if len(before) >= FEWEST else None
    better = Better.HIGHER if seen.direction is Moves.UP else Better.LOWER
    beside = _beside(store.state, principal, seen, today)
    effect = effect_on(observed, change, better, min(needed or FEWEST, LONGEST), beside)
    verify = seen.verify_on or today
    if effect.outcome is Outcome.TOO_EARLY:
        verify = today + timedelta(weeks=max(1, effect.missing))
    return replace(
        seen, outcome=effect.outcome.value, finding=as_finding(effect), evaluated_on=today, verify_on=verify
    )


def _change(state: State, principal: Principal, seen: Corrective, today: date) -> Change:
    """Since when, and after how many days it can show: as the procedure in force says."""
    lags = _lags(state, principal, seen.sop, today)
    return Change(seen.took_effect or today, lags.get(seen.kpi, 0), every_of(KPIS[seen.kpi]))


def _lags(state: State, principal: Principal, sop: str, today: date) -> Mapping[str, int]:
    if not sop:
        return {}
    for shelf in library(state.procedures.rows(principal, sop), today):
        now = shelf.effective()
        if now is not None:
            return {each.kpi: each.lag_days for each in procedure_of(state, principal, now.id).kpis}
    return {}


def _beside(state: State, principal: Principal, seen: Corrective, today: date) -> list[Other]:
    """Other corrective actions on the same KPI that took effect, which cannot be told apart from this one."""
    return [
        Other(each.took_effect, each.text)
        for each in state.actions.correctives(principal)
        if each.kpi == seen.kpi and each.id != seen.id and each.took_effect is not None
        and each.took_effect <= today
    ]  # fmt: skip


def _afresh(action: Corrective) -> Corrective:
    return replace(action, took_effect=None, verify_on=None, outcome="", finding=None, evaluated_on=None)


def _require_open(seen: Corrective) -> None:
    if seen.status is not ActionStatus.OPEN:
        raise ActionError(say("'{text}' is closed; open a new action.", text=seen.text))


def _require_coming(due: date, today: date) -> None:
    if due < today:
        raise ActionError(
            say(
                "The due day {due} has passed; it is {today}. Name today or a later day.",
                due=due,
                today=today,
            )
        )


def _corrective(stored: object) -> Corrective:
    if not isinstance(stored, Corrective):
        raise TypeError(f"{stored!r} is no corrective action.")
    return stored
