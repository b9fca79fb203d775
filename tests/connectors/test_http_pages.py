"""Pages of a system are kept as they came: a pull that was killed goes on behind them, and they can be read again."""

import json
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_shop import BY_NUMBER, DECLARED, SOURCE, Asked, Shop, Told, numbered, opened, page, parcel

from connectors.block import Block
from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.http.again import read_again
from connectors.http.client import Client
from connectors.http.declared import read_system
from connectors.http.forms import JSON
from connectors.http.narrow import form_of
from connectors.http.rows import texts_of
from connectors.http.source import HttpSource, http_source
from connectors.http.worked import read_worked
from connectors.registry import build
from connectors.tried import tried
from store.personal.limits import Retention, save_retention
from store.raw_pages import RawPage, RawPages
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

THREE = {"1": page(parcel(1), parcel(2)), "2": page(parcel(3), parcel(4)), "3": page(parcel(5))}
ALL = ["P1", "P2", "P3", "P4", "P5"]


@pytest.fixture
def asking(firm: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    firm.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    return firm


@contextmanager
def shop_of(answer: Callable[[Asked], Told] | None = None) -> Iterator[tuple[Shop, str]]:
    with opened(answer or numbered(THREE)) as shop:
        yield shop, SOURCE.format(host=shop.host)


def ids(firm: Any) -> list[str]:
    return sorted(firm.stored()["shipment_id"])


def kept(firm: Any, ending: str = "") -> list[Path]:
    return sorted(each for each in (firm.store.home / "pages").rglob(f"*{ending}") if each.is_file())


def killed_at(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """The process ends where it would ask for a page of that number."""
    asks = Client.ask

    def dying(self: Client, question: Any) -> Any:
        if question.parameters["page"] == number:
            raise SystemExit
        return asks(self, question)

    monkeypatch.setattr(Client, "ask", dying)


@pytest.fixture
def left(asking: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The firm whose first pull ended where it would have asked for the third page."""
    with monkeypatch.context() as dying, shop_of() as (_, toml):
        killed_at(dying, "3")
        with pytest.raises(SystemExit):
            asking.sync(toml)
    return asking


def test_pages_that_were_kept_are_not_asked_for_again(left: Any) -> None:
    """Killed behind two pages, of which no row was a fact yet: the next pull asks for the third one alone."""
    assert (ids_of_nothing(left), len(kept(left, ".open"))) == (True, 2)
    with shop_of() as (shop, toml):
        report = left.sync(toml)
    assert (report.status, ids(left), shop.pages()) == (RunStatus.OK, ALL, ["3", "4"])
    assert (len(kept(left, ".open")), len(kept(left, ".page"))) == (0, 4)


def ids_of_nothing(firm: Any) -> bool:
    return firm.store.lake.version("shipments") < 0


def test_who_wants_everything_anew_gets_it_from_the_system(left: Any) -> None:
    """With --full, and from a day on, kept pages do not stand in for what the system says now."""
    with shop_of() as (shop, toml):
        left.sync(toml, full=True)
    assert (shop.pages(), ids(left)) == (["1", "2", "3", "4"], ALL)


def test_a_page_asked_for_in_other_words_is_asked_for_again(left: Any) -> None:
    """The declaration wants three rows a page by now."""
    left.write("shop.toml", DECLARED.format(pages=BY_NUMBER.replace("rows = 2", "rows = 3"), clock="seconds"))
    with shop_of() as (shop, toml):
        left.sync(toml)
    assert (shop.pages(), ids(left)) == (["1", "2", "3", "4"], ALL)


def test_a_page_that_cannot_be_read_any_more_is_asked_for_again(left: Any) -> None:
    """The disk lost the end of the files: both pages come from the system."""
    for file in kept(left, ".open"):
        file.write_bytes(file.read_bytes()[:-9])
    with shop_of() as (shop, toml):
        left.sync(toml)
    assert (shop.pages(), ids(left)) == (["1", "2", "3", "4"], ALL)


def test_what_is_kept_is_small_and_for_the_service_only(asking: Any) -> None:
    """A page of 200 parcels takes a tenth of its bytes; neither the key nor others than the user of the service."""
    many = page(*(parcel(number % 60, id=f"P{number}", note="hello" * 20) for number in range(200)))
    with shop_of(numbered({"1": many})) as (_, toml):
        asking.sync(toml)
    full = max(kept(asking), key=lambda file: file.stat().st_size)
    assert full.stat().st_size * 10 < len(json.dumps(many.body))
    assert {file.stat().st_mode & 0o777 for file in kept(asking)} == {0o600}
    pages = RawPages(asking.store.home, "shop")
    told = [pages.read(file) for file in pages.done("parcels")]
    assert all(each is not None and b"canary" not in each.body for each in told)
    assert "canary" not in str([each.told for each in told if each is not None])


def test_a_source_is_tried_out_without_keeping_a_page(left: Any) -> None:
    """What a killed pull left stays as it is."""
    before = kept(left)
    with shop_of() as (_, toml):
        (source,) = read_config(toml, folder=left.folder).sources
        (found,) = tried(build(source, left.builders))
    assert (found.table, found.fit) == ("shipments", 2)
    assert kept(left) == before


def again(firm: Any, toml: str) -> Any:
    config = read_config(toml, folder=firm.folder)
    source = build(config.sources[0], firm.builders)
    assert isinstance(source, HttpSource)
    return read_again(firm.store, config.company, LOCAL_OWNER, source)


def test_pages_are_read_again_with_another_mapping(asking: Any) -> None:
    """
    P1 came twice, delivered a day later the second time. Read again, its market is the word the mapping reads now, its
    day the latest; the system is not asked, the source is not fresher, and its position stays.
    """
    pages = {"1": page(parcel(1, area="North"), parcel(2, area="South"))}
    with shop_of(numbered(pages)) as (shop, toml):
        asking.sync(toml)
        shop.answer = numbered({"1": page(parcel(1, area="West", came="2025-03-05"))})
        asking.sync(toml)
        runs = asking.store.state.runs
        fresh, position = runs.freshness(LOCAL_OWNER), runs.cursor(LOCAL_OWNER, "shop", "shipments")
        shop.asked.clear()
        report = again(asking, toml + '[sources.shop.tables.shipments]\ncolumns.market = "area"\n')

    assert (report.status, report.counts[0].changed, shop.asked) == (RunStatus.OK, 2, [])
    stored = asking.stored().sort("shipment_id").select("shipment_id", "market", "delivered_day").rows()
    assert [(key, market, str(day)) for key, market, day in stored] == [
        ("P1", "West", "2025-03-05"),
        ("P2", "South", "2025-03-04"),
    ]
    assert (runs.freshness(LOCAL_OWNER), runs.cursor(LOCAL_OWNER, "shop", "shipments")) == (fresh, position)


def test_rows_that_were_refused_fit_once_the_mapping_does(asking: Any) -> None:
    """One parcel of three has no promise under its name; read again where it stands, nobody waits any more."""
    rows = page(parcel(1), parcel(2), parcel(3, promised="soon", until="2025-03-09"))
    with shop_of(numbered({"1": rows})) as (_, toml):
        asking.sync(toml)
        assert (ids(asking), len(asking.reasons())) == (["P1", "P2"], 1)
        again(asking, toml + '[sources.shop.tables.shipments.columns]\npromised_day = "until"\n')
    assert (ids(asking), asking.reasons()) == (["P1", "P2", "P3"], [])


def test_without_pages_there_is_nothing_to_read_again(asking: Any) -> None:
    """No pull yet, and none kept: both say what to do instead."""
    save_retention(asking.store.home, Retention(pages_days=0))
    with shop_of() as (_, toml):
        with pytest.raises(ConfigError, match="No page of 'shop' is kept"):
            again(asking, toml)
        asking.sync(toml)
        assert (kept(asking), ids(asking)) == ([], ALL)
        with pytest.raises(ConfigError, match="fairlead sync shop --full"):
            again(asking, toml)


def test_a_page_that_looks_wrong_as_a_whole_stops_behind_the_good_ones(asking: Any) -> None:
    """Two pages of 30 fit, of the third all 30 have no day: the 60 are facts, and the third is where it goes on."""
    good = {str(at): page(*(parcel(n % 60, id=f"P{at}-{n}") for n in range(30))) for at in (1, 2)}
    bad = page(*(parcel(n, id=f"P3-{n}", promised="soon") for n in range(30)))
    with shop_of(numbered({**good, "3": bad})) as (shop, toml):
        report = asking.sync(toml)
        shop.asked.clear()
        shop.answer = numbered({**good, "3": page(parcel(1, id="P3"))})
        done = asking.sync(toml)
    assert (report.status, report.counts[0].new) == (RunStatus.DRIFT, 60)
    assert (done.status, shop.pages(), len(ids(asking))) == (RunStatus.OK, ["3", "4"], 61)


def test_the_oldest_pages_go_first_where_they_get_too_many(tmp_path: Path) -> None:
    """Three pages of two megabytes that cannot be packed, two of which fit into five."""
    pages = RawPages(tmp_path, "../shop")
    for number in range(3):
        pages.keep("a/b", f"n{number}", RawPage({"number": str(number)}, noise(number)))
        pages.settle("a/b", [f"n{number}"])
    pages.limit(5)
    told = [pages.read(file) for file in pages.done("a/b")]
    assert [each.told["number"] for each in told if each is not None] == ["2", "1"]
    assert {each.name for each in tmp_path.iterdir()} == {"pages"}


def noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(2_000_000)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(0, 9) | st.text("ab.", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=2)
    ),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.sampled_from(["a", "b", "c", "a.b", "rows", "next"]), VALUES, max_size=5)
LISTS = st.lists(RECORDS | VALUES, max_size=4)
BODIES = st.fixed_dictionaries({}, optional={
    "data": st.fixed_dictionaries({}, optional={"rows": LISTS, "next": VALUES}) | VALUES,
    "next": VALUES, "done": st.booleans(), "a": VALUES,
})  # fmt: skip
SHOP = read_system("shop", Block("", "", tomllib.loads(
    DECLARED.format(pages='kind = "token", found = "data.next", end = "done"', clock="seconds")
)))  # fmt: skip


@given(BODIES)
def test_a_page_read_for_what_is_asked_says_the_same_as_the_whole(body: Any) -> None:
    """Whatever stands in a body: the same token, flag and fields of each record."""
    stream, names = SHOP.streams["parcels"], ["a", "a.b", "b.c", "changed"]
    narrow = form_of(SHOP, stream, names, lambda _: None)
    assert narrow is not JSON
    sent = json.dumps(body).encode()
    sampled, found, whole = narrow.read(sent), narrow.read(sent), JSON.read(sent)
    assert said(sampled) == said(found) == said(whole)


def said(body: Any) -> Any:
    """Token, flag, and the texts of all records; nothing where there is no list of them."""
    inner = body.get("data")
    rows = inner.get("rows") if isinstance(inner, dict) else None
    token = inner.get("next") if isinstance(inner, dict) else None
    if not isinstance(rows, list):
        return None
    nothing = read_worked(Block("", "", {}))
    return token, body.get("done"), texts_of(rows, (), nothing, ["a", "a.b", "b.c"]).rows()


def test_a_row_that_does_not_fit_twice_waits_once(asking: Any) -> None:
    """P1 has no day on two pages, P2 on the first alone: P1 waits as the second page has it, P2 is a fact."""
    pages = {
        "1": page(parcel(1, promised="soon"), parcel(2, promised="soon"), parcel(3)),
        "2": page(parcel(1, promised="later"), parcel(2), parcel(4)),
    }
    with shop_of(numbered(pages)) as (_, toml):
        asking.sync(toml)
    assert ids(asking) == ["P2", "P3", "P4"]
    (why,) = asking.reasons()
    assert "'later'" in why
