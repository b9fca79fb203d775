"""Somebody else saved first: what only one of both changed is kept, what both changed is chosen here."""

from html import escape

import streamlit as st

from kpi.words import listed, say
from pages.parts.format import moment
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.sops.told import place_told, value_told
from pages.sops.versions import build_words
from pages.sops.work import Work, forget_work, save_work
from sop.procedure.diff import words
from sop.procedure.merge import Conflict, Merged, Side, merge
from sop.procedure.parts import Place
from store.database import StateError
from store.state import EditionState, WrongEntry


def draw_merging(viewer: Viewer, work: Work) -> None:
    """Both texts, a choice for each place that both changed, and one button that saves what comes of it."""
    theirs, edition = work.theirs, work.theirs_edition
    if theirs is None or edition is None:
        return
    told = say("{who} saved this draft at {moment}, after you had opened it. Nothing of yours is lost.",
               who=edition.changed_by, moment=moment(edition.changed_at))  # fmt: skip
    draw_state(State.STALE, say("Somebody else was faster"), told)
    if edition.state is not EditionState.DRAFT:
        st.text(say("It is no draft any more. Copy what you need from below, and begin the next version."))
    choices = choices_of(work, merge(work.base, work.mine, theirs))
    merged = merge(work.base, work.mine, theirs, choices)
    if merged.taken:
        places = [place_told(each, (theirs, work.mine)) for each in merged.taken]
        st.text(say("Taken over from theirs: {places}", places=listed(places)))
    with st.container(horizontal=True, gap="small"):
        both = st.button(
            say("Save both together"),
            type="primary",
            disabled=edition.state is not EditionState.DRAFT,
            key="sop_both",
        )
        st.button(say("Drop mine"), on_click=forget_work, args=(work.edition,), key="sop_drop")
    if both:
        save_both(viewer, work, merged)


def choices_of(work: Work, merged: Merged) -> dict[Place, Side]:
    """Whose text counts in each place that both changed; theirs to begin with."""
    chosen: dict[Place, Side] = {}
    names = {Side.MINE: say("Mine"), Side.THEIRS: say("Theirs")}
    for number, conflict in enumerate(merged.conflicts):
        with st.container(border=True, gap="small", key=f"panel_conflict_{number}"):
            st.html(build_conflict(work, conflict))
            picked = st.radio(
                say("Which counts"), [Side.THEIRS, Side.MINE], key=f"{work.key}_side_{number}", horizontal=True,
                format_func=lambda side: names[side], label_visibility="collapsed",
            )  # fmt: skip
            chosen[conflict.place] = picked or Side.THEIRS
    return chosen


def build_conflict(work: Work, conflict: Conflict) -> str:
    """The place, and what each of both made of what stood there."""
    where = place_told(conflict.place, tuple(filter(None, (work.mine, work.theirs, work.base))))
    before = value_told(conflict.before)
    sides = ((say("Theirs"), conflict.theirs), (say("Mine"), conflict.mine))
    told = "".join(
        f'<div class="fl-sop-change"><span>{escape(name)}</span>'
        f'<div class="fl-sop-diff">{build_words(words(before, value_told(value)))}</div></div>'
        for name, value in sides
    )
    return f'<div class="fl-action"><b>{escape(where)}</b></div>{told}'


def save_both(viewer: Viewer, work: Work, merged: Merged) -> None:
    """Store what came of both, on the version of theirs; a third person who was faster is shown in turn."""
    edition, theirs = work.theirs_edition, work.theirs
    if edition is None or theirs is None:
        return
    work.base, work.mine, work.edition = theirs, merged.procedure, edition
    work.theirs = work.theirs_edition = None
    try:
        save_work(viewer, work)
    except (StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    forget_fields(work)
    st.rerun()


def forget_fields(work: Work) -> None:
    """The fields are drawn anew with what was saved."""
    for name in [each for each in st.session_state if str(each).startswith(f"{work.key}_")]:
        del st.session_state[name]
