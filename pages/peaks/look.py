"""The gate of a peak: its checks, and the people, articles and targets behind them."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

import streamlit as st

from kpi.catalog import KPIS
from kpi.figures import count, goal
from kpi.model import Department
from kpi.score import Status
from kpi.vocabulary import named
from kpi.words import clauses, listed, marked, say, say_many
from meetings.readiness import Check, Found, Gate, overlays
from meetings.readiness_told import CHECKS, found_told, time_told
from meetings.told import segment_told
from pages.parts.format import ABSENT, day
from pages.parts.load import load_company_of
from pages.parts.tables import Cell, Column, Link, Marked, chip, table
from pages.parts.viewer import Viewer
from pages.peaks.told import days_told, light_cell
from pages.sops.load import load_shelves
from store.state.owing_counts import FEWEST
from store.state.peak_records import Short, Stock
from store.state.refreshed import Refreshed

MOST = 60
CHECKED = (Column(marked("Check")), Column(marked("State"), "w"), Column(marked("What is missing")))
PEOPLE = (
    Column(marked("Department")), Column(marked("Market"), "w"), Column(marked("Refreshed"), "r"),
    Column(marked("Not yet, of your people")),
)  # fmt: skip
GOODS = (
    Column(marked("Article")), Column(marked("Place")), Column(marked("On hand"), "r"),
    Column(marked("Runs out"), "w"), Column(marked("Order by"), "w"),
)  # fmt: skip
TARGETS = (
    Column(marked("KPI")), Column(marked("For")), Column(marked("Target then"), "r"), Column(marked("Days"), "w"),
)  # fmt: skip


def draw_gate(viewer: Viewer, gate: Gate) -> None:
    """Open or closed, the checks, and what is behind each."""
    st.html(top_html(gate))
    st.html(table(CHECKED, [_checked(gate, each) for each in gate.found], say("Checks"), stacks=True))
    draw_people(viewer, gate.refreshed)
    draw_goods(gate)
    draw_targets(viewer, gate)


def top_html(gate: Gate) -> str:
    """Whether the gate is open, when the peak is, and for which markets."""
    word = say("Ready: the gate is open") if gate.is_open else say("Not ready: the gate is closed")
    shown = chip(Status.ON_TARGET if gate.is_open else Status.OFF_TARGET, word)
    markets = ", ".join(gate.peak.markets) or say("All markets")
    told = " · ".join([days_told(gate.peak), time_told(gate.peak, gate.day), gate.market or markets])
    return f'<div class="fl-told"><b>{shown}</b> · {escape(told)}</div>'


def _checked(gate: Gate, found: Found) -> list[Cell]:
    few = found.check is Check.REFRESHED and found.whole < FEWEST
    told = found_told(found, few=few)
    if found.check is Check.REFRESHED and gate.refreshed is None:
        told = say("Who trains people sees this")
    return [say(CHECKS[found.check]), light_cell(found.light), told]


def draw_people(viewer: Viewer, refreshed: Sequence[Refreshed] | None) -> None:
    """How many are refreshed by department and market; names only of those whom the reader leads."""
    if not refreshed:
        return
    st.header(say("Who is refreshed"), anchor=False)
    titles = {each.key: each.shown(each.source).title or each.key for each in load_shelves(viewer)}

    def line(each: Refreshed) -> list[Cell]:
        by_person = groupby(each.waiting, key=lambda one: one.person)
        names = clauses(
            f"{person}: {listed(titles.get(one.sop, one.sop) for one in waiting)}"
            for person, waiting in by_person
        )
        numbers = say("{n} of {all}", n=count(each.done), all=count(each.people))
        told = numbers if each.is_enough else say("of fewer than five people")
        return [say(Department(each.department).label), each.market or ABSENT, told, names or ABSENT]

    st.html(table(PEOPLE, [line(each) for each in refreshed], say("Who is refreshed"), stacks=True))


def draw_goods(gate: Gate) -> None:
    """The articles that run out, the first first, and until when an order would still arrive in time."""
    stock = gate.stock
    st.header(say("Stock to the end of the peak"), anchor=False)
    if stock is None:
        st.text(say("Looked at from six weeks before the peak on, each time figures are computed."))
        return
    st.html(f'<div class="fl-told">{escape(stock_told(stock))}</div>')
    if stock.short:
        rows = [_short(gate, each) for each in stock.short[:MOST]]
        st.html(table(GOODS, rows, say("Articles that run out"), stacks=True))
    more = len(stock.short) - MOST + stock.more if len(stock.short) > MOST else stock.more
    if more:
        st.text(say("{n} more", n=count(more)))


def stock_told(stock: Stock) -> str:
    """What was looked at, and how an arrival is counted."""
    items, unknown = sum(each.items for each in stock.reaches), sum(each.unknown for each in stock.reaches)
    of_day = (
        say("stock of the evening of {day}", day=day(stock.day)) if stock.day else say("no stock is known")
    )
    told = [of_day, say_many("{n} article looked at", "{n} articles looked at", items)]
    if unknown:
        told.append(say("{n} without a forecast to the end", n=count(unknown)))
    told.append(say("orders count on the day by which nine of ten of their place had come"))
    return " · ".join(told)


def _short(gate: Gate, each: Short) -> list[Cell]:
    if each.order_by is None:
        by: Cell = ABSENT
    elif each.order_by < gate.day:
        by = Marked(say("too late since {day}", day=day(each.order_by)), Status.OFF_TARGET)
    else:
        by = Marked(day(each.order_by), Status.AT_RISK)
    return [each.product, each.location or ABSENT, count(each.on_hand), day(each.runs_out_on), by]


def draw_targets(viewer: Viewer, gate: Gate) -> None:
    """The targets that hold for these days only."""
    found = overlays(viewer.store, viewer.principal, gate.peak)
    st.header(say("Targets of the peak"), anchor=False)
    if not found:
        st.text(
            say("No target changes for these days; add one with a first and a last day on the page Targets.")
        )
        return
    currency = load_company_of(viewer).currency
    rows: list[list[Cell]] = []
    for each in found:
        if kpi := KPIS.get(each.kpi):
            until = day(each.valid_to) if each.valid_to else ABSENT
            rows.append([
                Link(named(say(kpi.name)), f"kpi?kpi={kpi.key}&tab=targets"), segment_told(each.segment),
                goal(kpi, float(each.target), currency),
                say("{start} until before {end}", start=day(each.valid_from), end=until),
            ])  # fmt: skip
    st.html(table(TARGETS, rows, say("Targets of the peak"), stacks=True))
