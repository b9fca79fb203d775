"""Between polars frames and Delta tables: types Delta can hold, months that name a partition."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import polars as pl
from deltalake import DeltaTable

MONTH = "month"
_SPAN = 50_000  # days whose months are looked up in a table
_MONTH = re.compile(r"^\d{4}-\d{2}$|^none$")
_WIDER: Mapping[pl.DataType, pl.DataType] = {
    pl.UInt8(): pl.Int16(),
    pl.UInt16(): pl.Int32(),
    pl.UInt32(): pl.Int64(),
    pl.UInt64(): pl.Int64(),
}


def schema_of(table: DeltaTable) -> pl.Schema:
    """The columns of a table as its log tells; `scan_delta` would load pyarrow to say the same."""
    return pl.Schema(table.schema())


def storable(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in types Delta has: no unsigned integers, no categories, times in microseconds.

    A column that holds nothing but untyped nulls is left out; it reads back as null.
    """
    empty = [name for name, dtype in frame.schema.items() if dtype == pl.Null]
    kept = frame.drop(empty) if empty else frame
    other = {name: stored for name, dtype in kept.schema.items() if (stored := _stored(dtype)) is not dtype}
    return kept.cast(pl.Schema(other)) if other else kept


def _stored(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return pl.String()
    if isinstance(dtype, pl.Datetime):
        stored = pl.Datetime("us", "UTC" if dtype.time_zone else None)
        return dtype if dtype == stored else stored
    return _WIDER.get(dtype, dtype)


def fit(frame: pl.DataFrame, stored: pl.Schema) -> pl.DataFrame:
    """Cast the columns a table already has to its types. Raises polars.exceptions.InvalidOperationError."""
    other = {name: stored[name] for name, dtype in frame.schema.items() if stored.get(name, dtype) != dtype}
    return frame.cast(pl.Schema(other)) if other else frame


def fill(frame: pl.DataFrame, stored: pl.Schema) -> pl.DataFrame:
    """`fit`, and each column the table has and the frame lacks as null."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in stored.items() if name not in frame.columns]
    return fit(frame, stored).with_columns(missing)


def conform(rows: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    """Exactly the columns of `schema`, then `month`; what the table does not have yet is null."""
    stored, wanted = rows.collect_schema(), with_month(schema)
    if list(stored.items()) == list(wanted.items()):
        return rows
    return rows.select(_column(name, dtype, stored) for name, dtype in wanted.items())


def _column(name: str, dtype: pl.DataType, stored: pl.Schema) -> pl.Expr:
    if name not in stored:
        return pl.lit(None, dtype).alias(name)
    return pl.col(name) if stored[name] == dtype else pl.col(name).cast(dtype)


def with_month(schema: pl.Schema) -> pl.Schema:
    """The schema with the partition column at its end, unless it has it."""
    return schema if MONTH in schema else pl.Schema({**schema, MONTH: pl.String()})


def months(days: pl.Series) -> pl.Series:
    """The month of each day as YYYY-MM; 'none' without a day."""
    numbers = days.to_physical()
    low, high = numbers.min(), numbers.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return pl.Series(["none"]).new_from_index(0, days.len())
    if high - low > _SPAN:
        return days.dt.strftime("%Y-%m").fill_null("none")
    return _names(low, high).gather((numbers - low).fill_null(high - low + 1))


@lru_cache(maxsize=64)
def _names(low: int, high: int) -> pl.Series:
    """The month of each day of a span, then 'none'."""
    every = pl.int_range(low, high + 1, dtype=pl.Int32(), eager=True).cast(pl.Date()).dt.strftime("%Y-%m")
    return pl.concat([every, pl.Series(["none"])])


def months_of(*frames: pl.DataFrame) -> list[str]:
    """The months of rows, sorted. Raises ValueError when one is neither 'YYYY-MM' nor 'none'."""
    months: set[str | None] = set()
    for frame in frames:
        if MONTH not in frame.columns:
            raise ValueError(f"Rows for the lake need a column 'month'; these have {frame.columns}.")
        months.update(frame[MONTH].unique())
    if wrong := [month for month in months if month is None or not _MONTH.match(month)]:
        raise ValueError(f"Month {wrong[0]!r} names no partition; write 'YYYY-MM', or 'none' without a day.")
    return sorted(month for month in months if month is not None)


def months_of_days(days: Sequence[date]) -> list[str]:
    """The months that days fall into, sorted."""
    return sorted({f"{day:%Y-%m}" for day in days})


def in_months(months: Sequence[str]) -> str:
    """An SQL condition that names months literally, so that other partitions are not read."""
    return "month in (" + ", ".join(f"'{month}'" for month in months) + ")"
