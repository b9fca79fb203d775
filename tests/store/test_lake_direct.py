"""Files written by polars and named in one commit: what a reader of the table, of the log and of a file finds."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from deltalake import DeltaTable

from store.lake import Lake
from store.lake.direct import written

SCHEMA = pl.Schema(
    {"id": pl.String, "day": pl.Date, "at": pl.Datetime("us", "UTC"), "n": pl.Int64, "note": pl.String}
)


def made(*ids: str, day: date = date(2024, 5, 3), note: str | None = None) -> pl.DataFrame:
    count = len(ids)
    at = datetime(2024, 5, 3, 12, 0, 0, 123_457, tzinfo=UTC)
    columns = {
        "id": list(ids),
        "day": [day] * count,
        "at": [at] * count,
        "n": range(count),
        "note": [note] * count,
    }
    return pl.DataFrame(columns, schema=SCHEMA).with_columns(month=pl.lit(f"{day:%Y-%m}"))


def test_a_file_holds_no_column_without_values_and_the_table_reads_nulls(tmp_path: Path) -> None:
    """
    What was never filled costs nothing to write; it comes back as null, also beside files that have it.
    """
    lake = Lake(tmp_path)
    lake.append("facts", made("a", "b"), marks={"s": 1})
    lake.append("facts", made("c", note="late"), marks={"s": 2})

    assert [len(pl.read_parquet_schema(file)) for file in lake.files("facts")].count(4) == 1
    assert lake.schema("facts") == {**SCHEMA, "month": pl.String()}
    stored = lake.read("facts", SCHEMA).sort("id")
    assert stored["note"].to_list() == [None, None, "late"]
    assert stored.drop("note").rows() == pl.concat([made("a", "b"), made("c")]).drop("note").rows()


def test_the_change_feed_tells_appended_rows_with_the_types_of_the_table(tmp_path: Path) -> None:
    """
    Added files count as inserts; a column their files lack is null and has its type.
    """
    lake = Lake(tmp_path)
    lake.append("facts", made("a"), marks={"s": 1})
    lake.append("facts", made("b"), marks={"s": 2})

    changed = lake.changes("facts", 0, ["id", "note"])
    assert changed is not None
    assert changed.select("id", "note", "_change_type").rows() == [("b", None, "insert")]
    assert changed.schema["note"] == pl.String


def test_the_log_tells_the_bounds_to_the_microsecond(tmp_path: Path) -> None:
    """
    A bound that was cut would make readers skip a file that has what they look for.
    """
    (action,) = written(tmp_path, made("a", "b"), by_month=True)
    told = json.loads(action.stats)

    assert action.path.startswith("month=2024-05/part-")
    assert action.partition_values == {"month": "2024-05"}
    assert told["numRecords"] == 2
    assert told["minValues"] == {"id": "a", "day": "2024-05-03", "at": "2024-05-03T12:00:00.123457Z", "n": 0}
    assert told["maxValues"] == {"id": "b", "day": "2024-05-03", "at": "2024-05-03T12:00:00.123457Z", "n": 1}
    assert told["nullCount"] == {"id": 0, "day": 0, "at": 0, "n": 0, "note": 2}


def test_a_text_too_long_for_the_log_has_no_bounds(tmp_path: Path) -> None:
    """
    A cut text is no bound; without one the file is read.
    """
    (action,) = written(tmp_path, made("a" * 65, "b"), by_month=True)

    assert "id" not in json.loads(action.stats)["minValues"]
    assert "id" not in json.loads(action.stats)["maxValues"]


@pytest.mark.parametrize("order", ["5556666", "5565666", "5656565"])
def test_each_month_is_one_file_whatever_the_order_of_the_rows(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """
    Months one after the other, with a few rows astray, or mixed up: the rows of a month keep their order.
    """
    rows = made(*"abcdefg").with_columns(month=pl.Series([f"2024-0{month}" for month in order]))
    Lake(tmp_path).append("facts", rows, marks={})

    table = DeltaTable(tmp_path / "facts")
    counts = pl.DataFrame(table.get_add_actions(flatten=True)).sort("partition.month")
    assert counts.select("partition.month", "num_records").rows() == [
        ("2024-05", order.count("5")),
        ("2024-06", order.count("6")),
    ]
    for (month,), part in rows.partition_by("month", as_dict=True).items():
        assert pl.scan_delta(table).filter(month=month).collect()["id"].to_list() == part["id"].to_list()


def test_texts_of_a_file_are_plain(tmp_path: Path) -> None:
    """
    Engines that read the files themselves do not join "large" texts with those that delta-rs writes.
    """
    (action,) = written(tmp_path, made("a", note="one"), by_month=True)

    types = {field.name: str(field.type) for field in pq.read_schema(tmp_path / action.path)}
    assert types == {
        "id": "string", "day": "date32[day]", "at": "timestamp[us, tz=UTC]", "n": "int64", "note": "string",
    }  # fmt: skip
