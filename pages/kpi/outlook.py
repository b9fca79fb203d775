"""What is likely to come: the stored forecast drawn on with the trend, and the sentence that says how sure it is."""

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi.forecast.choice import Gate
from kpi.forecast.stored import Outlook
from kpi.outlook_chart import with_outlook
from kpi.standing import Standing
from pages.parts.charts import Trend
from pages.parts.format import day, figure
from pages.parts.load import load_outlook
from pages.parts.theme import palette
from pages.parts.viewer import Viewer


def continued(standing: Standing, trend: Trend, outlook: Outlook | None, currency: str, mode: str) -> Trend:
    """The trend with the forecast drawn on, and said in its text alternative; unchanged without one."""
    if outlook is None:
        return trend
    write = partial(_written, standing, currency)
    chart = with_outlook(standing.kpi, trend.chart, outlook, palette(mode), write)
    next_one = outlook.points[0]
    within = f"between {write(next_one.low or 0)} and {write(next_one.high or 0)}"
    alt = f"{chart.alt} Expected for {day(next_one.start)}: {write(next_one.value)}, likely {within}."
    return replace(trend, chart=replace(chart, alt=alt))


def _written(standing: Standing, currency: str, value: float) -> str:
    return str(figure(standing.kpi, value, currency))


def sentence(outlook: Outlook) -> str:
    """By which method, how it did when it was tested, and what the band means."""
    gate = "" if outlook.gate == Gate.MODEL else f"; {outlook.gate}"
    tested = (
        ""
        if outlook.wape is None
        else f" When last tested it was off by {100 * outlook.wape:.1f} % of the value."
    )
    until = f"Expected from what was known until {day(outlook.known_until)}"
    method = f"{outlook.method[0].lower()}{outlook.method[1:]}"
    return f"{until}, by {method}{gate}.{tested} The band held 80 % of past errors."


def load_continued(
    viewer: Viewer, standing: Standing, trend: Trend, currency: str, mode: str
) -> tuple[Trend, Outlook | None]:
    """The trend of the page, with the forecast of the same market where a tested one is stored."""
    found = load_outlook(viewer, standing.kpi, standing.every, standing.market)
    found = found if found is not None and found.is_tested else None
    return continued(standing, trend, found, currency, mode), found


def draw_outlook(outlook: Outlook | None) -> None:
    """The sentence under the chart."""
    if outlook is not None:
        st.caption(sentence(outlook))
