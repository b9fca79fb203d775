"""Who answers for which KPI and procedure, and the form that says so."""

from collections.abc import Sequence

import streamlit as st

from kpi.access import sees
from kpi.model import Department, Kpi
from kpi.words import marked, say
from pages.parts.fields import save_or_cancel
from pages.parts.format import words
from pages.parts.posting import begin, draft_of, post
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Owned, Owner, User

FORM = "owner"
OWNERS = (Column(marked("Kind"), "w"), Column(marked("What")), Column(marked("Who answers for it")))
Subject = tuple[Owned, str, str, str]  # what it is, its key, its department, its name


def draw_owners(viewer: Viewer, people: Sequence[User], kpis: Sequence[Kpi]) -> None:
    """The list, and the form to name somebody."""
    st.header(say("Who answers for what"), anchor=False)
    subjects = subjects_of([kpi for kpi in kpis if sees(viewer.principal, kpi)])
    owners = viewer.store.state.owners.rows(viewer.principal)
    names = {(what, key): name for what, key, _, name in subjects}
    rows: list[list[Cell]] = [
        [each.what.value, names.get((each.what, each.subject), each.subject), each.person] for each in owners
    ]
    if rows:
        st.html(table(OWNERS, rows, say("Who answers for what")))
    else:
        st.text(say("Nobody was named yet; KPIs are answered for by the roles of their definitions."))
    if not viewer.principal.may(Permit.ASSIGN_OWNERS) or not people:
        return
    if draft_of(FORM) is not None:
        _form(viewer, people, subjects)
    else:
        st.button(say("Name somebody"), key=f"start_{FORM}", on_click=begin, args=(FORM, "name"))


def subjects_of(kpis: Sequence[Kpi]) -> list[Subject]:
    """The KPIs, and the procedures that drive them, by name."""
    named = [(Owned.KPI, kpi.key, kpi.department.value, say(kpi.name)) for kpi in kpis]
    sops = sorted({name for kpi in kpis for name in kpi.sops}, key=words)
    return [*sorted(named, key=lambda each: each[3]),
            *((Owned.SOP, sop, Department.PROCEDURES.value, words(sop)) for sop in sops)]  # fmt: skip


def _form(viewer: Viewer, people: Sequence[User], subjects: Sequence[Subject]) -> None:
    draft, owners = draft_of(FORM), viewer.store.state.owners
    with st.form(f"form_{FORM}", width=760):
        what, key, department, _ = st.selectbox(
            say("KPI or procedure"), subjects, format_func=lambda each: f"{each[0].value} · {each[3]}",
            key=f"subject_{FORM}",
        )  # fmt: skip
        options = ["", *(each.email for each in people if each.active)]
        names = {each.email: f"{each.name} ({each.email})" for each in people}
        person = st.selectbox(
            say("Who answers for it"), options, format_func=lambda each: names.get(each, say("Nobody")),
            key=f"person_{FORM}",
        )  # fmt: skip
        sent = save_or_cancel(FORM, say("Save"))
    if sent and draft is not None:
        theirs = draft.seen if isinstance(draft.seen, Owner) else owners.find(viewer.principal, what, key)
        version = theirs.version if theirs and theirs.subject == key else 0
        owner = Owner(what, key, department, person, version)
        post(FORM, lambda command: owners.assign(viewer.principal, owner, command),
             lambda other: other.person if isinstance(other, Owner) else "")  # fmt: skip
