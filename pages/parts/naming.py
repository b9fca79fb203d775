"""Naming the person who answers for a KPI or a procedure, on the page where it is told."""

import streamlit as st

from kpi.model import Department, Kpi
from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.format import words
from pages.parts.posting import begin, draft_of, post
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Owned, Owner

Subject = tuple[Owned, str, str]  # what it is, its key, its department


def draw_naming(viewer: Viewer, kpi: Kpi) -> None:
    """The button, or the form where it is open; nothing for who may not say who answers."""
    who, form = viewer.principal, f"naming_{kpi.key}"
    if not (who.may(Permit.ASSIGN_OWNERS) and who.may(Permit.CHANGE_ACTIONS)):
        return
    if draft_of(form) is None:
        st.button(say("Name who answers"), key=f"start_{form}", on_click=begin, args=(form, "name"))
        return
    subjects: list[Subject] = [
        (Owned.KPI, kpi.key, kpi.department.value),
        *((Owned.SOP, sop, Department.PROCEDURES.value) for sop in kpi.sops),
    ]
    with st.container(border=True, key=f"panel_{form}"):
        subject = st.selectbox(
            say("For"), subjects, key=f"subject_{form}",
            format_func=lambda each: say(kpi.name) if each[0] is Owned.KPI else words(each[1]),
        )  # fmt: skip
        draw_form(viewer, form, subject)


def draw_form(viewer: Viewer, form: str, subject: Subject) -> None:
    """One colleague who sees it, or nobody."""
    what, key, department = subject
    owners = viewer.store.state.owners
    stands, draft = owners.find(viewer.principal, what, key), draft_of(form)
    names = {
        each.email: f"{each.name} ({each.email})"
        for each in viewer.store.state.users.colleagues(viewer.principal, department)
    }
    with st.form(f"form_{form}", border=False):
        options = ["", *names]
        now = stands.person if stands and stands.person in names else ""
        person = st.selectbox(
            say("Who answers for it"), options, index=options.index(now), key=f"person_{form}_{key}",
            format_func=lambda each: names.get(each, say("Nobody")),
        )  # fmt: skip
        sent = save_or_cancel(form, say("Save"))
    if sent and draft is not None:
        theirs = draft.seen if isinstance(draft.seen, Owner) and draft.seen.subject == key else stands
        owner = Owner(what, key, department, person, theirs.version if theirs else 0)
        post(form, lambda command: owners.assign(viewer.principal, owner, command),
             lambda other: other.person if isinstance(other, Owner) else "")  # fmt: skip
