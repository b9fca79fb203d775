"""The beginning of an installation: who the firm is, then the made-up company or a file of one's own."""

from collections.abc import Mapping
from functools import partial
from uuid import uuid4
from zoneinfo import available_timezones

import streamlit as st

from kpi.model import Department
from kpi.words import say
from pages.parts.errands import STYLE, draw_waiting
from pages.parts.load import load_company_of
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer, open_page
from store.company import Company, Market
from store.company_file import change_company
from store.countries import countries
from store.permits import Permit
from store.state import ErrandKind, NotAllowed, WrongEntry

CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "CNY", "JPY", "AUD", "CAD", "SEK", "DKK", "NOK", "PLN", "CZK", "INR", "SGD",
)  # fmt: skip
LONGEST = 80


def may_start(viewer: Viewer) -> bool:
    """Whether this person may fill an installation nothing was ever read into."""
    mine = viewer.principal.scope.is_whole and viewer.principal.may(Permit.BRING_DATA)
    return mine and not viewer.store.lake.names()


def draw_start(viewer: Viewer) -> None:
    """Two steps: the firm, for who may say so, and the first data. While the example is loaded, how far it is."""
    st.html(STYLE)
    errand = viewer.store.state.errands.under_way(viewer.principal, ErrandKind.DEMO)
    if errand is not None:
        draw_waiting(viewer, errand)
        return
    if viewer.principal.may(Permit.CHANGE_COMPANY):
        st.header(say("1. Your company"), anchor=False)
        draw_company(viewer)
    st.header(say("2. The first data"), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        bring = st.button(say("Bring my own file"), type="primary", key="bring_file")
        visit = st.session_state.setdefault("demo_visit", uuid4().hex)
        st.button(
            say("Load the made-up company"), on_click=partial(ask_for_demo, viewer, visit), key="load_demo",
            help=say("Two years of every department, to look around. It is for empty installations only."),
        )  # fmt: skip
    if bring:
        open_page(viewer, "bring")


def draw_company(viewer: Viewer) -> None:
    """Name, currency, zone, markets and departments; nothing is kept before the button."""
    company, zones = load_company_of(viewer), sorted(available_timezones())
    known = countries()
    with st.container(border=True, key="panel_company"):
        with st.container(horizontal=True, gap="small"):
            name = st.text_input(say("Name"), company.name, max_chars=LONGEST, key="company_name")
            money = [*dict.fromkeys([company.currency, *CURRENCIES])]
            currency = st.selectbox(
                say("Currency"), money, accept_new_options=True, key="company_currency", width=160
            )
            zone = st.selectbox(
                say("Time zone"), zones, index=zones.index(company.timezone), key="company_zone"
            )
        codes = st.multiselect(
            say("Markets you sell to"), list(known), [each for each in company.markets if each in known],
            format_func=lambda code: f"{known[code].name} ({code})", key="company_markets",
        )  # fmt: skip
        markets = draw_markets(codes, str(currency), zones, company.markets)
        departments = st.multiselect(
            say("Departments that use Fairlead"), [each.value for each in Department], list(company.departments),
            format_func=lambda each: say(Department(each).short), key="company_departments",
            placeholder=say("All of them"),
        )  # fmt: skip
        told = Company(
            name.strip() or company.name, str(currency).upper(), str(zone), company.week_starts, markets,
            departments=tuple(departments), ladder=company.ladder,
        )  # fmt: skip
        if st.button(say("Keep this"), type="primary", key="company_keep"):
            keep(viewer, told)


def draw_markets(
    codes: list[str], currency: str, zones: list[str], before: Mapping[str, Market]
) -> dict[str, Market]:
    """Each market with its zone and currency; the working calendar is that of its country."""
    markets = {}
    for code in codes:
        country, known = countries()[code], before.get(code)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            zone = st.selectbox(
                say("Time zone of {market}", market=country.name), zones,
                index=zones.index(known.timezone if known else country.zone), key=f"zone_{code}",
            )  # fmt: skip
            money = st.text_input(
                say("Currency of {market}", market=country.name), known.currency if known else currency,
                max_chars=3, key=f"currency_{code}", width=160,
            )  # fmt: skip
        markets[code] = Market(code, str(zone), money.strip().upper() or currency, code, name=country.name)
    return markets


def keep(viewer: Viewer, told: Company) -> None:
    """Keep what was said of the firm."""
    try:
        change_company(viewer.store, viewer.principal, told)
    except (NotAllowed, WrongEntry) as why:
        tell(say("Not saved"), say_refusal(why), kind="info")
        return
    draw_state(State.EMPTY, say("Kept"), say("Files are read and counted by this from now on."))


def ask_for_demo(viewer: Viewer, visit: str) -> None:
    """Ask the worker, once however often it is clicked."""
    try:
        viewer.store.state.errands.ask(viewer.principal, ErrandKind.DEMO, {}, visit)
        st.session_state.pop("demo_visit", None)
    except NotAllowed as why:
        tell(say("Not saved"), say_refusal(why), kind="info")
