"""What needs a decision: KPIs off target in two closed periods, worse than usual or waited for, and late sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kpi.model import Kpi
from kpi.signals.chart import Point
from kpi.standing import Period, Standing, beyond, rows_between
from store.state.runs import Freshness

RUNNING, MOST = 2, 7


@dataclass(frozen=True, eq=False)
class Decision:
    """A KPI that needs one, since when, and how many rows it would take to be back at target (or as usual).

    `signal` is its point where it is worse than usual, and None otherwise; `off_target` is false where only the
    signal or an overdue action speaks. `overdue`: the day an open action on it was due. `also`: other KPIs that need
    one for the same thing.
    """

    kpi: Kpi
    period: Period
    since: date
    beyond: int
    signal: Point | None = None
    off_target: bool = True
    overdue: date | None = None
    also: tuple[Kpi, ...] = ()


def needs_decision(
    standings: Iterable[Standing], overdue: Mapping[str, date] | None = None
) -> list[Decision]:
    """One decision for what moves together, those furthest beyond their target (or from what is usual) first.

    A KPI needs one when its last two settled periods were off target, when the last one is a concern signal, or when an
    action on it is overdue (`overdue`: the day it was due, by the KPI's key); such a one stands for itself.
    KPIs of one goal are one decision, told under the one furthest off target. A signal of a KPI that still reaches
    its target is told under one off target that the same procedure drives, else with the department's other
    signals.
    """
    late = overdue or {}
    told = (_decision(standing, late.get(standing.kpi.key)) for standing in standings)
    found = sorted((each for each in told if each is not None), key=_rank)
    return sorted(
        (_together(group) for group in _groups(found)), key=lambda each: (-each.beyond, each.kpi.key)
    )


def _decision(standing: Standing, overdue: date | None) -> Decision | None:
    run, signal, current = standing.run, standing.signal, standing.current
    if len(run) >= RUNNING:
        rows = beyond(standing.kpi, run[-1])
        return Decision(standing.kpi, run[-1], run[0].start, rows, signal, overdue=overdue)
    if (
        signal is not None
        and current is not None
        and standing.chart is not None
        and signal.centre is not None
    ):
        began = standing.chart.began(current.start) or current.start
        rows = rows_between(standing.kpi, current, signal.centre)
        return Decision(standing.kpi, current, began, rows, signal, off_target=False, overdue=overdue)
    if overdue is None:
        return None
    period = current or Period(overdue, overdue)
    return Decision(standing.kpi, period, overdue, 0, off_target=False, overdue=overdue)


def _rank(each: Decision) -> tuple[bool, int, str]:
    return not each.off_target, -each.beyond, each.kpi.key


def _together(group: Sequence[Decision]) -> Decision:
    return replace(group[0], also=tuple(each.kpi for each in group[1:]))


def _groups(found: Sequence[Decision]) -> list[list[Decision]]:
    """Each decision under the first one before it that speaks of the same thing."""
    groups: list[list[Decision]] = []
    for each in found:
        mine = next((group for group in groups if _same_thing(group[0], each)), None)
        if mine is None:
            groups.append([each])
        else:
            mine.append(each)
    return groups


def _same_thing(leading: Decision, other: Decision) -> bool:
    """One goal of one department; where only signals speak, a procedure that drives both, or no target missed."""
    first, second = leading.kpi, other.kpi
    if not all(each.off_target or each.signal for each in (leading, other)):
        return False  # somebody has to say what became of each action
    if first.department is not second.department:
        return False
    if first.goal and first.goal == second.goal:
        return True
    return not other.off_target and (not leading.off_target or bool(set(first.sops) & set(second.sops)))


def late_sources(fresh: Iterable[Freshness], now: datetime) -> list[Freshness]:
    """Sources that missed their turn, or never had a good pull; the longest silence first."""
    late = [each for each in fresh if each.is_late(now)]
    return sorted(late, key=lambda each: each.last_ok_at.timestamp() if each.last_ok_at else 0.0)
