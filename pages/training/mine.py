"""For me: what is asked of me, and what I have read and been trained on."""

from html import escape

import streamlit as st

from kpi.words import marked, say, say_many
from pages.parts.format import count, day
from pages.parts.language import language_link
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves
from pages.training import load, told
from pages.training.quiz import draw_quizzes
from store.state.owing import Rung, Standing

HISTORY = (
    Column(marked("Day"), "w"), Column(marked("Procedure")), Column(marked("Version"), "w"), Column(marked("What")),
    Column(marked("Entered by")),
)  # fmt: skip
SHOWN = 50
STYLE = """<style>
.fl-todo{list-style:none;margin:0!important;padding:0!important;max-width:760px}
.fl-todo li{margin:0 0 8px!important}
.fl-todo a{display:block;padding:12px 14px;min-height:44px;background:var(--fl-surface);border:1px solid var(--fl-rule);
border-radius:8px;text-decoration:none;color:var(--fl-text)!important}
.fl-todo a:hover{border-color:var(--fl-accent)}.fl-todo .late{border-left:3px solid var(--fl-mark-off)}
.fl-todo b{display:block;font-size:15px;font-weight:600}.fl-todo span{font-size:13px;color:var(--fl-quiet)}
</style>"""


def draw_mine(viewer: Viewer) -> None:
    """The part of the page for the reader alone."""
    owed = load.load_mine(viewer)
    open_ones = [each for each in owed if told.todo(each)]
    st.header(say("What is asked of me"), anchor=False)
    if open_ones:
        st.text(say_many("{n} procedure", "{n} procedures", len(open_ones), n=count(len(open_ones))))
        st.html(f'{STYLE}<ul class="fl-todo">{"".join(map(build_todo, open_ones))}</ul>')
        st.caption(told.ladder_told(owed[0].ladder))
    elif owed:
        draw_state(State.EMPTY, say("Nothing is asked of you"), say("You have read and know all of it."))
    else:
        draw_state(
            State.EMPTY, say("Nothing is asked of you"),
            say("You have no post here yet. Your lead says who works as what."),
        )  # fmt: skip
    draw_quizzes(viewer)
    if owed:
        st.header(say("What I have to know"), anchor=False)
        st.html(told.owed_table(owed, say("What I have to know")))


def build_todo(standing: Standing) -> str:
    """One thing to do, as one large link to the procedure."""
    edition = standing.asked.edition
    pressing = max(standing.read_rung, standing.train_rung)
    due = standing.read_due if standing.read_rung is not Rung.DONE else standing.train_due
    if standing.read_rung is Rung.DONE and standing.trained is not None:
        due = standing.refresher_due or due
    href = f"sop?sop={edition.key}&version={edition.name}{language_link()}"
    when = told.due_told(due, standing.day)
    doing = " · ".join(told.todo(standing))
    css = ' class="late"' if pressing.is_late else ""
    mark = "⚠ " if pressing.is_late else ""
    return (
        f'<li><a{css} href="{escape(href)}" target="_self"><b>{escape(edition.title or edition.key)}</b>'
        f"<span>{escape(doing)} · {mark}{escape(when)}</span></a></li>"
    )


def draw_history(viewer: Viewer) -> None:
    """My answers and trainings, the latest first."""
    state, who = viewer.store.state, viewer.principal
    titles = {each.key: each.shown("").title or each.key for each in load_shelves(viewer)}
    rows: list[tuple[str, list[Cell]]] = [
        (
            each.at.isoformat(),
            [
                day(each.at.date()),
                titles.get(each.sop, each.sop),
                each.name,
                say(told.ANSWERS[each.answer]),
                "",
            ],
        )
        for each in state.readings.rows(who)
        if each.person == who.name
    ]
    rows += [
        (
            each.held_on.isoformat(),
            [
                day(each.held_on),
                titles.get(each.sop, each.sop),
                each.name,
                say(told.HOW[each.how]),
                each.entered_by,
            ],
        )
        for each in state.trainings.rows(who)
        if each.person == who.name
    ]
    if rows:
        st.header(say("My history"), anchor=False)
        latest = sorted(rows, key=lambda row: row[0], reverse=True)[:SHOWN]
        st.html(table(HISTORY, [row for _, row in latest], say("My history"), stacks=True))
