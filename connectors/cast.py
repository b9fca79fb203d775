"""The text of a source column becomes a typed column of a fact table, with a complaint for each bad cell."""

from dataclasses import dataclass

import polars as pl

from connectors import read_dates, read_numbers
from connectors.errors import SourceError
from connectors.plan import ColumnMapping, Hand
from store.contract import Kind
from store.listed import FALSE, TRUE

FEW = 2_000  # cells looked at to see whether a column holds few different words


@dataclass(frozen=True, eq=False)
class Complaint:
    """The cells (True in `where`) that have one thing wrong with them, and what that is."""

    where: pl.Series
    what: str


@dataclass(frozen=True, eq=False)
class Column:
    """A typed column and everything that is wrong in it; `shown` is the text it was read from."""

    values: pl.Series
    complaints: tuple[Complaint, ...]
    shown: pl.Series


def cast(mapping: ColumnMapping, texts: pl.DataFrame, hand: Hand = Hand.PERSON) -> Column:
    """
    The typed values of a column, from the text columns its mapping names. A machine writes dates as ISO whatever
    order is declared, and numbers with a point.

    Raises SourceError where a date order or a decimal mark has to be declared first.
    """
    if mapping.date is not None and mapping.time is not None:
        return _pair(mapping, texts[mapping.date], texts[mapping.time], hand)
    if mapping.column is not None:
        return _cast(mapping, texts[mapping.column], hand)
    return _repeated(_cast(mapping, pl.Series([mapping.constant], dtype=pl.String), hand), texts.height)


def _cast(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> Column:
    if (column := _at_once(mapping, text, hand)) is not None:
        return column
    cleaned = clean(text, mapping.empty)
    mapped, unmapped = _translate(mapping, cleaned)
    if mapping.default is not None:
        mapped = mapped.fill_null(mapping.default)
    values, complaints = _typed(mapping, mapped, hand)
    if unmapped is not None:
        lacking = Complaint(unmapped, "has no mapping; add it to map, or write otherwise = ...")
        complaints = (lacking, *complaints)
    return Column(values, complaints, cleaned)


def _at_once(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> Column | None:
    """Most columns are clean: without a single complaint nothing has to be trimmed or replaced first."""
    changed = mapping.map is not None or mapping.default is not None or mapping.numbers_only
    if changed or any(mapping.empty) or mapping.field.kind == Kind.TEXT:
        return None
    try:
        values, complaints = _typed(mapping, text, hand)
    except SourceError:
        return None
    return None if any(each.where.any() for each in complaints) else Column(values, (), text)


def _repeated(column: Column, rows: int) -> Column:
    """A constant is read once."""
    complaints = tuple(Complaint(each.where.new_from_index(0, rows), each.what) for each in column.complaints)
    return Column(column.values.new_from_index(0, rows), complaints, column.shown.new_from_index(0, rows))


def _pair(mapping: ColumnMapping, date: pl.Series, time: pl.Series, hand: Hand) -> Column:
    day, clock = clean(date, mapping.empty), clean(time, mapping.empty)
    read = read_dates.moments(mapping, day, clock, hand)
    shown = pl.select(pl.concat_str(pl.lit(day), pl.lit(clock), separator=" ", ignore_nulls=True)).to_series()
    return Column(read.values, _complaints(read.problems), shown)


def clean(text: pl.Series, empty: tuple[str, ...]) -> pl.Series:
    """Blanks round a text do not count; a blank text, and each that stands for nothing, is null."""
    if _is_clean(text, empty):
        return text
    stripped = text.str.strip_chars()
    return pl.select(pl.when(~stripped.is_in(["", *empty])).then(stripped)).to_series().alias(text.name)


def _is_clean(text: pl.Series, empty: tuple[str, ...]) -> bool:
    """Told by its different values where they are few, as of most columns of words."""
    if text.len() < FEW or text.head(FEW).n_unique() > FEW // 10:
        return False
    words = text.unique().drop_nulls()
    return bool((words.str.strip_chars() == words).all()) and not words.is_in(["", *empty]).any()


def _translate(mapping: ColumnMapping, text: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """The firm's words in place of the source's, and the cells that have a word without entry."""
    if mapping.map is None:
        return text, None
    words = {word: ours for word, ours in mapping.map.items() if word}
    if "" in mapping.map:
        text = text.fill_null("")
        words[""] = mapping.map[""]
    known = text.is_in(list(words))
    rest = text if mapping.keep_others else mapping.otherwise
    ours = text.replace_strict(words, default=rest, return_dtype=pl.String)
    unmapped = ~known & text.is_not_null() if rest is None else None
    result = pl.select(pl.when(ours != "").then(ours)).to_series().alias(text.name)
    return result, unmapped


def _typed(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> tuple[pl.Series, tuple[Complaint, ...]]:
    match mapping.field.kind:
        case Kind.DAY:
            days = read_dates.days(mapping, text, hand)
            return days.values, _complaints(days.problems)
        case Kind.INSTANT:
            instants = read_dates.instants(mapping, text, hand)
            return instants.values, _complaints(instants.problems)
        case Kind.WHOLE | Kind.AMOUNT:
            numbers = read_numbers.numbers(mapping, text, hand)
            return numbers.values, _complaints(numbers.problems)
        case Kind.FLAG:
            return _flags(mapping, text)
        case _:
            return read_numbers.rewritten(mapping, text), ()


def _flags(mapping: ColumnMapping, text: pl.Series) -> tuple[pl.Series, tuple[Complaint, ...]]:
    lower = text.str.to_lowercase()
    yes = [word.lower() for word in mapping.true] or list(TRUE)
    no = [word.lower() for word in mapping.false] or list(FALSE)
    words = {**dict.fromkeys(no, False), **dict.fromkeys(yes, True)}
    values = lower.replace_strict(words, default=None, return_dtype=pl.Boolean)
    unknown = text.is_not_null() & values.is_null()
    return values, (Complaint(unknown, f"is neither of {yes} nor of {no}; name it in true or false"),)


def _complaints(problems: tuple[tuple[pl.Series, str], ...]) -> tuple[Complaint, ...]:
    return tuple(Complaint(where, what) for where, what in problems)
