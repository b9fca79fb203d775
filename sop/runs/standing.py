"""How far a run is: which steps it has, and what the answers given so far say of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sop.procedure import CheckKind, Procedure, Step
from store.state.run_records import Answer, Outcome, ProcedureRun, confirmation, latest


class Stand(StrEnum):
    """What became of a step so far."""

    OPEN = "open"
    WAITING = "waiting for a second person"
    KEPT = "done"
    MISSED = "not done"
    OUT_OF_RANGE = "out of range"
    LEFT_OUT = "not applicable"


@dataclass(frozen=True)
class Standing:
    """Where a step stands, by which answer, and the second person's word on it."""

    stand: Stand
    answer: Answer | None = None
    confirmed: Answer | None = None

    @property
    def is_answered(self) -> bool:
        """Nothing has to be said of it any more."""
        return self.stand not in (Stand.OPEN, Stand.WAITING)

    @property
    def is_kept(self) -> bool:
        return self.stand is Stand.KEPT

    @property
    def is_left_out(self) -> bool:
        return self.stand is Stand.LEFT_OUT

    @property
    def done_at(self) -> datetime | None:
        return self.answer.done_at if self.answer else None


def steps_of(procedure: Procedure, run: ProcedureRun) -> tuple[Step, ...]:
    """The steps done for the market and product of a run; where one of them is not known, its conditions hold."""
    return tuple(each for each in procedure.steps if _applies(each, run.market, run.product))


def standings(steps: Sequence[Step], answers: Sequence[Answer]) -> tuple[tuple[Step, Standing], ...]:
    """Every step with where it stands, in their order."""
    return tuple((each, standing_of(each, answers)) for each in steps)


def standing_of(step: Step, answers: Sequence[Answer]) -> Standing:
    """Where one step stands by its latest answer."""
    answer = latest(answers, step.key)
    if answer is None:
        return Standing(Stand.OPEN)
    if answer.outcome is Outcome.NOT_APPLICABLE:
        return Standing(Stand.LEFT_OUT, answer)
    if answer.outcome is Outcome.NOT_DONE:
        return Standing(Stand.MISSED, answer)
    if step.check.kind is CheckKind.TWO_PEOPLE:
        word = confirmation(answers, answer)
        return Standing(Stand.KEPT if word else Stand.WAITING, answer, word)
    return Standing(Stand.KEPT if is_in_range(step, answer) else Stand.OUT_OF_RANGE, answer)


def is_in_range(step: Step, answer: Answer) -> bool:
    """Whether a value lies within the limits of its step, both included; true of every other kind of answer."""
    low, high = step.check.low, step.check.high
    if step.check.kind is not CheckKind.VALUE or answer.value is None:
        return True
    return (low is None or answer.value >= low) and (high is None or answer.value <= high)


def _applies(step: Step, market: str, product: str) -> bool:
    when = step.when
    here = not market or not when.markets or market in when.markets
    return here and (not product or not when.products or product in when.products)
