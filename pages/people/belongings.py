"""The leaver report: what a person answers for, and handing all of it over in one step."""

from collections.abc import Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.words import marked, say, say_many
from pages.parts.fields import save_or_cancel
from pages.parts.format import day, words
from pages.parts.posting import begin, draft_of, post
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from store.state import Belongings, Owned, User

FORM = "hand_over"
THINGS = (Column(marked("Kind"), "w"), Column(marked("What")), Column(marked("Part")))


def draw_belongings(viewer: Viewer, user: User, people: Sequence[User]) -> None:
    """The report on one person, and the form that hands over."""
    st.header(say("What {name} answers for", name=user.name), anchor=False)
    found = viewer.store.state.leaving.report(viewer.principal, user.email)
    if not found.count:
        st.text(say("Nothing: no KPI, procedure, open action, target or shared view."))
        return
    st.html(build_things(found))
    heirs = [each for each in people if each.active and each.email != user.email]
    if draft_of(FORM) is not None:
        _draw_form(viewer, user, heirs, found)
    elif heirs:
        st.button(
            say("Hand all of it over"), key=f"start_{FORM}", on_click=begin, args=(FORM, "give", user.email)
        )
    else:
        st.text(say("Add somebody who can take it over."))


def build_things(found: Belongings) -> str:
    """One row a thing."""
    rows: list[list[Cell]] = [[each.what.value, _name(each.what, each.subject), ""] for each in found.owned]
    for action in found.actions:
        text = say("{text}, due {day}", text=action.text, day=day(action.due))
        rows.append([say("Action"), f"{_name(Owned.KPI, action.kpi)}: {text}", action.segment])
    rows += [[say("Target"), _name(Owned.KPI, each.kpi), each.segment] for each in found.targets]
    rows += [[say("View"), each.name, each.page] for each in found.views]
    return table(THINGS, rows, say("What one person answers for"))


def _name(what: Owned, subject: str) -> str:
    if what is Owned.SOP:
        return words(subject)
    return say(KPIS[subject].name) if subject in KPIS else subject


def _draw_form(viewer: Viewer, user: User, heirs: Sequence[User], found: Belongings) -> None:
    with st.form(f"form_{FORM}", width=760):
        told = say_many("{n} thing goes", "{n} things go", found.count)
        st.text(say("{things} from {name} to:", things=told, name=user.name))
        heir = st.selectbox(
            say("Person"), heirs, format_func=lambda each: f"{each.name} ({each.email})", key=f"heir_{FORM}"
        )
        sent = save_or_cancel(FORM, say("Hand over"))
    if sent:
        leaving = viewer.store.state.leaving
        post(FORM, lambda key: leaving.hand_over(viewer.principal, user.email, heir.email, key))
