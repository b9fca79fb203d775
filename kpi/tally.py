"""Counting rows by their keys on polars: each row's keys become one whole number, and equal ones are counted in order.

Sorting numbers costs a fraction of grouping by days and texts where there are nearly as many groups as rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import polars as pl

COUNT = "count"
_LARGEST = 2**62


@dataclass(frozen=True)
class _Key:
    """A key whose numbers run from `low` up; in the packed number 0 stands for null, and there are `size` values."""

    name: str
    dtype: pl.DataType
    low: int
    size: int
    nulls: bool
    texts: pl.Series | None

    def named(self, numbers: pl.Series) -> pl.Series:
        """What the numbers stand for."""
        told = (numbers.set(numbers == 0, None) if self.nulls else numbers) + (self.low - 1)
        if self.texts is not None:
            return self.texts.gather(told).alias(self.name)
        return (
            told.cast(pl.Int32() if self.dtype == pl.Date() else self.dtype).cast(self.dtype).alias(self.name)
        )


def tallied(rows: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """How many rows have each combination of the keys: `keys`, `count`, sorted by the first key.

    Keys are texts, days or whole numbers; null is a value like others.
    """
    schema = rows.select(keys).collect_schema()
    numbered = rows.select(_numbered(name, dtype) for name, dtype in schema.items()).collect(
        engine="streaming"
    )
    found = [_key(column, schema[column.name]) for column in numbered]
    if prod(key.size for key in found) > _LARGEST:
        counted = rows.group_by(keys).agg(pl.len().cast(pl.Int64).alias(COUNT))
        return counted.sort(keys[0]).collect(engine="streaming")
    runs = _packed(numbered, found).sort().rle().struct.unnest()
    named = list(_unpacked(runs["value"], found))
    tally = pl.DataFrame([*reversed(named), runs["len"].cast(pl.Int64).alias(COUNT)])
    return tally.set_sorted(keys[0])


def _numbered(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(pl.Categorical(pl.Categories.random())) if dtype == pl.String() else pl.col(name)


def _key(column: pl.Series, dtype: pl.DataType) -> _Key:
    numbers = column.to_physical()
    low, high = numbers.min(), numbers.max()
    if not isinstance(low, int) or not isinstance(high, int):  # nothing but nulls
        low, high = 0, 0
    texts = column.dtype.categories.to_series() if isinstance(column.dtype, pl.Categorical) else None
    return _Key(column.name, dtype, low, high - low + 2, column.null_count() > 0, texts)


def _packed(numbers: pl.DataFrame, keys: Sequence[_Key]) -> pl.Series:
    packed = pl.lit(0, pl.Int64)
    for key in keys:
        packed = packed * key.size + (
            pl.col(key.name).to_physical().cast(pl.Int64) - (key.low - 1)
        ).fill_null(0)
    return numbers.lazy().select(packed.alias(COUNT)).collect(engine="streaming")[COUNT]


def _unpacked(packed: pl.Series, keys: Sequence[_Key]) -> Iterator[pl.Series]:
    """The values of each key, the last key first."""
    for key in reversed(keys):
        rest = packed // key.size
        yield key.named(packed - rest * key.size)
        packed = rest
