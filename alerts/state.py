"""The life of an alert in data time: what each evaluation makes of it, and when somebody is told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What one evaluation of a rule found."""

    OK = "ok"
    BREACH = "breach"
    MISSING = "missing"
    ERROR = "error"
    GONE = "gone"


class State(StrEnum):
    """How an alert stands."""

    NORMAL = "normal"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    ERROR = "error"


class Notice(StrEnum):
    """What somebody is told, once for each change."""

    FIRING = "firing"
    RESOLVED = "resolved"
    SEGMENT_GONE = "segment_gone"


@dataclass(frozen=True)
class Policy:
    """How many evaluations in a row it takes: breaches until it fires, others until it is over, absences of a
    segment while others report until it is closed. Raises ValueError under 1."""

    pending_evaluations: int = 1
    keep_firing_evaluations: int = 1
    gone_evaluations: int = 2

    def __post_init__(self) -> None:
        if min(self.pending_evaluations, self.keep_firing_evaluations, self.gone_evaluations) < 1:
            raise ValueError(f"{self}: every count is at least 1; 1 acts at the first evaluation.")


DAILY = Policy(2, 2)
WEEKLY = Policy(1, 1)
COMPLIANCE = Policy(1, 2)


@dataclass(frozen=True)
class Evaluation:
    """What a rule found in one closed period. `period` is its first day: data time, not the time of the clock."""

    period: date
    outcome: Outcome


@dataclass(frozen=True)
class Alert:
    """Where one alert stands. `held`: the state under a gap of data or an error; `run`: evaluations in a row that
    count towards the next one; `absent`: in a row without the segment; `period`: the last one evaluated."""

    state: State = State.NORMAL
    held: State = State.NORMAL
    run: int = 0
    absent: int = 0
    period: date | None = None
    since: date | None = None

    @property
    def is_open(self) -> bool:
        """It has fired and is not over; silent gaps and errors do not close it."""
        return self.held in (State.FIRING, State.RECOVERING)


@dataclass(frozen=True)
class Step:
    """An alert after an evaluation, and what somebody must be told because of it."""

    alert: Alert
    notice: Notice | None = None


def evaluate(alert: Alert, evaluation: Evaluation, policy: Policy) -> Step:
    """The alert after one more evaluation (kpi-domain 4).

    A period that was evaluated before changes nothing, so that replaying data gives the same states. Missing
    values and errors hold everything: they neither count nor resolve. A segment that is gone while others report
    is closed as such after `policy.gone_evaluations`, never silently.
    """
    if alert.period is not None and evaluation.period <= alert.period:
        return Step(alert)
    seen = replace(alert, period=evaluation.period, absent=0)
    match evaluation.outcome:
        case Outcome.BREACH:
            return _breached(seen, policy)
        case Outcome.OK:
            return _passed(seen, policy)
        case Outcome.MISSING:
            return Step(replace(seen, state=State.NO_DATA))
        case Outcome.ERROR:
            return Step(replace(seen, state=State.ERROR))
        case Outcome.GONE:
            return _absent(replace(seen, absent=alert.absent + 1), policy)


def _breached(alert: Alert, policy: Policy) -> Step:
    if alert.is_open:
        return Step(_become(alert, State.FIRING))
    run = alert.run + 1 if alert.held is State.PENDING else 1
    if run < policy.pending_evaluations:
        return Step(_become(alert, State.PENDING, run))
    return Step(replace(_become(alert, State.FIRING), since=alert.period), Notice.FIRING)


def _passed(alert: Alert, policy: Policy) -> Step:
    if not alert.is_open:
        return Step(_become(alert, State.NORMAL))
    run = alert.run + 1 if alert.held is State.RECOVERING else 1
    if run < policy.keep_firing_evaluations:
        return Step(_become(alert, State.RECOVERING, run))
    return Step(replace(_become(alert, State.NORMAL), since=None), Notice.RESOLVED)


def _absent(alert: Alert, policy: Policy) -> Step:
    if alert.absent < policy.gone_evaluations:
        return Step(replace(alert, state=State.NO_DATA))
    closed = replace(_become(alert, State.NORMAL), since=None)
    return Step(closed, Notice.SEGMENT_GONE if alert.is_open else None)


def _become(alert: Alert, state: State, run: int = 0) -> Alert:
    return replace(alert, state=state, held=state, run=run)


def replay(evaluations: Iterable[Evaluation], policy: Policy, alert: Alert | None = None) -> list[Step]:
    """One step an evaluation, from a fresh alert or from where one stands."""
    steps, now = list[Step](), alert or Alert()
    for evaluation in evaluations:
        steps.append(evaluate(now, evaluation, policy))
        now = steps[-1].alert
    return steps
