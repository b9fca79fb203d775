"""Rows that share a key: which of them counts."""

from dataclasses import dataclass, field

import polars as pl

from connectors.cast import cast, clean
from connectors.errors import SourceError
from connectors.plan import ColumnMapping, Hand, Keeping, TableMapping
from store.contract import Field, Kind

AGAIN = "was there before"  # in the reason of a row that repeats a key


@dataclass(frozen=True, eq=False)
class _Run:
    """Keys met before: their hashes in order, and the first and last key of each length."""

    hashes: pl.Series
    spans: dict[int, tuple[str, str]]


@dataclass(eq=False)
class SeenKeys:
    """The keys met so far in one pull, as 64-bit hashes: eight bytes a row, so ten million fit anywhere."""

    _runs: list[_Run] = field(default_factory=list)

    def first_time(self, keys: pl.Series) -> pl.Series:
        """True where a key was met neither before nor earlier in `keys`; remembers them."""
        hashes = keys.hash(seed=1)
        run = _Run(hashes.sort(), _spans(keys))
        before = self._near(run)
        again = (run.hashes == run.hashes.shift()).any() or _meet(run.hashes, before)
        self._runs.append(run)
        if not again:
            return pl.repeat(True, len(keys), eager=True)
        first = keys.is_first_distinct()
        return first if before is None else first & ~hashes.is_in(before.implode())

    def clear(self) -> None:
        self._runs.clear()

    def _near(self, run: _Run) -> pl.Series | None:
        """The hashes of the runs whose keys may be among these; such runs become one, so that it is looked up once."""
        near = [each for each in self._runs if _overlap(each.spans, run.spans)]
        if not near:
            return None
        one = near[0]
        for each in near[1:]:
            one = _Run(_merged(one.hashes, each.hashes), _joined_spans(one.spans, each.spans))
        self._runs = [one, *(each for each in self._runs if each not in near)]
        return one.hashes


def _spans(keys: pl.Series) -> dict[int, tuple[str, str]]:
    """Numbers that count up have few lengths and never overlap, whatever their alphabetical order."""
    grouped = keys.to_frame("key").group_by(pl.col("key").str.len_bytes().alias("length"))
    found = grouped.agg(first=pl.col("key").min(), last=pl.col("key").max())
    return {length: (first, last) for length, first, last in found.iter_rows()}


def _overlap(one: dict[int, tuple[str, str]], other: dict[int, tuple[str, str]]) -> bool:
    return any(
        one[length][0] <= other[length][1] and other[length][0] <= one[length][1]
        for length in one.keys() & other
    )


def _joined_spans(
    one: dict[int, tuple[str, str]], other: dict[int, tuple[str, str]]
) -> dict[int, tuple[str, str]]:
    both = [*one.items(), *other.items()]
    return {
        length: (
            min(span[0] for at, span in both if at == length),
            max(span[1] for at, span in both if at == length),
        )
        for length in {*one, *other}
    }


def _merged(one: pl.Series, other: pl.Series) -> pl.Series:
    return one.to_frame("hash").merge_sorted(other.to_frame("hash"), "hash").to_series()


def _meet(ordered: pl.Series, before: pl.Series | None) -> bool:
    """Whether two ordered series have a value in common."""
    if before is None or before.is_empty():
        return False
    at = before.search_sorted(ordered).clip(0, len(before) - 1)
    return bool((before.gather(at) == ordered).any())


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
