"""The steps as readers follow them, each with one tap to say that something is the matter with it."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from kpi.words import listed, say
from pages.parts.format import day
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.sops import build
from pages.sops.load import load_pictures, today_of
from sop.feedback import flag, kind_told
from sop.library import Shelved
from sop.procedure import Procedure, Step
from sop.reviews import Stage
from store.database import StateError
from store.permits import Permit
from store.state import Edition, Flag, FlagKind, FlagState, WrongEntry
from store.state.flags import LONGEST_WORD

REFUSED = "flag_refused"


def draw_steps(viewer: Viewer, shelf: Shelved, edition: Edition, procedure: Procedure) -> None:
    """All steps; with flags where this version counts and the reader may say something."""
    shown = load_pictures(viewer, procedure)
    in_source = edition.language == shelf.source and shelf.stage(edition) is Stage.EFFECTIVE
    if not (in_source and viewer.principal.may(Permit.RUN_PROCEDURES)):
        st.html(build.build_steps(procedure, shown))
        return
    if refused := st.session_state.pop(REFUSED, ""):
        tell(say("Not saved"), refused, kind="info")
    asked = say("Is a step unclear, outdated, slow or wrong, or have you an idea? One tap says so.")
    st.html(f'<div class="fl-told">{escape(asked)}</div>')
    said = said_of(viewer, shelf)
    for number, step in enumerate(procedure.steps, 1):
        with st.container(gap=None, key=f"step_{step.key}"):
            st.html(build.build_one(number, step, shown))
            draw_flag(viewer, edition, step, said.get(step.key, ()))


def said_of(viewer: Viewer, shelf: Shelved) -> Mapping[str, Sequence[Flag]]:
    """What the reader has said of each step and is not answered yet; read once for all of them."""
    rows = viewer.store.state.flags.rows(viewer.principal, shelf.key, FlagState.OPEN, mine=True)
    return {step: [each for each in rows if each.step == step] for step in {each.step for each in rows}}


def draw_flag(viewer: Viewer, edition: Edition, step: Step, said: Sequence[Flag]) -> None:
    """Five words to tap; under them what was said, and room for a word more."""
    widget = f"flag_{edition.key}_{edition.name}_{step.key}"
    st.pills(
        say("What is the matter with step {title}?", title=step.title), list(FlagKind), format_func=kind_told,
        key=widget, label_visibility="collapsed", on_change=_say, args=(viewer, edition, step.key, widget),
    )  # fmt: skip
    if not said:
        return
    st.html(f'<div class="fl-told">{escape(told(said))}</div>')
    field = f"word_{said[0].id}_{said[0].version}"
    st.text_input(
        say("A word about it (optional)"), said[0].text, max_chars=LONGEST_WORD, key=field, on_change=_add_word,
        args=(viewer, said[0], field),
    )  # fmt: skip


def told(said: Sequence[Flag]) -> str:
    """`You said: Slow, Unclear. An answer is due by 9 March.`"""
    kinds = listed(kind_told(each.kind) for each in said)
    due = day(min(each.due for each in said))
    return say("You said: {kinds}. An answer is due by {day}.", kinds=kinds, day=due)


def _say(viewer: Viewer, edition: Edition, step: str, widget: str) -> None:
    """The callback of the tap."""
    kind = st.session_state.get(widget)
    st.session_state[widget] = None
    if kind is not None:
        _keep(viewer, edition.key, edition.name, step, FlagKind(kind), "")


def _add_word(viewer: Viewer, said: Flag, field: str) -> None:
    word = str(st.session_state.get(field) or "")
    if word.strip() != said.text:
        _keep(viewer, said.sop, said.edition, said.step, said.kind, word)


def _keep(viewer: Viewer, sop: str, version: str, step: str, kind: FlagKind, word: str) -> None:
    try:
        who = viewer.acting()
        flag(viewer.store.state, who, sop, version, step, kind, word, today=today_of(viewer))
    except (StateError, WrongEntry) as refused:
        st.session_state[REFUSED] = say_refusal(refused)
