"""A table's files as polars reads them, without those that cannot hold what is asked."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable

from store.lake.shape import MONTH, conform, with_month

Between = Mapping[str, tuple[date, date] | tuple[int, int]]
CASTS = pl.ScanCastOptions(
    integer_cast="upcast",
    float_cast=["upcast", "downcast"],
    datetime_cast=["nanosecond-downcast", "millisecond-upcast", "convert-timezone"],
    categorical_to_string="allow",
)
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

    def __init__(self, root: Path, table: DeltaTable | None) -> None:
        self.root, self.table = root, table

    @cached_property
    def files(self) -> Mapping[str, list[Any]]:
        """What the log says of each file: `path`, `num_records`, `min.COLUMN`, `max.COLUMN`, `null_count.COLUMN`."""
        if self.table is None:
            return {"path": []}
        told: Mapping[str, list[Any]] = pl.DataFrame(self.table.get_add_actions(flatten=True)).to_dict(
            as_series=False
        )
        return told

    def rows(self, schema: pl.Schema, between: Between | None = None) -> pl.LazyFrame:
        """The columns of `schema`, then `month`: all rows, or at least those with a value within its bounds.

        `between` names columns with their bounds, both included.
        """
        if self.table is None:
            return pl.LazyFrame(schema=with_month(schema))
        if between is None or self.table.protocol().min_reader_version != _OURS:
            return conform(pl.scan_delta(self.table), schema)
        stored, by_month = pl.Schema(self.table.schema()), MONTH in self.table.metadata().partition_columns
        found = self._files_with(between)
        rows = scan_files(found, stored, by_month=by_month) if found else pl.LazyFrame(schema=stored)
        return conform(rows, schema)

    def _files_with(self, between: Between) -> list[Path]:
        return [
            self.root / unquote(path)
            for number, path in enumerate(self.files["path"])
            if any(self._may_hold(number, name, *bounds) for name, bounds in between.items())
        ]

    def _may_hold(self, number: int, name: str, low: Any, high: Any) -> bool:
        """False only when the log knows that no value of the file's column lies in between."""
        least, largest = self._told(f"min.{name}", number), self._told(f"max.{name}", number)
        if least is not None and largest is not None:
            return bool(least <= high and low <= largest)
        nulls = self._told(f"null_count.{name}", number)
        return nulls is None or bool(nulls < self._told("num_records", number))

    def _told(self, column: str, number: int) -> Any:
        return self.files[column][number] if column in self.files else None
