"""The trend of a KPI as a Vega-Lite dict: value, target, usual range, signals, events, last year, what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.chart.axes import Write, WriteDay, epoch
from kpi.chart.labels import label_layers
from kpi.chart.model import HEIGHT, Palette, Spec, aside, frame, quiet_marks
from kpi.chart.rows import domain
from kpi.chart.scales import Scales, asked, days_encoding, values_encoding
from kpi.model import Better, Kpi
from kpi.signals.chart import Direction
from kpi.words import say

BREAKS = {"invalid": "break-paths-show-domains"}
TOP, NEXT_LINE, LETTER = 9, 13, 5.6
EVENT = {"x": "number", "words": "string", "line": "number", "share": "number", "room": "number"}
LATE = (
    "(1 - datum.share) * width < datum.room"  # words that would run out of the picture stand before their day
)
WORDS = {True: 0.16, False: 0.28}  # of the width, taken by the words of an event; by whether a chart is large


@dataclass(frozen=True)
class Event:
    """A day worth remembering, in about three words."""

    day: date
    words: str


def trend_spec(
    kpi: Kpi,
    rows: pl.DataFrame,
    colours: Palette,
    write: Write,
    write_day: WriteDay,
    height: int = HEIGHT,
    events: Sequence[Event] = (),
) -> Spec:
    """The value in ink, the target over time, off-target points and signals marked, the provisional tail dashed.

    `write` writes a number of the axis, `write_day` the first day of a period. At most eight layers for a plain
    trend with events; limits, last year and forecast add one or two each where the rows have them.
    """
    reach, days = domain(rows), rows["day"].to_list()
    layers = [
        *_if(rows, "ahead", _ahead_band(colours), _ahead_line(colours)),
        *_if(rows, "lower", _limits(colours)),
        _zone(kpi, colours),
        _line("target", {"color": colours.target, "size": 1.4, "interpolate": "step-after"}),
        *_if(rows, "before", _line("before", {"color": colours.ghost, "size": 1.6})),
        _values(colours),
        _points(colours),
        *label_layers(rows, colours, reach, height),
        _hover(rows),
        *_events(colours, events, days, WORDS[height > HEIGHT]),
    ]
    return {
        **frame(colours, height),
        "params": [Scales(days, reach, write, write_day).param],
        "layer": quiet_marks(layers),
        "encoding": {"x": days_encoding(colours)},
    }


def _if(rows: pl.DataFrame, column: str, *layers: Spec) -> tuple[Spec, ...]:
    return layers if column in rows.columns and rows[column].count() else ()


def _line(field: str, mark: Spec) -> Spec:
    return {
        "mark": {"type": "line", **BREAKS, **mark},
        "encoding": {"y": {"field": field, "type": "quantitative"}},
    }


def _zone(kpi: Kpi, colours: Palette) -> Spec:
    """The side of the target on which the KPI should be."""
    edge = asked("y_to" if kpi.better is Better.HIGHER else "y_from")
    return {
        "mark": {"type": "area", "color": colours.target, "opacity": 0.08, "interpolate": "step-after", **BREAKS},
        "encoding": {"y": {"field": "target", "type": "quantitative"}, "y2": {"datum": edge}},
    }  # fmt: skip


def _values(colours: Palette) -> Spec:
    """What is settled in ink, what is provisional dashed and pale."""
    tail = "datum.part == 'tail'"
    return {
        "transform": [{"fold": ["tail", "value"], "as": ["part", "level"]}],
        "mark": {"type": "line", "size": 2.2, "strokeJoin": "round", **BREAKS},
        "encoding": {
            "y": {"field": "level", "type": "quantitative", **values_encoding(colours)},
            "detail": {"field": "part", "type": "nominal"},
            "color": {"condition": {"test": tail, "value": colours.quiet}, "value": colours.ink},
            "strokeDash": {"condition": {"test": tail, "value": [3, 3]}, "value": [1, 0]},
        },
    }


def _limits(colours: Palette) -> Spec:
    """The usual range: two thin dotted steps."""
    return {
        "transform": [{"fold": ["lower", "upper"], "as": ["side", "limit"]}],
        "mark": {"type": "line", "color": colours.quiet, "size": 1, "strokeDash": [1, 3], "interpolate": "step",
                 **BREAKS},
        "encoding": {
            "y": {"field": "limit", "type": "quantitative"},
            "detail": {"field": "side", "type": "nominal"},
        },
    }  # fmt: skip


def _points(colours: Palette) -> Spec:
    """Off target a square, close to it a triangle, provisional a pale dot, beyond the picture an arrowhead.

    A signal is a ring around them: in the colour of trouble, or plain where things got better.
    """
    looks = {
        "off": (colours.off, "square"), "watch": (colours.watch, "triangle-up"), "alone": (colours.ink, "circle"),
        "tail": (colours.quiet, "circle"), "under": (colours.quiet, "triangle-down"),
        "over": (colours.quiet, "triangle-up"), Direction.CONCERN.value: ("transparent", "circle"),
        Direction.IMPROVEMENT.value: ("transparent", "circle"),
    }  # fmt: skip
    rings = {Direction.CONCERN.value: colours.off, Direction.IMPROVEMENT.value: colours.target}
    names = list(looks)
    ring = "datum.part == 'fires'"
    at = "datum.edge != null ? datum.edge : datum.mark == 'tail' ? datum.tail : datum.value"
    return {
        "transform": [
            {"fold": ["mark", "fires"], "as": ["part", "kind"]},
            {"filter": "isValid(datum.kind) && datum.kind != ''"},
            {"calculate": at, "as": "stands"},
            {"filter": "isValid(datum.stands)"},
        ],
        "mark": {"type": "point", "opacity": 1, "clip": False},
        "encoding": {
            "y": {"field": "stands", "type": "quantitative"},
            "fill": _look(names, [look[0] for look in looks.values()]),
            "shape": _look(names, [look[1] for look in looks.values()]),
            "stroke": _look(names, [rings.get(name, colours.surface) for name in names]),
            "size": {"condition": {"test": ring, "value": 170}, "value": 46},
            "strokeWidth": {"condition": {"test": ring, "value": 1.6}, "value": 1},
        },
    }


def _look(names: Sequence[str], range_: Sequence[str]) -> Spec:
    return {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(names), "range": list(range_)},
    }


def _hover(rows: pl.DataFrame) -> Spec:
    titles = {
        "week": say("From"), "shown": say("Value"), "goal": say("Target"), "word": say("Status"),
        "usual": say("Usual"), "year": say("A year before"),
    }  # fmt: skip
    told: list[Spec] = [
        {"field": name, "title": title, "type": "nominal"}
        for name, title in titles.items()
        if name in rows.columns
    ]
    told.append({"field": "n", "title": say("Rows"), "type": "quantitative", "format": ","})
    return {"mark": {"type": "rule", "opacity": 0, "strokeWidth": 10}, "encoding": {"tooltip": told}}


def _ahead_band(colours: Palette) -> Spec:
    return {
        "mark": {"type": "area", "color": colours.quiet, "opacity": 0.13, **BREAKS},
        "encoding": {"y": {"field": "ahead_low", "type": "quantitative"}, "y2": {"field": "ahead_high"}},
    }


def _ahead_line(colours: Palette) -> Spec:
    return _line("ahead", {"color": colours.quiet, "size": 1.8, "strokeDash": [6, 4]})


def _events(colours: Palette, events: Sequence[Event], days: Sequence[str], near: float) -> list[Spec]:
    """A thin dotted rule a day, with its words at the top; words that would stand on others are left to the list.

    Without events, too: the next period may have one, and shall not need another spec.
    """
    placed = _placed(events, epoch(min(days)), epoch(max(days)), near) if days else []
    told = aside(placed, EVENT)
    x = {"field": "x", "type": "quantitative"}
    rule = {"type": "rule", "color": colours.quiet, "strokeDash": [2, 2], "strokeWidth": 1}
    texts = {
        "type": "text", "baseline": "middle", "fontSize": 10.5, "color": colours.quiet,
        "align": {"expr": f"{LATE} ? 'right' : 'left'"}, "dx": {"expr": f"{LATE} ? -4 : 4"},
        "y": {"expr": f"{TOP} + datum.line * {NEXT_LINE}"},
    }  # fmt: skip
    shown = {"encoding": {"x": x, "text": {"field": "words", "type": "nominal"}}}
    return [
        {"data": told, "mark": rule, "encoding": {"x": x, "tooltip": {"field": "words", "type": "nominal"}}},
        {"data": told, "transform": [{"filter": "datum.line >= 0"}], "mark": texts, **shown},
    ]


def _placed(events: Sequence[Event], first: float, last: float, near: float) -> list[Spec]:
    """Each event with the line its words stand on: the second where the first is taken, -1 where both are."""
    width = max(last - first, 1)
    taken = {0: -1.0, 1: -1.0}
    placed: list[Spec] = []
    for event in sorted(events, key=lambda each: each.day):
        at = epoch(event.day.isoformat())
        share = (at - first) / width
        if not 0 <= share <= 1:
            continue
        line = next((n for n in taken if share >= taken[n]), -1)
        if line >= 0:
            taken[line] = share + near
        placed.append(
            {
                "x": at,
                "words": event.words,
                "line": line,
                "share": share,
                "room": LETTER * len(event.words) + 4,
            }
        )
    return placed
