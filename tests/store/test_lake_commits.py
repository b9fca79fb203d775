"""What one commit to the lake promises: by key, by month, by day, and never twice."""

import os
import shutil
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from store.lake import ForeignTable, Lake, WriterBusy
from store.lake.scan import Between

PARCELS = pl.Schema({"parcel": pl.Int64, "carrier": pl.String, "grams": pl.Int64})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", checkpoint_every=4)


def parcels(*rows: tuple[int, str, int, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={**PARCELS, "month": pl.String}, orient="row")


def stored(lake: Lake, schema: pl.Schema = PARCELS) -> list[tuple[object, ...]]:
    return lake.scan("parcels", schema).sort("parcel", "month").collect().rows()


@pytest.fixture
def two(lake: Lake) -> Lake:
    """Parcel 1 with DHL in January, parcel 2 with UPS in February."""
    lake.append("parcels", parcels((1, "DHL", 10, "2024-01"), (2, "UPS", 20, "2024-02")), marks={"feed": 0})
    return lake


def test_a_lake_without_tables(lake: Lake) -> None:
    """
    A table nobody wrote is empty, at version -1, and knows no mark.
    """
    assert lake.names() == []
    assert (lake.version("parcels"), lake.applied("parcels", "feed")) == (-1, -1)
    assert lake.scan("parcels", PARCELS).collect_schema() == {**PARCELS, "month": pl.String}
    assert stored(lake) == []
    assert lake.storage("parcels").version == -1
    assert lake.changes("parcels", 0, ["parcel"]) is None
    assert lake.recover() == {}


def test_an_append_is_read_back(two: Lake) -> None:
    """
    The first append creates the table; its rows come back with their month.
    """
    assert two.names() == ["parcels"]
    assert (two.version("parcels"), two.applied("parcels", "feed")) == (0, 0)
    assert stored(two) == [(1, "DHL", 10, "2024-01"), (2, "UPS", 20, "2024-02")]
    storage = two.storage("parcels")
    assert (storage.files, storage.rows, storage.version) == (2, 2, 0)
    assert storage.bytes > 0


def test_the_same_mark_is_applied_once(two: Lake) -> None:
    """
    A page that comes again, or an older one, writes nothing; the next page does.
    """
    again = parcels((9, "DPD", 90, "2024-01"))

    assert not two.append("parcels", again, marks={"feed": 0})
    assert not two.merge("parcels", again, key=["parcel"], marks={"feed": 0})
    assert two.version("parcels") == 0
    assert two.append("parcels", again, marks={"feed": 1})
    assert two.applied("parcels", "feed") == 1


def test_marks_never_step_back(two: Lake) -> None:
    """
    A commit for two sources, one of them further already, records only the one that is due.
    """
    two.append("parcels", parcels((3, "DPD", 30, "2024-01")), marks={"feed": 5})

    assert two.append("parcels", parcels((4, "DPD", 40, "2024-01")), marks={"feed": 2, "files": 1})
    assert (two.applied("parcels", "feed"), two.applied("parcels", "files")) == (5, 1)


def test_a_merge_replaces_and_adds_by_key(two: Lake) -> None:
    """
    Parcel 2 gets its new weight, parcel 3 is added, parcel 1 stays.
    """
    rows = parcels((2, "UPS", 25, "2024-02"), (3, "DPD", 30, "2024-03"))

    assert two.merge("parcels", rows, key=["parcel"], marks={"feed": 1})
    assert [(row[0], row[2]) for row in stored(two)] == [(1, 10), (2, 25), (3, 30)]


def test_a_merge_creates_the_table(lake: Lake) -> None:
    """
    The first write may be a merge.
    """
    assert lake.merge("parcels", parcels((1, "DHL", 10, "none")), key=["parcel"], marks={})
    assert stored(lake) == [(1, "DHL", 10, "none")]


def test_a_row_moves_to_another_month(two: Lake) -> None:
    """
    Parcel 1 was shipped in February after all: one commit deletes January's row and adds February's.
    """
    gone = pl.DataFrame({"parcel": [1], "month": ["2024-01"]})

    two.merge("parcels", parcels((1, "DHL", 10, "2024-02")), key=["parcel"], marks={"feed": 1}, gone=gone)

    assert [(row[0], row[3]) for row in stored(two)] == [(1, "2024-02"), (2, "2024-02")]
    feed = two.changes("parcels", 0, ["parcel", "month"])
    assert feed is not None
    assert sorted(feed.rows()) == [(1, "2024-01", "delete", 1), (1, "2024-02", "insert", 1)]


def test_a_merge_of_nothing_still_records_its_mark(two: Lake) -> None:
    """
    No rows, or only rows that are gone already, change nothing but the mark.
    """
    nobody = pl.DataFrame({"parcel": [77], "month": ["2024-01"]})

    assert two.merge("parcels", parcels(), key=["parcel"], marks={"feed": 1})
    assert two.merge("parcels", parcels(), key=["parcel"], marks={"feed": 2}, gone=nobody)
    assert (two.applied("parcels", "feed"), two.version("parcels")) == (2, 2)
    assert len(stored(two)) == 2


def test_a_merge_can_only_delete(two: Lake) -> None:
    """
    A merge without rows deletes those that are gone.
    """
    gone = pl.DataFrame({"parcel": [1], "month": ["2024-01"]})

    assert two.merge("parcels", parcels(), key=["parcel"], marks={"feed": 1}, gone=gone)
    assert [row[0] for row in stored(two)] == [2]


def test_the_change_feed_shows_a_row_before_and_after(two: Lake) -> None:
    """
    A changed row appears as it was and as it is, an added one once, an untouched one never.
    """
    two.merge(
        "parcels", parcels((2, "UPS", 25, "2024-02"), (3, "DPD", 30, "2024-03")), key=["parcel"], marks={}
    )

    feed = two.changes("parcels", 0, ["parcel", "grams"])

    assert feed is not None
    assert sorted(feed.rows()) == [
        (2, 20, "update_preimage", 1),
        (2, 25, "update_postimage", 1),
        (3, 30, "insert", 1),
    ]
    nothing = two.changes("parcels", 1, ["parcel", "grams"])
    assert nothing is not None
    assert (nothing.height, nothing.columns) == (0, feed.columns)


def test_the_change_feed_says_when_it_does_not_reach_back(lake: Lake) -> None:
    """
    Once a log entry or a change file after the asked version is gone, or that version was never written,
    there is no feed.
    """
    for number in range(5):  # the fifth version is the checkpoint
        lake.append("parcels", parcels((number, "DHL", 1, "2024-01")), marks={})
    lake.merge("parcels", parcels((4, "DHL", 2, "2024-01")), key=["parcel"], marks={})
    (lake.root / "parcels" / "_delta_log" / f"{1:020}.json").unlink()

    assert lake.changes("parcels", 0, ["parcel"]) is None
    assert lake.changes("parcels", 1, ["parcel"]) is not None
    assert lake.changes("parcels", 7, ["parcel"]) is None
    for file in (lake.root / "parcels" / "_change_data").rglob("*.parquet"):
        file.unlink()
    assert lake.changes("parcels", 4, ["parcel"]) is None


def test_compaction_changes_files_and_nothing_else(lake: Lake) -> None:
    """
    Ten small files become one; rows, marks and the change feed stay.
    """
    for number in range(10):
        lake.append("parcels", parcels((number, "DHL", 1, "2024-01")), marks={"feed": number})
    before = stored(lake)

    lake.compact("parcels")

    assert lake.storage("parcels").files == 1
    assert (stored(lake), lake.applied("parcels", "feed")) == (before, 9)
    feed = lake.changes("parcels", 8, ["parcel"])
    assert feed is not None
    assert feed.rows() == [(9, "insert", 9)]


def test_columns_may_be_added_later(two: Lake) -> None:
    """
    A new column, in an append or a merge, is empty in older rows; one that no longer comes is empty in newer.
    """
    later = pl.DataFrame({"parcel": [3], "lane": ["DE-FR"], "month": ["2024-03"]})
    latest = pl.DataFrame({"parcel": [2], "zone": [7], "month": ["2024-02"]})

    two.append("parcels", later, marks={})
    two.merge("parcels", latest, key=["parcel"], marks={})

    schema = pl.Schema({"parcel": pl.Int64, "carrier": pl.String, "lane": pl.String, "zone": pl.Int64})
    assert [row[:4] for row in stored(two, schema)] == [
        (1, "DHL", None, None),
        (2, None, None, 7),
        (3, None, "DE-FR", None),
    ]
    feed = two.changes("parcels", 0, ["parcel", "zone", "unheard_of"])
    assert feed is not None
    assert feed.filter(pl.col("parcel") == 3).rows() == [(3, None, None, "insert", 1)]


def test_a_column_the_table_lacks_reads_as_empty(two: Lake) -> None:
    """
    A reader asking for a column that no file has yet gets nulls of its type.
    """
    wanted = pl.Schema({"parcel": pl.Int64, "promised_day": pl.Date})

    assert two.scan("parcels", wanted).collect().schema == {**wanted, "month": pl.String}
    assert [row[1] for row in stored(two, wanted)] == [None, None]


def test_types_delta_lacks_come_back_as_the_reader_asks(lake: Lake) -> None:
    """
    Counts, categories and enumerations are stored as integers and texts and read back by the schema.
    """
    carrier = pl.Enum(["DHL", "UPS"])
    schema = pl.Schema({"parcel": pl.Int64, "n": pl.UInt32, "carrier": carrier, "note": pl.String})
    rows = pl.DataFrame(
        {"parcel": [1], "n": [2**32 - 1], "carrier": ["UPS"], "note": [None], "month": ["none"]}
    )

    lake.append("parcels", rows.cast({"n": pl.UInt32, "carrier": carrier}), marks={})

    read = lake.scan("parcels", schema).collect()
    assert read.schema == {**schema, "month": pl.String}
    assert read.rows() == [(1, 2**32 - 1, "UPS", None, "none")]


@pytest.mark.parametrize("month", [None, "", "2024-1", "January", "2024-01' or 'a' = 'a"])
def test_a_month_names_a_partition(lake: Lake, month: str | None) -> None:
    """
    Rows whose month is no month are refused before anything is written.
    """
    rows = pl.DataFrame({"parcel": [1], "month": [month]}, schema_overrides={"month": pl.String})

    with pytest.raises(ValueError, match="names no partition"):
        lake.append("parcels", rows, marks={})
    with pytest.raises(ValueError, match="names no partition"):
        lake.merge("parcels", rows, key=["parcel"], marks={})
    assert lake.version("parcels") == -1


def test_a_table_may_do_without_months(lake: Lake) -> None:
    """
    A small table needs no partitions.
    """
    lake.append("notes", pl.DataFrame({"note": ["late"]}), marks={}, partition_by_month=False)

    assert lake.scan("notes", pl.Schema({"note": pl.String})).collect().rows() == [("late", None)]
    with pytest.raises(ValueError, match="need a column 'month'"):
        lake.append("notes", pl.DataFrame({"note": ["late"]}), marks={})


def test_a_merge_reads_only_the_months_it_touches(two: Lake) -> None:
    """
    A broken file of January does not disturb a merge into February.
    """
    (january,) = (two.root / "parcels" / "month=2024-01").glob("*.parquet")
    january.write_bytes(b"not a parquet file" * 100)

    assert two.merge("parcels", parcels((2, "UPS", 25, "2024-02")), key=["parcel"], marks={})


@pytest.mark.parametrize("name", ["", "../outside", "a/b", "_hidden", "a b"])
def test_a_table_name_is_a_folder_name(lake: Lake, name: str) -> None:
    """
    A name that would leave the lake's folder is refused.
    """
    with pytest.raises(ValueError, match="is no table name"):
        lake.version(name)


def test_a_log_the_lake_did_not_start_is_refused_until_adopted(two: Lake) -> None:
    """
    A copied table without its mark is foreign; adopted, it works as before.
    """
    (two.root / "parcels" / "_durable.json").unlink()
    fresh = Lake(two.root)

    with pytest.raises(ForeignTable, match="adopt it or move it away"):
        fresh.version("parcels")
    with pytest.raises(ForeignTable):
        fresh.recover()
    fresh.adopt("parcels")
    fresh.adopt("parcels")
    assert fresh.append("parcels", parcels((3, "DPD", 30, "2024-01")), marks={"feed": 1})
    assert len(stored(fresh)) == 3


def test_a_third_writer_is_told_to_wait(two: Lake) -> None:
    """
    While another writer holds the table, a write gives up at its deadline; readers go on.
    """
    impatient = Lake(two.root, lock_timeout=0.05)
    holder = Lake(two.root)._table("parcels")

    with holder.writing():
        with pytest.raises(WriterBusy, match="'parcels'"):
            impatient.append("parcels", parcels((3, "DPD", 30, "2024-01")), marks={})
        assert len(stored(impatient)) == 2
        assert holder.reader() is not None


def test_a_snapshot_stays_as_it_was_opened(two: Lake) -> None:
    """
    A reader that opened the table before a merge and a compaction still reads what it saw.
    """
    before = two.scan("parcels", PARCELS)

    two.merge("parcels", parcels((1, "DHL", 99, "2024-01")), key=["parcel"], marks={})
    two.compact("parcels")

    assert before.select(pl.col("grams").sum()).collect().item() == 30
    assert two.read("parcels", PARCELS, lambda rows: rows.select(pl.col("grams").sum())).item() == 119


def test_vacuum_keeps_a_day_for_readers(two: Lake) -> None:
    """
    Cleaning away files of the last day is refused; cleaning older ones leaves the table as it is.
    """
    with pytest.raises(ValueError, match="at least 24 hours"):
        two.vacuum("parcels", hours=0)
    two.merge("parcels", parcels((1, "DHL", 99, "2024-01")), key=["parcel"], marks={})
    assert two.vacuum("parcels") == 0
    assert len(stored(two)) == 2
    assert two.vacuum("absent") == 0


def test_vacuum_deletes_what_was_replaced_long_ago_and_adds_no_version(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Three counts of the same day, the first two replaced nine days ago, and a file a crash left behind: those three
    files go, the third count and the version stay, and so does a file that came a minute ago.
    """
    nine_days_ago = time.time() - 9 * 86_400
    with monkeypatch.context() as then:
        then.setattr("store.lake.replace.time.time", lambda: nine_days_ago)
        for count in (1, 2, 3):
            lake.replace_days("counts", days((JANUARY_30, "otd", count)), None, marks={})
    folder = lake.root / "counts" / "month=2024-01"
    shutil.copy(next(folder.iterdir()), folder / "left behind.parquet")
    for file in folder.iterdir():
        os.utime(file, (nine_days_ago, nine_days_ago))
    shutil.copy(next(folder.iterdir()), folder / "coming.parquet")

    assert lake.vacuum("counts") == 3

    assert (lake.version("counts"), len(list(folder.iterdir()))) == (2, 2)
    assert (folder / "coming.parquet").exists()
    assert lake.read("counts", COMPONENTS)["n"].to_list() == [3]


def days(*rows: tuple[date, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"day": pl.Date, "kpi": pl.String, "n": pl.Int64}, orient="row")


COMPONENTS = pl.Schema({"day": pl.Date, "kpi": pl.String, "n": pl.Int64})
JANUARY_30, JANUARY_31, FEBRUARY_1 = date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1)


@pytest.fixture
def counted(lake: Lake) -> Lake:
    """One count a day over the turn of January."""
    rows = days((JANUARY_30, "on_time", 1), (JANUARY_31, "on_time", 2), (FEBRUARY_1, "on_time", 3))
    lake.replace_days("components", rows, None, marks={"facts": 0})
    return lake


def components(lake: Lake) -> list[tuple[object, ...]]:
    return lake.scan("components", COMPONENTS).sort("day", "kpi").collect().rows()


def test_days_are_replaced_at_once(counted: Lake) -> None:
    """
    January 31 gets two new counts, February 1 loses its one, January 30 stays.
    """
    new = days((JANUARY_31, "on_time", 20), (JANUARY_31, "otif", 10))

    assert counted.replace_days("components", new, [JANUARY_31, FEBRUARY_1], marks={"facts": 1})
    assert components(counted) == [
        (JANUARY_30, "on_time", 1, "2024-01"),
        (JANUARY_31, "on_time", 20, "2024-01"),
        (JANUARY_31, "otif", 10, "2024-01"),
    ]
    assert not counted.replace_days("components", new.clear(), None, marks={"facts": 1})


def test_only_touched_months_are_rewritten(counted: Lake) -> None:
    """
    Replacing a day of January leaves February's file alone, even a broken one.
    """
    (february,) = (counted.root / "components" / "month=2024-02").glob("*.parquet")
    february.write_bytes(b"not a parquet file" * 100)

    assert counted.replace_days("components", days((JANUARY_31, "on_time", 5)), [JANUARY_31], marks={})


def test_no_days_replace_nothing_but_the_mark(counted: Lake) -> None:
    """
    An empty list of days records the mark and keeps every row.
    """
    assert counted.replace_days("components", days(), [], marks={"facts": 4})
    assert (len(components(counted)), counted.applied("components", "facts")) == (3, 4)


def test_a_row_outside_the_days_is_refused(counted: Lake) -> None:
    """
    Adding a row of a day that is not replaced would count it twice.
    """
    with pytest.raises(ValueError, match="2024-02-01 is not among the 1 days"):
        counted.replace_days("components", days((FEBRUARY_1, "on_time", 5)), [JANUARY_31], marks={})


def test_a_whole_table_may_change_its_columns(counted: Lake) -> None:
    """
    Replacing all rows may bring other columns and types; marks stay.
    """
    rows = pl.DataFrame({"day": [JANUARY_30], "n": ["many"]})

    counted.replace_days("components", rows, None, marks={})

    schema = pl.Schema({"day": pl.Date, "kpi": pl.String, "n": pl.String})
    read = counted.scan("components", schema).collect()
    assert read.rows() == [(JANUARY_30, None, "many", "2024-01")]
    assert counted.applied("components", "facts") == 0


def test_days_may_bring_a_new_column(counted: Lake) -> None:
    """
    A replaced day with one more column leaves it empty on the days that stay.
    """
    rows = days((JANUARY_31, "on_time", 2)).with_columns(late=pl.lit(1))

    counted.replace_days("components", rows, [JANUARY_31], marks={})

    schema = pl.Schema({"day": pl.Date, "late": pl.Int32})
    assert counted.scan("components", schema).sort("day").collect()["late"].to_list() == [None, 1, None]


def test_a_reader_may_leave_out_files_that_cannot_hold_what_it_asks(lake: Lake) -> None:
    """
    January's file holds 10 and 20 grams, February's 30 and March's none: 20 to 25 is in January's only, 30 or 5 too,
    and without a value nothing is.
    """
    rows = parcels((1, "DHL", 10, "2024-01"), (2, "DHL", 20, "2024-01"), (3, "DHL", 30, "2024-02"))
    lake.append("parcels", rows, marks={})
    empty = parcels((4, "DHL", 0, "2024-03")).with_columns(pl.lit(None, pl.Int64).alias("grams"))
    lake.append("parcels", empty, marks={})
    opened, schema = lake.opened("parcels"), pl.Schema({"parcel": pl.Int64})

    def found(low: int, high: int) -> list[tuple[int, str]]:
        return sorted(opened.rows(schema, {"grams": (low, high)}).collect().rows())

    assert found(20, 25) == [(1, "2024-01"), (2, "2024-01")]
    assert found(30, 99) == [(3, "2024-02")]
    assert found(31, 99) == []
    lake.append("parcels", parcels((5, "DHL", 40, "2024-02")), marks={})
    assert found(31, 99) == []
    assert opened.rows(schema).collect().height == 4


def test_a_lake_that_closes_its_tables_reads_the_same(two: Lake) -> None:
    """
    Asked about grams, then parcels, then all without bounds: the rows of one that keeps tables open; also of the
    version that was opened, after a commit.
    """
    closing = Lake(two.root, keeps_open=False)
    opened = closing.opened("parcels")

    def found(between: Between | None) -> list[tuple[int, str]]:
        return sorted(opened.rows(pl.Schema({"parcel": pl.Int64}), between).collect().rows())

    assert found({"grams": (15, 25)}) == [(2, "2024-02")]
    two.append("parcels", parcels((3, "DHL", 20, "2024-02")), marks={})
    assert found({"parcel": (2, 9)}) == [(2, "2024-02")]
    assert found({}) == found(None) == [(1, "2024-01"), (2, "2024-02")]
    assert stored(closing) == stored(two)
    assert closing.opened("parcels") is not opened
