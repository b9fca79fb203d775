"""A table's files as polars reads them, without those that cannot hold what is asked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable

from store.lake.shape import MONTH, conform, schema_of, with_month

Version = tuple[int, str]  # of a table, and the digest of its log entry
Between = Mapping[str, tuple[date, date] | tuple[int, int]]
NO_BOUNDS: Between = {}  # of a reader who wants all rows
CASTS = pl.ScanCastOptions(
    integer_cast="upcast",
    float_cast=["upcast", "downcast"],
    datetime_cast=["nanosecond-downcast", "millisecond-upcast", "convert-timezone"],
    categorical_to_string="allow",
)
_BOUNDS = ("min", "max", "null_count")
_OURS = 1  # the reader version of tables without deletion vectors and renamed columns


def scan_files(
    files: Sequence[Path], columns: Mapping[str, pl.DataType], *, by_month: bool = False
) -> pl.LazyFrame:
    """Rows of Parquet files in these columns, what a file lacks is null; `by_month`, and the month of the folder."""
    return pl.scan_parquet(
        list(files),
        schema={name: dtype for name, dtype in columns.items() if not (by_month and name == MONTH)},
        hive_partitioning=by_month,
        hive_schema={MONTH: pl.String()} if by_month else None,
        missing_columns="insert",
        extra_columns="ignore",
        cast_options=CASTS,
    )


class Snapshot:
    """One version of a table for reading, or that there is none; what its log says of the files is read once."""

    def __init__(
        self, root: Path, key: Version, table: DeltaTable | None, *, keeps_open: bool = True
    ) -> None:
        """`keeps_open` False: the table is closed once its files are known, and opened anew for another question."""
        self.root, self.key = root, key
        self._table, self._keeps_open = table, keeps_open
        self._shape = None if table is None else _shape(table)
        self._told: dict[frozenset[str], dict[str, list[Any]]] = {}

    @property
    def table(self) -> DeltaTable:
        """The table at this version; DeltaError when its log was cleaned away meanwhile."""
        if self._table is None:
            self._table = DeltaTable(self.root, version=self.key[0])
        return self._table

    def rows(self, schema: pl.Schema, between: Between | None = None) -> pl.LazyFrame:
        """The columns of `schema`, then `month`: all rows, or at least those with a value within its bounds.

        `between` names columns with their bounds, both included. Without it the filters of the query decide which
        files are read, which costs more; who wants all rows says so with `NO_BOUNDS`.
        """
        if self._shape is None:
            return pl.LazyFrame(schema=with_month(schema))
        reader, stored, by_month = self._shape
        if between is None or reader != _OURS:
            return conform(pl.scan_delta(self.table), schema)
        found = self._files_with(between)
        rows = scan_files(found, stored, by_month=by_month) if found else pl.LazyFrame(schema=stored)
        return conform(rows, schema)

    def learn(self, columns: Iterable[str]) -> None:
        """Keep the bounds of these columns in each file, for readers who will ask by one after the other."""
        self._told_of(frozenset(columns))

    def _files_with(self, between: Between) -> list[Path]:
        told = self._told_of(frozenset(between))
        if not between:
            return [self.root / unquote(path) for path in told["path"]]
        held = [_hold(told, name, *bounds) for name, bounds in between.items()]
        return [self.root / unquote(path) for path, *may in zip(told["path"], *held, strict=True) if any(may)]

    def _told_of(self, columns: frozenset[str]) -> dict[str, list[Any]]:
        """What the log says of each file, by name: `path`, `num_records`, and for each column what it knows.

        Only what was asked is remembered: all the log says of ninety tables took 37 MB.
        """
        if self._shape is None:
            return {"path": []}
        found = next((told for known, told in self._told.items() if columns <= known), None)
        if found is None:
            log = self.table.get_add_actions(flatten=True)
            wanted = {"num_records", *(f"{what}.{name}" for what in _BOUNDS for name in columns)}
            known = pl.DataFrame(log.select(["path", *sorted(wanted & set(log.column_names))]))
            found = {name: values.to_list() for name, values in known.to_dict().items()}
            self._told[columns] = found
            if not self._keeps_open:
                self._table = None
        return found


def _shape(table: DeltaTable) -> tuple[int, pl.Schema, bool]:
    """The reader version it asks for, its columns, and whether its folders are months."""
    by_month = MONTH in table.metadata().partition_columns
    return table.protocol().min_reader_version, schema_of(table), by_month


def _hold(told: Mapping[str, list[Any]], name: str, low: Any, high: Any) -> list[bool]:
    """Of each file, False when the log knows that no value of the column lies in between."""
    unknown = [None] * len(told["path"])
    known = [told.get(column, unknown) for column in (*(f"{what}.{name}" for what in _BOUNDS), "num_records")]
    return [
        (least <= high and low <= largest)
        if least is not None and largest is not None
        else nulls is None or rows is None or nulls < rows
        for least, largest, nulls, rows in zip(*known, strict=True)
    ]
