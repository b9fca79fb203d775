"""Whether refreshers on single steps helped: how often these were missed in the month before, and after it was due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.access import sees
from kpi.catalog import find
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from sop.diagnosis.refreshing import FEWEST, remeasured
from sop.diagnosis.verdict import Bounded
from sop.refreshers import month_of
from sop.share import Share
from store.lake import Lake
from store.scope import Principal
from store.state import State

ANSWERED, SHOWN, AFTER = "checked_step_rate", timedelta(days=120), timedelta(days=28)


@dataclass(frozen=True)
class Remeasured:
    """
    One refresher: its steps (their keys) were missed in `before` of all answers in the month it is about, and in
    `after` of those of the four weeks since it was due. `change`: in shares from -1 to 1, below 0 is fewer.
    """

    sop: str
    steps: tuple[str, ...]
    due_on: date
    before: Share
    after: Share
    change: Bounded

    @property
    def missing(self) -> int:
        """Answers that are missing until anything is said."""
        return sum(max(0, FEWEST - each.denominator) for each in (self.before, self.after))


def refreshers_remeasured(state: State, lake: Lake, principal: Principal, day: date) -> list[Remeasured]:
    """
    Those due in the last four months, the latest first, as far as the principal sees both. Nobody is named. Raises
    NotAllowed.
    """
    asked = state.refreshers.on_steps(principal, day - SHOWN, day - timedelta(days=1))
    kpi = find(ANSWERED)
    if not asked or not sees(principal, kpi):
        return []
    found = []
    for each in reversed(asked):
        after = Span(each.due_on + timedelta(days=1), min(each.due_on + AFTER, day))
        missed = _missed(lake, principal, each.sop, each.steps, month_of(each.occasion))
        since = _missed(lake, principal, each.sop, each.steps, after)
        found.append(Remeasured(each.sop, each.steps, each.due_on, missed, since, remeasured(missed, since)))
    return found


def _missed(lake: Lake, principal: Principal, sop: str, steps: Sequence[str], span: Span) -> Share:
    """How many answers to these steps said that they were not done right."""
    question = Question(span, Every.TOTAL, ("step",), {"sop": sop})
    rows = values(lake, principal, find(ANSWERED), question, Judgement(minimum=0))
    own = [row for row in rows.rows(named=True) if row["step"] in steps and row["denominator"]]
    kept = sum(round(row["n"] * row["numerator"] / row["denominator"]) for row in own)
    answers = sum(row["n"] for row in own)
    return Share(answers - kept, answers)
