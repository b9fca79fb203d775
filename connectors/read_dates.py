"""Days and moments written as text: by a declared format, a declared order, or ISO 8601; never by a guess."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import polars as pl

from connectors.errors import SourceError
from connectors.plan import ColumnMapping, DateOrder, Hand

FIRST_YEAR, LAST_YEAR = 1980, 2100
ISO_DAY = "%Y-%m-%d"
CLOCKS = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
USUAL = (("%Y-%m-%dT%H:%M:%SZ", "UTC"), ("%Y-%m-%dT%H:%M:%S", None), ("%Y-%m-%d %H:%M:%S", None))
OFFSET = r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
ORDERS = {DateOrder.DMY: "%d/%m/%Y", DateOrder.MDY: "%m/%d/%Y", DateOrder.YMD: "%Y/%m/%d"}
SERIALS = {"excel": 86_400.0, "unix": 1.0, "unix_ms": 0.001}
EXCEL_EPOCH_S = -2_209_161_600.0  # 1899-12-30
Problems = tuple[tuple[pl.Series, str], ...]


@dataclass(frozen=True, eq=False)
class Times:
    """Date or Datetime values, and for each kind of bad cell a mask with what is wrong."""

    values: pl.Series
    problems: Problems


def days(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> Times:
    """Days; a time of day behind a date is ignored, the written day counts."""
    if mapping.format in SERIALS:
        values = _serial(text, mapping.format).dt.date()
    elif mapping.format:
        values = _machine_too(_by_format(text, mapping.format).cast(pl.Date), text, hand, _iso_days)
    else:
        values = _ordered(mapping, text, hand, _iso_days, _ordered_days)
    return Times(values, _judged(mapping, text, values))


def instants(mapping: ColumnMapping, text: pl.Series, hand: Hand) -> Times:
    """Moments: UTC where the text has an offset or the mapping names a zone, without zone otherwise."""
    if mapping.format in SERIALS:
        values = _serial(text, mapping.format)
    elif mapping.format:
        read = _by_format(text, mapping.format).cast(pl.Datetime("us", _zone_of(mapping.format)))
        values = _machine_too(read, text, hand, _iso_instants)
    else:
        values = _ordered(mapping, text, hand, _iso_instants, _ordered_instants)
    problems = _judged(mapping, text, values)
    return _in_zone(mapping, values, problems)


def moments(mapping: ColumnMapping, day: pl.Series, clock: pl.Series, hand: Hand) -> Times:
    """Moments from a column of days and one of times of day; null where either is empty."""
    if mapping.format:
        return instants(mapping, pl.select(pl.lit(day) + " " + pl.lit(clock)).to_series(), hand)
    whole = days(mapping, day, hand)
    values = combine(whole.values, clock)
    unread = clock.is_not_null() & whole.values.is_not_null() & values.is_null()
    problems = (*whole.problems, (unread, "is not a time of day; write hours and minutes, such as 14:05"))
    return _in_zone(mapping, values, problems)


def _zone_of(format: str) -> str | None:
    return "UTC" if "%z" in format or "%#z" in format or "%:z" in format else None


def _by_format(text: pl.Series, format: str) -> pl.Series:
    if not any(code in format for code in ("%H", "%I", "%T", "%R", "%s", "%c", "%k", "%l", "%r", "%X")):
        return text.str.to_date(format, strict=False)
    zone = _zone_of(format)
    return text.str.to_datetime(format, strict=False, time_unit="us", time_zone=zone, ambiguous="earliest")


def _serial(text: pl.Series, unit: str | None) -> pl.Series:
    """Days since 1899-12-30 as spreadsheets count them, or seconds since 1970."""
    count = text.cast(pl.Float64, strict=False)
    seconds = count * SERIALS[unit or ""] + (EXCEL_EPOCH_S if unit == "excel" else 0.0)
    usable = pl.when(seconds.is_finite() & (seconds.abs() < 1e11)).then(seconds)
    micros = pl.select((usable * 1e6).round().cast(pl.Int64)).to_series()
    return micros.cast(pl.Datetime("us", None if unit == "excel" else "UTC"))


def _machine_too(
    values: pl.Series, text: pl.Series, hand: Hand, iso: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """A format is about texts: what was a date in the source arrives as ISO."""
    return values if hand is Hand.PERSON else _fill(values, text, iso)


def _ordered(
    mapping: ColumnMapping,
    text: pl.Series,
    hand: Hand,
    iso: Callable[[pl.Series], pl.Series],
    ordered: Callable[[pl.Series, DateOrder], pl.Series],
) -> pl.Series:
    """By the declared order; ISO where none is declared, and for cells that were dates in the source."""
    if mapping.date_order is None:
        values = iso(text)
        _ask_for_order(mapping, text, values)
        return values
    values = ordered(text, mapping.date_order)
    return _machine_too(values, text, hand, iso)


def _fill(values: pl.Series, text: pl.Series, way: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Try another way of reading where the first gave nothing."""
    if values.null_count() == text.null_count():
        return values
    missing = pl.select(pl.when(values.is_null()).then(text)).to_series()
    more = way(missing)
    return pl.select(pl.coalesce(values, more.cast(values.dtype))).to_series()


def _ask_for_order(mapping: ColumnMapping, text: pl.Series, values: pl.Series) -> None:
    """A column most of whose dates are not ISO needs a word from a person; a few bad cells are bad rows."""
    other = text.filter(text.is_not_null() & values.is_null())
    dates = other.filter(other.str.contains(r"^[0-9]{1,4}[./ -]([0-9]{1,2}|[A-Za-z]{3,9})[./ -][0-9]{2,4}"))
    if len(dates) * 2 <= len(text) - text.null_count():
        return
    raise SourceError(
        f"Column '{mapping.column or mapping.date}' holds dates such as '{dates[0]}', and their order is not "
        f"declared. Write date_order = 'dmy', 'mdy' or 'ymd', or a format such as '%d-%b-%y'."
    )


def _iso_days(text: pl.Series) -> pl.Series:
    values = text.str.to_date(ISO_DAY, strict=False)
    return _fill(values, text, lambda rest: _iso_instants(rest, shift=False).dt.date())


def _iso_instants(text: pl.Series, *, shift: bool = True) -> pl.Series:
    """ISO moments: UTC where any has an offset, else without zone. `shift=False` ignores the offsets."""
    if shift and (usual := _usual(text)) is not None:
        return usual
    whole = text.str.replace(" UTC", "Z", literal=True).str.replace(" ", "T", literal=True)
    naive = whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    if naive.null_count() == text.null_count():
        return naive
    for format in ("%Y-%m-%dT%H:%M", ISO_DAY):
        naive = _fill(naive, whole, lambda rest, format=format: _naive(rest, format))  # type: ignore[misc]
    if not shift:
        cut = whole.str.replace(OFFSET, "")
        return _fill(naive, cut, lambda rest: _iso_instants(rest))
    return _with_offsets(whole, naive)


def _usual(text: pl.Series) -> pl.Series | None:
    """A whole column written one of the usual ways, which is read three times as fast; else None."""
    first = text.drop_nulls().head(1)
    for format, zone in USUAL:
        if first.str.to_datetime(format, strict=False).null_count() == 0 and len(first):
            values = text.str.to_datetime(
                format, strict=False, time_unit="us", cache=False
            )  # mostly different
            if values.null_count() == text.null_count():
                return values.dt.replace_time_zone(zone)
    return None


def _naive(text: pl.Series, format: str) -> pl.Series:
    if "%H" not in format:
        return text.str.to_date(format, strict=False).cast(pl.Datetime("us"))
    return text.str.to_datetime(format, strict=False, time_unit="us")


def _with_offsets(whole: pl.Series, naive: pl.Series) -> pl.Series:
    """Where a text has an offset the column is UTC, and cells without one are left to be complained about."""
    offset = whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
    short = whole.str.to_datetime("%Y-%m-%dT%H:%M%#z", strict=False, time_unit="us", time_zone="UTC")
    either = pl.select(pl.coalesce(offset, short)).to_series()
    return naive if either.null_count() == len(either) else either


def _ordered_days(text: pl.Series, order: DateOrder) -> pl.Series:
    """Days written with / . or - in the declared order; years of two digits are 1970 to 2069."""
    parts = text.str.extract(r"^([0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4})(?:[ T].*)?$")
    written = parts.str.replace_all(r"[.-]", "/")
    long = written.str.to_date(ORDERS[order], strict=False)
    if not (long.dt.year() < 100).any():
        return long
    short = written.str.to_date(ORDERS[order].replace("%Y", "%y"), strict=False)
    return pl.select(pl.when(long.dt.year() < 100).then(short).otherwise(long)).to_series()


def _ordered_instants(text: pl.Series, order: DateOrder) -> pl.Series:
    """A day in the declared order, and a time of day behind it where there is one."""
    clock = text.str.extract(r"^[^ T]+[ T]+(.+)$").fill_null("00:00")
    return combine(_ordered_days(text, order), clock)


def combine(day: pl.Series, clock: pl.Series) -> pl.Series:
    """A day and the text of a time of day (24 or 12 hours, or a spreadsheet's) as a moment without zone."""
    plain = clock.str.replace(r"^1899-12-3[01][ T]", "").str.to_uppercase()
    at = plain.str.to_time(CLOCKS[0], strict=False)
    for format in CLOCKS[1:]:
        at = _fill(at, plain, lambda rest, format=format: rest.str.to_time(format, strict=False))  # type: ignore[misc]
    return pl.select(pl.lit(day).dt.combine(pl.lit(at), time_unit="us")).to_series()


def _far(values: pl.Series) -> pl.Series:
    """Looked at one by one only where the first or the last is too far."""
    bounds = pl.Series([values.min(), values.max()], dtype=values.dtype).dt.year()
    if bounds.is_between(FIRST_YEAR, LAST_YEAR).fill_null(True).all():
        return pl.repeat(False, len(values), eager=True)
    return (~values.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).fill_null(False)


def _judged(mapping: ColumnMapping, text: pl.Series, values: pl.Series) -> Problems:
    unread = text.is_not_null() & values.is_null()
    far = _far(values)
    how = mapping.format or (mapping.date_order and f"date_order {mapping.date_order}") or "ISO 8601"
    return (
        (unread, f"is not a date or does not exist, read as {how}"),
        (far, f"is outside {FIRST_YEAR} to {LAST_YEAR}; if it stands for no date, add it to empty"),
    )


def _in_zone(mapping: ColumnMapping, values: pl.Series, problems: Problems) -> Times:
    """A zone named in the mapping makes UTC of moments without offset; a skipped hour is refused."""
    dtype = cast(pl.Datetime, values.dtype)
    if dtype.time_zone is not None or mapping.timezone is None:
        return Times(values, problems)
    local = values.dt.replace_time_zone(mapping.timezone, ambiguous="earliest", non_existent="null")
    skipped = values.is_not_null() & local.is_null()
    what = f"did not exist in {mapping.timezone}: the clocks went forward"
    return Times(local.dt.convert_time_zone("UTC"), (*problems, (skipped, what)))
