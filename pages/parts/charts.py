"""Trend charts on a page: in the reader's colours, in a panel whose title opens the KPI."""

from datetime import date
from html import escape

import streamlit as st

from kpi.chart.model import HEIGHT
from kpi.chart.told import (
    PLAIN,
    Beside,
    Trend,
    alt_text,
    axis_writer,
    caption,
    day_writer,
    headline,
    trend_text,
)
from kpi.chart.told import build_trend as build
from kpi.standing import Standing
from pages.parts.steady import draw_vega, unseen
from pages.parts.theme import palette
from pages.parts.viewer import Viewer, open_page

__all__ = [
    "PLAIN", "Beside", "Trend", "alt_text", "axis_writer", "build_trend", "caption", "day_writer", "draw_trend",
    "headline", "trend_text",
]  # fmt: skip


def build_trend(
    standing: Standing,
    currency: str,
    today: date,
    weeks: int,
    mode: str,
    height: int = HEIGHT,
    beside: Beside = PLAIN,
) -> Trend:
    """The trend of a KPI as `kpi.chart.told.build_trend` makes it, in the colours of the mode."""
    return build(standing, currency, today, weeks, palette(mode), height, beside)


def draw_trend(viewer: Viewer, trend: Trend, link: bool = True) -> None:
    """The chart in its panel; the title opens the KPI's page."""
    with st.container(border=True, gap=None, key=f"panel_{trend.key}"):
        if link:
            if st.button(trend.name, key=f"open_{trend.key}", type="tertiary"):
                open_page(viewer, "kpi", kpi=trend.key)
            told = f"{trend.headline[0].upper()}{trend.headline[1:]} · {trend.caption.lower()}"
            st.html(f'<div class="fl-told" aria-hidden="true">{escape(told)}</div>{unseen(trend.chart)}')
        draw_vega(trend.chart, f"trend_{trend.key}", trend.name if link else "")
