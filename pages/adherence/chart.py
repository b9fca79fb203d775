"""Adherence by month: what systems saw in every case, what checklists said, and from when each version counted."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from kpi.chart import Chart, Palette, Spec
from kpi.chart.axes import days_axis, epoch, values_axis
from kpi.chart.model import frame, quiet_marks
from kpi.words import listed, say
from pages.parts.format import ABSENT, count, month, share
from sop.adherence import Measured, Month

HEIGHT, ROOM, LINE = 220, 0.12, {"invalid": "break-paths-show-domains"}
Mark = tuple[date, str]


def month_chart(months: Sequence[Month], marks: Sequence[Mark], colours: Palette, title: str) -> Chart:
    """Two lines, systems in ink and checklists dashed; a dotted rule for each version that came in those months."""
    rows = _rows(months)
    marks = _inside(marks, months)
    low, high = _reach(rows)
    values = {"scale": {"domain": [low, high], "nice": False, "zero": False}}
    axis = values_axis(colours, low, high, share)
    layers: list[Spec] = [
        _line("systems", {"color": colours.ink, "size": 2.2}, {**values, "axis": axis}),
        _line("checked", {"color": colours.accent, "size": 2, "strokeDash": [5, 3]}, values),
        _points("systems", colours.ink), _points("checked", colours.accent), _told(rows),
        *_versions(marks, rows, colours),
    ]  # fmt: skip
    return Chart(
        rows,
        {
            **frame(colours, HEIGHT),
            "layer": quiet_marks(layers),
            "encoding": {"x": days_axis(colours, rows["day"].to_list(), month)},
        },
        alt_text(months, marks, title),
    )


def alt_text(months: Sequence[Month], marks: Sequence[Mark], title: str) -> str:
    """The chart in words: first and last month of each account, and the versions."""
    told = [title]
    for name, own in (
        (say("From systems"), [(each.start, each.systems) for each in months]),
        (say("From checklists"), [(each.start, each.checked) for each in months]),
    ):
        known = [
            (start, found.value) for start, found in own if found is not None and found.value is not None
        ]
        if known:
            (first, before), (last, after) = known[0], known[-1]
            told.append(
                say(
                    "{name}: {before} in {first}, {after} in {last}.", name=name, before=share(before, 1),
                    first=month(first), after=share(after, 1), last=month(last),
                )
            )  # fmt: skip
    if marks:
        told.append(
            say("New versions: {marks}.", marks=listed(f"{name} {month(day)}" for day, name in marks))
        )
    return " ".join(told)


def _rows(months: Sequence[Month]) -> pl.DataFrame:
    def value(found: Measured | None) -> float | None:
        return found.value if found is not None else None

    def shown(found: Measured | None) -> str:
        part = value(found)
        return ABSENT if found is None or part is None else f"{share(part, 1)} ({count(found.n)})"

    return pl.DataFrame(
        {
            "day": [each.start.isoformat() for each in months],
            "x": [epoch(each.start.isoformat()) for each in months],
            "month": [month(each.start) for each in months],
            "systems": [value(each.systems) for each in months],
            "checked": [value(each.checked) for each in months],
            "by_systems": [shown(each.systems) for each in months],
            "by_checks": [shown(each.checked) for each in months],
        },
        schema_overrides={"x": pl.Float64, "systems": pl.Float64, "checked": pl.Float64},
    )


def _reach(rows: pl.DataFrame) -> tuple[float, float]:
    told = [*rows["systems"].drop_nulls(), *rows["checked"].drop_nulls()]
    low, high = min(told, default=0.0), max(told, default=1.0)
    size = max(high - low, 0.04)
    return low - size * ROOM, min(high + size * ROOM, 1.02)


def _line(field: str, look: Spec, y: Spec) -> Spec:
    return {
        "mark": {"type": "line", "strokeJoin": "round", **LINE, **look},
        "encoding": {"y": {"field": field, "type": "quantitative", **y}},
    }


def _points(field: str, colour: str) -> Spec:
    return {
        "mark": {"type": "point", "filled": True, "size": 30, "color": colour, "opacity": 1},
        "encoding": {"y": {"field": field, "type": "quantitative"}},
    }


def _told(rows: pl.DataFrame) -> Spec:
    titles = {"month": say("Month"), "by_systems": say("From systems"), "by_checks": say("From checklists")}
    told = [
        {"field": name, "title": title, "type": "nominal"} for name, title in titles.items() if name in rows
    ]
    return {"mark": {"type": "rule", "opacity": 0, "strokeWidth": 14}, "encoding": {"tooltip": told}}


def _inside(marks: Sequence[Mark], months: Sequence[Month]) -> list[Mark]:
    """The versions that came in the months shown."""
    known = [each.start for each in months]
    return [
        (day, name) for day, name in marks if known and known[0] <= day and day.replace(day=1) <= known[-1]
    ]


def _versions(marks: Sequence[Mark], rows: pl.DataFrame, colours: Palette) -> list[Spec]:
    if not marks:
        return []
    x, last = {"field": "x", "type": "quantitative"}, float(str(rows["x"].max()))
    clipped = [{"x": min(epoch(day.isoformat()), last), "words": name} for day, name in marks]
    rule = {"type": "rule", "color": colours.quiet, "strokeDash": [2, 2], "strokeWidth": 1}
    words = {
        "type": "text", "align": "right", "dx": -4, "y": 9, "fontSize": 10.5, "color": colours.quiet,
    }  # fmt: skip
    return [
        {"data": {"values": clipped}, "mark": rule, "encoding": {"x": x}},
        {"data": {"values": clipped}, "mark": words, "encoding": {"x": x, "text": {"field": "words"}}},
    ]
