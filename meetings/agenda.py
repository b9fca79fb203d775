"""What a meeting looks at: every KPI that needs a decision, since when, why, and whether its procedure was followed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isclose
from typing import Any

from pydantic import TypeAdapter

from kpi.decisions import Decision
from kpi.reason import Reason
from kpi.standing import Standing
from meetings.promises import Kept, Promise
from sop.diagnosis.verdict import Verdict as Diagnosed
from sop.outcomes import Answer
from store.state.meetings import Verdict

FOUND = {
    Diagnosed.NOT_FOLLOWED: Verdict.NOT_FOLLOWED, Diagnosed.REFINE: Verdict.REFINE, Diagnosed.BOTH: Verdict.BOTH,
    Diagnosed.OUTSIDE: Verdict.OUTSIDE,
}  # fmt: skip
VERSION = 1
LOOKED_BACK = 13  # weeks in which a figure is compared with the frozen one


@dataclass(frozen=True)
class Behind:
    """One procedure that drives the KPI: what its records say, of how many."""

    sop: str
    verdict: Diagnosed
    records: int
    missing: int


@dataclass(frozen=True)
class Item:
    """
    One KPI that needs a decision: its last settled period, value and target in the KPI's unit, since when, the rows it
    would take to be back, the slice that stands out, and what is known of its procedures. `episode`: its alert.
    """

    kpi: str
    status: str
    period: date
    value: float | None
    target: float | None
    since: date
    rows: int
    off_target: bool
    signal: bool
    reason: Reason | None = None
    behind: tuple[Behind, ...] = ()
    also: tuple[str, ...] = ()
    episode: int | None = None

    @property
    def found(self) -> Verdict:
        """What the evidence says first; to watch it where there is not enough."""
        telling = [FOUND[each.verdict] for each in self.behind if each.verdict in FOUND]
        order = (Verdict.BOTH, Verdict.NOT_FOLLOWED, Verdict.REFINE, Verdict.OUTSIDE)
        return min(telling, key=order.index, default=Verdict.WATCH)

    @property
    def sop(self) -> str:
        """The procedure that verdict is about; empty where nothing is known."""
        return next((each.sop for each in self.behind if FOUND.get(each.verdict) is self.found), "")


@dataclass(frozen=True)
class Promised:
    """What became of an action, by its number: no name and no words."""

    action: int
    version: int
    kept: Kept
    due: date
    weeks: int


@dataclass(frozen=True)
class Agenda:
    """Everything a meeting looks at; `as_of` is the evaluation day of the figures, `currency` that of money."""

    as_of: date | None
    currency: str
    items: tuple[Item, ...] = ()
    promised: tuple[Promised, ...] = ()
    version: int = VERSION


_ADAPTER = TypeAdapter(Agenda)


def items(
    decisions: Iterable[Decision],
    reasons: Mapping[str, Reason],
    behind: Mapping[str, Sequence[Answer]],
    episodes: Mapping[str, int],
) -> tuple[Item, ...]:
    """The KPIs in the order of their decisions; the other three by the KPI's key."""
    return tuple(
        Item(
            each.kpi.key, each.period.status.value, each.period.start, _number(each.period.value),
            _number(each.period.target), each.since, each.beyond, each.off_target, each.signal is not None,
            reasons.get(each.kpi.key), tuple(_behind(one) for one in behind.get(each.kpi.key, ())),
            tuple(kpi.key for kpi in each.also), episodes.get(each.kpi.key),
        )
        for each in decisions
    )  # fmt: skip


def promised(found: Iterable[Promise]) -> tuple[Promised, ...]:
    """The promises as they are frozen."""
    return tuple(
        Promised(each.action.id, each.action.version, each.kept, each.action.due, each.weeks)
        for each in found
    )


def restated(agenda: Agenda, standings: Mapping[str, Standing]) -> dict[str, float]:
    """What is said today of the periods the agenda looked at, by the KPI's key, where it is another number."""
    found: dict[str, float] = {}
    for each in agenda.items:
        standing = standings.get(each.kpi)
        shown = standing.recent(LOOKED_BACK) if standing is not None else ()
        now = next((_number(one.value) for one in shown if one.start == each.period), None)
        if now is not None and (each.value is None or not isclose(now, each.value)):
            found[each.kpi] = now
    return found


def as_content(agenda: Agenda) -> dict[str, Any]:
    """As it is frozen with a meeting."""
    content: dict[str, Any] = _ADAPTER.dump_python(agenda, mode="json")
    return content


def of_content(content: Mapping[str, object]) -> Agenda:
    """As it was frozen."""
    return _ADAPTER.validate_python(dict(content))


def monday(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _behind(answer: Answer) -> Behind:
    seen = answer.diagnosis
    return Behind(answer.sop, seen.verdict, seen.records, seen.missing)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
