"""What a source tells about people is hashed or dropped before anything is stored, in rejected rows too."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from named_shop import everything_in

from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.personal import treatments
from connectors.rejected import replay
from connectors.sync import sync
from store.home import Store, open_store
from store.normalise.identity import MARK, pseudonym
from store.personal import dictionary
from store.personal.treatment import STREAM, of_words
from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER

ORDERS = """
[sources.shop]
connector = "file"
path = "orders.csv"

[sources.shop.tables.orders]
key = "No"
personal = {{ "Name" = "drop", "Clerk" = "hash"{more} }}
keep = [{{ column = "Name", not_in = ["Test"] }}]
columns.customer_id = "Customer"
columns.ordered_day = "Day"
columns.units = "Units"
columns.channel = "Clerk"
columns.market = "Country"
"""
HEAD = "No,Customer,Name,Clerk,Day,Units,Country,Phone\n"
GOOD = "O1,ann@example.com,Ann Miller,Bob,2026-01-05,2,DE,+49 170 1\n"
BAD = (
    "O2,cy@example.com,Cy Young,Dora,soon,2,DE,+49 170 2\nO2,cy@example.com,Cy Young,Dora,2026-01-06,1,DE,\n"
)


@pytest.fixture
def store(tmp_path: Path, empty_home: Path) -> Iterator[Store]:
    shutil.copytree(empty_home, tmp_path / "home")
    with (found := open_store(tmp_path / "home")).state:
        yield found


def pulled(store: Store, rows: str, more: str = "") -> None:
    folder = store.home.parent
    (folder / "orders.csv").write_text(HEAD + rows, encoding="utf-8")
    (report,) = sync(store, read_config(ORDERS.format(more=more), folder=folder), LOCAL_OWNER)
    assert report.status == "ok", report.message


def test_no_clear_id_name_or_phone_reaches_the_disk(store: Store) -> None:
    """
    Order O1 is good, O2 comes once with a bad day and once more: customer and clerk are hashes, name and phone are
    nowhere, neither beside the rejected rows nor in their reasons, and not in the state.
    """
    pulled(store, GOOD + BAD)

    lake = everything_in(store.home / "lake")
    assert pseudonym("ann@example.com", store.secret) in lake
    assert f"{MARK}{pseudonym('cy@example.com', store.secret)}" in lake
    for clear in ("example.com", "Miller", "Young", "Bob", "Dora", "+49"):
        assert clear not in lake
        assert clear.encode() not in (store.home / "state.db").read_bytes()
    (raw,) = rejected_rows(store.lake, LOCAL_OWNER).filter(pl.col("reason").str.contains("Day"))["raw"]
    assert json.loads(raw)["Name"] is None


def test_a_replayed_row_names_the_same_person(store: Store) -> None:
    """
    The day that was bad is declared empty-proof by a map: O2 is taken in with the hash it was set aside with.
    """
    pulled(store, BAD.partition("\n")[0] + "\n")
    mended = ORDERS.format(more="").replace('"Day"', '{ from = "Day", map = { "soon" = "2026-01-07" } }')

    (report,) = replay(store, read_config(mended, folder=store.home.parent), LOCAL_OWNER)

    assert report.counts[0].new == 1
    stored = store.lake.read("orders", store.lake.schema("orders"))
    assert stored["customer_id"][0] == pseudonym("cy@example.com", store.secret)
    assert stored["channel"][0] == pseudonym("Dora", store.secret)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (', "Day" = "drop"', "is 'drop', but it fills ordered_day"),
        (', "No" = "drop"', "is 'drop', but it fills order_id"),
        (', "Customer" = "keep"', "names people, who are always hashed"),
        (', "Units" = "hash"', "only texts can be hashed"),
        (', "Country" = "erase"', "write one of drop, hash, keep"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(more: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_config(ORDERS.format(more=more))


def test_a_source_tells_field_by_field_what_becomes_of_it(store: Store) -> None:
    """
    As the command and the page of the source show it; the sync keeps the map for the page.
    """
    pulled(store, GOOD)
    (source,) = read_config(ORDERS.format(more="")).sources

    told = {each.field: (each.fills, each.treatment.value) for each in treatments(source)}
    assert told == {
        "No": ("order_id", "keep"),
        "Customer": ("customer_id", "hash"),
        "Day": ("ordered_day", "keep"),
        "Units": ("units", "keep"),
        "Clerk": ("channel", "hash"),
        "Country": ("market", "keep"),
        "Name": ("", "drop"),
        "*": ("", "drop"),
    }
    assert of_words(store.state.runs.cursor(LOCAL_OWNER, "shop", STREAM) or "") == treatments(source)


def test_the_page_of_the_docs_follows_from_the_contracts() -> None:
    page = dictionary.PAGE.read_text(encoding="utf-8")
    assert dictionary.columns() in page
    assert dictionary.renewed(page) == page
