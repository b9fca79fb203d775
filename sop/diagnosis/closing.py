"""What an effect means for the corrective action behind it: it closes, stays open or opens again."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kpi.figures import change, count, day, decimal, figure
from kpi.model import Kpi
from kpi.words import clauses, say
from sop.corrective import Action
from sop.diagnosis.effect import Effect, Outcome
from store.state import BaselineRow


class Next(StrEnum):
    """What becomes of the action; a person confirms it."""

    CLOSE = "close"
    REOPEN = "reopen"
    WAIT = "wait"
    DECIDE = "a person decides"


NEXT = {
    Outcome.IMPROVED: Next.CLOSE,
    Outcome.WORSENED: Next.REOPEN,
    Outcome.NONE: Next.REOPEN,
    Outcome.TOO_EARLY: Next.WAIT,
    Outcome.CONFOUNDED: Next.DECIDE,
    Outcome.NO_BASELINE: Next.DECIDE,
}


class NotShown(ValueError):
    """An action cannot be closed; the message says what is missing."""


@dataclass(frozen=True)
class Confirmation:
    """Who looked at the effect, when, and why the action is closed although it shows nothing by itself."""

    by: str
    on: date
    reason: str = ""


def settled(action: Action, effect: Effect, confirmed: Confirmation | None) -> Action:
    """The action after its effect was computed: closed once a person confirms, open again where nothing improved.

    Raises NotShown for closing too early, and for closing what cannot be told apart without a reason.
    """
    step = NEXT[effect.outcome]
    if step is Next.REOPEN:
        return replace(action, closed=None)
    if confirmed is None:
        return action
    if step is Next.WAIT:
        raise NotShown(
            f"The effect of '{action.key}' cannot be told yet; {effect.missing} periods are missing."
        )
    if step is Next.DECIDE and not confirmed.reason.strip():
        raise NotShown(f"The figures cannot show the effect of '{action.key}'; give the reason to close it.")
    return replace(action, closed=confirmed.on)


def split(effect: Effect, kpi: Kpi, reason: str, segment: str = "") -> BaselineRow | None:
    """The usual range to begin anew where the effect begins, to be proposed to a person; None where none was seen."""
    if effect.outcome not in (Outcome.IMPROVED, Outcome.WORSENED):
        return None
    return BaselineRow(kpi.key, effect.seen.after[0].start, reason, segment)


def sentence(effect: Effect, kpi: Kpi, currency: str) -> str:
    """What was found, in the reader's language."""
    match effect.outcome:
        case Outcome.TOO_EARLY:
            return say("{n} more periods are needed to see an effect.", n=count(effect.missing))
        case Outcome.NO_BASELINE:
            return say("There are too few periods before the change to compare with.")
        case Outcome.CONFOUNDED:
            what = clauses(effect.confounders)
            return say("Whether it helped cannot be told apart from something else: {what}.", what=what)
        case _:
            return f"{_moved(effect, kpi, currency)}{_relative(effect)}"


def _moved(effect: Effect, kpi: Kpi, currency: str) -> str:
    if effect.before is None or effect.after is None:
        return ""
    base = effect.before.value
    now, low, high = (
        change(kpi, base + (part or 0.0), base, currency)
        for part in (effect.difference.value, effect.difference.low, effect.difference.high)
    )
    return say(
        "From {before} to {after} in {n} periods since {day}: {now} (between {low} and {high}).",
        before=figure(kpi, base, currency), after=figure(kpi, effect.after.value, currency),
        n=count(len(effect.seen.after)), day=day(effect.seen.after[0].start), now=now, low=low, high=high,
    )  # fmt: skip


def _relative(effect: Effect) -> str:
    part = effect.relative
    if effect.outcome is Outcome.NONE or part.value is None or part.low is None or part.high is None:
        return ""
    now, low, high = (f"{decimal(100 * each, 0)}%" for each in (part.value, part.low, part.high))
    return " " + say("Relative to before: {now} ({low} to {high}).", now=now, low=low, high=high)
