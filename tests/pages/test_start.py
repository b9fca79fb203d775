"""The first page of an empty installation: who the firm is, then the made-up company or a file of one's own."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.company import Company, Market
from store.company_file import change_company, load_company
from store.countries import countries
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import ErrandKind, NotAllowed, WrongEntry

MANAGER, LEAD = Principal("Max", role=Role.MANAGER), Principal("Lea", role=Role.LEAD)
FIRM = Company(
    "Parcels Ltd", "GBP", "Europe/London", markets={"GB": Market("GB", "Europe/London", "GBP", "GB")}
)


def show(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.overview import render

    viewer.seen.clear()
    render(viewer)


def opened(store: Store, principal: Principal = LOCAL_OWNER) -> AppTest:
    return AppTest.from_function(
        show, args=(replace(Viewer(store, principal), seen={}),), default_timeout=60
    ).run()


def read(page: AppTest) -> str:
    return "\n".join(str(each.value) for kind in (page.html, page.header, page.text) for each in kind)


def test_the_firm_is_kept_as_it_is_said(empty: Store) -> None:
    """
    A firm of London selling to Germany and Japan, whose shipping uses Fairlead: zones come with the countries.
    """
    page = opened(empty)
    page.text_input(key="company_name").set_value("Parcels Ltd")
    page.selectbox(key="company_currency").set_value("GBP")
    page.selectbox(key="company_zone").set_value("Europe/London")
    page.multiselect(key="company_markets").set_value(["DE", "JP"])
    page.multiselect(key="company_departments").set_value(["shipping"])
    page = page.run()

    page.button(key="company_keep").click().run()

    kept = load_company(empty.home)
    assert (kept.name, kept.currency, kept.timezone) == ("Parcels Ltd", "GBP", "Europe/London")
    assert {code: (each.timezone, each.currency) for code, each in kept.markets.items()} == {
        "DE": ("Europe/Berlin", "GBP"), "JP": ("Asia/Tokyo", "GBP"),
    }  # fmt: skip
    assert kept.uses("shipping")
    assert not kept.uses("service")
    assert [each.what for each in empty.state.audit.rows(LOCAL_OWNER)] == ["company changed"]


def test_only_administrators_say_who_the_firm_is(empty: Store) -> None:
    """
    A manager brings data and is not asked about the firm; a lead is shown neither, and the store refuses both.
    """
    manager, lead = opened(empty, MANAGER), opened(empty, LEAD)

    assert [each.key for each in manager.button] == ["bring_file", "load_demo"]
    assert not lead.button
    for who in (MANAGER, LEAD):
        with pytest.raises(NotAllowed):
            change_company(empty, who, FIRM)


@pytest.mark.parametrize("code", ["eur", "EURO", "€", "E1R", "", "<b>"])
def test_a_currency_is_an_iso_code(empty: Store, code: str) -> None:
    """
    Of the firm or of a market; nothing is kept otherwise.
    """
    for wrong in (
        replace(FIRM, currency=code),
        replace(FIRM, markets={"GB": replace(FIRM.markets["GB"], currency=code)}),
    ):
        with pytest.raises(WrongEntry, match="ISO code"):
            change_company(empty, LOCAL_OWNER, wrong)
    assert load_company(empty.home) == Company()


def test_the_made_up_company_is_asked_for_once_and_watched(empty: Store) -> None:
    """
    One click is one errand; while it is under way its step stands in place of the form.
    """
    opened(empty).button(key="load_demo").click().run()
    errand = empty.state.errands.under_way(LOCAL_OWNER, ErrandKind.DEMO)
    assert errand is not None
    empty.state.errands.take((ErrandKind.DEMO,))
    empty.state.errands.tell(errand.id, "demo|orders 1,200 rows")

    page = opened(empty)

    assert "Making up two years of a company" in read(page)
    assert "1,200 rows of Orders" in read(page)
    assert not page.button


def test_where_data_is_the_beginning_is_over(store: Store) -> None:
    """
    The small company's overview asks nothing of that kind.
    """
    assert "The first data" not in read(opened(store))


def test_every_country_has_a_zone() -> None:
    """
    Germany lives by Berlin, China by Shanghai; more than two hundred are known.
    """
    known = countries()

    assert (known["DE"].zone, known["CN"].zone, known["DE"].name) == (
        "Europe/Berlin",
        "Asia/Shanghai",
        "Germany",
    )
    assert len(known) > 200
