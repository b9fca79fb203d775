"""New, changed, unchanged, deleted: what a sync reports and what it writes."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.lake import Lake
from store.upsert import Upserted, close_snapshot, upsert

SCHEMA = pl.Schema(
    {
        "parcel": pl.String,
        "carrier": pl.String,
        "delivered_day": pl.Date,
        "updated_at": pl.Datetime("us", "UTC"),
        "source": pl.String,
        "seen_at": pl.Datetime("us", "UTC"),
        "deleted": pl.Boolean,
        "month": pl.String,
    }
)
KEY, BUSINESS = ["parcel"], ["carrier", "delivered_day"]


def at(hour: int) -> datetime:
    return datetime(2024, 1, 1, hour, tzinfo=UTC)


def parcel(
    name: str,
    carrier: str | None = "DHL",
    day: date | None = None,
    *,
    month: str = "2024-01",
    updated: int | None = 0,
    seen: int = 0,
    source: str = "erp",
    deleted: bool = False,
) -> tuple[object, ...]:
    return (name, carrier, day, None if updated is None else at(updated), source, at(seen), deleted, month)


def frame(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.fixture
def three(lake: Lake) -> Lake:
    """Parcels A and B of January, C of February."""
    put(lake, parcel("A"), parcel("B"), parcel("C", month="2024-02"))
    return lake


def put(
    lake: Lake, *rows: tuple[object, ...], version: str | None = None, seq: int | None = None
) -> Upserted:
    marks = {} if seq is None else {"erp": seq}
    return upsert(
        lake, "shipments", frame(*rows), key=KEY, business=BUSINESS, marks=marks, version_column=version
    )


def stored(lake: Lake, *columns: str) -> list[tuple[object, ...]]:
    return lake.scan("shipments", SCHEMA).sort("parcel").select("parcel", *columns).collect().rows()


def test_the_first_batch_is_all_new(lake: Lake) -> None:
    """
    Two rows into an empty lake are two new rows.
    """
    assert put(lake, parcel("A"), parcel("B")) == Upserted(new=2)


def test_the_same_batch_again_writes_nothing(three: Lake) -> None:
    """
    Read an hour later from another file, the same business values are unchanged: no version, not even a mark.
    """
    again = put(three, parcel("A", seen=5), parcel("C", month="2024-02", seen=5), seq=9)

    assert again == Upserted(unchanged=2)
    assert (three.version("shipments"), three.applied("shipments", "erp")) == (0, -1)


def test_only_what_differs_is_written(three: Lake) -> None:
    """
    Of three rows one is new, one delivered since, one as before; the feed shows the first two.
    """
    delivered = date(2024, 1, 9)

    result = put(three, parcel("A", day=delivered), parcel("B"), parcel("D"))

    assert result == Upserted(new=1, changed=1, unchanged=1)
    feed = three.changes("shipments", 0, ["parcel", "delivered_day"])
    assert feed is not None
    assert [row[:3] for row in feed.sort("parcel", "_change_type", descending=[False, True]).rows()] == [
        ("A", None, "update_preimage"),
        ("A", delivered, "update_postimage"),
        ("D", None, "insert"),
    ]


def test_empty_against_filled_is_a_change_and_empty_against_empty_is_not(three: Lake) -> None:
    """
    A carrier that disappears is a change; two parcels without a day are the same.
    """
    assert put(three, parcel("A", carrier=None)) == Upserted(changed=1)
    assert put(three, parcel("A", carrier=None)) == Upserted(unchanged=1)
    assert put(three, parcel("A")) == Upserted(changed=1)


def test_a_row_that_moves_to_another_month_is_stored_once(three: Lake) -> None:
    """
    A parcel whose month was wrong is deleted there and written in the right one.
    """
    assert put(three, parcel("A", month="2024-03"), parcel("B")) == Upserted(changed=1, unchanged=1)
    assert stored(three, "month") == [("A", "2024-03"), ("B", "2024-01"), ("C", "2024-02")]


def test_a_key_is_found_in_months_the_batch_does_not_name(three: Lake) -> None:
    """
    A batch of March only, with a key stored in January, changes that row instead of adding a second one.
    """
    assert put(three, parcel("B", "UPS", month="2024-03"), parcel("D", month="2024-03")) == Upserted(
        new=1, changed=1
    )
    assert len(stored(three)) == 4


def test_an_older_version_is_left_out(lake: Lake) -> None:
    """
    What the source updated at 5 o'clock is not overwritten by its state of 3 o'clock, but by that of 6.
    """
    put(lake, parcel("A", "DHL", updated=5), version="updated_at")

    assert put(lake, parcel("A", "UPS", updated=3), version="updated_at") == Upserted(unchanged=1)
    assert put(lake, parcel("A", "UPS", updated=6), version="updated_at") == Upserted(changed=1)
    assert put(lake, parcel("A", "DPD", updated=6), version="updated_at") == Upserted(changed=1)
    assert put(lake, parcel("A", "GLS", updated=None), version="updated_at") == Upserted(changed=1)
    assert stored(lake, "carrier") == [("A", "GLS")]


def test_without_a_version_the_later_sync_wins(lake: Lake) -> None:
    """
    A source without update times is believed as it comes.
    """
    put(lake, parcel("A", "DHL", updated=5))

    assert put(lake, parcel("A", "UPS", updated=3)) == Upserted(changed=1)


def test_a_key_twice_in_a_batch_is_refused(lake: Lake) -> None:
    """
    Which of two rows wins is decided before the lake; the error names the key.
    """
    with pytest.raises(ValueError, match=r"Key \{'parcel': 'A'\} comes twice"):
        put(lake, parcel("A", "DHL"), parcel("A", "UPS"))


def test_a_row_without_a_key_is_refused(three: Lake) -> None:
    """
    An empty key would be added anew in each sync.
    """
    rows = frame(parcel("A")).with_columns(parcel=pl.lit(None, pl.String))
    with pytest.raises(ValueError, match="no key"):
        upsert(three, "shipments", rows, key=KEY, business=BUSINESS, marks={})


def test_a_missing_business_column_is_refused(three: Lake) -> None:
    """
    Without a column to compare, every row would seem changed.
    """
    with pytest.raises(ValueError, match=r"lack the columns \['delivered_day'\]"):
        upsert(
            three, "shipments", frame(parcel("A")).drop("delivered_day"), key=KEY, business=BUSINESS, marks={}
        )


def test_an_applied_batch_is_not_looked_at_again(three: Lake) -> None:
    """
    A page that was committed before a crash counts as unchanged when it comes again.
    """
    assert put(three, parcel("D"), seq=1) == Upserted(new=1)
    assert put(three, parcel("D", "UPS"), seq=1) == Upserted(unchanged=1)


def test_an_empty_batch_does_nothing(lake: Lake) -> None:
    """
    No rows, no table.
    """
    assert put(lake) == Upserted()
    assert lake.names() == []


def test_a_first_full_load_trusts_its_caller(three: Lake) -> None:
    """
    With `fresh` no stored key is looked up: a broken file does not matter to the next batch.
    """
    for file in (three.root / "shipments").rglob("*.parquet"):
        file.write_bytes(b"not a parquet file" * 100)

    result = upsert(
        three, "shipments", frame(parcel("D")), key=KEY, business=BUSINESS, marks={"erp": 1}, fresh=True
    )

    assert result == Upserted(new=1)


def test_new_business_columns_may_come_later(three: Lake) -> None:
    """
    A column the stored rows do not have is empty there: filled, it is a change.
    """
    rows = frame(parcel("A"), parcel("B")).with_columns(lane=pl.Series(["DE-FR", None]))

    result = upsert(three, "shipments", rows, key=KEY, business=[*BUSINESS, "lane"], marks={})

    assert result == Upserted(changed=1, unchanged=1)


def test_rows_gone_from_a_snapshot_are_marked_deleted(three: Lake) -> None:
    """
    Of A, B and C the source still sends B: two rows are deleted, other sources keep theirs.
    """
    put(three, parcel("X", source="shop"))

    gone = close_snapshot(
        three, "shipments", pl.DataFrame({"parcel": ["B"]}), source="erp", key=KEY, marks={"erp": 1}
    )

    assert gone == 2
    assert stored(three, "deleted") == [("A", True), ("B", False), ("C", True), ("X", False)]
    assert stored(three, "carrier")[0] == ("A", "DHL")
    assert three.applied("shipments", "erp") == 1


def test_a_snapshot_is_closed_once(three: Lake) -> None:
    """
    Closing again finds nothing to delete and writes nothing.
    """
    seen = pl.DataFrame({"parcel": ["A", "B"]})
    close_snapshot(three, "shipments", seen, source="erp", key=KEY, marks={})
    version = three.version("shipments")

    assert close_snapshot(three, "shipments", seen, source="erp", key=KEY, marks={"erp": 4}) == 0
    assert three.version("shipments") == version
    assert close_snapshot(three, "absent", seen, source="erp", key=KEY, marks={}) == 0


def test_a_deleted_row_comes_back(three: Lake) -> None:
    """
    A row that was deleted and is sent again, with the same values, is a change and no longer deleted.
    """
    close_snapshot(three, "shipments", pl.DataFrame({"parcel": ["B", "C"]}), source="erp", key=KEY, marks={})

    assert put(three, parcel("A")) == Upserted(changed=1)
    assert stored(three, "deleted") == [("A", False), ("B", False), ("C", False)]


def test_a_source_may_say_itself_that_a_row_is_deleted(three: Lake) -> None:
    """
    A row that comes with its deletion is a change, counted as deleted as well.
    """
    assert put(three, parcel("A", deleted=True)) == Upserted(changed=1, deleted=1)
    assert put(three, parcel("A", deleted=True)) == Upserted(unchanged=1)


def test_a_batch_without_the_deletion_column_is_not_deleted(lake: Lake) -> None:
    """
    Rows that do not say are there.
    """
    upsert(lake, "shipments", frame(parcel("A")).drop("deleted"), key=KEY, business=BUSINESS, marks={})

    assert stored(lake, "deleted") == [("A", False)]


rows = st.dictionaries(
    st.sampled_from("ABCDE"),
    st.tuples(st.sampled_from(["DHL", "UPS", None]), st.sampled_from(["2024-01", "2024-02", "none"])),
)


@settings(max_examples=15, deadline=None)
@given(batches=st.lists(rows, min_size=1, max_size=4))
def test_the_lake_holds_the_last_word_on_each_key(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[str, tuple[str | None, str]]]
) -> None:
    """
    After any batches, each key is stored once, as it came last, and the counts add up to the rows sent.
    """
    lake, last = Lake(tmp_path_factory.mktemp("lake")), {}
    for number, batch in enumerate(batches):
        sent = [parcel(name, carrier, month=month) for name, (carrier, month) in batch.items()]
        result = put(lake, *sent, seq=number)
        assert result.new == len(batch.keys() - last.keys())
        assert result.changed == sum(name in last and last[name] != row for name, row in batch.items())
        assert result.new + result.changed + result.unchanged == len(batch)
        last |= batch

    assert stored(lake, "carrier", "month") == sorted((name, *row) for name, row in last.items())
