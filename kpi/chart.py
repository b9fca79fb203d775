"""Charts as Vega-Lite dicts: what is drawn, in which order, and the sentence that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from kpi.model import Better, Kpi, Unit
from kpi.score import Status
from kpi.signals.chart import ControlChart, Direction, Point
from kpi.standing import Period

HEIGHT, MOST_ROWS = 190, 400
Spec = dict[str, Any]


@dataclass(frozen=True)
class Palette:
    """The colours of one theme."""

    ink: str
    text: str
    quiet: str
    rule: str
    target: str
    watch: str
    off: str
    off_text: str
    watch_text: str
    surface: str
    page: str
    accent: str
    ghost: str


@dataclass(frozen=True, eq=False)
class Chart:
    """The rows, the Vega-Lite spec they go into, and the text alternative."""

    rows: pl.DataFrame
    spec: Spec
    alt: str


def trend_rows(
    kpi: Kpi, periods: Sequence[Period], labels: Sequence[str], usual: ControlChart | None = None
) -> pl.DataFrame:
    """One row a period: `day`, `value` (settled), `tail` (still provisional, joined to the last settled one),
    `target`, `mark` (off, watch, alone, tail or null), `last`, and texts for the tooltip; with `usual` its limits
    `lower` and `upper`, and `fires` (concern, improvement or null). Gaps stay null."""
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    settled = [period.settled or period.status is Status.INCOMPLETE for period in periods]
    joined = [
        not done or (place + 1 < len(periods) and not settled[place + 1])
        for place, done in enumerate(settled)
    ]
    values = [None if period.value is None else period.value * scale for period in periods]
    kept = [value if done else None for value, done in zip(values, settled, strict=True)]
    last = max((place for place, value in enumerate(kept) if value is not None), default=-1)
    rows = pl.DataFrame(
        {
            "day": [period.start.isoformat() for period in periods],
            "value": kept,
            "tail": [value if joins else None for value, joins in zip(values, joined, strict=True)],
            "target": [None if period.target is None else period.target * scale for period in periods],
            "mark": [_mark(periods, values, settled, place) for place in range(len(periods))],
            "last": [place == last for place in range(len(periods))],
            "shown": list(labels),
            "week": [f"{period.start.day} {period.start:%b %Y}" for period in periods],
            "word": [period.status.word for period in periods],
            "n": [period.n for period in periods],
        },
        schema_overrides={"value": pl.Float64, "tail": pl.Float64, "target": pl.Float64, "mark": pl.String},
    )
    rows = rows.hstack(_usual_range(periods, usual, scale)) if usual else rows
    low, high = domain(rows)
    at_edge = pl.int_range(pl.len()) == pl.len() - 1
    outside = (pl.col("mark") == "tail") & ~pl.col("tail").is_between(low, high)
    return rows.with_columns(
        pl.when(at_edge).then(pl.lit(_target_place(rows, last), pl.Float64)).alias("goal"),
        pl.when(outside).then(None).otherwise("mark").alias("mark"),
        pl.col("tail").clip(low, high),
    )


def _usual_range(periods: Sequence[Period], usual: ControlChart, scale: int) -> pl.DataFrame:
    """Limits and what interrupts, by the same periods; nothing where the limits are not known."""
    by_start = {point.start: point for point in usual.points}
    points = [by_start.get(period.start, Point(period.start, None)) for period in periods]
    signals = [point.interrupting for point in points]
    return pl.DataFrame(
        {
            "lower": [None if point.lower is None else point.lower * scale for point in points],
            "upper": [None if point.upper is None else point.upper * scale for point in points],
            "fires": [None if signal is None else signal.direction.value for signal in signals],
        },
        schema={"lower": pl.Float64, "upper": pl.Float64, "fires": pl.String},
    )


def _target_place(rows: pl.DataFrame, last: int) -> float | None:
    """Where the word Target stands at the right edge: at the target, but not on top of the last value."""
    target = rows["target"].drop_nulls().last() if rows["target"].count() else None
    if not isinstance(target, float) or last < 0:
        return target if isinstance(target, float) else None
    value, (low, high) = rows["value"][last], domain(rows)
    near = (high - low) * 0.09
    if abs(target - value) >= near:
        return target
    return float(value + near if target >= value else value - near)


def _mark(
    periods: Sequence[Period], values: Sequence[float | None], settled: Sequence[bool], place: int
) -> str | None:
    if values[place] is None:
        return None
    if not settled[place]:
        return "tail"
    if periods[place].status is Status.OFF_TARGET:
        return "off"
    if periods[place].status is Status.AT_RISK:
        return "watch"
    near = [values[n] for n in (place - 1, place + 1) if 0 <= n < len(values)]
    return "alone" if all(value is None for value in near) else None


def trend_spec(kpi: Kpi, rows: pl.DataFrame, colours: Palette, axis: str, height: int = HEIGHT) -> Spec:
    """The weekly value in ink, the target over time, off-target points marked, the provisional tail dashed."""
    low, high = domain(rows)
    scale = {"domain": [low, high], "nice": False, "zero": False}
    layers = [
        *(_band(colours) if "lower" in rows.columns else ()),
        _zone(kpi, colours, low, high, scale),
        _line("target", {"color": colours.target, "size": 1.4, "interpolate": "step-after"}),
        _line("tail", {"color": colours.ghost, "size": 1.8, "strokeDash": [3, 3]}),
        _line(
            "value", {"color": colours.ink, "size": 2.2, "strokeJoin": "round"}, _y_axis(colours, axis), scale
        ),
        *([_rings(colours)] if "lower" in rows.columns else ()),
        _points(colours),
        _label(colours),
        _target_label(colours),
        _hover(),
    ]
    for layer in layers:
        layer["mark"]["aria"] = False
    return {
        "height": height,
        "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
        "autosize": {"type": "fit", "contains": "padding"},
        "layer": layers,
        "config": {"view": {"stroke": None}, "font": "Inter", "background": "transparent"},
        "encoding": {"x": _x_axis(colours, rows["day"].to_list(), "%b %Y" if kpi.monthly else "%-d %b")},
    }


def domain(rows: pl.DataFrame) -> tuple[float, float]:
    """The range all layers share: every settled value and target, and a little room; never forced to zero.

    Half a week of a sum would flatten all others, so a provisional tail may run out of the picture.
    """
    kept = ["value", "target"] if rows["value"].count() else ["tail", "target"]
    kept += [name for name in ("lower", "upper") if name in rows.columns]
    told = [each for name in kept for each in rows[name].drop_nulls().to_list()]
    if not told:
        return 0.0, 1.0
    low, high = min(told), max(told)
    room = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _x_axis(colours: Palette, days: Sequence[str], text: str) -> Spec:
    """Labels stand at the first days of periods, at most seven of them, the last one always."""
    step = -(-len(days) // 7) or 1
    return {
        "field": "day", "type": "temporal", "scale": {"type": "utc", "padding": 4},
        "axis": {
            "format": text, "grid": False, "values": list(days)[::-step][::-1], "title": None,
            "domainColor": colours.rule, "tickColor": colours.rule, "labelColor": colours.quiet, "labelFontSize": 11,
            "labelFlush": False, "labelOverlap": "greedy", "labelSeparation": 6,
        },
    }  # fmt: skip


def _y_axis(colours: Palette, text: str) -> Spec:
    return {
        "labelExpr": text, "grid": True, "gridColor": colours.rule, "gridOpacity": 0.55, "tickCount": 4,
        "domain": False, "ticks": False, "labelColor": colours.quiet, "labelPadding": 6, "labelFontSize": 11,
        "title": None,
    }  # fmt: skip


def _line(field: str, mark: Spec, axis: Spec | None = None, scale: Spec | None = None) -> Spec:
    y: Spec = {"field": field, "type": "quantitative"}
    if axis is not None:
        y |= {"axis": axis, "scale": scale}
    return {"mark": {"type": "line", "invalid": "break-paths-show-domains", **mark}, "encoding": {"y": y}}


def _zone(kpi: Kpi, colours: Palette, low: float, high: float, scale: Spec) -> Spec:
    """The side of the target on which the KPI should be."""
    edge = high if kpi.better is Better.HIGHER else low
    return {
        "mark": {"type": "area", "color": colours.target, "opacity": 0.08, "interpolate": "step-after",
                 "invalid": "break-paths-show-domains"},
        "encoding": {"y": {"field": "target", "type": "quantitative", "scale": scale}, "y2": {"datum": edge}},
    }  # fmt: skip


def _band(colours: Palette) -> list[Spec]:
    """The usual range: two thin dotted steps."""
    mark = {"color": colours.quiet, "size": 1, "strokeDash": [1, 3], "interpolate": "step"}
    return [_line(name, mark) for name in ("lower", "upper")]


def _rings(colours: Palette) -> Spec:
    """A ring around each point that is more than noise: in the colour of trouble, or plain where things got better."""
    concern = (
        f"datum.fires == '{Direction.CONCERN.value}'"  # a scale of its own would mix with that of the points
    )
    return {
        "transform": [{"filter": "datum.fires != null && datum.value != null"}],
        "mark": {"type": "point", "filled": False, "size": 170, "opacity": 0.85, "strokeWidth": 1.6},
        "encoding": {
            "y": {"field": "value", "type": "quantitative"},
            "color": {"condition": {"test": concern, "value": colours.off}, "value": colours.target},
        },
    }  # fmt: skip


def _points(colours: Palette) -> Spec:
    names = ["off", "watch", "alone", "tail"]
    range_ = [colours.off, colours.watch, colours.ink, colours.ghost]
    return {
        "transform": [
            {"filter": "datum.mark != null"},
            {"calculate": "datum.mark == 'tail' ? datum.tail : datum.value", "as": "at"},
        ],
        "mark": {"type": "point", "filled": True, "size": 46, "opacity": 1, "stroke": colours.surface,
                 "strokeWidth": 1},
        "encoding": {
            "y": {"field": "at", "type": "quantitative"},
            "color": {"field": "mark", "type": "nominal", "legend": None, "scale": {"domain": names, "range": range_}},
            "shape": {"field": "mark", "type": "nominal", "legend": None,
                      "scale": {"domain": names, "range": ["square", "triangle-up", "circle", "circle"]}},
        },
    }  # fmt: skip


def _label(colours: Palette) -> Spec:
    """The last settled value at the right edge, where no line runs through it."""
    return {
        "transform": [{"filter": "datum.last"}],
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 8,
            "fontWeight": 600,
            "fontSize": 12,
            "color": colours.text,
        },
        "encoding": {
            "x": {"value": "width"},
            "y": {"field": "value", "type": "quantitative"},
            "text": {"field": "shown"},
        },
    }


def _target_label(colours: Palette) -> Spec:
    return {
        "transform": [{"filter": "datum.goal != null"}],
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 10.5, "color": colours.target,
                 "text": "Target"},
        "encoding": {"x": {"value": "width"}, "y": {"field": "goal", "type": "quantitative"}},
    }  # fmt: skip


def _hover() -> Spec:
    return {
        "mark": {"type": "rule", "opacity": 0, "strokeWidth": 10},
        "encoding": {
            "tooltip": [
                {"field": "week", "title": "From"},
                {"field": "shown", "title": "Value"},
                {"field": "word", "title": "Status"},
                {"field": "n", "title": "Rows", "type": "quantitative", "format": ","},
            ]
        },
    }
