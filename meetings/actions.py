"""Actions on a KPI: opened with an owner and a due day, changed, closed, and which of them are overdue."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from kpi.model import Kpi
from kpi.words import say
from store.scope import Principal
from store.state import Action, ActionError, ActionStatus, Corrective, State, segment_pairs


def open_action(
    state: State,
    principal: Principal,
    kpi: Kpi,
    text: str,
    owner: str,
    due: date,
    *,
    today: date,
    segment: str = "",
    meeting: int | None = None,
    episode: int | None = None,
    key: str | None = None,
) -> Action:
    """
    A new action on a KPI, or on the part of it that `segment` names; as it was stored. It knows the meeting or the
    episode it came out of.
    Raises ActionError for a due day that has passed, a dimension the KPI has not, a missing text or owner, and
    NotAllowed outside the scope.
    """
    _check_words(text, owner)
    _check_due(due, today)
    if unknown := set(segment_pairs(segment)) - set(kpi.dimensions):
        raise ActionError(
            say(
                "{kpi} is not kept by {unknown}; it is kept by {known}.",
                kpi=say(kpi.name),
                unknown=", ".join(sorted(unknown)),
                known=", ".join(kpi.dimensions),
            )
        )
    action = Action(
        kpi.key, kpi.department.value, text, owner, due, segment, meeting=meeting, episode=episode
    )
    return state.actions.add(principal, action, key)


def change(
    state: State,
    principal: Principal,
    seen: Action,
    *,
    text: str,
    owner: str,
    due: date,
    today: date,
    key: str | None = None,
) -> Action:
    """Another text, owner or due day for the action as it was seen. Raises ActionError and ChangedMeanwhile."""
    _check_open(seen)
    _check_words(text, owner)
    if due != seen.due:
        _check_due(due, today)
    changed = replace(seen, text=text, owner=owner, due=due)
    return state.actions.save(principal, changed, "action changed", key)


def close(
    state: State,
    principal: Principal,
    seen: Action,
    status: ActionStatus = ActionStatus.DONE,
    note: str = "",
    evidence: str = "",
    key: str | None = None,
) -> Action:
    """
    The action as it was seen is done, or dropped; dropping it needs a note that says why. `evidence`: where anybody can
    see that it was done.
    Raises ActionError and ChangedMeanwhile.
    """
    _check_open(seen)
    if status is ActionStatus.OPEN:
        raise ActionError("An action is closed as 'done' or 'dropped'.")
    if status is ActionStatus.DROPPED and not note.strip():
        raise ActionError(say("An action that is dropped needs a note that says why."))
    now = datetime.now(UTC)
    closed = replace(
        seen,
        status=status,
        note=note,
        evidence=evidence or seen.evidence,
        closed_at=now,
        closed_by=principal.name,
    )
    return state.actions.save(principal, closed, f"action {status}", key)


def reopen(
    state: State,
    principal: Principal,
    seen: Action,
    due: date,
    why: str,
    *,
    today: date,
    key: str | None = None,
) -> Action:
    """
    What was closed is to be done after all, until another day; the day that was promised first stays. One that promised
    an effect is opened again by its own figures. Raises ActionError, ChangedMeanwhile, NotAllowed.
    """
    if seen.status is ActionStatus.OPEN:
        raise ActionError(say("'{text}' is open already.", text=seen.text))
    if isinstance(seen, Corrective):
        raise ActionError(say("Its own figures open it again; open a new action for anything else."))
    if not why.strip():
        raise ActionError(say("Say why it is opened again."))
    _check_due(due, today)
    again = replace(
        seen,
        status=ActionStatus.OPEN,
        due=due,
        note=why,
        closed_at=None,
        closed_by="",
        reopened=seen.reopened + 1,
    )
    return state.actions.save(principal, again, "action reopened", key)


def open_actions(state: State, principal: Principal, kpi: str | None = None) -> list[Action]:
    """What is still to be done, as far as the principal may see it; the earliest due day first."""
    return state.actions.rows(principal, kpi, ActionStatus.OPEN)


def in_market(actions: Iterable[Action], market: str | None) -> list[Action]:
    """Those for this market and those for all; without a market all of them."""
    return [each for each in actions if market is None or each.market in (None, market)]


def is_overdue(action: Action, today: date) -> bool:
    """Open after its due day is over; one that was carried out only waits for its effect."""
    waits = isinstance(action, Corrective) and action.is_waiting
    return action.status is ActionStatus.OPEN and action.due < today and not waits


def most_urgent(actions: Iterable[Action]) -> dict[str, Action]:
    """The open action of each KPI that is due first, by the KPI's key."""
    urgent: dict[str, Action] = {}
    for each in sorted(actions, key=lambda action: (action.due, action.id)):
        if each.status is ActionStatus.OPEN:
            urgent.setdefault(each.kpi, each)
    return urgent


def overdue_since(actions: Iterable[Action], today: date) -> dict[str, date]:
    """The day the longest overdue action of each KPI was due, by the KPI's key; KPIs without one are left out."""
    return {kpi: each.due for kpi, each in most_urgent(actions).items() if is_overdue(each, today)}


def _check_words(text: str, owner: str) -> None:
    if not text.strip():
        raise ActionError(say("Say what will be done: the text is empty."))
    if not owner.strip():
        raise ActionError(say("Say who will do it: the name is empty."))


def _check_due(due: date, today: date) -> None:
    if due < today:
        raise ActionError(
            say(
                "The due day {due} has passed; it is {today}. Name today or a later day.",
                due=due,
                today=today,
            )
        )


def _check_open(action: Action) -> None:
    if action.status is not ActionStatus.OPEN:
        raise ActionError(
            say(
                "'{text}' was closed by {who} already; open a new action.",
                text=action.text,
                who=action.closed_by,
            )
        )
