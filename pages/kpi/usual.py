"""What is usual for a KPI, whether it still is, and whether that is enough for its target, in a few sentences."""

from datetime import date

from kpi.signals.assurance import Assurance
from kpi.signals.baseline import State
from kpi.signals.chart import ControlChart, Direction, Point
from kpi.standing import Standing
from pages.parts.format import day, figure, goal

FIRMNESS = {
    State.TRIAL: "on trial, as there are fewer than 12 points",
    State.OPEN: "taken anew with each point until there are 20",
    State.LOCKED: "fixed on the first points of its baseline",
    State.REBASED: "fixed on the first points of its new baseline",
}
EXPECTED = {
    Assurance.MEETS: "As usual, the target is met every time.",
    Assurance.FAILS: "As usual, the target is missed every time: the way of working has to change to reach it.",
    Assurance.HIT_OR_MISS: "As usual, the target is sometimes met and sometimes missed, by chance.",
}


def usual_range(standing: Standing, currency: str, today: date) -> str:
    """The sentences under the chart; the dotted lines are the range they speak of."""
    chart, current = standing.chart, standing.current
    point = chart.at(current.start) if chart and current else None
    if chart is None or point is None:
        return "No usual range is known for this figure."
    if point.lower is None or point.upper is None:
        return "No usual range yet: it takes eight settled periods that are not all alike."
    low, high = figure(standing.kpi, point.lower, currency), figure(standing.kpi, point.upper, currency)
    told = [
        f"Dotted: the usual range, now {low} to {high} ({chart.method.value} chart); {FIRMNESS[point.state]}.",
        _begun(chart, today),
        _left(chart, point, today),
        _expected(standing, point, currency),
    ]
    return " ".join(each for each in told if each)


def _begun(chart: ControlChart, today: date) -> str:
    row = chart.rebased
    return "" if row is None else f"{row.set_by} began it anew on {day(row.starts_on, today)}: {row.reason}."


def _left(chart: ControlChart, point: Point, today: date) -> str:
    signal = point.interrupting
    if signal is None:
        return "The last settled value is nothing unusual."
    way = "Worse" if signal.direction is Direction.CONCERN else "Better"
    since = day(chart.began(point.start) or point.start, today)
    return f"{way} than usual since {since} ({signal.rule.value})."


def _expected(standing: Standing, point: Point, currency: str) -> str:
    """What the usual range promises; nothing while the process is no longer what it was."""
    if point.assurance is None or point.interrupting is not None or standing.current is None:
        return ""
    return f"{EXPECTED[point.assurance]} Target {goal(standing.kpi, standing.current.target, currency)}."
