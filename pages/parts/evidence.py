"""The evidence about one person's step as facts, and the person's own side of it, which the lead reads beside it."""

from datetime import date

import streamlit as st

from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.format import count, day, share
from pages.parts.posting import begin, draft_of, post
from pages.parts.tables import facts
from pages.parts.viewer import Viewer
from sop.diagnosis.fairness import Account
from sop.outcomes.one_person import reply
from store.state.evidence_replies import LONGEST, EvidenceReply

FORM = "evidence_reply"


def draw_evidence(viewer: Viewer, found: Account, address: str, today: date) -> None:
    """What runs say of somebody at a step; `address`: of whom."""
    st.html(facts(told(found)))
    draw_reply(viewer, found, is_own=address == viewer.principal.name, today=today)
    st.caption(
        say(
            "Only the person and the direct lead see this. It is evidence to talk about: nothing follows from it by "
            "itself."
        )
    )


def told(found: Account) -> list[tuple[str, str]]:
    """Counts beside what they ask for next."""
    seen = found.evidence
    peers = ""
    if seen.peers is not None and seen.peers.denominator:
        peers = say("{share} of {n}", share=share(seen.peer_fail_rate, 1), n=count(seen.peers.denominator))
    return [
        (say("Runs"), count(seen.checks)), (say("Not done"), count(seen.fails)),
        (say("Not done by others in the same market and team"), peers),
        (say("Next"), found.judged.finding.heading), (say("Because"), found.judged.because),
    ]  # fmt: skip


def draw_reply(viewer: Viewer, found: Account, *, is_own: bool, today: date) -> None:
    """What the person says; with the form for the person, and for nobody else."""
    said, draft = found.reply, draft_of(FORM)
    st.subheader(say("My side") if is_own else say("The person's side"), anchor=False)
    if is_own and draft is not None and draft.purpose == purpose_of(found):
        draw_form(viewer, found, draft.seen, draft.key, today)
        return
    if said is not None:
        st.text(said.text)
        st.caption(say("On the runs from {first} to {last}.", first=day(said.first), last=day(said.last)))
    elif not is_own:
        st.caption(say("Nothing said yet."))
    if is_own:
        label = say("Tell my side") if said is None else say("Change what I said")
        st.button(label, key=f"begin_{FORM}", on_click=begin, args=(FORM, purpose_of(found), said))


def draw_form(viewer: Viewer, found: Account, seen: object, key: str, today: date) -> None:
    """One text, stored for good only when sent."""
    known = seen if isinstance(seen, EvidenceReply) else None
    with st.form(f"form_{FORM}", width=760):
        text = st.text_area(
            say("What should be known about it? Your direct lead reads it, nobody else."),
            known.text if known else "", max_chars=LONGEST, key=f"text_{key}",
        )  # fmt: skip
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        version = known.version if known else 0
        post(
            FORM,
            lambda once: reply(
                viewer.store.state,
                viewer.principal,
                found.sop,
                found.step,
                text,
                today,
                seen=version,
                key=once,
            ),
        )


def purpose_of(found: Account) -> str:
    """Which step a form is about."""
    return f"{found.sop}/{found.step}"
