"""One KPI: how it stands, its trend, who drives it, what it means, how far to trust it, and its records."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from kpi.catalog import KPIS, find
from kpi.comparison import say_from
from kpi.model import Kpi
from kpi.period import Every
from kpi.results import NotAllowed
from kpi.standing import Coverage, Period, Standing
from kpi.words import say
from pages.kpi.breakdown import choose_dimension, draw_breakdown
from pages.kpi.meaning import definition, trust
from pages.kpi.moves import draw_month, draw_why
from pages.kpi.outlook import draw_outlook, tested_outlook
from pages.kpi.records import draw_records
from pages.kpi.usual import usual_range
from pages.parts.actions import draw_actions
from pages.parts.annotate import draw_annotations, events_in, load_annotations
from pages.parts.charts import Beside, build_trend, draw_trend, headline
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty
from pages.parts.exports import draw_exports, kpi_exports
from pages.parts.filters import Filters, choose, draw_filters
from pages.parts.format import change, day, figure, goal
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.tables import chip, facts
from pages.parts.theme import MARKS, mode
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.state.runs import Freshness


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?kpi=KEY`; raises UnknownKpi and, outside the scope, NotAllowed."""
    kpi = chosen(viewer)
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head = st.container(gap="small")
    if covered.as_of is None or not covered.until:
        with head:
            draw_head(kpi.name, context_line(covered, None, company), company, fresh, now())
        draw_empty(viewer)
        return
    filters = draw_filters(covered, "market" in kpi.dimensions, partial(draw_chooser, viewer, kpi))
    with head:
        draw_head(kpi.name, context_line(covered, filters.market, company), company, fresh, now())
    standing = load_compared(viewer, [kpi], filters.market, filters.weeks, filters.comparison)[kpi.key]
    draw_standing(standing, company.currency, covered.as_of)
    st.header("Trend", anchor=False)
    outlook = tested_outlook(viewer, standing)
    happened = load_annotations(viewer, standing, filters.weeks)
    beside = Beside(usual=True, outlook=outlook, events=events_in(happened))
    trend = build_trend(standing, company.currency, covered.as_of, filters.weeks, mode(), 260, beside)
    draw_trend(viewer, trend, link=False)
    draw_exports(viewer, kpi_exports(viewer, kpi, filters.market, filters.weeks, beside), kpi.key)
    st.html(f'<div class="fl-told">{escape(usual_range(standing, company.currency, covered.as_of))}</div>')
    draw_outlook(outlook)
    draw_annotations(viewer, standing, happened, covered.as_of)
    st.header(say("Actions"), anchor=False)
    draw_actions(viewer, kpi, filters.market)
    draw_month(viewer, standing, company.currency)
    picked = draw_slices(viewer, standing, filters, company.currency)
    draw_words(standing, covered, fresh, company.currency)
    if picked is not None:
        draw_records(viewer, standing, picked)


def mine(viewer: Viewer) -> list[str]:
    """The keys of the KPIs the reader may see."""
    return [key for key, kpi in KPIS.items() if viewer.principal.scope.sees_department(kpi.department.value)]


def chosen(viewer: Viewer) -> Kpi:
    """The KPI of the link, or the first one the reader may see."""
    keys = mine(viewer)
    if not keys:
        raise NotAllowed(f"{viewer.principal.name} may not see any department. Ask an administrator.")
    kpi = find(str(st.query_params.get("kpi", keys[0])))
    if kpi.key not in keys:
        raise NotAllowed(
            f"{kpi.name} belongs to {kpi.department.label}, which you may not see. Ask its lead."
        )
    return kpi


def draw_chooser(viewer: Viewer, kpi: Kpi) -> None:
    """Go on to another KPI."""
    keys = mine(viewer)
    picked = st.selectbox(
        "KPI", keys, index=keys.index(kpi.key), format_func=_labelled, key=f"chooser_{kpi.key}", width=360
    )
    if picked != kpi.key:
        st.query_params["kpi"] = picked
        st.rerun()


def _labelled(key: str) -> str:
    return f"{KPIS[key].department.label} · {KPIS[key].name}"


def draw_standing(standing: Standing, currency: str, today: date) -> None:
    """Value, status and the sentence about it."""
    kpi, period = standing.kpi, standing.current
    if period is None:
        st.html('<div class="fl-value">No period is over yet.</div>')
        return
    value = figure(kpi, period.value, currency)
    told = [f"against {goal(kpi, period.target, currency)}"] if period.target is not None else []
    prior = standing.prior
    if moved := change(kpi, period.value, prior.value if prior else None, currency):
        told.append(f"{moved} {say_from(standing)}")
    told.append(headline(standing, today))
    if standing.market is None and "market" not in kpi.dimensions:
        told.append("not split by market")
    st.html(
        f'<div class="fl-value"><strong class="{MARKS[period.status][1]}">{value}</strong>{chip(period.status)}'
        f"<span>{period_label(standing, period)}: {' · '.join(told)}</span></div>"
    )


def period_label(standing: Standing, period: Period) -> str:
    """`Week of 9 Nov 2026` or `November 2026`."""
    return f"{period.start:%B %Y}" if standing.every is Every.MONTH else f"Week of {day(period.start)}"


def draw_slices(viewer: Viewer, standing: Standing, filters: Filters, currency: str) -> Period | None:
    """The breakdown of one period, the current one unless another is chosen; that period."""
    closed = [each for each in standing.recent(filters.weeks) if each.closed]
    if standing.current is None or not closed:
        return None
    order = [standing.current, *reversed([each for each in closed if each is not standing.current])]
    labels = {period_label(standing, each): each for each in order}
    st.header("Who drives it", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        picked = labels[choose("Shown period", list(labels), "shown", 240)]
        by = choose_dimension(standing.kpi)
    draw_breakdown(viewer, standing, picked, by, currency)
    draw_why(viewer, standing, picked, by, currency)
    return picked


def draw_words(standing: Standing, covered: Coverage, fresh: Sequence[Freshness], currency: str) -> None:
    """Definition and trust, side by side."""
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Definition", anchor=False)
        st.html(facts(definition(standing.kpi, currency)))
    with right:
        st.header("How far to trust it", anchor=False)
        st.html(facts(trust(standing, covered, fresh, currency)))
