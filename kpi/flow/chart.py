"""Charts of the flow as Vega-Lite dicts: late days by stage and party, and markets in their funnel."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from kpi.chart.axes import ticks, values_axis
from kpi.chart.model import Chart, Palette, Spec, frame, quiet_marks
from kpi.flow.funnel import Funnel
from kpi.flow.stages import NAMES, Party

ROW_HEIGHT, FUNNEL_HEIGHT, CURVE = 34, 300, 60
Write = Callable[[float], str]


def late_chart(
    late: pl.DataFrame,
    stages: Mapping[str, str],
    parties: Mapping[str, str],
    colours: Palette,
    write: Write,
    alt: str,
) -> Chart:
    """Bars of late days, one a stage in the order of the way, divided by who answers for them.

    `late` has the columns stage, party, days and orders; `stages` and `parties` give their names in the order they
    are drawn.
    """
    shown = late.filter(pl.col("stage").is_in(list(stages)))
    rows = shown.select(
        pl.col("stage").replace(dict(stages)), pl.col("party").replace(dict(parties)), "days", "orders",
        pl.col("days").map_elements(write, return_dtype=pl.String).alias("shown"),
        pl.col("party").replace_strict({p: n for n, p in enumerate(parties)}, default=9).alias("place"),
    )  # fmt: skip
    there = [stages[key] for key in stages if key in set(shown["stage"])]
    total = rows.group_by("stage").agg(pl.col("days").sum())
    most = max(total["days"].to_list(), default=1.0)
    totals = [{"stage": s, "days": d, "text": write(d)} for s, d in total.iter_rows()]
    spec = {**frame(colours, max(2, len(there)) * ROW_HEIGHT + 40), "layer": quiet_marks(
        [_bars(there, list(parties.values()), colours, most, write), _totals(there, totals, colours)]
    )}  # fmt: skip
    return Chart(rows, spec, alt)


def _bars(stages: Sequence[str], parties: Sequence[str], colours: Palette, most: float, write: Write) -> Spec:
    axis = values_axis(colours, 0, most * 1.12, write)
    return {
        "mark": {"type": "bar", "height": 18, "stroke": colours.surface, "strokeWidth": 1},
        "encoding": {
            "y": {"field": "stage", "type": "nominal", "sort": list(stages), "scale": {"domain": list(stages)},
                  "axis": {"title": None, "domain": False, "ticks": False, "labelColor": colours.text,
                           "labelFontSize": 12, "labelLimit": 180, "labelPadding": 8}},
            "x": {"field": "days", "type": "quantitative", "stack": "zero", "axis": axis,
                  "scale": {"domain": [0, most * 1.12], "nice": False}},
            "order": {"field": "place", "type": "quantitative"},
            "color": {"field": "party", "type": "nominal", "scale": {"domain": list(parties),
                      "range": party_colours(colours)[: len(parties)]},
                      "legend": {"orient": "top", "title": None, "symbolType": "square", "columns": 2,
                                 "labelColor": colours.text, "labelFontSize": 12, "offset": 2,
                                 "columnPadding": 14}},
            "tooltip": [{"field": "stage"}, {"field": "party"}, {"field": "shown", "title": "days"},
                        {"field": "orders", "type": "quantitative", "format": ","}],
        },
    }  # fmt: skip


def party_colours(colours: Palette) -> list[str]:
    """One tone each for us, carrier, customs, customer and nobody known; none of them the colour of trouble."""
    return [colours.ink, colours.accent, colours.target, colours.quiet, colours.ghost]


def _totals(stages: Sequence[str], totals: Sequence[Mapping[str, object]], colours: Palette) -> Spec:
    return {
        "data": {"values": list(totals)},
        "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "fontWeight": 600, "color": colours.text},
        "encoding": {
            "y": {"field": "stage", "type": "nominal", "sort": list(stages), "scale": {"domain": list(stages)}},
            "x": {"field": "days", "type": "quantitative"}, "text": {"field": "text"},
        },
    }  # fmt: skip


def funnel_chart(
    found: Funnel, colours: Palette, percent: Write, axis: Write, count: Write, alt: str
) -> Chart:
    """Each market's share over its volume, the common share, and the limits that narrow with volume.

    Markets outside are squares in the colour of trouble or of the favourable side, named like all others.
    """
    volumes = [place.of for place in found.places]
    low, high = min(volumes) * 0.75, max(volumes) * 1.25
    at = np.geomspace(low, high, CURVE)
    lower, upper = found.limits(at.tolist())
    curve = pl.DataFrame({"of": at, "lower": lower * 100, "upper": upper * 100})
    points = pl.DataFrame(
        {
            "name": [place.name for place in found.places], "of": volumes,
            "share": [place.share * 100 for place in found.places],
            "mark": ["outside" if place.side else "inside" if place.enough else "few" for place in found.places],
            "text": [f"{place.name} {percent(place.share)}" for place in found.places],
            "label": [f"{p.name} {percent(p.share)}" if p.side else p.name for p in found.places],
            "n": [count(place.of) for place in found.places],
        }
    )  # fmt: skip
    told = [*points["share"], *curve["lower"], *curve["upper"]]
    bottom, top = max(0.0, min(told) - 1), min(100.0, max(told) + 1)
    spec = {**frame(colours, FUNNEL_HEIGHT), "layer": quiet_marks(
        [*_limit_lines(curve, colours), _centre(found, colours), _places(colours), _names(colours)]
    )}  # fmt: skip
    spec["encoding"] = {
        "x": {"field": "of", "type": "quantitative", "scale": {"type": "log", "domain": [low, high], "nice": False},
              "axis": _volume_axis(low, high, colours, count)},
        "y": {"type": "quantitative", "scale": {"domain": [bottom, top], "nice": False, "zero": False},
              "axis": values_axis(colours, bottom, top, lambda value: axis(value / 100))},
    }  # fmt: skip
    return Chart(points, spec, alt)


def _volume_axis(low: float, high: float, colours: Palette, count: Write) -> Spec:
    steps = [
        each * 10.0**power for power in range(7) for each in (1, 2, 5) if low <= each * 10.0**power <= high
    ]
    values = steps or ticks(low, high, 3)
    texts = [count(each) for each in values]
    return {
        "values": values, "grid": False, "title": None, "domainColor": colours.rule, "tickColor": colours.rule,
        "labelColor": colours.quiet, "labelFontSize": 11,
        "labelExpr": f"{texts!r}[indexof({values!r}, datum.value)]",
    }  # fmt: skip


def _limit_lines(curve: pl.DataFrame, colours: Palette) -> list[Spec]:
    data = {"values": curve.to_dicts()}
    mark = {"type": "line", "color": colours.quiet, "size": 1, "strokeDash": [2, 3]}
    return [
        {"data": data, "mark": dict(mark), "encoding": {"y": {"field": name, "type": "quantitative"}}}
        for name in ("lower", "upper")
    ]


def _centre(found: Funnel, colours: Palette) -> Spec:
    return {
        "data": {"values": [{"centre": found.centre * 100}]},
        "mark": {"type": "rule", "color": colours.target, "size": 1.4},
        "encoding": {"x": None, "y": {"field": "centre", "type": "quantitative"}},
    }


def _places(colours: Palette) -> Spec:
    names, tones = ["outside", "inside", "few"], [colours.off, colours.ink, colours.ghost]
    return {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "stroke": colours.surface,
                 "strokeWidth": 1},
        "encoding": {
            "y": {"field": "share", "type": "quantitative"},
            "color": {"field": "mark", "type": "nominal", "legend": None, "scale": {"domain": names, "range": tones}},
            "shape": {"field": "mark", "type": "nominal", "legend": None,
                      "scale": {"domain": names, "range": ["square", "circle", "circle"]}},
            "tooltip": [{"field": "text"}, {"field": "n"}],
        },
    }  # fmt: skip


def _names(colours: Palette) -> Spec:
    return {
        "mark": {"type": "text", "align": "center", "dy": -11, "fontSize": 11.5, "color": colours.text},
        "encoding": {"y": {"field": "share", "type": "quantitative"}, "text": {"field": "label"}},
    }


def party_names() -> dict[str, str]:
    """The names of the parties in the order they are drawn, in English."""
    return {party.value: NAMES[party] for party in Party}
