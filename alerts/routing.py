"""Which alerts anybody hears of: one of each, without those another one explains, gathered by who must know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.identity import Segment, fingerprint


class Severity(StrEnum):
    """Whether somebody is interrupted, or finds it with the day's work."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True)
class Raised:
    """One alert that is firing: the rule, what it speaks of, who answers for it and the source of its data."""

    rule: str
    kpi: str | None
    department: str
    segment: Segment = field(default_factory=Segment)
    source: str | None = None
    severity: Severity = Severity.TICKET

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rule, self.kpi, self.segment)


class Same(StrEnum):
    """What two alerts must have in common for one to explain the other."""

    SOURCE = "source"
    DEPARTMENT = "department"
    KPI = "kpi"


@dataclass(frozen=True)
class Inhibition:
    """While `if_rule` fires, alerts of other rules that share this with it are not sent."""

    if_rule: str
    same: Same

    def explains(self, cause: Raised, other: Raised) -> bool:
        shared = getattr(cause, self.same.value)
        return (
            cause.rule == self.if_rule
            and other.rule != self.if_rule
            and shared is not None
            and shared == getattr(other, self.same.value)
        )


SOURCE_STALE = "source_stale"
INHIBITIONS = (Inhibition(SOURCE_STALE, Same.SOURCE),)


@dataclass(frozen=True)
class Group:
    """The alerts of one department and rule: one message."""

    department: str
    rule: str
    alerts: tuple[Raised, ...]


@dataclass(frozen=True)
class Routed:
    """All different alerts, those that another one explains (still shown, not sent), and the messages to send."""

    unique: tuple[Raised, ...]
    inhibited: tuple[Raised, ...]
    groups: tuple[Group, ...]


def route(raised: Iterable[Raised], inhibitions: Sequence[Inhibition] = INHIBITIONS) -> Routed:
    """Deduplicate by fingerprint, leave out what is explained, group by department and rule (kpi-domain 4).

    Of the same fingerprint the last one counts. An alert on a total explains those of the same rule and KPI on
    its segments. Groups come in the order of department and rule.
    """
    unique = tuple({alert.fingerprint: alert for alert in raised}.values())
    inhibited = tuple(each for each in unique if _explained(each, unique, inhibitions))
    sent = [each for each in unique if each not in inhibited]
    places = sorted({(each.department, each.rule) for each in sent})
    return Routed(unique, inhibited, tuple(_group(department, rule, sent) for department, rule in places))


def _explained(alert: Raised, others: Sequence[Raised], inhibitions: Sequence[Inhibition]) -> bool:
    by_rule = any(rule.explains(other, alert) for rule in inhibitions for other in others)
    return by_rule or any(_wider(other, alert) for other in others)


def _wider(other: Raised, alert: Raised) -> bool:
    return (other.rule, other.kpi) == (alert.rule, alert.kpi) and other.segment.holds(alert.segment)


def _group(department: str, rule: str, alerts: Sequence[Raised]) -> Group:
    own = tuple(each for each in alerts if (each.department, each.rule) == (department, rule))
    return Group(department, rule, own)
