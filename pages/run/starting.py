"""Beginning a run: which procedure, for which order, shipment, ticket or batch, and where the work belongs."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from kpi.words import say, spoken
from pages.parts.load import load_company_of
from pages.parts.posting import begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer, open_page
from pages.run.load import KINDS, load_runnable
from pages.sops.load import load_procedure
from sop.library import Shelved
from sop.procedure import Procedure
from sop.runs.answering import Place, start
from sop.runs.cases import OF_DEPARTMENT, Found, find_case
from store.permits import Permit

FORM, BEGUN = "run", "run_begun"


def draw_start(viewer: Viewer) -> None:
    """The form, filled in with what the link says."""
    if not viewer.principal.may(Permit.RUN_PROCEDURES):
        return
    if (begun := st.session_state.pop(BEGUN, None)) is not None:
        open_page(viewer, "run", run=str(begun))
    st.header(say("Begin a run"), anchor=False)
    shelves = {each.key: each for each in load_runnable(viewer)}
    if not shelves:
        draw_state(
            State.EMPTY, say("No procedure counts today"), say("Approve one first; see the SOP library.")
        )
        return
    if draft_of(FORM) is None:
        begin(FORM, "start")
    asked = st.query_params.get("sop", "")
    keys = list(shelves)
    key = st.selectbox(
        say("Procedure"), keys, index=keys.index(asked) if asked in shelves else None, key="run_sop",
        format_func=lambda each: shelves[each].shown("").title or each, placeholder=say("Choose a procedure"),
        width=420,
    )  # fmt: skip
    if key is not None:
        draw_case(viewer, shelves[key])


def draw_case(viewer: Viewer, shelf: Shelved) -> None:
    """Which case, and what the facts do not say of it."""
    edition = shelf.effective(spoken().language.value) or shelf.effective()
    if edition is None:
        return
    procedure = load_procedure(viewer, edition)
    kinds = list(KINDS)
    linked = next((each for each in kinds if st.query_params.get(each)), "")
    usual = linked or OF_DEPARTMENT.get(procedure.department, "order")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = st.selectbox(
            say("For"), kinds, index=kinds.index(usual), format_func=lambda each: say(KINDS[each]),
            key=f"run_kind_{shelf.key}", width=150,
        )  # fmt: skip
        id = st.text_input(
            say("Its number"), value=st.query_params.get(linked, "") if linked else "", max_chars=120,
            key=f"run_id_{shelf.key}", width=260,
        ).strip()  # fmt: skip
    found = find_case(viewer.store.lake, viewer.principal, kind, id) if id else None
    place = place_of(viewer, procedure, found)
    sure = found is None or found.case.known is not False or ask_unknown(viewer, found)
    if st.button(say("Begin"), type="primary", key="run_begin", disabled=not (found and sure)) and found:
        language = edition.language

        def command(command_key: str) -> None:
            run = start(viewer.store.state, viewer.acting(), shelf, language, found.case, place, command_key)
            st.session_state[BEGUN] = run.id

        post(FORM, command)


def ask_unknown(viewer: Viewer, found: Found) -> bool:
    """A number the facts do not have may be new, or wrong: whoever begins says which."""
    told = say(
        "{kind} {id} is not in the data. Check the number; what is new today is not there before the next sync.",
        kind=say(KINDS[found.case.kind]), id=found.case.id,
    )  # fmt: skip
    st.html(f'<p class="fl-told">{escape(told)}</p>')
    return st.checkbox(say("The number is right"), key=f"run_sure_{found.case.kind}_{found.case.id}")


def place_of(viewer: Viewer, procedure: Procedure, found: Found | None) -> Place:
    """Market and product as the facts have them, else as asked where a step depends on them; the person's team."""
    scope = viewer.principal.scope
    markets = _named(procedure.scope.markets, (each.when.markets for each in procedure.steps))
    products = _named(procedure.scope.products, (each.when.products for each in procedure.steps))
    known = list(load_company_of(viewer).markets)
    mine = [each for each in known or markets if scope.markets is None or each in scope.markets]
    market = found.market if found else ""
    if not market and (markets or scope.markets is not None) and mine:
        market = _asked(say("Market"), mine, "run_market")
    product = found.product if found else ""
    if not product and products:
        product = _asked(say("Product"), ["", *products], "run_product")
    teams = sorted(scope.teams or ())
    team = teams[0] if len(teams) == 1 else _asked(say("Team"), teams, "run_team") if teams else ""
    return Place(market, product, team)


def _asked(label: str, options: Sequence[str], key: str) -> str:
    """One of them; where none may be said, the first is empty."""
    told = st.selectbox(label, options, key=key, width=260, format_func=lambda each: each or say("Not said"))
    return str(told)


def _named(whole: Iterable[str], of_steps: Iterable[Iterable[str]]) -> list[str]:
    return sorted({*whole, *(name for names in of_steps for name in names)})
