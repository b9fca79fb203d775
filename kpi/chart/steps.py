"""A level that people set, over time: a step from each day it was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.chart.axes import Write, WriteDay, days_axis, epoch, values_axis
from kpi.chart.model import Palette, Spec, frame, quiet_marks
from kpi.words import say

ROOM = 0.25


@dataclass(frozen=True)
class Step:
    """From a day on it is `level` as drawn; None where there is none. `told` says it in words."""

    start: date
    level: float | None
    told: str


def step_rows(steps: Sequence[Step], until: date) -> pl.DataFrame:
    """One row a step, and one more on the last day: `day`, `x` in milliseconds, `level`, `told`, `week`, `edge`."""
    last = steps[-1]
    whole = [*steps, Step(max(until, last.start), last.level, last.told)]
    return pl.DataFrame(
        {
            "day": [each.start.isoformat() for each in whole],
            "x": [epoch(each.start.isoformat()) for each in whole],
            "level": [each.level for each in whole],
            "told": [each.told for each in whole],
            "edge": [n == len(steps) for n in range(len(whole))],
        },
        schema_overrides={"level": pl.Float64},
    )


def step_spec(
    rows: pl.DataFrame, colours: Palette, write: Write, write_day: WriteDay, height: int = 150
) -> Spec:
    """The step in the colour of targets, a dot at each change, the level of today in words at the edge."""
    told = rows["level"].drop_nulls().to_list() or [0.0]
    size = (max(told) - min(told)) or abs(max(told)) * 0.1 or 1.0
    low, high = min(told) - size * ROOM, max(told) + size * ROOM
    y = {"field": "level", "type": "quantitative"}
    scale = {"domain": [low, high], "nice": False, "zero": False}
    axis = {"axis": values_axis(colours, low, high, write), "scale": scale}
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": colours.target, "size": 2, "interpolate": "step-after",
                  "invalid": "break-paths-show-domains"}, "encoding": {"y": {**y, **axis}}},
        {"transform": [{"filter": "!datum.edge && datum.level != null"}],
         "mark": {"type": "point", "filled": True, "size": 42, "color": colours.target, "opacity": 1},
         "encoding": {"y": y, "tooltip": [{"field": "told", "title": say("Target"), "type": "nominal"}]}},
        {"transform": [{"filter": "datum.edge && datum.level != null"}],
         "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "fontSize": 12, "fontWeight": 600,
                  "color": colours.target},
         "encoding": {"x": {"value": "width"}, "y": y, "text": {"field": "told", "type": "nominal"}}},
    ]  # fmt: skip
    return {
        **frame(colours, height),
        "layer": quiet_marks(layers),
        "encoding": {"x": days_axis(colours, rows["day"].unique(maintain_order=True).to_list(), write_day)},
    }
