"""A new audit: of which procedure, drawn from what, how many and why; the sentence that says so comes before."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from kpi.words import marked, say
from pages.checks.asking import ask_for_draw
from pages.checks.load import auditable, today_of
from pages.checks.told import KINDS, SELECTIONS
from pages.parts.fields import load_teams
from pages.parts.load import load_coverage
from pages.parts.posting import Draft, begin, draft_of, leave, post
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure
from sop.audits.making import Wish, make_audit, span_before
from sop.audits.plans import PERCENT, Fixed, Lot, Named, Plan, Precision, before_the_draw
from sop.audits.template import LEAVE_OUT, PASS_MARK
from sop.audits.wanted import reason_of
from sop.library import Shelved
from store.state import Edition, WrongEntry
from store.state.audit_rows import Audit, DrawnFrom, Selection

FORM = "audit_plan"
PLANS = {
    "precision": marked("Know the share, as sure as you say"),
    "aql": marked("Accept or refuse a lot (AQL)"),
    "fixed": marked("A fixed number"),
    "named": marked("Records I name"),
}
WAYS = {
    "": marked("passed or failed, or the value of the step"), "scale 3": marked("0 to 3 points"),
    "scale 5": marked("0 to 5 points"), LEAVE_OUT: marked("leave it out"),
}  # fmt: skip


def draw_start(viewer: Viewer) -> None:
    """The button that begins a plan."""
    if auditable(viewer):
        st.button(
            say("Plan an audit"), key="plan_audit", type="primary", icon=":material/fact_check:", on_click=begin,
            args=(FORM, "new"),
        )  # fmt: skip


def plan_wanted(audit: Audit) -> None:
    """Begin the plan of an audit that something asks for, as the callback of its button."""
    begin(FORM, "wanted", audit)


def draw_planning(viewer: Viewer) -> None:
    """The fields, the sentence that says how many and why, and the two ways out."""
    draft = draft_of(FORM)
    if draft is None:
        return
    wanted = draft.seen if isinstance(draft.seen, Audit) else None
    with st.container(border=True, gap="small", key="panel_audit_plan"):
        st.header(say("Plan an audit"), anchor=False)
        if wanted is not None:
            st.text(reason_of(wanted))
        shelf = draw_procedure(viewer, draft, wanted)
        drawn_from, first, last = draw_span(viewer, draft)
        market, team = draw_part(viewer, draft)
        try:
            plan, selection = draw_plan(draft)
            st.info(before_the_draw(plan))
        except WrongEntry as wrong:
            plan, selection = None, Selection.RANDOM
            st.text(str(wrong))
        due, second, mark = draw_more(viewer, draft)
        edition = shelf.effective()
        judged = draw_judging(viewer, draft, edition) if edition else {}
        with st.container(horizontal=True, gap="small"):
            sent = st.button(say("Draw the records"), type="primary", key="save_audit", disabled=plan is None)
            st.button(say("Cancel"), key="cancel_audit", on_click=leave, args=(FORM,))
        if sent and plan is not None and edition is not None:
            wish = Wish(drawn_from, first, last, plan, selection, market, team, second, due, "", mark, judged)
            send(viewer, edition, wish, wanted)


def send(viewer: Viewer, edition: Edition, wish: Wish, wanted: Audit | None) -> None:
    """Store the plan and ask the worker for the draw; the page then shows the audit."""

    def command(key: str) -> object:
        made = make_audit(
            viewer.store.state, viewer.principal, edition, wish, wanted.id if wanted else None, key
        )
        ask_for_draw(viewer, made)
        return made

    post(FORM, command)


def draw_procedure(viewer: Viewer, draft: Draft, wanted: Audit | None) -> Shelved:
    """Which procedure."""
    shelves = {each.key: each for each in auditable(viewer)}
    keys = list(shelves)
    index = keys.index(wanted.sop) if wanted and wanted.sop in shelves else 0
    picked = st.selectbox(
        say("Procedure"), keys, index=index, key=f"sop_{draft.key}", disabled=wanted is not None,
        format_func=lambda key: shelves[key].shown(shelves[key].source).title or key,
    )  # fmt: skip
    return shelves[picked]


def draw_span(viewer: Viewer, draft: Draft) -> tuple[DrawnFrom, date, date]:
    """Drawn from what, of which days."""
    first, last = span_before(load_coverage(viewer).as_of or today_of(viewer))
    with st.container(horizontal=True, gap="small"):
        kind = st.selectbox(
            say("Drawn from"), list(KINDS), format_func=lambda each: say(KINDS[each]), key=f"kind_{draft.key}",
            width=220,
        )  # fmt: skip
        begun = st.date_input(say("First day"), first, key=f"first_{draft.key}", width=160)
        ended = st.date_input(say("Last day"), last, key=f"last_{draft.key}", width=160)
    one, other = (each if isinstance(each, date) else first for each in (begun, ended))
    return kind, one, other


def draw_part(viewer: Viewer, draft: Draft) -> tuple[str, str]:
    """Of which market and team; all of them only for who sees all."""
    scope = viewer.principal.scope
    markets = [
        each for each in load_coverage(viewer).markets if scope.markets is None or each in scope.markets
    ]
    teams = load_teams(viewer)
    with st.container(horizontal=True, gap="small"):
        market = st.selectbox(
            say("Market"), markets if scope.markets is not None else ["", *markets], key=f"market_{draft.key}",
            format_func=lambda each: each or say("All markets"), width=220,
        )  # fmt: skip
        team = st.selectbox(
            say("Team"), teams if scope.teams is not None else ["", *teams], key=f"team_{draft.key}",
            format_func=lambda each: each or say("All teams"), width=220,
        )  # fmt: skip
    return market or "", team or ""


def draw_plan(draft: Draft) -> tuple[Plan, Selection]:
    """How many and by which rule; what is named is never random. Raises WrongEntry."""
    kind = st.radio(
        say("How many"), list(PLANS), format_func=lambda each: say(PLANS[each]), key=f"plan_{draft.key}"
    )
    match kind:
        case "aql":
            level = st.selectbox(
                say("AQL in percent"), PERCENT, index=PERCENT.index(2.5), format_func=lambda each: f"{each:g}",
                key=f"aql_{draft.key}", width=220,
            )  # fmt: skip
            plan: Plan = Lot(level)
        case "fixed":
            plan = Fixed(
                int(st.number_input(say("Records"), 1, 2_000, 10, key=f"fixed_{draft.key}", width=220))
            )
        case "named":
            told = st.text_area(say("Their numbers"), key=f"named_{draft.key}", max_chars=20_000)
            plan = Named(tuple(dict.fromkeys(told.replace(",", " ").replace(";", " ").split())))
        case _:
            points = st.slider(say("Points to either side"), 3, 25, 10, key=f"points_{draft.key}", width=320)
            plan = Precision(points)
    chosen = [each for each in SELECTIONS if kind != "named" or each is not Selection.RANDOM]
    selection = st.selectbox(
        say("Selection"), chosen, format_func=lambda each: say(SELECTIONS[each]), width=320,
        key=f"selection_{kind == 'named'}_{draft.key}",
    )  # fmt: skip
    return plan, selection


def draw_more(viewer: Viewer, draft: Draft) -> tuple[date | None, int, int]:
    """By when, how many are looked at twice, and from where on a check is passed."""
    with st.container(horizontal=True, gap="small"):
        due = st.date_input(
            say("Due by"), None, min_value=today_of(viewer), key=f"due_{draft.key}", width=160
        )
        second = st.number_input(
            say("Checked by a second auditor, in percent"),
            0,
            100,
            20,
            5,
            key=f"second_{draft.key}",
            width=280,
        )
        mark = st.number_input(
            say("Passed from, in percent of the points"),
            0,
            100,
            PASS_MARK,
            5,
            key=f"mark_{draft.key}",
            width=280,
        )
    return (due if isinstance(due, date) else None), int(second), int(mark)


def draw_judging(viewer: Viewer, draft: Draft, edition: Edition) -> Mapping[str, str]:
    """How each step is judged, where it is not passed or failed; parts to be seen are written one after the other."""
    judged: dict[str, str] = {}
    with st.expander(say("How each step is judged"), key=f"judging_{draft.key}"):
        for step in load_procedure(viewer, edition).steps:
            ways = [*WAYS, "parts"]
            way = st.selectbox(
                step.title or step.key, ways, key=f"way_{step.key}_{edition.id}_{draft.key}",
                format_func=lambda each: say(WAYS[each]) if each in WAYS else say("parts to be seen"),
            )  # fmt: skip
            if way == "parts":
                parts = st.text_input(
                    say("Parts, separated by semicolons"), key=f"parts_{step.key}_{edition.id}_{draft.key}",
                    max_chars=400,
                )  # fmt: skip
                judged[step.key] = f"parts: {parts}"
            elif way:
                judged[step.key] = way
    return judged
