"""The second person of a step: signed in as themselves, on their own device, with the code they are told."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from kpi.words import say
from pages.parts.posting import begin, draft_of, post
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from pages.run.load import case_told, load_text, title_of
from pages.sops.build import build_prose
from store.permits import Permit
from store.state import NotAllowed, WrongEntry

FORM = "second"


def draw_second(viewer: Viewer) -> None:
    """The code, then what is to be confirmed; nothing else of the run."""
    if not viewer.principal.may(Permit.RUN_PROCEDURES):
        return
    st.header(say("Confirm a step for a colleague"), anchor=False)
    if saved := st.session_state.pop("second_saved", None):
        draw_state(State.EMPTY, say("Confirmed"), saved)
    code = st.text_input(
        say("Code on your colleague's screen"), value=st.query_params.get("confirm", ""), max_chars=12,
        key="second_code", width=260,
    ).strip()  # fmt: skip
    if code:
        draw_waiting(viewer, code)


def draw_waiting(viewer: Viewer, code: str) -> None:
    """What waits for this code."""
    runs = viewer.store.state.procedure_runs
    try:
        run, answer = runs.waiting(viewer.principal, code)
    except (WrongEntry, NotAllowed) as refused:
        draw_state(State.EMPTY, say("Nothing to confirm"), _why(refused))
        return
    text = load_text(viewer, run)
    step = text.step(answer.step) if text else None
    if step is None:
        draw_state(State.EMPTY, say("Nothing to confirm"), say("You do not see this procedure."))
        return
    st.html(
        f"<h3>{escape(step.title or step.key)}</h3><p>{escape(title_of(viewer, run))} · {escape(case_told(run))}</p>"
        f"{build_prose(step.instruction)}<p>{escape(say('Done by {who}.', who=answer.person))}</p>"
    )
    if draft_of(FORM) is None:
        begin(FORM, code)
    if st.button(say("I looked at it and confirm"), type="primary", key=f"confirm_{code}"):
        post(FORM, lambda key: _confirm(viewer, code, key))


def _confirm(viewer: Viewer, code: str, key: str) -> None:
    answer = viewer.store.state.procedure_runs.confirm(viewer.acting(), code, key)
    st.session_state["second_saved"] = say(
        "Saved {time}", time=f"{answer.saved_at.astimezone(_zone()):%H:%M:%S}"
    )


def _zone() -> ZoneInfo:
    """The reader's own."""
    return ZoneInfo(st.context.timezone or "UTC")


def _why(refused: Exception) -> str:
    if isinstance(refused, NotAllowed):
        return say("You did this step yourself; another person has to confirm it.")
    return say_refusal(refused)
