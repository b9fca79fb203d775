"""A new procedure: its title and department, or the file it is written in; then the editor."""

from dataclasses import replace

import streamlit as st

from kpi.model import Department
from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.posting import begin, draft_of, leave
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer, open_page
from pages.sops.left_out import keep_left_out
from pages.sops.load import load_shelves, today_of
from sop.library import content_of
from sop.procedure import Procedure, ProcedureError, Scope
from sop.procedure.text import key_of
from sop.taking_in import take_in
from store.database import StateError
from store.permits import Permit
from store.state import WrongEntry
from store.uploads import title_of

FORM = "sop_new"
LONGEST, MOST_MB = 120, 20


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
    """What is needed to begin, or a file in which it was written elsewhere; everything else follows in the editor."""
    draft = draft_of(FORM)
    mine = [each for each in Department if viewer.principal.scope.sees_department(each.value)]
    with st.form(f"form_{FORM}", border=False, width=760):
        title = st.text_input(say("Title"), max_chars=LONGEST, key="new_sop_title")
        department = st.selectbox(
            say("Department"), mine, format_func=lambda each: each.label, key="new_sop_department"
        )
        file = st.file_uploader(
            say("Or a file it is written in (Markdown, HTML, or a zip of it with its pictures)"),
            key="new_sop_file",
            max_upload_size=MOST_MB,
        )
        sent = save_or_cancel(FORM, say("Begin to write"))
    if not sent or draft is None or department is None:
        return
    if not title.strip() and file is None:
        tell(say("Not saved"), say("It has no title; name the work in a few words."), kind="info")
        return
    try:
        if file is None:
            key = begin_empty(viewer, title, department, draft.key)
        else:
            key = take_file_in(viewer, title_of(file.name), file.getvalue(), title, department)
    except (ProcedureError, StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    leave(FORM)
    open_page(viewer, "write", sop=key)


def begin_empty(viewer: Viewer, title: str, department: Department, key: str) -> str:
    """The key of a draft with nothing but a title. Raises ProcedureError, WrongEntry, StateError."""
    procedure = Procedure(
        free_key(viewer, title), title, department=department.value, scope=Scope(own_markets(viewer))
    )
    return viewer.store.state.procedures.start(viewer.principal, content_of(procedure), key=key).key


def take_file_in(viewer: Viewer, name: str, content: bytes, title: str, department: Department) -> str:
    """
    The key of the draft of what a file says, with its pictures, under the title that was typed, if one was. Ours stays
    the procedure it is; one that was written for something else becomes a new one of this department. Raises
    ProcedureError, WrongEntry, StateError.
    """
    from sop.procedure.intake import bring  # loads readers of HTML: 10 MB that most servers never need

    brought = bring(name, content)
    read = brought.procedure
    read = replace(read, title=title.strip() or read.title, department=read.department or department.value)
    if not brought.is_ours:
        read = replace(read, key=free_key(viewer, read.title), scope=Scope(own_markets(viewer)))
    state, who = viewer.store.state, viewer.principal
    key = take_in(state, who, read, "", today_of(viewer)).edition.key
    for file, picture in brought.pictures.items():
        state.pictures.add(who, key, file, picture)
    keep_left_out(key, [(each.file, each.why) for each in brought.refused])
    return key


def own_markets(viewer: Viewer) -> tuple[str, ...]:
    """The markets this person is limited to; none where to all."""
    return tuple(sorted(viewer.principal.scope.markets or ()))


def free_key(viewer: Viewer, title: str) -> str:
    """A key made from the title that no procedure this person sees has."""
    taken = {each.key for each in load_shelves(viewer)}
    wanted = key_of(title, "procedure")
    numbered = (f"{wanted[:56]}_{number}" for number in range(2, 1_000))
    return next(each for each in (wanted, *numbered) if each not in taken)
