"""The page of peaks: what is ready, what is missing, and how people enter what a peak takes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_company import small_store
from streamlit.testing.v1 import AppTest

from pages.parts import kept
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from store.home import SYSTEM, Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state.peak_records import Need, NeedKind, Peak, Reach, Short, Stock

MAX = Principal("Max", role=Role.MANAGER)


def show(viewer, which: str, query: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import overview, peaks

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    {"peaks": peaks.render, "overview": overview.render}[which](viewer)


def opened(store: Store, who: Principal = MAX, which: str = "peaks", **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who), which, query), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def press(page: AppTest, starts: str) -> AppTest:
    (found,) = [each for each in page.button if str(each.key).startswith(starts)]
    clicked = found.click().run()
    assert not clicked.exception
    return clicked


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small company, with a sale in 30 days in Germany for which cups run out on its second day."""
    kept.forget()
    store = small_store(tmp_path)
    today = today_of(Viewer(store, MAX))  # of the company, which is a day ahead of UTC before midnight
    begins = today + timedelta(days=30)
    peak = store.state.peaks.add(LOCAL_OWNER, Peak("Sale", begins, begins + timedelta(days=3), ("DE",)))
    second = begins + timedelta(days=1)
    short = Short("<b>cup</b>", "Hamburg", None, 1_200, second, second - timedelta(days=10))
    store.state.peaks.keep_stock(SYSTEM, peak.id, Stock(today, today, (Reach(None, 2, 0),), (short,)))
    yield store
    store.close()


def test_a_manager_reads_what_is_missing(store: Store) -> None:
    """One of two articles runs out; nobody was asked for a refresher or said what it takes; nothing is ready."""
    told = read(opened(store))
    assert "Not ready: the gate is closed" in told
    assert "begins in 30 days" in told
    assert "1 of 2 articles run out before the end" in told
    assert "&lt;b&gt;cup&lt;/b&gt;" in told
    assert "1,200" in told
    assert told.count("Nobody has said what it takes") == 2
    assert "Nobody was asked for a refresher yet" in told
    assert "No target changes for these days" in told


def test_what_a_peak_takes_is_entered_changed_and_removed(store: Store) -> None:
    """DHL promised 70 of 100 parcels a day: it falls short by 30; with 100 it does not; then it is taken away."""
    page = press(opened(store), "need_new")
    page.text_input[0].set_value("DHL")
    page.number_input[0].set_value(100)
    page.number_input[1].set_value(70)
    page = press(page, "save_peak_need")
    (need,) = store.state.peaks.needs(LOCAL_OWNER, 1)
    assert (need.what, need.unit, need.missing, need.entered_by) == ("DHL", "parcels a day", 30, "Max")
    assert "1 of 1 carriers fall short" in read(page)

    page = press(opened(store), f"need_{need.id}")
    page.number_input[1].set_value(100)
    page = press(page, "save_peak_need")
    assert "0 of 1 carriers fall short" in read(page)

    press(press(opened(store), f"need_{need.id}"), "drop_")
    assert store.state.peaks.needs(LOCAL_OWNER, 1) == []


def test_a_peak_is_entered_moved_and_removed(store: Store) -> None:
    """A second one of the same name in the year is refused on the page; moved, it says so; removed, it is gone."""
    page = press(opened(store), "peak_new")
    page.text_input[0].set_value("Sale")
    page.date_input[0].set_value(store.state.peaks.rows(MAX)[0].begins)
    page.date_input[1].set_value(store.state.peaks.rows(MAX)[0].begins)
    page = press(page, "save_peak")
    assert "already; change that one" in "".join(str(each.value) for each in page.html)
    assert len(store.state.peaks.rows(MAX)) == 1

    page = press(opened(store), "peak_change")
    page.text_input[0].set_value("Spring sale")
    press(page, "save_peak")
    (peak,) = store.state.peaks.rows(MAX)
    assert (peak.name, peak.markets, peak.version) == ("Spring sale", ("DE",), 2)

    press(press(opened(store), "peak_remove"), "save_peak")
    assert store.state.peaks.rows(MAX) == []
    assert "No peak is planned" in read(opened(store))


def test_readers_read_and_plan_nothing(store: Store) -> None:
    """A viewer finds the gate without any way to change it, nor who is refreshed."""
    page = opened(store, Principal("Vic"))
    assert "Who trains people sees this" in read(page)
    assert [each.key for each in page.button if str(each.key).startswith(("need", "peak"))] == []


def test_the_overview_tells_of_peaks_that_are_near(store: Store) -> None:
    """In a line with a link: which checks are open; a peak in half a year is not told of."""
    (peak,) = store.state.peaks.rows(LOCAL_OWNER)
    store.state.peaks.add_need(LOCAL_OWNER, Need(peak.id, NeedKind.STAFF, "Desk", 3, 3))
    later = peak.begins + timedelta(days=180)
    far = replace(peak, id=0, version=0, name="Far", begins=later, ends=later)
    store.state.peaks.add(LOCAL_OWNER, far)
    told = read(opened(store, which="overview"))
    assert f'href="peaks?peak={peak.id}"' in told
    assert "still open: refreshers, stock, carriers<" in told
    assert "Far" not in told
