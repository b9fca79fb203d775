"""The evidence about one person's step as facts, and the person's own side of it, which the lead reads beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.format import count, day, share
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.tables import facts
from pages.parts.viewer import Viewer
from sop.diagnosis.fairness import Account
from sop.outcomes.one_person import reply
from store.state.evidence_replies import LONGEST, EvidenceReply

FORM = "evidence_reply"


@dataclass(frozen=True)
class Side:
    """
    What a person says to evidence about them: `purpose` names the evidence, `about` says which days it speaks of;
    `write` keeps a text in place of the version its writer saw, under a key.
    """

    purpose: str
    said: EvidenceReply | None
    about: str
    write: Callable[[str, int, str], object]


def draw_evidence(viewer: Viewer, found: Account, address: str, today: date) -> None:
    """What runs say of somebody at a step; `address`: of whom."""
    st.html(facts(told(found)))
    draw_side(side_of(viewer, found, today), is_own=address == viewer.principal.name)
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


def side_of(viewer: Viewer, found: Account, today: date) -> Side:
    """The person's side of the evidence about a step."""

    def write(text: str, seen: int, key: str) -> object:
        state, who = viewer.store.state, viewer.principal
        return reply(state, who, found.sop, found.step, text, today, seen=seen, key=key)

    said = found.reply
    about = (
        say("On the runs from {first} to {last}.", first=day(said.first), last=day(said.last)) if said else ""
    )
    return Side(f"{found.sop}/{found.step}", said, about, write)


def draw_side(side: Side, *, is_own: bool, form: str = FORM) -> None:
    """What the person says; with the form for the person, and for nobody else."""
    said, draft = side.said, draft_of(form)
    st.subheader(say("My side") if is_own else say("The person's side"), anchor=False)
    if is_own and draft is not None and draft.purpose == side.purpose:
        draw_form(side, draft, form)
        return
    if said is not None:
        st.text(said.text)
        st.caption(side.about)
    elif not is_own:
        st.caption(say("Nothing said yet."))
    if is_own:
        label = say("Tell my side") if said is None else say("Change what I said")
        st.button(label, key=f"begin_{form}", on_click=begin, args=(form, side.purpose, said))


def draw_form(side: Side, draft: Draft, form: str) -> None:
    """One text, stored for good only when sent."""
    known = draft.seen if isinstance(draft.seen, EvidenceReply) else None
    with st.form(f"form_{form}", width=760):
        text = st.text_area(
            say("What should be known about it? Your direct lead reads it, nobody else."),
            known.text if known else "", max_chars=LONGEST, key=f"text_{draft.key}",
        )  # fmt: skip
        sent = save_or_cancel(form, say("Save"))
    if sent:
        version = known.version if known else 0
        post(form, lambda key: side.write(text, version, key))
