"""The review of one procedure where it is read: why it is due, what it ended with, and the reviews before it."""

from html import escape

import streamlit as st

from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from pages.sops.load import load_reasons
from sop.library import Shelved
from sop.review_life import ending_told, evidence_told, finish, reason_told
from store.permits import Permit
from store.state import Ending, Review
from store.state.reviews import LONGEST_REMARK

FORM, MOST = "sop_review", 5


def draw_review(viewer: Viewer, shelf: Shelved) -> None:
    """For who writes procedures, while one is in force."""
    if shelf.effective() is None or not viewer.principal.may(Permit.WRITE_PROCEDURES):
        return
    with st.expander(say("Review"), key="sop_review_panel"):
        past = viewer.store.state.reviews.rows(viewer.principal, shelf.key)
        reasons = load_reasons(viewer, shelf)
        told = [f"{reason_told(each.kind)}: {evidence_told(each)} ({day(each.day)})" for each in reasons]
        told += [
            say("{day}: {ending}, {who}: {remark}", day=day(each.reviewed_on), ending=ending_told(each.outcome),
                who=each.reviewed_by, remark=each.remark)
            for each in past[:MOST]
        ]  # fmt: skip
        items = (
            "".join(f"<li>{escape(each)}</li>" for each in told) or f"<li>{escape(say('No review yet'))}</li>"
        )
        st.html(f'<div class="fl-sop-prose"><ul>{items}</ul></div>')
        draft = draft_of(FORM)
        if draft is None:
            st.button(say("Finish a review"), key="finish_review", on_click=begin, args=(FORM, shelf.key))
        elif draft.purpose == shelf.key:
            draw_form(viewer, shelf, draft, past, [each.id for each in reasons])


def draw_form(viewer: Viewer, shelf: Shelved, draft: Draft, past: list[Review], answers: list[int]) -> None:
    """What it ends with, and what was looked at."""
    endings = [Ending.STILL_RIGHT, Ending.NEW_DRAFT]
    endings += [Ending.RETIRE] if viewer.principal.may(Permit.APPROVE_PROCEDURES) else []
    with st.form(f"form_{FORM}", border=False, width=760):
        ending = st.radio(
            say("It ends with"), endings, format_func=ending_told, horizontal=True, key=f"ending_{draft.key}"
        )
        remark = st.text_input(
            say("What was looked at, and what was found"), max_chars=LONGEST_REMARK, key=f"remark_{draft.key}"
        )
        sent = save_or_cancel(FORM, say("Finish the review"))
    if sent:
        state, who, after = viewer.store.state, viewer.principal, max((each.id for each in past), default=0)

        def done(key: str) -> object:
            picked = ending or Ending.STILL_RIGHT
            return finish(state, who, shelf, picked, remark, answers=answers, after=after, key=key)

        post(FORM, done, lambda theirs: str(theirs.remark) if isinstance(theirs, Review) else "")
