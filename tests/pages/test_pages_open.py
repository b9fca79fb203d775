"""Every page, for every kind of reader and store: it opens, says what it should, and never fails."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.model import Department
from kpi.words.names import words
from pages.data import build_tables
from pages.parts.load import opened_store
from pages.parts.viewer import Viewer
from store.facts import TABLES
from store.home import Store
from store.lake import LakeDamaged, Storage
from store.scope import LOCAL_OWNER, Principal, Scope

GERMANY = Principal("Germany only", Scope(markets=frozenset({"DE"})))
SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})))
PAGES = [
    "pages.overview",
    "pages.kpi",
    "pages.data",
    "pages.flow",
    *(f"pages.department:{each}" for each in Department),
]


def show(module: str, *args: object) -> None:
    """Runs inside the page's script."""
    from importlib import import_module

    import_module(module).render(*args)


def opened(page: str, viewer: Viewer, **query: str) -> AppTest:
    """The page as a reader's browser would get it."""
    module, _, department = page.partition(":")
    args = [replace(viewer, seen={}), *([Department(department)] if department else [])]
    test = AppTest.from_function(show, args=(module, *args), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def read(page: AppTest) -> str:
    """Everything the page says outside its components."""
    texts = [
        each.value for kind in (page.html, page.text, page.title, page.header, page.caption) for each in kind
    ]
    return "\n".join(str(text) for text in texts).replace("\u00a0", " ")


def component(page: AppTest, key: str) -> Any:
    """What a component was given; rows with their names."""
    told = next(json.loads(each.proto.json) for each in page.get("bidi_component") if each.key == key)
    if key == "scorecard":
        told["rows"] = [dict(zip(told["names"], row, strict=True)) for row in told["rows"]]
    for group in told.get("groups", []):
        group["cards"] = [dict(zip(told["names"], card, strict=True)) for card in group["cards"]]
    return told


def cards(page: AppTest) -> dict[str, dict[str, Any]]:
    return {card["key"]: card for group in component(page, "wall")["groups"] for card in group["cards"]}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("principal", [LOCAL_OWNER, GERMANY, SERVICE], ids=lambda who: who.name)
@pytest.mark.parametrize("which", ["store", "empty", "shipping_only"])
def test_every_page_opens_for_everybody(
    page: str,
    principal: Principal,
    which: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    With data, without, with one table only; no traceback and nothing in the log.
    """
    store: Store = request.getfixturevalue(which)

    shown = opened(page, Viewer(store, principal))

    assert not shown.exception
    assert not [record for record in caplog.records if "Reference" in record.message]


def test_the_overview_tells_what_needs_a_decision(owner: Viewer) -> None:
    """
    On-time delivery has been 75 % for three weeks, because half of what went to France was late.
    """
    (line,) = component(opened("pages.overview", owner), "decisions")["lines"]

    told = [
        line[name].replace("\u00a0", " ") for name in ("value", "target", "since", "why", "owner", "action")
    ]
    assert told == ["75.0 %", "target 93 %", "7 Apr", "Market FR 50.0 %, −50.0 pp", "Shipping lead", ""]


def test_the_overview_shows_the_last_closed_week(owner: Viewer) -> None:
    """
    30 of 40 in time, 36 of 40 satisfied; no department without data.
    """
    page = opened("pages.overview", owner)

    shown = cards(page)
    assert (shown["on_time_delivery_rate"]["value"], shown["on_time_delivery_rate"]["word"]) == (
        "75.0",
        "Off target",
    )
    assert (shown["csat_score"]["value"], shown["csat_score"]["period"]) == ("90.0", "week of 21 Apr")
    assert shown["otif_rate"]["word"] == "No data"
    assert (shown["on_time_delivery_rate"]["signal"], shown["csat_score"]["signal"]) == ("Signal", "")
    assert {len(group["cards"]) for group in component(page, "wall")["groups"]} == {6}
    assert [group["title"] for group in component(page, "wall")["groups"]] == [
        "Shipping and cross-border", "Customer service", "Manufacturing",
    ]  # fmt: skip


def test_a_chosen_market_narrows_the_cards(owner: Viewer) -> None:
    """
    All German shipments were in time, but twenty a week are too few to judge; machines know no market.
    """
    page = opened("pages.overview", owner, market="DE")

    card = cards(page)["on_time_delivery_rate"]
    assert (card["value"], card["word"]) == ("100.0", "Not sure")
    assert component(page, "decisions")["lines"] == []
    assert (card["beside"], cards(page)["oee"]["beside"]) == ("", "all markets")
    assert "· DE" in read(page)


def test_exceptions_only_leaves_what_is_off(owner: Viewer) -> None:
    """
    On-time delivery is off target, and availability watched; of 18 headline cards 16 are hidden.
    """
    page = opened("pages.overview", owner, exceptions="true")

    assert {card["word"] for card in cards(page).values()} == {"Off target", "Watch"}
    assert "16 quiet cards are hidden." in component(page, "wall")["top"]


def test_the_scorecard_lists_every_kpi_with_the_figures_of_its_card(owner: Viewer) -> None:
    """
    On-time delivery first, because it is off target; a search narrows the rows.
    """
    page = opened("pages.overview", owner)
    rows = component(page, "scorecard")["rows"]
    found = component(opened("pages.overview", owner, find="customer satisfaction"), "scorecard")["rows"]

    told = [rows[0][name] for name in ("name", "glyph", "word", "signal", "value")]
    assert told == ["On-time delivery", "■", "Off target", "Signal", "75.0\u00a0%"]
    assert len(rows) > len(cards(page))
    assert [row["name"] for row in found] == ["Customer satisfaction"]


@pytest.mark.parametrize("page", ["pages.overview", "pages.department:shipping"])
def test_a_stopped_source_makes_its_kpis_unknown_and_no_page_is_calm(
    page: str, owner: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nothing was read since Thursday 10 April: not one of its KPIs is on target, nor off, and the list says why.
    """
    stopped = datetime(2025, 4, 10, 6, tzinfo=UTC)
    fresh = [replace(each, last_ok_at=stopped) for each in owner.store.state.runs.freshness(LOCAL_OWNER)]
    for module in ("pages.overview", "pages.department", "pages.parts.load"):
        monkeypatch.setattr(f"{module}.load_freshness", lambda viewer: fresh)

    shown = opened(page, owner)

    lines = component(shown, "decisions")["lines"]
    assert [(line["key"], line["word"]) for line in lines] == [("data", "Late")]
    assert "unknown until" in component(shown, "decisions")["calm"]
    if page == "pages.overview":
        told = {key: card["word"] for key, card in cards(shown).items()}
        assert told["on_time_delivery_rate"] == told["csat_score"] == "Unknown, 17 days old"
        rows = component(shown, "scorecard")["rows"]
        calm = [row["key"] for row in rows if row["word"] == "On target" and not row["signal"]]
        assert len(calm) == len([word for word in told.values() if word == "On target"])


def test_a_market_without_any_figure_says_which_filter_to_relax(
    owner: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nothing was ever sent to Japan.
    """
    real = __import__("pages.parts.load", fromlist=["coverage"]).coverage
    monkeypatch.setattr("pages.parts.load.coverage", lambda *args: replace(real(*args), markets=("DE", "JP")))

    assert "Nothing to show for JP" in read(opened("pages.overview", owner, market="JP"))
    assert "Nothing to show" not in read(opened("pages.overview", owner, market="DE"))


def test_links_restore_filters_and_nonsense_is_ignored(owner: Viewer) -> None:
    """
    26 weeks from the link; a market nobody knows counts as all.
    """
    page = opened("pages.overview", owner, period="26 weeks", market="Atlantis")

    assert page.selectbox(key="market").value == "All"
    assert len(cards(page)["csat_score"]["trend"]) == 26


def test_every_page_says_that_the_company_is_made_up(owner: Viewer) -> None:
    """
    Nobody may mistake it for a real one; its name is shown as text.
    """
    for page in PAGES:
        told = read(opened(page, owner))
        assert "made-up company" in told, page
        assert "Small &amp; &lt;b&gt;Sons&lt;/b&gt;" in told, page


def test_an_empty_store_says_how_to_begin(empty: Store) -> None:
    """
    The way to the demo and to a file.
    """
    for page in ("pages.overview", "pages.data", "pages.kpi"):
        shown = opened(page, Viewer(empty, LOCAL_OWNER))
        assert "fairlead demo" in shown.code[0].value, page
        assert "fairlead source inspect" in shown.code[0].value, page


def test_a_restricted_reader_sees_no_other_market(store: Store) -> None:
    """
    Forty shipments a week for the firm, twenty for Germany, not one of them late.
    """
    viewer = Viewer(store, GERMANY)

    page = opened("pages.overview", viewer)
    detail = opened("pages.kpi", viewer, kpi="on_time_delivery_rate", tab="records", side="denominator")

    assert page.selectbox(key="market").options == ["All", "DE"]
    assert cards(page)["on_time_delivery_rate"]["value"] == "100.0"
    assert set(detail.dataframe[0].value["market"]) == {"DE"}
    assert len(detail.dataframe[0].value) == 20
    assert ">FR<" not in read(detail)


def test_a_restricted_reader_sees_no_other_department(store: Store) -> None:
    """
    Neither on the overview, nor by link, nor in the counts.
    """
    viewer = Viewer(store, SERVICE)

    assert {group["title"] for group in component(opened("pages.overview", viewer), "wall")["groups"]} == {
        "Customer service"
    }
    assert "limited to its own people" in read(opened("pages.department:shipping", viewer))
    assert "you may not see" in read(opened("pages.kpi", viewer, kpi="oee"))
    data = read(opened("pages.data", viewer))
    assert "Surveys" in data
    assert "Shipments" not in data
    assert "gone" not in data


def test_a_long_table_is_folded_after_its_first_rows() -> None:
    """
    Twelve tables: eight that say most, the largest first, and all of them on demand; the sum stands above them.
    """
    names = list(TABLES)[:12]
    grid = build_tables({name: Storage(1, size, 10) for size, name in enumerate(names)})
    page = AppTest.from_function(folded, args=(grid,)).run()

    assert [row[0] for row in grid.rows[:2]] == ["All", words(names[-1])]
    first, whole = (each.value.count("<tr>") - 1 for each in page.html)
    assert (first, whole, page.expander[0].label) == (8, 13, "All 13 tables")


def folded(grid: object) -> None:
    """Runs inside the page's script."""
    from typing import Any, cast

    from pages.data import draw_folded

    draw_folded(cast(Any, grid), "key")


def test_readers_do_not_share_what_is_cached(store: Store) -> None:
    """
    The owner looks first; Germany still sees Germany only.
    """
    first = cards(opened("pages.overview", Viewer(store, LOCAL_OWNER)))
    second = cards(opened("pages.overview", Viewer(store, GERMANY)))

    assert first["on_time_delivery_rate"]["value"] == "75.0"
    assert second["on_time_delivery_rate"]["value"] == "100.0"


def test_a_department_shows_trends_and_figures(owner: Viewer) -> None:
    """
    One chart for each main KPI with data; a table of all.
    """
    page = opened("pages.department:shipping", owner)

    assert page.get("vega_lite_chart")[0].proto.alt == "On-time delivery"
    assert '<span class="fl-sr">On-time delivery — below target since 7 Apr.' in read(page)
    assert "Transport cost per kg" in [row["name"] for row in component(page, "scorecard")["rows"]]
    assert component(page, "decisions")["lines"][0]["key"] == "on_time_delivery_rate"


def test_an_unknown_kpi_is_a_sentence(owner: Viewer) -> None:
    """
    With the key that was probably meant.
    """
    told = unescape(read(opened("pages.kpi", owner, kpi="on_time_delivry_rate")))

    assert "There is no KPI 'on_time_delivry_rate'. Did you mean on_time_delivery_rate" in told


def test_the_data_page_tells_sources_counts_and_rejected_rows(owner: Viewer) -> None:
    """
    560 read, 559 new, one rejected because of its status.
    """
    page = opened("pages.data", owner)

    told = read(page)
    assert "✓ Fresh" in told
    assert "559" in told
    assert "1 row did not fit" in told
    assert page.dataframe[0].value["Reason"][0].startswith("status is &#x27;gone") or (
        page.dataframe[0].value["Reason"][0] == "status is 'gone', which is none of the statuses"
    )


@pytest.mark.parametrize("failure", [RuntimeError("disk on fire"), LakeDamaged("shipments lost version 3")])
def test_a_failure_is_a_sentence_with_a_reference(
    owner: Viewer, failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The reader gets a number, the log the traceback under the same number.
    """
    monkeypatch.setattr("pages.parts.load.coverage", fails(failure))

    page = opened("pages.overview", owner)

    (record,) = [record for record in caplog.records if record.message.startswith("Reference")]
    assert not page.exception
    assert record.message.removeprefix("Reference ") in read(page)
    assert record.exc_info is not None
    assert "Traceback" not in read(page)


def fails(failure: Exception) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise failure

    return fail


def test_new_data_is_seen_at_once(owner: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The caches are keyed by the version of the data.
    """
    before = cards(opened("pages.overview", owner))["csat_score"]["period"]
    monkeypatch.setattr("pages.parts.load.data_version", lambda lake: "later")
    real = __import__("pages.parts.load", fromlist=["coverage"]).coverage
    monkeypatch.setattr(
        "pages.parts.load.coverage", lambda *args: replace(real(*args), as_of=date(2025, 4, 20))
    )

    assert before == "week of 21 Apr"
    assert cards(opened("pages.overview", owner))["csat_score"]["period"] == "week of 14 Apr"


def test_a_first_start_makes_its_own_home(tmp_path: Path) -> None:
    """
    Nothing was read yet and no folder exists; the second visitor gets the same store.
    """
    home = tmp_path / "new" / "home"
    address = f"sqlite:///{home / 'state.db'}"

    with_door = opened_store(home, address)

    assert with_door.lake.names() == []
    assert opened_store(home, address) is with_door
    with_door.close()


def test_pages_do_not_wait_for_a_writer(store: Store, tmp_path: Path) -> None:
    """
    A sync holds the lock of a table while the web starts.
    """
    holding, done = threading.Event(), threading.Event()

    def write() -> None:
        with store.lake.writing("shipments"):
            holding.set()
            done.wait(60)

    writer = threading.Thread(target=write)
    writer.start()
    holding.wait(60)
    beside = opened_store(store.home, f"sqlite:///{tmp_path / 'other.db'}")
    shown = cards(opened("pages.overview", Viewer(beside, LOCAL_OWNER)))
    done.set()
    writer.join()
    beside.close()

    assert shown["on_time_delivery_rate"]["value"] == "75.0"
