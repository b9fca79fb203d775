"""The page of one source: fresh or not, its runs, its rejected rows, and taking them in again."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.brought import Loaded, TableLoaded, as_plain
from store.home import Store
from store.permits import Role
from store.personal.limits import Retention, save_retention
from store.personal.treatment import STREAM, FieldTreatment, Treatment, Why, as_words
from store.rhythm import Rhythm
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ErrandKind

SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})), Role.MANAGER)


def show(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.data.source import render

    render(viewer)


def opened(store: Store, principal: Principal = LOCAL_OWNER, **query: str) -> AppTest:
    test = AppTest.from_function(show, args=(replace(Viewer(store, principal), seen={}),), default_timeout=60)
    for name, value in {"source": "files", **query}.items():
        test.query_params[name] = value
    return test.run()


def read(page: AppTest) -> str:
    return "\n".join(
        str(each.value) for kind in (page.html, page.text, page.title, page.header) for each in kind
    )


def test_freshness_runs_and_rejected_rows_stand_on_one_page(store: Store) -> None:
    """
    The small company's files: read once, 560 rows of each table, one row set aside with its reason.
    """
    page = opened(store)

    assert page.title[0].value == "Source files"
    text = read(page)
    assert "Last good read" in text
    assert "1,120" in text
    assert "status is &#x27;gone&#x27;" in text
    assert "daily (assumed until it was loaded on three days)" in text
    assert [each.key for each in page.get("download_button")] == ["rejected_csv"]
    assert not page.exception


def test_nobody_reads_rows_of_departments_they_do_not_see(store: Store) -> None:
    """
    Service sees 560 rows of surveys, nothing of the shipment set aside, and no button that concerns the whole firm.
    """
    page = opened(store, SERVICE)

    text = read(page)
    assert "1,120" not in text
    assert "gone" not in text
    assert not page.button


def test_the_page_says_field_by_field_what_becomes_of_people(own: Store) -> None:
    """
    What the sync kept of the source: one field hashed, one dropped, one as it is; a table of another department is not
    told to service.
    """
    told = [
        FieldTreatment("surveys", "Guest", "survey_id", Treatment.HASH, Why.PERSON),
        FieldTreatment("surveys", "Phone", "", Treatment.DROP, Why.SAID),
        FieldTreatment("shipments", "Driver", "carrier", Treatment.HASH, Why.SAID),
    ]
    own.state.runs.move_cursor(LOCAL_OWNER, "files", STREAM, as_words(told), expected=None, run=None)

    save_retention(own.home, Retention({"surveys": 24}))

    text = read(opened(own))
    expected = (
        "Guest",
        "# hashed",
        "24 months after the last row",
        "Phone",
        "✕ dropped",
        "Driver",
        "for ever",
    )
    assert all(word in text for word in expected)
    assert "Driver" not in read(opened(own, SERVICE))


def test_a_source_nobody_has_read_says_so(store: Store) -> None:
    """
    A made-up name, also one with markup in it, is answered with a sentence.
    """
    page = opened(store, source="<script>alert(1)</script>")

    assert "No such source" in read(page)
    assert "<script>alert" not in read(page)


def test_a_replay_is_asked_once_and_watched(own: Store) -> None:
    """
    One click is one errand for this source; while it waits the page says so, and afterwards what came of it.
    """
    opened(own).button(key="replay").click().run()
    errand = own.state.errands.under_way(LOCAL_OWNER, ErrandKind.REPLAY)
    assert errand is not None
    assert errand.asked == {"source": "files"}
    assert "Waiting for the worker" in read(opened(own, errand=str(errand.id)))

    own.state.errands.take((ErrandKind.REPLAY,))
    own.state.errands.finish(errand.id, as_plain(Loaded("files", (TableLoaded("shipments", 1, 1, 0, 0, 0),))))

    assert "1 row was taken in" in read(opened(own, errand=str(errand.id)))


def test_how_often_it_is_expected_is_said_in_one_choice(own: Store) -> None:
    """
    Chosen as monthly, it is so from the next run on; who sees only a part of the firm has no such choice.
    """
    opened(own).selectbox(key="rhythm_files").set_value(Rhythm.MONTHLY).run()

    assert "monthly (as somebody said)" in read(opened(own))
    assert not opened(own, SERVICE).selectbox


@pytest.mark.parametrize("number", ["-1", "999", "x", "9" * 30, "1;drop"])
def test_an_errand_that_is_none_is_passed_over(store: Store, number: str) -> None:
    """
    Whatever stands in the address, the page opens.
    """
    assert not opened(store, errand=number).exception
