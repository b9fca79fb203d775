"""Whether alerts deserve people: what became of a year of them, KPI by KPI, and who is told of too much."""

from datetime import timedelta
from html import escape

import streamlit as st

from alerts.duty import WEEKLY_BUDGET
from alerts.quality import Quality, TooMuch, quality, too_much
from kpi.catalog import KPIS
from kpi.score import Status
from kpi.words import listed, marked, say
from pages.parts.format import count, day
from pages.parts.language import language_link
from pages.parts.load import now
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.viewer import Viewer

LOOKED_BACK = timedelta(days=364)
COLUMNS = (
    Column(marked("KPI")), Column(marked("Fired"), "r"), Column(marked("Acknowledged"), "r"),
    Column(marked("Acted on"), "r"), Column(marked("False alarms"), "r"), Column(marked("Gone by itself"), "r"),
    Column(marked("What to do")),
)  # fmt: skip


def draw(viewer: Viewer) -> None:
    """The noisiest first."""
    found = viewer.store.state.episodes.rows(viewer.principal, now() - LOOKED_BACK)
    if not found:
        draw_state(
            State.EMPTY,
            say("No alert in a year"),
            say("Once alerts have fired, this shows what became of them."),
        )
        return
    for each in too_much(found)[:5]:
        draw_state(State.STALE, say("More than a person can look after"), budget_told(each))
    st.html(f'<div class="fl-told">{escape(say("Episodes of the last 52 weeks that you may see."))}</div>')
    lines = [_line(each) for each in quality(found)]
    st.html(table(COLUMNS, lines, say("Quality"), stacks=True))


def budget_told(much: TooMuch) -> str:
    """Who was told of how many in which week, and what to do about it."""
    names = [say(KPIS[each].name) if each in KPIS else each for each in much.kpis[:5]]
    return say(
        "{owner} was told of {n} in the week of {day}; {most} are the most. Begin the usual range of {kpis} anew, or "
        "widen it.",
        owner=much.owner, n=much.count, day=day(much.week), most=WEEKLY_BUDGET, kpis=listed(names),
    )  # fmt: skip


def _line(each: Quality) -> list[Cell]:
    kpi = KPIS.get(each.subject)
    subject: Cell = each.subject
    if kpi is not None:
        subject = Link(say(kpi.name), f"kpi?kpi={kpi.key}{language_link()}")
    advice: Cell = Marked(say("Look at its usual range"), Status.AT_RISK) if each.is_noise else ""
    numbers = (each.fired, each.acknowledged, each.actioned, each.false, each.ignored)
    return [subject, *map(count, numbers), advice]
