"""What waits for a decision: approve or refuse what others wrote, take back one's own, recall, retire."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from kpi.words import listed, say
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from sop.library import Shelved, stage_told
from sop.reviews import Stage
from store.permits import Permit
from store.state import Edition
from store.state.edition_rules import wrote

FORM, LONGEST = "sop_decide", 400
APPROVING = ("approve", "approve_alone")


def draw_decisions(viewer: Viewer, shelf: Shelved, edition: Edition) -> None:
    """A panel with what this person may do about this edition; nothing for who may do nothing."""
    purposes = purposes_of(viewer, shelf, edition)
    waiting = shelf.stage(edition) is Stage.IN_REVIEW
    if not purposes and not waiting:
        return
    with st.container(border=True, gap="small", key="panel_decide"):
        if waiting:
            told = say("{who} submitted it: {change}", who=edition.submitted_by, change=edition.change)
            st.text(told)
        draft = draft_of(FORM)
        if draft is not None and isinstance(draft.seen, Edition) and draft.seen.id == edition.id:
            draw_form(viewer, shelf, edition, draft)
        else:
            draw_buttons(purposes, edition)
        if "approve_alone" in purposes:
            st.caption(
                say(
                    "You wrote it, and nobody else in the firm approves procedures: you may approve it alone. It will "
                    "say so beside your name and on every copy."
                )
            )
        elif waiting and wrote(viewer.principal, edition):
            st.caption(say("Somebody else has to approve it."))


def purposes_of(viewer: Viewer, shelf: Shelved, edition: Edition) -> dict[str, str]:
    """What may be done, by name with its words."""
    who, stage = viewer.principal, shelf.stage(edition)
    decides = who.may(Permit.APPROVE_PROCEDURES)
    own = wrote(who, edition)
    found: dict[str, str] = {}
    if stage is Stage.IN_REVIEW:
        if decides and not own:
            found |= {"approve": say("Approve"), "refuse": say("Refuse")}
        elif decides and viewer.once("only_approver", lambda: viewer.store.state.users.is_only_approver(who)):
            found["approve_alone"] = say("Approve it alone")
        if who.may(Permit.WRITE_PROCEDURES):
            found["take_back"] = say("Take it back")
    if stage is Stage.APPROVED and decides:
        found["recall"] = say("Recall it")
    if stage is Stage.EFFECTIVE and decides:
        found["retire"] = say("Retire the procedure")
    return found


def draw_buttons(purposes: dict[str, str], edition: Edition) -> None:
    """One button for each."""
    with st.container(horizontal=True, gap="small"):
        for purpose, label in purposes.items():
            st.button(
                label, key=f"{purpose}_sop", on_click=begin, args=(FORM, purpose, edition),
                type="primary" if purpose in APPROVING else "secondary",
            )  # fmt: skip


def draw_form(viewer: Viewer, shelf: Shelved, edition: Edition, draft: Draft) -> None:
    """The last word: from when, and why."""
    today, on = today_of(viewer), None
    labels = purposes_of(viewer, shelf, edition)
    with st.form(f"form_{FORM}", border=False, width=760):
        if draft.purpose in (*APPROVING, "retire"):
            label = say("Counts from") if draft.purpose in APPROVING else say("Counts no more from")
            on = st.date_input(label, today, min_value=today, key=f"on_{draft.key}")
        remark = ""
        if draft.purpose != "take_back":
            label = say("Remark") if draft.purpose in APPROVING else say("Why")
            remark = st.text_input(label, max_chars=LONGEST, key=f"remark_{draft.key}")
        sent = save_or_cancel(FORM, labels.get(draft.purpose, say("Save")))
    if sent:
        when = on if isinstance(on, date) else today
        command = deciding(viewer, draft.purpose, edition, when, remark)
        post(FORM, command, lambda theirs: told(shelf, theirs), say("Look at it again."))


def deciding(
    viewer: Viewer, purpose: str, edition: Edition, on: date, remark: str
) -> Callable[[str], object]:
    """The command of the form; answers are numbers, as the store keeps them by key."""
    procedures, who, today = viewer.store.state.procedures, viewer.principal, today_of(viewer)
    number, seen = edition.id, edition.version
    match purpose:
        case "approve" | "approve_alone":
            alone = purpose == "approve_alone"
            return lambda key: procedures.approve(who, number, seen, on, today, remark, key, alone)
        case "refuse":
            return lambda key: procedures.refuse(who, number, seen, remark, key)
        case "recall":
            return lambda key: procedures.recall(who, number, seen, today, remark, key)
        case "retire":
            return lambda key: procedures.retire(who, edition.key, on, today, remark, key)
        case _:
            return lambda key: procedures.take_back(who, number, seen, key)


def told(shelf: Shelved, theirs: object) -> str:
    """What somebody else did meanwhile."""
    if not isinstance(theirs, Edition):
        return ""
    who = theirs.decided_by or theirs.changed_by
    when = day(theirs.changed_at.date())
    return listed(
        [say("version {name}, {stage}", name=theirs.name, stage=stage_told(shelf, theirs)), who, when]
    )
