"""The chart of the page: the trend with all that stands beside it, and the words around it."""

from html import escape

import streamlit as st

from kpi.annotations import marks_of
from kpi.chart import Event
from kpi.compare import Comparison
from kpi.words import say, spoken
from pages.kpi.load import load_year_before
from pages.kpi.outlook import expectation, load_tested, sentence
from pages.kpi.shown import Shown
from pages.kpi.usual import usual_range
from pages.parts.annotate import draw_annotations, load_annotations
from pages.parts.charts import Beside, Trend, build_trend
from pages.parts.exports import draw_exports, kpi_exports
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.steady import draw_vega, unseen
from pages.parts.theme import mode

HEIGHT = 280


def draw_chart(shown: Shown) -> None:
    """Title, caption, chart, and under it what is usual and what is expected."""
    outlook, why_none = load_tested(shown.viewer, shown.standing)
    a_year = shown.filters.comparison is Comparison.YEAR
    before = load_year_before(shown.viewer, shown.standing, shown.filters.weeks) if a_year else ()
    happened = load_annotations(shown.viewer, shown.standing, shown.filters.weeks)
    beside = Beside(usual=True, before=before, outlook=outlook, events=marks_of(happened))
    trend = load_trend(shown, mode(), beside)
    with st.container(border=True, gap="xsmall", key=f"panel_{trend.key}"):
        title = f"<strong>{escape(trend.name)}</strong> — {escape(trend.headline)}"
        note = f'<div class="fl-chart-note">{escape(trend.caption)}</div>'
        st.html(f'<div class="fl-chart-title">{title}</div>{note}{unseen(trend.chart)}')
        draw_vega(trend.chart, f"trend_{trend.key}", trend.name)
    told = [usual_range(shown.standing, shown.currency, shown.today)]
    told.append(sentence(outlook) if outlook else why_none)
    files = kpi_exports(shown.viewer, shown.kpi, shown.market, shown.filters.weeks, beside)
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key="under_chart"):
        st.html(f'<div class="fl-told">{" ".join(escape(each) for each in told if each)}</div>')
        draw_exports(shown.viewer, files, shown.kpi.key)
    draw_annotations(shown.viewer, shown.standing, happened, shown.today)


def load_trend(shown: Shown, theme: str, beside: Beside) -> Trend:
    """The trend of the page, cached by everything it depends on; notes may change without a new data version."""
    key = (shown.kpi.key, shown.market, shown.filters.weeks, theme, spoken().key)
    scope = scope_key(shown.viewer.principal.scope)
    drawn = (tuple(beside.before), tuple(beside.events))
    return _trend(version_of(shown.viewer), scope, *key, drawn, shown, beside)


@kept(400)
def _trend(
    version: str, scope: str, key: str, market: str | None, weeks: int, theme: str, speech: str,
    drawn: tuple[tuple[float | None, ...], tuple[Event, ...]], _shown: Shown, _beside: Beside,
) -> Trend:  # fmt: skip
    trend = build_trend(_shown.standing, _shown.currency, _shown.today, weeks, theme, HEIGHT, _beside)
    if _beside.outlook is None:
        return trend
    said = expectation(_shown.standing, _beside.outlook, _shown.currency)
    return trend.saying(say("{chart} {expected}", chart=trend.chart.alt, expected=said))
