"""One KPI: how it stands, its trend, and behind tabs why it moved, its slices, records, targets and meaning."""

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from kpi.access import NotAllowed, require_seen, sees
from kpi.catalog import KPIS, find
from kpi.model import Kpi
from kpi.words import marked, say
from pages.kpi import breakdown, distribution, followed, meaning, records, review, targets, usual, why
from pages.kpi.look import STYLE
from pages.kpi.shown import Shown
from pages.kpi.trend import draw_chart
from pages.kpi.vitals import draw_vitals
from pages.parts.actions import draw_actions
from pages.parts.choices import switch
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty, draw_unread
from pages.parts.filters import draw_filters
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer

TABS: dict[str, tuple[str, Callable[[Shown], None]]] = {
    "why": (marked("Why it moved"), why.draw),
    "followed": (marked("Procedures followed?"), followed.draw),
    "breakdown": (marked("Breakdown"), breakdown.draw),
    "distribution": (marked("Distribution"), distribution.draw),
    "review": (marked("Review"), review.draw),
    "records": (marked("Records"), records.draw),
    "usual": (marked("Usual range"), usual.draw),
    "targets": (marked("Targets"), targets.draw),
    "definition": (marked("Definition"), meaning.draw),
}
WITHOUT_DATA = ("definition", "usual", "targets")


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?kpi=KEY`, opened at `tab=NAME`; raises UnknownKpi and, outside the scope, NotAllowed."""
    kpi = chosen(viewer)
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head = st.container(gap="small")
    if covered.as_of is None or not covered.until:
        with head:
            draw_head(say(kpi.name), context_line(covered, None, company), company, fresh, now())
        draw_empty(viewer)
        return
    filters = draw_filters(covered, "market" in kpi.dimensions, partial(draw_chooser, viewer, kpi))
    with head:
        draw_head(say(kpi.name), context_line(covered, filters.market, company), company, fresh, now())
        st.html(STYLE)
    standing = load_compared(viewer, [kpi], filters.market, filters.weeks, filters.comparison)[kpi.key]
    shown = Shown(viewer, standing, filters, covered, fresh, company.currency, covered.as_of)
    draw_vitals(shown)
    if standing.until is None:
        draw_unread(viewer, say(kpi.name), [kpi])
        draw_tab(shown, WITHOUT_DATA)
        return
    draw_chart(shown)
    with st.expander(say("Actions"), key="actions"):
        draw_actions(viewer, kpi, filters.market)
    draw_tab(shown)


def draw_tab(shown: Shown, names: Iterable[str] = TABS) -> None:
    """The tabs; only the open one is computed."""
    picked = switch(say("More about it"), {name: say(TABS[name][0]) for name in names}, "tab")
    with st.container(key=f"tab_{picked}"):
        TABS[picked][1](shown)


def mine(viewer: Viewer) -> list[str]:
    """The keys of the KPIs the reader may see."""
    return [key for key, kpi in KPIS.items() if sees(viewer.principal, kpi)]


def chosen(viewer: Viewer) -> Kpi:
    """The KPI of the link, or the first one the reader may see."""
    keys = mine(viewer)
    if not keys:
        raise NotAllowed(
            say("{name} may not see any department. Ask an administrator.", name=viewer.principal.name)
        )
    kpi = find(str(st.query_params.get("kpi", keys[0])))
    if kpi.key not in keys:
        if viewer.principal.scope.sees_department(kpi.department.value):
            require_seen(viewer.principal, kpi)
        raise NotAllowed(
            say(
                "{kpi} belongs to {department}, which you may not see. Ask its lead.",
                kpi=say(kpi.name),
                department=say(kpi.department.label),
            )
        )
    return kpi


def draw_chooser(viewer: Viewer, kpi: Kpi) -> None:
    """Go on to another KPI; the tab stays open."""
    keys = mine(viewer)
    picked = st.selectbox(
        say("KPI"),
        keys,
        index=keys.index(kpi.key),
        format_func=_labelled,
        key=f"chooser_{kpi.key}",
        width=360,
    )
    if picked != kpi.key:
        st.query_params["kpi"] = picked
        st.rerun()


def _labelled(key: str) -> str:
    return f"{say(KPIS[key].department.label)} · {say(KPIS[key].name)}"
