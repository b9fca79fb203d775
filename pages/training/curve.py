"""The curve of a newcomer: how many procedures they do independently, by days since the start of the post."""

import polars as pl

from kpi.chart import Chart, Palette, Spec
from kpi.chart.axes import ticks, values_look
from kpi.chart.model import frame, quiet_marks
from kpi.words import say, say_many
from pages.parts.format import count
from sop.outcomes.newcomers import Beginning

HEIGHT, MOST = 170, 6


def beginning_chart(each: Beginning, colours: Palette, title: str) -> Chart:
    """A step for each procedure, from 0 to as many as the post asks for."""
    rows, most = _rows(each), len(each.found.progress)
    last = max(float(str(rows["x"].max())), 1.0)
    days = ticks(0, last, 5)
    x = {
        "field": "x", "type": "quantitative", "scale": {"domain": [0, last], "nice": False},
        "axis": {
            "values": days, "grid": False, "title": None, "domainColor": colours.rule, "tickColor": colours.rule,
            "labelColor": colours.quiet, "labelFontSize": 11, "labelFlush": True,
        },
    }  # fmt: skip
    axis = {
        "values": [0, most] if most > MOST else list(range(most + 1)),
        **values_look(colours),
        "labelOverlap": False,
    }
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [0, most], "nice": False}}
    line = {"type": "line", "interpolate": "step-after", "color": colours.ink, "size": 2.2}
    told = [{"field": name, "title": words, "type": "nominal"}
            for name, words in (("days", say("Days")), ("done", say("Independent")))]  # fmt: skip
    layers: list[Spec] = [
        {"mark": line, "encoding": {"y": y | {"axis": axis}}},
        {"mark": {"type": "point", "filled": True, "size": 34, "color": colours.ink, "opacity": 1},
         "transform": [{"filter": "datum.arrived"}], "encoding": {"y": y, "tooltip": told}},
    ]  # fmt: skip
    spec = {**frame(colours, HEIGHT), "layer": quiet_marks(layers), "encoding": {"x": x}}
    return Chart(rows, spec, alt_text(each, title))


def alt_text(each: Beginning, title: str) -> str:
    """The curve in words."""
    told = [
        say_many("{done} after {n} day.", "{done} after {n} days.", after, done=count(nth), n=count(after))
        for nth, after in enumerate(each.done, 1)
    ]
    return " ".join([title + ".", *told])


def _rows(each: Beginning) -> pl.DataFrame:
    """From the start over each arrival to today."""
    most, today = len(each.found.progress), (each.day - each.post.since).days
    points = [(0, 0, False), *((day, nth, True) for nth, day in enumerate(each.done, 1))]
    points.append((today, len(each.done), False))
    return pl.DataFrame(
        {
            "x": [float(day) for day, _, _ in points],
            "y": [n for _, n, _ in points],
            "arrived": [new for _, _, new in points],
            "days": [count(day) for day, _, _ in points],
            "done": [say("{n} of {all}", n=count(n), all=count(most)) for _, n, _ in points],
        }
    )
