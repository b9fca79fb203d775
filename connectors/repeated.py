"""Rows that share a key: which of them counts."""

from dataclasses import dataclass, field

import polars as pl

from connectors.cast import cast, clean
from connectors.errors import SourceError
from connectors.plan import ColumnMapping, Hand, Keeping, TableMapping
from store.contract import Field, Kind

AGAIN = "was there before"  # in the reason of a row that repeats a key


@dataclass(eq=False)
class SeenKeys:
    """The keys met so far in one pull, as 64-bit hashes: eight bytes a row, so ten million fit anywhere."""

    _hashes: list[pl.Series] = field(default_factory=list)

    def add(self, keys: pl.Series) -> None:
        """Remember keys."""
        self._hashes.append(keys.hash(seed=1))

    def first_time(self, keys: pl.Series) -> pl.Series:
        """True where a key was met neither before nor earlier in `keys`."""
        first = keys.is_first_distinct()
        hashes = keys.hash(seed=1)
        for known in self._hashes:
            first &= ~hashes.is_in(known.implode())
        return first

    def clear(self) -> None:
        self._hashes.clear()


def needs_whole_table(mapping: TableMapping) -> bool:
    """The last row of a key is known only when all rows are."""
    return mapping.duplicates.keeping is Keeping.LAST


def last_of_each(mapping: TableMapping, texts: pl.DataFrame, keys: pl.Series, hand: Hand) -> pl.Series:
    """True for the last row of each key: in the order of the file, or by the largest value of a column."""
    by = mapping.duplicates.by
    if by is None:
        return keys.is_last_distinct()
    frame = pl.DataFrame({"key": keys, "by": _order(mapping, by, texts, hand)}).with_row_index("at")
    winners = frame.sort("by", "at", nulls_last=False).unique("key", keep="last")["at"]
    return frame["at"].is_in(winners.implode())


def _order(mapping: TableMapping, by: str, texts: pl.DataFrame, hand: Hand) -> pl.Series:
    """The values of the ordering column: as it is mapped, else as numbers, else as moments."""
    for column in mapping.columns:
        if column.column == by and column.field.kind != Kind.TEXT and column.map is None:
            return cast(column, texts, hand).values
    text = clean(texts[by], mapping.layout.null_values)
    numbers = text.cast(pl.Decimal(38, 6), strict=False)
    if numbers.null_count() == text.null_count():
        return numbers
    moment = Field(by, "", Kind.INSTANT, "", by, False, None)
    empty = mapping.layout.null_values
    plain = ColumnMapping(moment, column=by, date_order=mapping.layout.date_order, empty=empty)
    moments = cast(plain, texts, hand).values
    if moments.null_count() > text.null_count():
        raise SourceError(
            f"duplicates = 'last by {by}' needs numbers or dates in '{by}'; it holds texts such as "
            f"'{text.filter(text.is_not_null() & moments.is_null())[0]}'."
        )
    return moments
