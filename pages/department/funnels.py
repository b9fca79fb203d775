"""From visits to orders and from clicks to conversions: how many came how far, and where most were lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.funnel import ADS, VISITS, Reached, Step, Sums, reached
from kpi.period import Span
from kpi.score import Status
from kpi.words import marked, say
from pages.parts.format import ABSENT, count, share
from pages.parts.load import load_values
from pages.parts.tables import Bar, Cell, Column, table
from pages.parts.viewer import Viewer

COLUMNS = (
    Column(marked("Step")), Column(marked("Reached"), "r"), Column(marked("Of the first step")),
    Column(marked("Of the step before"), "r"), Column(marked("Weeks before"), "r"), Column(marked("Change"), "r"),
)  # fmt: skip
SOURCES = marked(
    "Steps are counted where they are kept: sessions from web analytics, carts and checkouts from the shop, each by "
    "the day it began; they are not the same people followed through."
)


def funnel_html(steps: Sequence[Reached], label: str) -> str:
    """The table: a row a step, its bar as long as its share of the first one."""
    first = steps[0].count if steps else 0.0
    return table(COLUMNS, [_row(each, first) for each in steps], label)


def _row(each: Reached, first: float) -> list[Cell]:
    moved = each.count / each.before - 1 if each.before else None
    return [
        say(each.step.name),
        count(each.count),
        Bar(each.count / first if first else 0.0, None, Status.OK),
        ABSENT if each.of_last is None else share(each.of_last, 1),
        ABSENT if each.before is None else count(each.before),
        ABSENT if moved is None else f"{'+' if moved > 0 else ''}{share(moved, 1)}",
    ]


def draw_funnels(viewer: Viewer, span: Span, market: str | None) -> None:
    """Both funnels of a span, beside as many days before it."""
    st.header(say("From visit to order"), anchor=False)
    before = replace(span, start=span.start - timedelta(days=span.days), end=span.start - timedelta(days=1))
    for steps, label in ((VISITS, say("From visit to order")), (ADS, say("From click to conversion"))):
        found = reached(
            steps, load_sums(viewer, steps, span, market), load_sums(viewer, steps, before, market)
        )
        if found:
            st.html(funnel_html(found, label))
    st.html(f'<div class="fl-told">{escape(say(SOURCES))}</div>')


def load_sums(viewer: Viewer, steps: Sequence[Step], span: Span, market: str | None) -> dict[str, Sums]:
    """The sums of each step's KPI in the span; KPIs without rows are left out."""
    told: dict[str, Sums] = {}
    for key in dict.fromkeys(each.kpi for each in steps):
        rows = load_values(viewer, KPIS[key], span, None, market)
        if rows.height and rows["n"].sum():
            told[key] = Sums(float(rows["numerator"].sum()), float(rows["denominator"].sum()))
    return told
