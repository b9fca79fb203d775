"""Numbers written as text become exact whole numbers: pieces, seconds, grams, micros of money."""

import re
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from connectors.errors import SourceError
from connectors.plan import ColumnMapping, Hand
from connectors.units import factor
from store.contract import Kind

MICROS = Fraction(1_000_000)
DIGITS = 12  # decimal places kept exactly before a unit is converted
LOOK_AT = 20_000  # cells looked at to see whether a point is a decimal mark
Problems = tuple[tuple[pl.Series, str], ...]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Int64 values, and for each kind of bad cell a mask with what is wrong."""

    values: pl.Series
    problems: Problems


def numbers(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> Numbers:
    """
    Whole numbers of the stored unit: amounts in micros, rounded half-even at the sixth place; other numbers
    converted exactly where a unit is named, and refused with a fraction where none is.
    """
    if (whole := _at_once(mapping, text)) is not None:
        return whole
    plain = text if hand is Hand.MACHINE else _plain(mapping, text, hand)
    if mapping.field.kind == Kind.AMOUNT:
        read, values = _times(plain, MICROS)
        return _judged(mapping, text, read, values, None)
    if mapping.unit and mapping.unit != mapping.field.unit:
        read, values = _times(plain, factor(mapping.unit, mapping.field.unit))
        return _judged(mapping, text, read, values, None)
    return _counted(mapping, text, plain)


def _at_once(mapping: ColumnMapping, text: pl.Series) -> Numbers | None:
    """A column of digits only means the same whatever its marks are, and nobody has to be asked for them."""
    if mapping.field.kind == Kind.AMOUNT or mapping.unit or mapping.remove:
        return None
    values = text.cast(pl.Int64, strict=False)
    is_whole = values.null_count() == text.null_count()
    return _judged(mapping, text, values, values, None) if is_whole else None


def rewritten(mapping: ColumnMapping, text: pl.Series) -> pl.Series:
    """A text that is a number with a decimal comma, such as a rate, with a point; other texts as they are."""
    return text if mapping.decimal == "." and not mapping.thousands else _plain(mapping, text, Hand.SHEET)


def _plain(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> pl.Series:
    """The number with a decimal point and nothing else in it; null where its marks are not where they belong."""
    for word in mapping.remove:
        text = text.str.replace_all(word, "", literal=True)
    if mapping.remove:
        text = text.str.strip_chars()
    if not mapping.thousands and mapping.decimal == ".":
        if hand is Hand.PERSON:
            _ask_for_decimal_mark(mapping, text)
        return text
    if mapping.thousands:
        group, mark = re.escape(mapping.thousands), re.escape(mapping.decimal)
        whole = rf"^[+-]?([0-9]+|[0-9]{{1,3}}({group}[0-9]{{2,3}})*{group}[0-9]{{3}})({mark}[0-9]*)?$"
        text = pl.select(pl.when(text.str.contains(whole)).then(text)).to_series()
        text = text.str.replace_all(mapping.thousands, "", literal=True)
    elif mapping.decimal == ",":
        text = pl.select(pl.when(~text.str.contains(".", literal=True)).then(text)).to_series()
    return text.str.replace(mapping.decimal, ".", literal=True)


def _ask_for_decimal_mark(mapping: ColumnMapping, text: pl.Series) -> None:
    """`1.234` may be one or a thousand: where every point of a column is like that, a person has to say."""
    if mapping.decimal_declared:
        return
    pointed = _pointed(text.head(LOOK_AT))
    if pointed.is_empty():
        pointed = _pointed(text).head(LOOK_AT)
    if pointed.is_empty() or not pointed.str.contains(r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$").all():
        return
    raise SourceError(
        f"Column '{mapping.column}' holds numbers such as '{pointed[0]}': thousands or decimals? "
        f"Write decimal = '.' if the point is the decimal mark, or decimal = ',' and thousands = '.'."
    )


def _pointed(text: pl.Series) -> pl.Series:
    return text.filter(text.str.contains(".", literal=True))


def _times(plain: pl.Series, by: Fraction) -> tuple[pl.Series, pl.Series]:
    """The number as read (null where it is none), and its product with `by`, rounded half-even."""
    if by == MICROS:  # the cast itself rounds half-even at the sixth place
        read = plain.cast(pl.Decimal(38, 6), strict=False)
        return read, read.to_physical().cast(pl.Int64, strict=False)
    read = plain.cast(pl.Decimal(38, DIGITS), strict=False)
    exact = pl.lit(read.to_physical()) * by.numerator
    step = by.denominator * 10**DIGITS
    whole, rest = exact // step, exact % step * 2
    up = (rest > step) | ((rest == step) & (whole % 2 == 1))
    return read, pl.select((whole + up.cast(pl.Int128)).cast(pl.Int64, strict=False)).to_series()


def _counted(mapping: ColumnMapping, text: pl.Series, plain: pl.Series) -> Numbers:
    """Whole numbers as they are: `3` and `3.0` are three, `3.5` is refused."""
    values = plain.cast(pl.Int64, strict=False)
    if values.null_count() == text.null_count():
        return _judged(mapping, text, values, values, None)
    read = plain.cast(pl.Decimal(38, DIGITS), strict=False)
    broken = (pl.select(pl.lit(read.to_physical()) % 10**DIGITS != 0).to_series()).fill_null(False)
    whole = pl.select(pl.lit(read.to_physical()) // 10**DIGITS).to_series().cast(pl.Int64, strict=False)
    return _judged(mapping, text, read, whole, broken)


def _judged(
    mapping: ColumnMapping, text: pl.Series, read: pl.Series, values: pl.Series, broken: pl.Series | None
) -> Numbers:
    """What is wrong with the cells; with `numbers_only` a text that is no number is as good as none."""
    problems: list[tuple[pl.Series, str]] = []
    if not mapping.numbers_only:
        problems.append((text.is_not_null() & read.is_null(), _not_a_number(mapping)))
    problems.append((read.is_not_null() & values.is_null(), "is too large a number"))
    if broken is not None:
        problems.append((broken, "is not a whole number"))
    if mapping.minimum is not None:
        least = "it may not be negative" if mapping.minimum == 0 else f"it must be at least {mapping.minimum}"
        problems.append(((values < mapping.minimum).fill_null(False), f"is too small; {least}"))
    return Numbers(values, tuple(problems))


def _not_a_number(mapping: ColumnMapping) -> str:
    marks = f"decimal mark '{mapping.decimal}'"
    marks += f", thousands mark '{mapping.thousands}'" if mapping.thousands else ", no thousands mark"
    return f"is not a number ({marks})"
