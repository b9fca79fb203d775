"""A trend that goes on: the stored forecast as a dashed line with its interval, behind what is known."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date

import polars as pl

from kpi.chart import Chart, Palette, Spec, domain
from kpi.forecast.stored import Outlook, Point
from kpi.model import Kpi, Unit

FEWEST, SHARE = 4, 3
ROOM = 0.35


def drawn(outlook: Outlook, shown: int) -> tuple[Point, ...]:
    """The points a chart of so many periods has room for: a third of them, at least four."""
    return outlook.points[: max(FEWEST, shown // SHARE)]


def with_outlook(
    kpi: Kpi, chart: Chart, outlook: Outlook, colours: Palette, write: Callable[[float], str]
) -> Chart:
    """The chart with columns `ahead`, `ahead_low` and `ahead_high` and two layers for them; `write` says a value.

    The dashed line starts at the last period known before the forecast. Where the forecast lies beside the range of
    the chart, the range grows by at most about a third on each side, and the interval ends at the edge.
    """
    points = drawn(outlook, chart.rows.height)
    if not points or chart.rows.is_empty():
        return chart
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    old = domain(chart.rows)
    low, high = _range(old, points, scale)
    ahead = _columns(chart.rows, points, scale, low, high)
    fresh = ahead.filter(~pl.col("day").is_in(chart.rows["day"].to_list()))
    told = {point.start.isoformat(): _said(point, write) for point in points}
    beyond = fresh.with_columns(
        pl.col("day").replace_strict(told, default=None, return_dtype=pl.String).alias("shown"),
        pl.col("day").map_elements(_week, return_dtype=pl.String).alias("week"),
        pl.lit("Expected").alias("word"),
        pl.lit(False).alias("last"),
    )
    rows = pl.concat([chart.rows.join(ahead, on="day", how="left"), beyond], how="diagonal")
    return Chart(rows, _spec(chart.spec, rows["day"].to_list(), old, (low, high), colours), chart.alt)


def _said(point: Point, write: Callable[[float], str]) -> str:
    if point.low is None or point.high is None:
        return write(point.value)
    return f"{write(point.value)} ({write(point.low)} to {write(point.high)})"


def _week(day: str) -> str:
    start = date.fromisoformat(day)
    return f"{start.day} {start:%b %Y}"


def _range(old: tuple[float, float], points: Sequence[Point], scale: int) -> tuple[float, float]:
    """The range of the chart, grown towards the forecasts and their intervals, but never by more than `ROOM`."""
    reach = [
        value * scale
        for point in points
        for value in (point.value, point.low, point.high)
        if value is not None
    ]
    room = (old[1] - old[0]) * ROOM
    return max(min(old[0], *reach), old[0] - room), min(max(old[1], *reach), old[1] + room)


def _columns(
    rows: pl.DataFrame, points: Sequence[Point], scale: int, low: float, high: float
) -> pl.DataFrame:
    """`day`, `ahead`, `ahead_low`, `ahead_high`: the last known value, then the points, within the range."""
    first = points[0].start.isoformat()
    known = rows.filter(pl.col("day") < first, pl.col("value").is_not_null()).tail(1)
    start = [(day, value, value, value) for day, value in known.select("day", "value").iter_rows()]
    told = [
        (
            each.start.isoformat(),
            *(None if n is None else n * scale for n in (each.value, each.low, each.high)),
        )
        for each in points
    ]
    names = ["day", "ahead", "ahead_low", "ahead_high"]
    schema = {"day": pl.String, **dict.fromkeys(names[1:], pl.Float64)}
    return pl.DataFrame([*start, *told], schema=schema, orient="row").with_columns(
        pl.col(names[1:]).clip(low, high)
    )


def _spec(
    spec: Spec, days: Sequence[str], old: tuple[float, float], new: tuple[float, float], colours: Palette
) -> Spec:
    grown = deepcopy(spec)
    for layer in grown["layer"]:
        place = layer["encoding"]
        if "scale" in place.get("y", {}):
            place["y"]["scale"]["domain"] = list(new)
        if "datum" in place.get("y2", {}):
            place["y2"]["datum"] = new[0] if place["y2"]["datum"] == old[0] else new[1]
    step = -(-len(days) // 7) or 1
    grown["encoding"]["x"]["axis"]["values"] = list(days)[::-step][::-1]
    grown["layer"][1:1] = [_band(colours), _line(colours)]
    return grown


def _band(colours: Palette) -> Spec:
    return {
        "mark": {"type": "area", "color": colours.quiet, "opacity": 0.13, "aria": False,
                 "invalid": "break-paths-show-domains"},
        "encoding": {"y": {"field": "ahead_low", "type": "quantitative"}, "y2": {"field": "ahead_high"}},
    }  # fmt: skip


def _line(colours: Palette) -> Spec:
    return {
        "mark": {"type": "line", "color": colours.quiet, "size": 1.8, "strokeDash": [6, 4], "aria": False,
                 "invalid": "break-paths-show-domains"},
        "encoding": {"y": {"field": "ahead", "type": "quantitative"}},
    }  # fmt: skip
