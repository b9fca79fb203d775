"""Charts as Vega-Lite dicts: what is drawn, in which order, and the sentence that says the same in words."""

from kpi.chart.ahead import Ahead, ahead_of
from kpi.chart.model import HEIGHT, MOST_LAYERS, MOST_ROWS, Chart, Palette, Spec
from kpi.chart.rows import TrendText, domain, trend_rows
from kpi.chart.trend import Event, trend_spec

__all__ = [
    "HEIGHT", "MOST_LAYERS", "MOST_ROWS", "Ahead", "Chart", "Event", "Palette", "Spec", "TrendText", "ahead_of",
    "domain", "trend_rows", "trend_spec",
]  # fmt: skip
