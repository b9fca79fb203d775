"""Charts as SVG and PNG, without a browser; the only module that knows the library which draws them."""

import re
from functools import cache
from pathlib import Path
from textwrap import wrap

from kpi.chart.model import Chart, Palette, Spec

FONTS = Path(__file__).parent / "fonts"
VEGA_LITE = "6.4"  # of the browser's charts, too
WIDTH, HEIGHT, SHARP = 720, 290, 2.0
FIRST_IDEOGRAPH = "\u2e80"
PIECES = re.compile(
    f"[{FIRST_IDEOGRAPH}-\U0010ffff]|[^{FIRST_IDEOGRAPH}-\U0010ffff]+?(?:\\s+|$|(?=[{FIRST_IDEOGRAPH}-\U0010ffff]))"
)
NEVER_FIRST = "，。；：、）”！？"
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
            "text": lines(chart.title, 90), "subtitle": lines(chart.caption, 125), "anchor": "start", "frame": "group",
            "offset": 14, "fontSize": 16, "fontWeight": 600, "color": colours.text, "subtitleFontSize": 12,
            "subtitleColor": colours.quiet, "subtitlePadding": 5,
        },
    }  # fmt: skip
    config = {"font": _font(str(whole)), "background": colours.surface}
    return {**whole, "config": {**chart.spec.get("config", {}), **config}}


def lines(text: str, width: int) -> list[str]:
    """The text in lines of so many letters; an ideograph is as wide as two, and Chinese breaks between any of them."""
    if not _has_ideographs(text):
        return wrap(text, width)
    told, taken = [""], 0
    for word in PIECES.findall(text):
        size = sum(2 if letter >= FIRST_IDEOGRAPH else 1 for letter in word)
        if taken + size > width and word not in NEVER_FIRST:
            told, taken = [*told, ""], 0
        told[-1] += word
        taken += size
    return [line.strip() for line in told]


def _has_ideographs(texts: str) -> bool:
    return any(letter >= FIRST_IDEOGRAPH for letter in texts)


def _font(texts: str) -> str:
    """Ours for these texts: where Inter lacks a letter, the drawing library would take any font of the system."""
    return "Noto Sans SC" if _has_ideographs(texts) else "Inter"


def _line_below(text: str, colours: Palette) -> list[Spec]:
    """Where the numbers are from, under the axis."""
    told = lines(text, 150)
    mark = {
        "type": "text", "align": "left", "baseline": "top", "fontSize": 10, "color": colours.quiet, "text": told,
        "aria": False, "clip": False,
    }  # fmt: skip
    where = {"x": {"value": 0}, "y": {"value": HEIGHT + 34}}
    return [{"data": {"values": [{}]}, "mark": mark, "encoding": where}]


def as_svg(spec: Spec) -> bytes:
    """A Vega-Lite spec as SVG in UTF-8; it may not load anything."""
    import vl_convert  # here, as few ever ask for it and it stays in memory

    _ready()
    return vl_convert.vegalite_to_svg(spec, VEGA_LITE, allowed_base_urls=[]).encode()


def as_png(spec: Spec, scale: float = SHARP) -> bytes:
    """A Vega-Lite spec as PNG, twice as sharp as a screen unless told otherwise; it may not load anything."""
    import vl_convert

    _ready()
    return vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=scale, allowed_base_urls=[])


@cache
def _ready() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
