"""Kept views: what stands in the link under a name, opened, renamed, removed, and what a page opens with."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER, Principal
from store.state import View

PEAK = View("Peak", "overview", "market=DE&period=26+weeks", market="DE")
BOB = Principal("Bob")


def show(*args: object) -> None:
    """Runs inside the page's script: two pages that say what stands in their link, below the menu."""
    from typing import Any, cast

    import streamlit as st

    from pages.parts.filters import choose
    from pages.parts.views import draw_views, query_now

    (viewer,) = cast(Any, args)
    viewer.seen.clear()  # as in the app, where a viewer is made for every run

    def body() -> None:
        choose("Market", ["All", "DE", "FR"], "market")
        st.text(query_now())

    viewer.pages["overview"] = st.Page(body, title="Overview", url_path="overview", default=True)
    viewer.pages["kpi"] = st.Page(body, title="KPI", url_path="kpi")
    chosen = st.navigation([viewer.pages["overview"], viewer.pages["kpi"]])
    draw_views(viewer, chosen.url_path or "overview")
    chosen.run()


def opened(store: Store, principal: Principal = LOCAL_OWNER, **query: str) -> AppTest:
    test = AppTest.from_function(show, args=(Viewer(store, principal),), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def field(page: AppTest, kind: str, name: str):  # type: ignore[no-untyped-def]
    """The one field of the open form whose key begins so."""
    (found,) = [each for each in page.get(kind) if str(each.key).startswith(f"{name}_")]
    return found


def test_what_stands_in_the_link_is_kept_under_a_name(own: Store) -> None:
    """
    The market, but not the reader's language.
    """
    page = opened(own, market="DE", lang="en")
    page.button(key="view_new").click().run()
    field(page, "text_input", "name").input("Germany")
    field(page, "checkbox", "shared").check()
    page.button(key="save_view").click().run()

    assert not page.exception
    (kept,) = own.state.views.rows(BOB)
    assert (kept.name, kept.page, kept.query, kept.market) == ("Germany", "overview", "market=DE", "DE")
    assert page.selectbox(key="view_pick").options == ["Germany"]


def test_a_kept_view_opens_as_it_was(own: Store) -> None:
    """
    From France to the German peak: its market and nothing of what was chosen before.
    """
    own.state.views.add(LOCAL_OWNER, PEAK)
    page = opened(own, market="FR", compare="Nothing")
    page.selectbox(key="view_pick").select_index(0).run()
    page.button(key="view_open").click().run()

    assert not page.exception
    assert page.text[-1].value == "market=DE&period=26+weeks"
    assert page.selectbox(key="market").value == "DE"


def test_a_view_is_renamed_and_removed_by_its_owner_only(own: Store) -> None:
    """
    Bob opens what is shared, with whose it is beside the name.
    """
    own.state.views.add(LOCAL_OWNER, replace(PEAK, shared=True))
    page = opened(own)
    page.selectbox(key="view_pick").select_index(0).run()
    page.button(key="view_rename").click().run()
    field(page, "text_input", "name").input("Peak season")
    page.button(key="save_view").click().run()
    assert [each.name for each in own.state.views.rows(LOCAL_OWNER)] == ["Peak season"]

    bob = opened(own, BOB)
    bob.selectbox(key="view_pick").select_index(0).run()
    assert bob.selectbox(key="view_pick").options == ["Peak season (of local owner)"]
    assert bob.button(key="view_rename").disabled
    assert not bob.button(key="view_open").disabled

    page.selectbox(key="view_pick").select_index(0).run()
    page.button(key="view_remove").click().run()
    page.button(key="save_view").click().run()
    assert own.state.views.rows(LOCAL_OWNER) == []


def test_a_page_opens_as_its_reader_wants_it(own: Store) -> None:
    """
    Once, when nothing was chosen in the link; who chose something sees that.
    """
    own.state.views.add(LOCAL_OWNER, replace(PEAK, is_default=True))

    page = opened(own)
    assert page.text[-1].value == "market=DE&period=26+weeks"
    assert opened(own, market="FR").text[-1].value == "market=FR"
    assert opened(own, BOB).text[-1].value == ""


def test_a_view_without_a_name_is_refused(own: Store) -> None:
    """
    In a sentence; nothing is kept.
    """
    page = opened(own)
    page.button(key="view_new").click().run()
    page.button(key="save_view").click().run()

    assert any("has no name" in each.value for each in page.html)
    assert own.state.views.rows(LOCAL_OWNER) == []
