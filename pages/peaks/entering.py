"""The form by which a peak is entered, moved or taken away."""

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.load import load_company_of
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from store.permits import Permit
from store.state.peak_records import LONGEST_NAME, Peak

FORM = "peak"
USUAL = timedelta(days=42)


def draw(viewer: Viewer, peak: Peak | None) -> None:
    """The ways to change the peak that is shown, or to enter another; for who plans peaks of the whole firm."""
    if not (viewer.principal.may(Permit.PLAN_PEAKS) and viewer.principal.scope.is_whole):
        return
    draft = draft_of(FORM)
    if draft is not None:
        draw_form(viewer, draft)
        return
    with st.container(horizontal=True, gap="small"):
        st.button(say("Enter another peak"), key="peak_new", on_click=begin, args=(FORM, "add"))
        if peak is not None:
            st.button(say("Change this peak"), key="peak_change", on_click=begin, args=(FORM, "change", peak))
            st.button(say("Remove this peak"), key="peak_remove", on_click=begin, args=(FORM, "remove", peak))


def draw_form(viewer: Viewer, draft: Draft) -> None:
    """Name, first and last day, and markets; or whether it is really to go."""
    seen = draft.seen if isinstance(draft.seen, Peak) else None
    if draft.purpose == "remove" and seen is not None:
        _removing(viewer, seen)
        return
    key, first = draft.key, today_of(viewer) + USUAL
    with st.form(f"form_{FORM}", width=760):
        name = st.text_input(
            say("Name of the peak"), seen.name if seen else "", max_chars=LONGEST_NAME, key=f"name_{key}"
        )
        begins = st.date_input(say("First day"), seen.begins if seen else first, key=f"begins_{key}")
        ends = st.date_input(say("Last day"), seen.ends if seen else first, key=f"ends_{key}")
        markets = st.multiselect(
            say("Markets (none: all)"), sorted(load_company_of(viewer).markets),
            list(seen.markets) if seen else [], key=f"markets_{key}",
        )  # fmt: skip
        sent = save_or_cancel(FORM, say("Save"))
    if sent and isinstance(begins, date) and isinstance(ends, date):
        state, who = viewer.store.state.peaks, viewer.principal

        def command(command_key: str) -> object:
            told = Peak(name, begins, ends, tuple(markets))
            if seen is None:
                return state.add(who, told, command_key)
            kept = replace(told, id=seen.id, version=seen.version, entered_by=seen.entered_by)
            return state.save(who, kept, command_key)

        post(FORM, command)


def _removing(viewer: Viewer, seen: Peak) -> None:
    with st.form(f"form_{FORM}", width=760):
        st.text(
            say(
                "{name} is taken away, with what it needs; nobody is asked for refreshers because of it.",
                name=seen.name,
            )
        )
        sent = save_or_cancel(FORM, say("Remove it"))
    if sent:
        state, who = viewer.store.state.peaks, viewer.principal
        post(FORM, lambda key: state.remove(who, seen, key))
