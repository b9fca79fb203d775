"""A new procedure: its title and department, then the editor."""

import streamlit as st

from kpi.model import Department
from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.posting import begin, draft_of, leave
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer, open_page
from pages.sops.load import load_shelves
from sop.library import content_of
from sop.procedure import Procedure, ProcedureError, Scope
from sop.procedure.text import key_of
from store.database import StateError
from store.permits import Permit
from store.state import WrongEntry

FORM = "sop_new"
LONGEST = 120


def draw_beginning(viewer: Viewer) -> None:
    """The button, or the form where it is open; nothing for who may not write."""
    if not viewer.principal.may(Permit.WRITE_PROCEDURES):
        return
    if draft_of(FORM) is None:
        st.button(
            say("Write a new procedure"),
            on_click=begin,
            args=(FORM, "new"),
            icon=":material/add:",
            key="new_sop",
        )
        return
    with st.container(border=True, key="panel_new_sop"):
        draw_form(viewer)


def draw_form(viewer: Viewer) -> None:
    """What is needed to begin; everything else follows in the editor."""
    draft = draft_of(FORM)
    mine = [each for each in Department if viewer.principal.scope.sees_department(each.value)]
    with st.form(f"form_{FORM}", border=False, width=760):
        title = st.text_input(say("Title"), max_chars=LONGEST, key="new_sop_title")
        department = st.selectbox(
            say("Department"), mine, format_func=lambda each: each.label, key="new_sop_department"
        )
        sent = save_or_cancel(FORM, say("Begin to write"))
    if not sent or draft is None or department is None:
        return
    if not title.strip():
        tell(say("Not saved"), say("It has no title; name the work in a few words."), kind="info")
        return
    try:
        markets = viewer.principal.scope.markets or ()
        procedure = Procedure(
            free_key(viewer, title), title, department=department.value, scope=Scope(tuple(sorted(markets)))
        )
        edition = viewer.store.state.procedures.start(viewer.principal, content_of(procedure), key=draft.key)
    except (ProcedureError, StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    leave(FORM)
    open_page(viewer, "write", sop=edition.key)


def free_key(viewer: Viewer, title: str) -> str:
    """A key made from the title that no procedure this person sees has."""
    taken = {each.key for each in load_shelves(viewer)}
    wanted = key_of(title, "procedure")
    numbered = (f"{wanted[:56]}_{number}" for number in range(2, 1_000))
    return next(each for each in (wanted, *numbered) if each not in taken)
