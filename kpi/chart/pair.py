"""A few periods beside the same ones a year before: two lines, the current one in ink."""

from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps

import polars as pl

from kpi.chart.axes import Write, values_axis
from kpi.chart.model import Palette, Spec, frame, quiet_marks
from kpi.words import say

ROOM = 0.12
BREAKS = {"invalid": "break-paths-show-domains"}


@dataclass(frozen=True)
class Pairing:
    """One period: its name on the axis, its value and that of the year before as drawn, both in words, its status."""

    name: str
    value: float | None
    before: float | None
    told: str
    told_before: str
    status: str


def pair_rows(pairs: Sequence[Pairing]) -> pl.DataFrame:
    """One row a period: `place` from 0, and the fields of `Pairing`."""
    schema = {
        "name": pl.String, "value": pl.Float64, "before": pl.Float64, "told": pl.String, "told_before": pl.String,
        "status": pl.String,
    }  # fmt: skip
    rows = [(each.name, each.value, each.before, each.told, each.told_before, each.status) for each in pairs]
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Float64))
    )


def pair_spec(rows: pl.DataFrame, colours: Palette, write: Write, height: int = 150) -> Spec:
    """The year before pale, the values in ink with a dot each."""
    low, high = _reach(rows)
    y = {"scale": {"domain": [low, high], "nice": False, "zero": False}}
    layers: list[Spec] = [
        _line("before", colours.ghost, 1.8),
        _line("value", colours.ink, 2.2) | {"encoding": {"y": {"field": "value", "type": "quantitative", **y,
         "axis": values_axis(colours, low, high, write)}}},
        {
            "mark": {"type": "point", "filled": True, "size": 36, "color": colours.ink, "opacity": 1},
            "encoding": {"y": {"field": "value", "type": "quantitative"}},
        },
        {
            "mark": {"type": "rule", "opacity": 0, "strokeWidth": 14},
            "encoding": {
                "tooltip": [
                    {"field": "name", "title": say("Period"), "type": "nominal"},
                    {"field": "told", "title": say("Value"), "type": "nominal"},
                    {"field": "told_before", "title": say("A year before"), "type": "nominal"},
                    {"field": "status", "title": say("Status"), "type": "nominal"},
                ]
            },
        },
    ]  # fmt: skip
    return {**frame(colours, height), "layer": quiet_marks(layers), "encoding": {"x": _names(rows, colours)}}


def _line(field: str, colour: str, size: float) -> Spec:
    return {
        "mark": {"type": "line", "color": colour, "size": size, "strokeJoin": "round", **BREAKS},
        "encoding": {"y": {"field": field, "type": "quantitative"}},
    }


def _reach(rows: pl.DataFrame) -> tuple[float, float]:
    told = [*rows["value"].drop_nulls().to_list(), *rows["before"].drop_nulls().to_list()]
    if not told:
        return 0.0, 1.0
    size = (max(told) - min(told)) or abs(max(told)) or 1.0
    return min(told) - size * ROOM, max(told) + size * ROOM


def _names(rows: pl.DataFrame, colours: Palette) -> Spec:
    at = rows["place"].to_list()
    texts = dumps(rows["name"].to_list(), ensure_ascii=False)
    return {
        "field": "place", "type": "quantitative",
        "scale": {"domain": [-0.3, max(len(at) - 0.7, 0.3)], "nice": False, "zero": False},
        "axis": {
            "values": at, "labelExpr": f"{texts}[toNumber(datum.value)]", "grid": False, "title": None,
            "domainColor": colours.rule, "tickColor": colours.rule, "labelColor": colours.quiet, "labelFontSize": 11,
            "labelOverlap": "greedy",
        },
    }  # fmt: skip
