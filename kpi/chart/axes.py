"""Axes whose labels are written here, as every other number of the page is, and not by the browser."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from json import dumps
from math import floor, log10

from kpi.chart.model import Palette, Spec

STEPS = (1, 2, 2.5, 5, 10)
MOST_DAYS = 7
DAY, EDGE = 86_400_000, 0.006
Write = Callable[[float], str]
WriteDay = Callable[[date], str]


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About so many round numbers within the range, in rising order."""
    rough = (high - low) / count
    if rough <= 0:
        return [low]
    size = 10.0 ** floor(log10(rough))
    step = next(each * size for each in STEPS if each * size >= rough * 0.999)
    first = -(-low // step)
    return [round((first + n) * step, 12) for n in range(count * 2 + 2) if (first + n) * step <= high]


def values_axis(colours: Palette, low: float, high: float, write: Write) -> Spec:
    """The vertical axis: a few round values with thin lines, no line of its own."""
    at = ticks(low, high)
    return {"values": at, "labelExpr": _labels(at, [write(each) for each in at]), **values_look(colours)}


def values_look(colours: Palette) -> Spec:
    """How the vertical axis looks."""
    return {
        "grid": True, "gridColor": colours.rule, "gridOpacity": 0.55, "domain": False, "ticks": False,
        "labelColor": colours.quiet, "labelPadding": 6, "labelFontSize": 11, "title": None,
    }  # fmt: skip


def days_axis(colours: Palette, days: Sequence[str], write: WriteDay) -> Spec:
    """The horizontal encoding of the column `x` (see `epoch`): labels at the first days of periods, at most seven of
    them, the last one always. Days are plain numbers, because Vega reads dates only after the first draw."""
    at, texts = days_told(days, write)
    return days_look(colours, days_reach(days), {"values": at, "labelExpr": _labels(at, texts)})


def days_look(colours: Palette, reach: Sequence[object], labels: Spec) -> Spec:
    """How the horizontal encoding looks, from one end to the other."""
    return {
        "field": "x", "type": "quantitative", "scale": {"domain": reach, "nice": False, "zero": False},
        "axis": {
            **labels, "grid": False, "title": None, "domainColor": colours.rule, "tickColor": colours.rule,
            "labelColor": colours.quiet, "labelFontSize": 11, "labelFlush": False, "labelOverlap": "greedy",
            "labelSeparation": 6,
        },
    }  # fmt: skip


def days_told(days: Sequence[str], write: WriteDay) -> tuple[list[float], list[str]]:
    """Where labels of days stand, and their texts."""
    step = -(-len(days) // MOST_DAYS) or 1
    shown = list(days)[::-step][::-1]
    return [epoch(day) for day in shown], _without_twins([write(date.fromisoformat(day)) for day in shown])


def epoch(day: str) -> float:
    """Milliseconds since 1970 of the beginning of a day, as Vega counts."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp() * 1000


def days_reach(days: Sequence[str]) -> list[float]:
    """From the first to the last day with a little room for dots; three days around a single one.

    The room is not left to the scale's padding: a static domain would be padded once, before the width is known.
    """
    if not days:
        return [0, 1]
    first, last = epoch(min(days)), epoch(max(days))
    around = 3 * DAY if first == last else (last - first) * EDGE
    return [first - around, last + around]


def _labels(at: Sequence[float], texts: Sequence[str]) -> str:
    """A Vega expression that looks a tick's text up; numbers are compared as they were sent."""
    return f"{dumps(list(texts), ensure_ascii=False)}[indexof({dumps(list(at))}, toNumber(datum.value))]"


def _without_twins(texts: Sequence[str]) -> list[str]:
    """The same label twice in a row tells nothing the second time."""
    return [*texts[:1], *(later if later != earlier else "" for earlier, later in pairwise(texts))]
