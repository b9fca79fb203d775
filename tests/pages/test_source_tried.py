"""A source tried out on its page: before it was ever read, and by whom."""

import html
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.brought import as_plain
from store.configured import Configured, keep_configured
from store.home import SYSTEM, Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ErrandKind
from store.tried import Trial, Tried

DESK = Configured("desk", "http", "zendesk", ("tickets", "surveys"))
MILL = Configured("mill", "plant", "", ("production_runs",))
FILES = Configured("files", "file", "", ("shipments", "surveys"))
GERMANY = Principal("Gero", Scope(markets=frozenset({"DE"})), Role.ADMIN)
READER = Principal("Vera", role=Role.VIEWER)


@pytest.fixture
def told(own: Store) -> Store:
    """The small company, whose worker has read three sources in fairlead.toml: of one, files, it has rows."""
    keep_configured(own.state, SYSTEM, [MILL, DESK, FILES])
    return own


def show(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.data.source import render

    render(viewer)


def show_all(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.data import render

    render(viewer)


def opened(store: Store, principal: Principal = LOCAL_OWNER, page=show, **query: str) -> AppTest:  # type: ignore[no-untyped-def]
    test = AppTest.from_function(page, args=(replace(Viewer(store, principal), seen={}),), default_timeout=60)
    for name, value in {"source": "desk", **query}.items():
        test.query_params[name] = value
    return test.run()


def read(page: AppTest) -> str:
    return "\n".join(
        str(each.value) for kind in (page.html, page.text, page.title, page.header) for each in kind
    )


def buttons(page: AppTest) -> list[str]:
    return [str(each.key) for each in page.button]


def test_a_source_that_was_never_read_has_a_page(told: Store) -> None:
    """It says what fairlead.toml says: an HTTP source of Zendesk for two tables, never read; and it can be tested."""
    page = opened(told)

    text = read(page)
    assert page.title[0].value == "Source desk"
    assert all(word in text for word in ("http (zendesk)", "Tickets, Surveys", "■ Never read"))
    assert "No such source" not in text
    assert buttons(page) == ["try"]
    assert not page.exception


def test_the_page_of_the_data_leads_to_it(told: Store) -> None:
    """Among the sources that were read stand the two that were not, each with a link."""
    text = read(opened(told, page=show_all))

    assert text.count("Never read") == 2
    assert 'href="source?source=desk' in text


def test_a_test_is_asked_once_and_watched(told: Store) -> None:
    """One click is one errand; while it waits the page says so; then what came of each table stands there."""
    opened(told).button(key="try").click().run()
    errand = told.state.errands.under_way(LOCAL_OWNER, ErrandKind.TRY)
    assert errand is not None
    assert errand.asked == {"source": "desk"}
    assert "Waiting for the worker" in read(opened(told, errand=str(errand.id)))

    told.state.errands.take((ErrandKind.TRY,))
    came = (
        Tried("tickets", True, 100, 98, 2, "status is 'gone': has no mapping"),
        Tried("surveys", False, why="401"),
    )
    told.state.errands.finish(errand.id, as_plain(Trial("desk", came)))

    page = opened(told, errand=str(errand.id))
    text = read(page)
    assert all(word in text for word in ("✓ yes", ">100<", ">98<", ">2<", "▲ no", "401", "▲ Not well"))
    assert buttons(page) == ["try"]
    other = opened(told, source="files", errand=str(errand.id))
    assert "▲ Not well" not in read(other)


def test_what_kept_it_from_being_asked_is_said(told: Store) -> None:
    """The source went out of fairlead.toml meanwhile: the worker's sentence stands on the page."""
    number = told.state.errands.ask(LOCAL_OWNER, ErrandKind.TRY, {"source": "desk"})
    told.state.errands.fail(number, "There is no source 'desk' any more.")

    text = html.unescape(read(opened(told, errand=str(number))))
    assert "There is no source 'desk' any more." in text


@pytest.mark.parametrize("who", [GERMANY, READER])
def test_only_who_brings_data_for_the_whole_firm_may_test(told: Store, who: Principal) -> None:
    """An administrator of one market and a reader see the source, and no button; nor does an address help them."""
    number = told.state.errands.ask(LOCAL_OWNER, ErrandKind.TRY, {"source": "desk"})
    told.state.errands.finish(number, as_plain(Trial("desk", (Tried("tickets", True, 7, 7),))))

    page = opened(told, who, errand=str(number))
    assert "■ Never read" in read(page)
    assert "Every table answers" not in read(page)
    assert not page.button


def test_tables_of_other_departments_are_not_named(told: Store) -> None:
    """Who sees production only is not told which tables of service a source fills."""
    page = opened(told, Principal("Pia", Scope(departments=frozenset({"production"})), Role.MANAGER))

    assert "Tickets" not in read(page)
    assert not page.button


def test_what_machines_say_by_themselves_cannot_be_tested(told: Store) -> None:
    """Asking a plant would take away what it tells: no button."""
    page = opened(told, source="mill")

    assert "Production runs" in read(page)
    assert not page.button
