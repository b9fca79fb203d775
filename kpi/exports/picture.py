"""Charts as SVG and PNG, without a browser; the only module that knows the library which draws them."""

from functools import cache
from pathlib import Path
from textwrap import wrap

import vl_convert

from kpi.chart.model import Chart, Palette, Spec

FONTS = Path(__file__).parent / "fonts"
VEGA_LITE = "6.4"  # of the browser's charts, too
WIDTH, HEIGHT, SHARP = 720, 290, 2.0
FIRST_IDEOGRAPH = "\u2e80"
LIGHT = Palette(
    ink="#24324B", text="#171B23", quiet="#5B6472", rule="#DDE1E7", target="#0F766E", watch="#BF7A00", off="#A3211B",
    off_text="#9B1C1C", watch_text="#92400E", surface="#FFFFFF", page="#F6F7F9", accent="#2B59C3", ghost="#B9C1CC",
)  # fmt: skip


def standalone(chart: Chart, source: str, colours: Palette = LIGHT) -> Spec:
    """The chart as a spec that needs nothing else: its rows, title and caption, and under it where they are from."""
    whole = {
        **chart.spec,
        "data": {"values": chart.rows.to_dicts()},
        "width": WIDTH,
        "height": HEIGHT,
        "background": colours.surface,
        "padding": 16,
        "autosize": {"type": "pad", "contains": "content"},
        "layer": [*chart.spec["layer"], *_line_below(source, colours)],
        "title": {
            "text": wrap(chart.title, 90), "subtitle": wrap(chart.caption, 125), "anchor": "start", "frame": "group",
            "offset": 14, "fontSize": 16, "fontWeight": 600, "color": colours.text, "subtitleFontSize": 12,
            "subtitleColor": colours.quiet, "subtitlePadding": 5,
        },
    }  # fmt: skip
    config = {"font": _font(str(whole)), "background": colours.surface}
    return {**whole, "config": {**chart.spec.get("config", {}), **config}}


def _font(texts: str) -> str:
    """Ours for these texts: where Inter lacks a letter, the drawing library would take any font of the system."""
    return "Noto Sans SC" if any(letter >= FIRST_IDEOGRAPH for letter in texts) else "Inter"


def _line_below(text: str, colours: Palette) -> list[Spec]:
    """Where the numbers are from, under the axis."""
    lines = wrap(text, 150)
    mark = {
        "type": "text", "align": "left", "baseline": "top", "fontSize": 10, "color": colours.quiet, "text": lines,
        "aria": False, "clip": False,
    }  # fmt: skip
    where = {"x": {"value": 0}, "y": {"value": HEIGHT + 34}}
    return [{"data": {"values": [{}]}, "mark": mark, "encoding": where}]


def as_svg(spec: Spec) -> bytes:
    """A Vega-Lite spec as SVG in UTF-8; it may not load anything."""
    _ready()
    return vl_convert.vegalite_to_svg(spec, VEGA_LITE, allowed_base_urls=[]).encode()


def as_png(spec: Spec, scale: float = SHARP) -> bytes:
    """A Vega-Lite spec as PNG, twice as sharp as a screen unless told otherwise; it may not load anything."""
    _ready()
    return vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=scale, allowed_base_urls=[])


@cache
def _ready() -> None:
    vl_convert.register_font_directory(str(FONTS))
