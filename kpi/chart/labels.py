"""Direct labels at the right edge of a trend: the last value, the target, and the limits where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kpi.chart.model import Palette, Spec, aside
from kpi.words import say

LINE, AXIS = 14, 30
COLUMNS = {"at": "number", "text": "string", "ink": "string", "bold": "boolean"}


@dataclass(frozen=True)
class Label:
    """A text beside a level of the chart; `kind` says how it looks."""

    kind: str
    at: float
    text: str


def label_layers(rows: pl.DataFrame, colours: Palette, reach: tuple[float, float], height: int) -> list[Spec]:
    """One layer of texts at the edge; where a forecast goes on, the last value is told at its own point instead."""
    told = labels(rows, reach, height)
    goes_on = "ahead" in rows.columns
    edge = [each for each in told if not (goes_on and each.kind == "value")]
    return [*_edge(edge, colours), *([_at_point(colours)] if goes_on else [])]


def labels(rows: pl.DataFrame, reach: tuple[float, float], height: int) -> list[Label]:
    """The labels that fit, the most important first: value, target, what is provisional, limits, last year.

    A target next to the last value moves aside; anything else that would touch an earlier label is left out.
    """
    gap = (reach[1] - reach[0]) * LINE / max(height - AXIS, LINE)
    placed: list[Label] = []
    for each in _wanted(rows, gap):
        if all(abs(each.at - other.at) >= gap * 0.99 for other in placed):
            placed.append(each)
    return placed


def _wanted(rows: pl.DataFrame, gap: float) -> list[Label]:
    found: list[Label] = []
    last = rows.filter("last")
    value = None if last.is_empty() else last["value"][0]
    if isinstance(value, float):
        found.append(Label("value", value, str(last["shown"][0])))
    found += _target(rows, value, gap)
    provisional = rows.filter(pl.col("mark").is_in(["tail", "under", "over"])).tail(1)
    for at, text in provisional.select(pl.coalesce("edge", "tail"), "shown").iter_rows():
        found.append(Label("tail", at, say("{value} so far", value=text)))
    for name, short in (("upper", say("UCL")), ("lower", say("LCL")), ("before", say("Last year"))):
        if (level := _latest(rows, name)) is not None:
            found.append(Label("limit", level, short))
    return found


def _target(rows: pl.DataFrame, value: object, gap: float) -> list[Label]:
    """At the target, but not on top of the last value."""
    target = _latest(rows, "target")
    if target is None:
        return []
    text = say("Target {target}", target=rows.filter(pl.col("target").is_not_null())["goal"][-1])
    if not isinstance(value, float) or abs(target - value) >= gap:
        return [Label("target", target, text)]
    return [Label("target", value + gap if target >= value else value - gap, text)]


def _latest(rows: pl.DataFrame, name: str) -> float | None:
    told = rows[name].drop_nulls() if name in rows.columns else pl.Series([], dtype=pl.Float64)
    return float(told[-1]) if len(told) else None


def _edge(told: Sequence[Label], colours: Palette) -> list[Spec]:
    looks = {
        "value": colours.text,
        "target": colours.target,
        "tail": colours.quiet,
        "limit": colours.quiet,
    }
    values = [
        {"at": each.at, "text": each.text, "ink": looks[each.kind], "bold": each.kind == "value"}
        for each in told
    ]
    return [
        {
            "data": aside(values, COLUMNS),
            "mark": {
                "type": "text", "align": "left", "baseline": "middle", "dx": 8, "color": {"expr": "datum.ink"},
                "fontSize": {"expr": "datum.bold ? 12 : 10.5"}, "fontWeight": {"expr": "datum.bold ? 600 : 400"},
            },
            "encoding": {
                "x": {"value": "width"},
                "y": {"field": "at", "type": "quantitative"},
                "text": {"field": "text", "type": "nominal"},
            },
        }
    ]  # fmt: skip


def _at_point(colours: Palette) -> Spec:
    return {
        "transform": [{"filter": "datum.last"}],
        "mark": {"type": "text", "align": "center", "baseline": "bottom", "dy": -12, "fontWeight": 600,
                 "fontSize": 12, "color": colours.text},
        "encoding": {"y": {"field": "value", "type": "quantitative"}, "text": {"field": "shown", "type": "nominal"}},
    }  # fmt: skip
