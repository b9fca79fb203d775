"""A frame of texts becomes a batch of typed rows of one fact table; rows that do not fit keep their reason."""

from dataclasses import dataclass, field
from typing import cast as of_type

import polars as pl

from connectors.batch import ID, REFUSED, Batch, as_raw
from connectors.block import suggestion
from connectors.cast import Column, cast, clean
from connectors.errors import SourceError
from connectors.plan import ROW, Hand, Keeping, TableMapping
from connectors.repeated import AGAIN, SeenKeys, last_of_each
from store.contract import key_of

FAULT, PLACE = "_fault", "_place"


@dataclass(frozen=True, eq=False)
class Texts:
    """
    Some rows of a source as text: its columns, `_row` (1-based row of the file, sheet or result), `_fault` (what is
    wrong with the whole row, else null), and `_id` where rows are known by another name than place and number.
    `place` names the file, sheet or table; `_place` in the frame names it row by row. `hand` wrote the texts but
    those of the `typed` columns, which a machine wrote. `row_key` stands before a row number that is the key.
    """

    frame: pl.DataFrame
    place: str
    hand: Hand = Hand.PERSON
    typed: frozenset[str] = frozenset()
    row_key: str = ""

    def hand_of(self, columns: tuple[str, ...]) -> Hand:
        """Who wrote the texts of these columns."""
        return Hand.MACHINE if columns and self.typed.issuperset(columns) else self.hand


@dataclass(eq=False)
class _Sieve:
    """Rows still in play, and those set aside with a reason."""

    mapping: TableMapping
    texts: pl.DataFrame
    refused: list[pl.DataFrame] = field(default_factory=list)
    left_out: int = 0
    by_row: bool = True

    def leave_out(self, where: pl.Series) -> None:
        """Forget rows, and count them."""
        if not where.any():
            return
        self.left_out += of_type(int, where.sum())
        self.texts = self.texts.filter(~where)

    def refuse(self, where: pl.Series, reason: pl.Expr) -> None:
        """Set rows aside with a reason each."""
        if not where.any():
            return
        bad = self.texts.filter(where)
        label = pl.format("row {}", ROW) if self.by_row else pl.col(ID)
        reasons = bad.select(source_id=ID, reason=pl.format("{}: {}", label, reason))
        self.refused.append(reasons.with_columns(as_raw(self.mapped(bad))["raw"]))
        self.texts = self.texts.filter(~where)

    def mapped(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The columns to keep beside a row that is rejected."""
        return rows.select(ID, *self.mapping.source_columns)


def shape(mapping: TableMapping, texts: Texts, seen: SeenKeys) -> Batch:
    """
    The batch of one piece of a source. `seen` remembers the keys of earlier pieces.

    Raises SourceError for a missing column and for dates or numbers whose way of writing has to be declared.
    """
    frame = texts.frame
    check_columns(mapping, frame, texts.place)
    place = pl.col(PLACE) if PLACE in frame.columns else pl.lit(texts.place)
    named = frame if ID in frame.columns else frame.with_columns(pl.format("{}:{}", place, ROW).alias(ID))
    sieve = _Sieve(mapping, named, by_row=ID not in frame.columns)
    read = frame.height - _drop_blank(sieve)
    _refuse_faults(sieve)
    _refuse_headers(sieve)
    _apply_filters(sieve)
    met = _keys(sieve, texts.row_key)
    keys = _one_row_a_key(sieve, met, seen, texts)
    rows = _typed_rows(sieve, keys, texts)
    refused = pl.concat(sieve.refused) if sieve.refused else REFUSED.to_frame()
    return Batch(
        mapping.table, rows, refused, sieve.mapped(sieve.texts), read, sieve.left_out, met,
        hashed=mapping.hashed, hidden=mapping.hidden,
    )  # fmt: skip


def keys_of(mapping: TableMapping, texts: Texts) -> pl.Series:
    """The keys of rows of which nothing else is wanted, without those that have none."""
    return _keys(_Sieve(mapping, texts.frame, by_row=False), texts.row_key)


def check_columns(mapping: TableMapping, frame: pl.DataFrame, place: str) -> None:
    """Raises SourceError that names the missing columns and those there are."""
    there = [name for name in frame.columns if not name.startswith("_") or name in mapping.source_columns]
    missing = [name for name in mapping.source_columns if name not in there]
    if missing:
        raise SourceError(
            f"{place} has no column '{missing[0]}', which the mapping needs. "
            f"{suggestion(missing[0], there[:60])}"
        )


def _drop_blank(sieve: _Sieve) -> int:
    """Rows without anything in the mapped columns are blank lines and not rows; how many there were."""
    columns = sieve.mapping.source_columns
    if not columns:
        return 0
    blank = pl.col(columns[0]).is_null() & pl.all_horizontal(pl.col(*columns).is_null()) & _no_fault(sieve)
    if not sieve.texts[columns[0]].null_count():
        return 0
    before = sieve.texts.height
    sieve.texts = sieve.texts.filter(~blank)
    return before - sieve.texts.height


def _no_fault(sieve: _Sieve) -> pl.Expr:
    return pl.col(FAULT).is_null() if FAULT in sieve.texts.columns else pl.lit(True)


def _refuse_faults(sieve: _Sieve) -> None:
    if FAULT in sieve.texts.columns:
        sieve.refuse(sieve.texts[FAULT].is_not_null(), pl.col(FAULT))


def _refuse_headers(sieve: _Sieve) -> None:
    """A header in the middle (files put one behind the other) is not a row."""
    columns = sieve.mapping.source_columns
    if columns and (sieve.texts[columns[0]] == columns[0]).any():
        again = sieve.texts.select(pl.all_horizontal(pl.col(name) == name for name in columns))
        sieve.refuse(again.to_series().fill_null(False), pl.lit("the header again, not a row"))


def _apply_filters(sieve: _Sieve) -> None:
    for keep in sieve.mapping.keep:
        text = clean(sieve.texts[keep.column], ())
        wanted = pl.repeat(True, len(text), eager=True)
        if keep.not_empty:
            wanted &= text.is_not_null() & ~text.is_in(list(sieve.mapping.layout.null_values))
        if keep.among is not None:
            wanted &= text.fill_null("").is_in(list(keep.among))
        if keep.not_among is not None:
            wanted &= ~text.fill_null("").is_in(list(keep.not_among))
        sieve.leave_out(~wanted)


def _keys(sieve: _Sieve, row_key: str) -> pl.Series:
    """The key of each row that has one; the others are refused."""
    key = sieve.mapping.key
    if not key:  # the key column is mapped like any other, so its text is judged by its own mapping
        stored = key_of(sieve.mapping.table)[0]
        column = next(each for each in sieve.mapping.columns if each.field.name == stored)
        values = cast(column, sieve.texts).values
    else:
        values = _joined([_part(sieve, name, row_key) for name in key])
    sieve.refuse(values.is_null(), pl.lit(f"the key ({', '.join(key) or 'mapped'}) is empty"))
    return values.drop_nulls()


def _part(sieve: _Sieve, name: str, row_key: str) -> pl.Series:
    if name == ROW:
        return row_key + sieve.texts[ROW].cast(pl.String)
    return clean(sieve.texts[name], sieve.mapping.layout.null_values)


def _joined(parts: list[pl.Series]) -> pl.Series:
    """Several columns with | between them; a | inside a part is marked, so that no two keys become one."""
    if len(parts) == 1:
        return parts[0]
    safe = [pl.lit(part.str.replace_all("|", r"\|", literal=True)) for part in parts]
    return pl.select(pl.concat_str(safe, separator="|")).to_series()


def _one_row_a_key(sieve: _Sieve, keys: pl.Series, seen: SeenKeys, texts: Texts) -> pl.Series:
    """The keys that stay, by the rule for repeated keys."""
    rule = sieve.mapping.duplicates.keeping
    if rule is Keeping.LAST:
        hand = texts.hand_of((sieve.mapping.duplicates.by,) if sieve.mapping.duplicates.by else ())
        stays = last_of_each(sieve.mapping, sieve.texts, keys, hand)
    else:
        stays = seen.first_time(keys)
    if stays.all():
        return keys
    if rule is Keeping.REJECT:
        again = pl.lit(keys.filter(~stays))
        sieve.refuse(
            ~stays, pl.format("key '{}' {}; say which row counts with duplicates = ...", again, pl.lit(AGAIN))
        )
    else:
        sieve.leave_out(~stays)
    return keys.filter(stays)


def _typed_rows(sieve: _Sieve, keys: pl.Series, texts: Texts) -> pl.DataFrame:
    """The typed columns under stored names, with source_id; rows with any bad cell are refused."""
    stored = key_of(sieve.mapping.table)[0]
    columns = {
        each.field.name: cast(each, sieve.texts, texts.hand_of(each.columns))
        for each in sieve.mapping.columns
    }
    rows = pl.DataFrame(
        {
            stored: keys,
            **{name: column.values for name, column in columns.items()},
            "source_id": sieve.texts[ID],
        }
    )
    bad = [each.where for column in columns.values() for each in column.complaints if each.where.any()]
    if not bad:
        return rows
    where = bad[0]
    for more in bad[1:]:
        where = where | more
    sieve.refuse(where, pl.lit(_reasons(sieve, columns, where)))
    return rows.filter(~where)


def _reasons(sieve: _Sieve, columns: dict[str, Column], where: pl.Series) -> pl.Series:
    """For each bad row what is wrong, cell by cell."""
    parts: list[pl.Series] = []
    for mapping in sieve.mapping.columns:
        column = columns[mapping.field.name]
        name = " and ".join(mapping.columns) or mapping.field.given_as
        shown = column.shown.filter(where).str.head(80)
        for complaint in column.complaints:
            if complaint.where.any():
                parts.append(_reason(name, shown, complaint.where.filter(where), complaint.what))
    all_parts = [pl.lit(part) for part in parts]
    return pl.select(pl.concat_str(all_parts, separator="; ", ignore_nulls=True)).to_series()


def _reason(name: str, shown: pl.Series, hit: pl.Series, what: str) -> pl.Series:
    text = pl.format("{} is '{}': {}", pl.lit(name), pl.lit(shown), pl.lit(what))
    return pl.select(pl.when(pl.lit(hit)).then(text)).to_series()


__all__ = ["Texts", "check_columns", "keys_of", "shape"]
