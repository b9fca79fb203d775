"""What is kept of one person: taken along as a file, or erased once their id was typed again. For administrators."""

from uuid import uuid4

import streamlit as st

from kpi.words import say
from pages.parts.errands import STYLE, draw_waiting, errand_of, go_on
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.fields import save_or_cancel
from pages.parts.posting import begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.personal.erasing import begin as begin_erasure
from store.personal.exporting import export
from store.state import ErrandKind, WrongEntry

FORM, FIELD = "erase_person", "one_person"
LONGEST = 200


def draw_one_person(viewer: Viewer) -> None:
    """The part of the page; nothing for whoever may not."""
    if not (viewer.principal.may(Permit.PERSONAL_DATA) and viewer.principal.scope.is_whole):
        return
    st.header(say("What is kept of one person"), anchor=False)
    st.html(STYLE)
    errand = errand_of(viewer, ErrandKind.ERASE)
    if errand is not None and not errand.state.ended:
        draw_waiting(viewer, errand)
        return
    if errand is not None:
        failed = bool(errand.message)
        title = say("Not erased yet") if failed else say("The person was erased")
        rest = say("Every figure stays as it was; a source that sends them again does not bring them back.")
        draw_state(State.FAILED if failed else State.EMPTY, title, errand.message if failed else rest)
    st.text(
        say(
            "The id of a customer, visitor or member of staff as the source writes it, or the e-mail of a user."
        )
    )
    number = st.session_state.setdefault(
        f"{FIELD}_number", uuid4().hex
    )  # another field once somebody was erased
    id = st.text_input(say("Id or e-mail"), max_chars=LONGEST, key=f"{FIELD}_{number}", width=360).strip()
    if not id:
        return
    if draft_of(FORM) is not None:
        _draw_form(viewer, id)
        return
    with st.container(horizontal=True, gap="small"):
        label = say("Take along what is kept")
        made = Export(
            label, Kind.JSON, "one-person", lambda: export(viewer.store, viewer.acting(), id).as_json()
        )
        draw_download(viewer, made, "person_export")
        st.button(say("Erase this person"), key="person_erase", on_click=begin, args=(FORM, "erase"))


def _draw_form(viewer: Viewer, id: str) -> None:
    with st.form(f"form_{FORM}", width=760):
        st.text(
            say(
                "Rows and figures stay, but name nobody. Rejected rows of the person and all waiting uploads are "
                "deleted, an account is closed. This cannot be undone."
            )
        )
        again = st.text_input(say("Type it once more"), max_chars=LONGEST, key=f"again_{FORM}")
        sent = save_or_cancel(FORM, say("Erase for good"))
    if sent:
        post(FORM, lambda key: _erase(viewer, id, again.strip(), key))


def _erase(viewer: Viewer, id: str, again: str, key: str) -> None:
    """Close the account of a user at once, write down who is to be erased, and ask the worker to do it."""
    if again != id:
        raise WrongEntry(say("What was typed is not the same; nothing was erased."))
    state, who = viewer.store.state, viewer.acting()
    if state.users.find(who, id) is not None:
        state.erasures.erase_user(who, id, key)
    begin_erasure(viewer.store, who, id)
    go_on(state.errands.ask(who, ErrandKind.ERASE, {}, f"{key}-2"))
    st.session_state.pop(f"{FIELD}_number", None)
    st.query_params.pop("person", None)
