"""What is proposed: what it would have done, and the buttons of whoever may decide."""

from collections.abc import Callable
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.foreseen import Foreseen, foresee
from kpi.period import Every
from kpi.results import SliceError
from kpi.words import listed, say, say_many
from pages.parts.fields import save_or_cancel
from pages.parts.format import day, goal
from pages.parts.load import load_company_of, load_coverage
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from pages.targets.listing import STATES, Chosen, Part, may_decide, viewer_proposals
from store.state import Proposal, ProposalState, TargetRow

FORM = "decide"
LONGEST = 300


def draw_proposals(viewer: Viewer, chosen: Chosen) -> None:
    """Those nobody has decided, the oldest first."""
    waiting = [each for each in viewer_proposals(viewer, chosen) if each.state is ProposalState.PROPOSED]
    if not waiting and chosen.part is not Part.PROPOSED:
        return
    st.header(say("Proposed, and not decided"), anchor=False)
    if not waiting:
        st.text(say("Nothing waits for a decision."))
    draft = draft_of(FORM)
    for each in reversed(waiting):
        with st.container(border=True, gap="small", key=f"panel_proposal_{each.id}"):
            st.html(proposal_html(viewer, each))
            if draft is not None and isinstance(draft.seen, Proposal) and draft.seen.id == each.id:
                draw_form(viewer, draft, draft.seen)
            elif draft is None:
                draw_buttons(viewer, each)


def proposal_html(viewer: Viewer, each: Proposal) -> str:
    """What is proposed, by whom, why, and what it would have done; everything escaped."""
    currency = load_company_of(viewer).currency
    who = say("{who}, {day}", who=each.proposed_by, day=day(each.proposed_at.date()))
    told = foreseen(viewer, each.row)
    lines = [
        f'<div class="fl-action"><b>{escape(summary(each.row, currency))}</b></div>',
        f'<div class="fl-note">{escape(each.row.reason)} <span class="fl-quiet">{escape(who)}</span></div>',
        f'<div class="fl-told">{escape(told)}</div>' if told else "",
    ]
    return "".join(lines)


def summary(row: TargetRow, currency: str) -> str:
    """The entry in one line."""
    kpi = KPIS[row.kpi]
    where = listed(row.pairs.values()) or say("all markets")
    if row.withdrawn:
        return say(
            "{kpi}, {where}: no target from {day}", kpi=say(kpi.name), where=where, day=day(row.valid_from)
        )
    level = goal(kpi, float(row.target), currency)
    return say(
        "{kpi}, {where}: {level} from {day}",
        kpi=say(kpi.name),
        where=where,
        level=level,
        day=day(row.valid_from),
    )


def foreseen(viewer: Viewer, row: TargetRow) -> str:
    """What it would have done to the last twelve months, in a sentence; empty where there are no figures."""
    closed = load_coverage(viewer).closed
    if closed is None:
        return ""
    try:
        found = viewer.once(("foreseen", row), lambda: foresee(viewer.store, viewer.principal, row, closed))
    except SliceError:
        return ""
    return sentence(found)


def sentence(found: Foreseen) -> str:
    """`In the last 52 weeks it would have fired 3 times (14 weeks off target); the target in force: 2 times (6)`."""
    if not found.judged:
        return say("There are no figures of the last twelve months to try it on.")
    weeks = found.every is Every.WEEK
    span = (
        say("In the last {n} weeks with a value", n=found.judged)
        if weeks
        else say("In the last {n} months with a value", n=found.judged)
    )
    then = say_many("it would have fired once", "it would have fired {n} times", found.then.runs)
    now = say_many("the target in force fired once", "the target in force fired {n} times", found.now.runs)
    return say(
        "{span} {then} ({off} off target); {now} ({before} off target).",
        span=span, then=then, off=found.then.periods, now=now, before=found.now.periods,
    )  # fmt: skip


def draw_buttons(viewer: Viewer, each: Proposal) -> None:
    """Whoever proposed it may take it back, somebody else may decide."""
    mine = each.proposed_by == viewer.principal.name
    buttons = [("withdraw", say("Take it back"))] if mine else []
    if may_decide(viewer) and not mine:
        buttons = [("approve", say("Approve")), ("reject", say("Reject"))]
    if mine and may_decide(viewer):
        st.caption(say("Somebody else has to approve it."))
    with st.container(horizontal=True, gap="small"):
        for purpose, label in buttons:
            st.button(label, key=f"{purpose}_{each.id}", on_click=begin, args=(FORM, purpose, each))


def draw_form(viewer: Viewer, draft: Draft, each: Proposal) -> None:
    """The last word on a proposal."""
    labels = {"approve": say("Approve"), "reject": say("Reject"), "withdraw": say("Take it back")}
    with st.form(f"form_{FORM}", border=False, width=760):
        remark = ""
        if draft.purpose != "withdraw":
            label = say("Why") if draft.purpose == "reject" else say("Remark")
            remark = st.text_input(label, max_chars=LONGEST, key=f"remark_{draft.key}")
        sent = save_or_cancel(FORM, labels[draft.purpose])
    if sent:
        post(FORM, deciding(viewer, draft.purpose, each.id, remark), told, say("Look at it again."))


def deciding(viewer: Viewer, purpose: str, number: int, remark: str) -> Callable[[str], object]:
    """The command of the form."""
    proposals, who = viewer.store.state.proposals, viewer.principal
    match purpose:
        case "approve":
            return lambda key: proposals.approve(who, number, remark, key)
        case "reject":
            return lambda key: proposals.reject(who, number, remark, key)
        case _:
            return lambda key: proposals.withdraw(who, number, key)


def told(theirs: object) -> str:
    """What somebody else decided meanwhile."""
    if not isinstance(theirs, Proposal):
        return ""
    return say("{state} by {who}", state=say(STATES[theirs.state]), who=theirs.decided_by)
