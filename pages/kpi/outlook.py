"""What is likely to come: the stored forecast drawn on with the trend, and the sentence that says how sure it is."""

import streamlit as st

from kpi.forecast.choice import Gate
from kpi.forecast.stored import Outlook
from kpi.standing import Standing
from pages.parts.format import day, figure
from pages.parts.load import load_outlook
from pages.parts.viewer import Viewer


def expectation(standing: Standing, outlook: Outlook, currency: str) -> str:
    """The next period in a sentence, for those who cannot see the dashed line."""
    point = outlook.points[0]
    low, value, high = (figure(standing.kpi, each, currency) for each in (point.low, point.value, point.high))
    return f"Expected for {day(point.start)}: {value}, likely between {low} and {high}."


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


def tested_outlook(viewer: Viewer, standing: Standing) -> Outlook | None:
    """The stored forecast of the same market, where a tested one is stored."""
    found = load_outlook(viewer, standing.kpi, standing.every, standing.market)
    return found if found is not None and found.is_tested else None


def draw_outlook(outlook: Outlook | None) -> None:
    """The sentence under the chart."""
    if outlook is not None:
        st.caption(sentence(outlook))
