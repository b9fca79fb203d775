"""How durations are spread, on a scale of equal ratios: bars with median, 90th percentile and target."""

from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps
from math import exp, log

import polars as pl

from kpi.chart.axes import Write
from kpi.chart.model import Palette, Spec, frame, quiet_marks
from kpi.words import say
from store.normalise.bins import bin_bounds

BARS, TOP, NEXT_LINE, NEAR = 36, 8, 13, 0.22
SECONDS = (
    1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 345600, 604800, 1209600, 2592000, 7776000,
    31536000,
)  # fmt: skip
MOST_TICKS = 8


@dataclass(frozen=True)
class Mark:
    """A value worth a rule: its seconds, its words, and whether it is the target."""

    seconds: float
    words: str
    is_target: bool = False


def histogram_rows(bins: pl.DataFrame) -> pl.DataFrame:
    """At most 36 bars from `bin` and `count`: `left` and `right` as logarithms of seconds, `count`, `share` (0 to 1).

    Durations of zero stand in the first bar. Bars share the reach of the data evenly on the scale.
    """
    told = bins.filter(pl.col("count") > 0)
    if told.is_empty():
        return pl.DataFrame(
            schema={
                "left": pl.Float64,
                "right": pl.Float64,
                "count": pl.Int64,
                "share": pl.Float64,
            }
        )
    positive = [number for number in told["bin"].to_list() if number > 0] or [1]
    low, high = log(bin_bounds(min(positive))[0]), log(bin_bounds(max(positive))[1])
    width = (high - low) / BARS
    middle = pl.Series([0.0 if n == 0 else log(sum(bin_bounds(n)) / 2) for n in told["bin"].to_list()])
    place = ((middle - low) / width).floor().clip(0, BARS - 1)
    return (
        told.with_columns(place=pl.when(told["bin"] == 0).then(0.0).otherwise(place))
        .group_by("place")
        .agg(pl.col("count").sum())
        .sort("place")
        .select(
            (low + pl.col("place") * width).alias("left"),
            (low + (pl.col("place") + 1) * width).alias("right"),
            pl.col("count").cast(pl.Int64),
            (pl.col("count") / pl.col("count").sum()).alias("share"),
        )
    )


def histogram_spec(
    rows: pl.DataFrame,
    marks: Sequence[Mark],
    colours: Palette,
    write: Write,
    write_share: Write,
    height: int = 220,
) -> Spec:
    """The bars in pale ink, the rules with their words at the top; `write` writes seconds, `write_share` 0 to 1."""
    low, high = _reach(rows, marks)
    tallest = float(rows["share"].max() or 1.0)  # type: ignore[arg-type]
    layers = [_bars(colours, tallest * 1.25), *_rules(_placed(marks, low, high, colours))]
    return {
        **frame(colours, height),
        "layer": quiet_marks(layers),
        "encoding": {"x": _axis(low, high, colours, write)},
    }


def _bars(colours: Palette, top: float) -> Spec:
    return {
        "mark": {"type": "rect", "color": colours.ghost, "stroke": colours.surface, "strokeWidth": 1},
        "encoding": {
            "x": {"field": "left", "type": "quantitative"}, "x2": {"field": "right"},
            "y": {"field": "share", "type": "quantitative", "axis": None, "scale": {"domain": [0, top], "nice": False}},
            "y2": {"datum": 0},
            "tooltip": [
                {"field": "told", "title": say("Between"), "type": "nominal"},
                {"field": "count", "title": say("Rows"), "type": "quantitative", "format": ","},
                {"field": "part", "title": say("Share"), "type": "nominal"},
            ],
        },
    }  # fmt: skip


def _rules(placed: list[Spec]) -> list[Spec]:
    """A rule a mark with its words at its upper end; each begins on a line of its own, so that none crosses words."""
    told, at = {"values": placed}, {"field": "at", "type": "quantitative"}
    text = {
        "type": "text", "align": {"expr": "datum.late ? 'right' : 'left'"}, "baseline": "middle",
        "dx": {"expr": "datum.late ? -5 : 5"}, "fontSize": 11, "color": {"expr": "datum.ink"},
        "y": {"expr": f"{TOP} + datum.line * {NEXT_LINE}"},
    }  # fmt: skip
    rule = {"type": "rule", "strokeWidth": 1.4, "color": {"expr": "datum.ink"}}
    top = {"value": {"expr": f"{TOP} - 6 + datum.line * {NEXT_LINE}"}}
    return [
        {"data": told, "mark": rule, "encoding": {"x": at, "y": top, "y2": {"value": "height"}}},
        {"data": told, "mark": text, "encoding": {"x": at, "text": {"field": "words", "type": "nominal"}}},
    ]


def with_words(rows: pl.DataFrame, write: Write, write_share: Write) -> pl.DataFrame:
    """The rows with what the tooltip says: `told`, from when to when, and `part`, the share."""
    return rows.with_columns(
        pl.Series(
            "told", [f"{write(exp(a))} – {write(exp(b))}" for a, b in rows.select("left", "right").iter_rows()],
            dtype=pl.String,
        ),
        pl.Series("part", [write_share(each) for each in rows["share"]], dtype=pl.String),
    )  # fmt: skip


def _reach(rows: pl.DataFrame, marks: Sequence[Mark]) -> tuple[float, float]:
    ends = [
        *rows["left"].to_list(),
        *rows["right"].to_list(),
        *(log(each.seconds) for each in marks if each.seconds > 0),
    ]
    if not ends:
        return 0.0, 1.0
    return min(ends), max(max(ends), min(ends) + 0.1)


def _placed(marks: Sequence[Mark], low: float, high: float, colours: Palette) -> list[Spec]:
    """Each mark with the line its words stand on, so that near ones do not cover each other."""
    placed: list[Spec] = []
    for mark in sorted((each for each in marks if each.seconds > 0), key=lambda each: each.seconds):
        share = (log(mark.seconds) - low) / (high - low)
        near = [each for each in placed if share - each["share"] < NEAR]
        placed.append({
            "at": log(mark.seconds), "words": mark.words, "share": share, "line": len(near),
            "late": share > 1 - NEAR, "ink": colours.target if mark.is_target else colours.text,
        })  # fmt: skip
    return placed


def _axis(low: float, high: float, colours: Palette, write: Write) -> Spec:
    within = [each for each in SECONDS if low <= log(each) <= high]
    step = -(-len(within) // MOST_TICKS) or 1
    shown = within[::step]
    at = [log(each) for each in shown]
    texts = dumps([write(each) for each in shown], ensure_ascii=False)
    return {
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "values": at, "labelExpr": f"{texts}[indexof({dumps(at)}, toNumber(datum.value))]", "grid": False,
            "title": None, "domainColor": colours.rule, "tickColor": colours.rule, "labelColor": colours.quiet,
            "labelFontSize": 11, "labelOverlap": "greedy",
        },
    }  # fmt: skip
