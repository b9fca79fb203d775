"""What a system says is gone is marked as deleted, and counts again once it is back."""

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_shop import BY_NUMBER, DECLARED, SOURCE, Told, numbered, opened, page, parcel

from connectors.block import Block
from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.http.again import read_again
from connectors.http.gone import Gone, read_gone, read_gone_in
from connectors.http.source import HttpSource, http_source
from connectors.registry import build
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

GONE = 'key = "id"\ngone_when = { state = ["thrown away", "merged"] }'


@pytest.fixture
def asking(firm: Any) -> Any:
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    declared = DECLARED.format(pages=BY_NUMBER.replace("rows = 2", "rows = 9"), clock="seconds")
    firm.write("shop.toml", declared.replace('key = "id"', GONE))
    return firm


def away(number: int, **more: Any) -> dict[str, Any]:
    """A parcel that is gone: nothing but its number, the state and when it changed is told."""
    return {"id": f"P{number}", "state": "thrown away", "changed": f"2025-03-05T13:{number:02}:00Z", **more}


def pulled(firm: Any, *pages: Any) -> Any:
    with opened(numbered({str(at): each for at, each in enumerate(pages, 1)})) as shop:
        return firm.sync(SOURCE.format(host=shop.host))


def alive(firm: Any) -> list[str]:
    return sorted(firm.stored()["shipment_id"])


def test_a_row_that_is_gone_is_deleted_and_comes_back(asking: Any) -> None:
    """P1 of three goes, which rejects no row though it has no day any more; a day later it is there again."""
    pulled(asking, page(parcel(1), parcel(2), parcel(3)))
    went = pulled(asking, page(away(1)))
    assert (went.status, went.counts[0].read, went.counts[0].deleted, went.counts[0].rejected) == (
        RunStatus.OK,
        1,
        1,
        0,
    )
    assert alive(asking) == ["P2", "P3"]
    again = pulled(asking, page(away(1)))
    assert (again.counts[0].deleted, alive(asking)) == (0, ["P2", "P3"])
    back = pulled(asking, page(parcel(1, came="2025-03-05")))
    assert (back.counts[0].changed, alive(asking)) == (1, ["P1", "P2", "P3"])


def test_what_was_never_taken_in_leaves_no_trace(asking: Any) -> None:
    """A parcel that is gone before anything was read, alone and beside another."""
    assert pulled(asking, page(away(1))).counts[0].deleted == 0
    assert pulled(asking, page(away(2), parcel(3))).counts[0].deleted == 0
    assert asking.stored(with_deleted=True)["shipment_id"].to_list() == ["P3"]


def test_the_last_word_of_a_pull_counts(asking: Any) -> None:
    """On two pages that become facts together: P1 goes, P2 went and is back, P3 goes twice; P4 stays."""
    first = page(parcel(1), away(2), parcel(3), parcel(4))
    pulled(asking, page(parcel(1), parcel(2), parcel(3)))
    report = pulled(asking, first, page(away(1), parcel(2), away(3), away(3, state="merged")))
    assert (report.status, alive(asking)) == (RunStatus.OK, ["P2", "P4"])


def test_kept_pages_say_the_same_when_they_are_read_again(asking: Any) -> None:
    """P1 was there, went and is back on a later page, P2 went: once more from the pages, nothing changes."""
    with opened(numbered({"1": page(parcel(1), parcel(2))})) as shop:
        toml = SOURCE.format(host=shop.host)
        asking.sync(toml)
        shop.answer = numbered({"1": page(away(1), away(2))})
        asking.sync(toml)
        shop.answer = numbered({"1": page(parcel(1))})
        asking.sync(toml)
        assert alive(asking) == ["P1"]
        config = read_config(toml, folder=asking.folder)
        source = build(config.sources[0], asking.builders)
        assert isinstance(source, HttpSource)
        report = read_again(asking.store, config.company, LOCAL_OWNER, source)
    assert (report.counts[0].changed, report.counts[0].deleted, alive(asking)) == (0, 0, ["P1"])


LISTED = 'key = "id"\ngone_in = "bin"'
BIN = """
[streams.bin]
path = "/bin"
records = "ids"
"""


@pytest.fixture
def listing(asking: Any) -> Any:
    """The same system, which tells what is gone by a list of ids alone."""
    declared = (asking.folder / "shop.toml").read_text(encoding="utf-8")
    asking.write("shop.toml", declared.replace(GONE, LISTED) + BIN)
    return asking


def listed(firm: Any, rows: Any, *gone: Any) -> Any:
    """A pull of a system with these rows, and these in its bin."""
    answer = numbered({"1": page(*rows)})
    with opened(lambda asked: Told({"ids": list(gone)}) if asked.path == "/bin" else answer(asked)) as shop:
        return firm.sync(SOURCE.format(host=shop.host))


def test_a_list_of_its_own_says_what_is_gone(listing: Any) -> None:
    """P1 is in the bin while its row still comes, P9 was never taken in; nothing is read of the bin. P1 comes back."""
    went = listed(listing, [parcel(1), parcel(2)], {"id": "P1"}, {"id": "P9"})
    assert (went.status, went.counts[0].read, went.counts[0].deleted) == (RunStatus.OK, 2, 1)
    assert alive(listing) == ["P2"]
    version = listing.store.lake.version("shipments")
    assert listed(listing, [], {"id": "P1"}).counts[0].deleted == 0
    assert listing.store.lake.version("shipments") == version
    back = listed(listing, [parcel(1, came="2025-03-05")])
    assert (back.counts[0].changed, alive(listing)) == (1, ["P1", "P2"])


def test_a_list_that_cannot_be_read_keeps_what_rows_came(listing: Any) -> None:
    """The bin names something without an id: the pull says so, its rows are there, and the next one goes on."""
    wrong = listed(listing, [parcel(1), parcel(2)], {"id": "P1"}, {"number": 2})
    assert wrong.status is RunStatus.FAILED
    assert "bin lists something that is gone without its id" in wrong.message
    assert alive(listing) == ["P1", "P2"]
    assert (listed(listing, [], {"id": "P1"}).counts[0].deleted, alive(listing)) == (1, ["P2"])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"gone_in": "bim", "key": "id"}, r"gone_in names 'bim', which is none of the streams \['bin'\]"),
        ({"gone_in": "bin"}, r'gone_in needs a key, by which the row is known; write key = "id"'),
        (
            {"gone_in": "bin", "key": "n", "worked": {"n": "id"}},
            "gone_in needs a key of fields alone; n is worked out",
        ),
    ],
)
def test_a_table_that_cannot_be_told_by_a_list_says_why(table: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_gone_in(Block("shop.toml", "tables.orders", table), ["bin"])


@pytest.fixture
def whole(asking: Any) -> Any:
    """The same system by two rows a page, which tells all of its rows each time."""
    lines = DECLARED.format(pages=BY_NUMBER, clock="seconds").splitlines()
    declared = "\n".join(line for line in lines if not line.startswith("since"))
    asking.write("shop.toml", declared.replace('key = "id"', 'key = "id"\nmode = "snapshot"'))
    return asking


def test_what_a_whole_list_has_no_more_is_gone(whole: Any) -> None:
    """Of three on two pages P2 does not come again, P3 comes without a day and stays; the next day P2 is back."""
    pulled(whole, page(parcel(1), parcel(2)), page(parcel(3)))
    went = pulled(whole, page(parcel(1), parcel(3, promised="soon")))
    assert (went.status, went.counts[0].deleted, went.counts[0].rejected) == (RunStatus.OK, 1, 1)
    assert alive(whole) == ["P1", "P3"]
    back = pulled(whole, page(parcel(1), parcel(2)), page(parcel(3)))
    assert (back.counts[0].deleted, alive(whole)) == (0, ["P1", "P2", "P3"])


def test_a_whole_list_that_was_not_read_to_its_end_deletes_nothing(whole: Any) -> None:
    """The second page fails: P2 and P3 stay. The next pull begins anew and sees that P3 is gone."""
    pulled(whole, page(parcel(1), parcel(2)), page(parcel(3)))
    broken = pulled(whole, page(parcel(1)), Told({"no": "rows"}))
    assert (broken.status, alive(whole)) == (RunStatus.FAILED, ["P1", "P2", "P3"])
    with opened(numbered({"1": page(parcel(1), parcel(2))})) as shop:
        whole.sync(SOURCE.format(host=shop.host))
        assert shop.pages() == ["1", "2"]
    assert alive(whole) == ["P1", "P2"]


def test_an_empty_whole_list_deletes_nothing(whole: Any) -> None:
    """A list without any row is a mistake more often than the truth; with --full it is believed."""
    pulled(whole, page(parcel(1)))
    empty = pulled(whole, page())
    assert "the snapshot of shipments has no rows, which would mark all of them deleted" in empty.message
    assert alive(whole) == ["P1"]


def test_what_tells_only_changes_is_no_whole_list(asking: Any) -> None:
    """It would delete all that did not change."""
    text = (asking.folder / "shop.toml").read_text(encoding="utf-8")
    asking.write("shop.toml", text.replace(GONE, 'key = "id"\nmode = "snapshot"'))
    report = asking.sync(SOURCE.format(host="http://127.0.0.1:1"))
    assert "table 'shipments': a snapshot is read whole, and shop gives only what changed" in report.message


RECORDS = st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), max_size=8)


@given(RECORDS)
def test_the_last_record_of_a_row_says_whether_it_is_there(records: list[tuple[str, bool]]) -> None:
    """In whatever order rows come, go and come back: those that are there and those that are gone are told apart."""
    texts = pl.DataFrame(
        {"id": [key for key, _ in records], "state": ["gone" if went else "open" for _, went in records]},
        schema={"id": pl.String, "state": pl.String},
    )
    rows, left = Gone({"state": ("gone",)}).split(texts, ["id"])
    ends = dict(records)
    assert set(rows["id"]) == {key for key, went in ends.items() if not went}
    assert left["id"].to_list() == [key for key in left["id"] if ends[key]]
    assert sorted(left["id"]) == sorted(key for key, went in ends.items() if went)
    assert "gone" not in rows["state"]


def test_rows_without_a_key_stay_to_be_refused() -> None:
    """Nobody knows which row is meant, so none is taken for gone."""
    texts = pl.DataFrame({"id": [None, None, "A"], "state": ["open", "gone", "gone"]})
    rows, left = Gone({"state": ("gone",)}).split(texts, ["id"])
    assert (rows.rows(), left.rows()) == ([(None, "open")], [("A", "gone")])


def test_a_table_without_a_key_cannot_say_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r'gone_when needs a key, by which the row is known; write key = "id"'
    ):
        read_gone(Block("shop.toml", "tables.orders", {"gone_when": {"state": "gone"}}))
