"""The last step: what was taken in, which KPIs have figures now, or why nothing was loaded."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.freshness import facts_behind
from kpi.standing import Standing
from kpi.words import marked, say, say_many
from pages.parts.files_told import say_problem
from pages.parts.format import count, figure, words
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_standings
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, chip, table
from pages.parts.viewer import Viewer
from store.brought import Bring, Loaded, TableLoaded, of_plain
from store.state import Errand, ErrandKind

Go = Callable[[int | None], None]
WEEKS, MOST = 13, 12
COUNTS = (
    Column(marked("Table"), "w"), Column(marked("Read"), "r"), Column(marked("New"), "r"),
    Column(marked("Changed"), "r"), Column(marked("Unchanged"), "r"), Column(marked("Rejected"), "r"),
)  # fmt: skip


def draw_loaded(viewer: Viewer, loaded: Loaded, again: Callable[[], None]) -> None:
    """KPIs first, for their sake the file was brought; then the rows."""
    st.header(title_of(loaded), anchor=False)
    draw_kpis(viewer, loaded.woke)
    if loaded.moved:
        told = say_many(
            "{n} KPI reaches further than before.", "{n} KPIs reach further than before.", len(loaded.moved)
        )
        st.text(told)
    draw_kpis(viewer, loaded.moved or ([] if loaded.woke else fed_by(loaded.tables)))
    if loaded.tables:
        st.html(table(COUNTS, [counts_of(each) for each in loaded.tables], say("Rows")))
    if loaded.message:
        st.text(say_problem(loaded.message), width=720)
    with st.container(horizontal=True, gap="small"):
        st.button(say("Bring another file"), on_click=again, type="primary")
        st.html(
            f'<a class="fl-go" href="data{language_link("?")}" target="_self">{escape(say("All sources"))}</a>'
        )


def fed_by(tables: Sequence[TableLoaded]) -> list[str]:
    """The KPIs counted from these tables, for a file that wakes none and lets none reach further."""
    facts = {each.fact for each in tables}
    return [key for key, kpi in KPIS.items() if facts_behind(kpi) & facts]


def title_of(loaded: Loaded) -> str:
    """What became of it, in one sentence."""
    if loaded.woke:
        return say_many("{n} KPI woke up", "{n} KPIs woke up", len(loaded.woke))
    rows = sum(each.new + each.changed for each in loaded.tables)
    if rows:
        return say_many("{n} row was taken in", "{n} rows were taken in", rows, n=count(rows))
    return say("Nothing in it was new")


def counts_of(each: TableLoaded) -> list[Cell]:
    """One line of the table of rows."""
    numbers = (each.read, each.new, each.changed, each.unchanged, each.rejected)
    return [words(each.fact), *map(count, numbers)]


def draw_kpis(viewer: Viewer, keys: Sequence[str]) -> None:
    """Links to the KPIs, those with a value first; the others have rows, but nothing to say yet."""
    if not keys:
        return
    found = load_standings(viewer, [KPIS[key] for key in keys if key in KPIS], None, WEEKS)
    telling = [each for each in found.values() if value_of(each) is not None]
    currency = load_company_of(viewer).currency
    st.html(
        f'<ul class="fl-woke" role="list">{"".join(link(each, currency) for each in telling[:MOST])}</ul>'
    )
    silent = len(found) - len(telling[:MOST])
    if silent:
        told = say_many(
            "{n} more has rows, but no value yet.", "{n} more have rows, but no value yet.", silent
        )
        st.html(f'<div class="fl-told">{escape(told)}</div>')


def value_of(standing: Standing) -> float | None:
    """The value a card would show."""
    return standing.current.value if standing.current else None


def link(standing: Standing, currency: str) -> str:
    """Name, value and status of one KPI, as a link to its page."""
    kpi, current = standing.kpi, standing.current
    shown = str(figure(kpi, value_of(standing), currency))
    status = chip(current.status) if current else ""
    href = f"kpi?kpi={kpi.key}{language_link('&')}"
    name = f'<a href="{escape(href)}" target="_self">{escape(say(kpi.name))}</a>'
    return f"<li>{name} <b>{escape(shown)}</b> {status}</li>"


def draw_failed(errand: Errand, go: Go) -> None:
    """Why it was not done, and the way back."""
    title = say("The file could not be read") if errand.kind is ErrandKind.LOOK else say("Nothing was loaded")
    draw_state(State.FAILED, title, say_problem(errand.message))
    look = of_plain(Bring, errand.asked).look if errand.kind in (ErrandKind.LOOK, ErrandKind.LOAD) else 0
    if look:
        with st.container(horizontal=True, gap="small"):
            st.button(say("Back to the columns"), on_click=go, args=(look,), type="primary")
            st.button(say("Another file"), on_click=go, args=(None,), type="tertiary")
    elif errand.kind is not ErrandKind.LOOK:
        st.button(say("Bring a file"), on_click=go, args=(None,))
