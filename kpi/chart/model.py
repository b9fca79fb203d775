"""A chart as data: its rows, the Vega-Lite dict they go into, and its colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from kpi.words.vega import vega_locale

HEIGHT, MOST_ROWS, MOST_LAYERS = 190, 400, 14
Spec = dict[str, Any]

FONTS = "Inter, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, system-ui, sans-serif"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme."""

    ink: str
    text: str
    quiet: str
    rule: str
    target: str
    watch: str
    off: str
    off_text: str
    watch_text: str
    surface: str
    page: str
    accent: str
    ghost: str


@dataclass(frozen=True, eq=False)
class Chart:
    """The rows, the Vega-Lite spec they go into, and the text alternative; the title says what happened."""

    rows: pl.DataFrame
    spec: Spec
    alt: str
    title: str = ""
    caption: str = ""


def frame(colours: Palette, height: int) -> Spec:
    """What every chart says about itself before its layers: size, font and background."""
    return {
        "height": height,
        "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "view": {"stroke": None},
            "font": FONTS,
            "locale": vega_locale(),
            "background": colours.surface,
        },
    }


def aside(rows: Sequence[Spec], columns: Mapping[str, str]) -> Spec:
    """Rows of a layer's own, and what each column holds ("number", "string", "boolean"): of no rows, too."""
    return {"values": list(rows), "format": {"parse": dict(columns)}}


def quiet_marks(layers: list[Spec]) -> list[Spec]:
    """The layers without a role of their own: the chart has one sentence instead."""
    for layer in layers:
        layer["mark"]["aria"] = False
    return layers
