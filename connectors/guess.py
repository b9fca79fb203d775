"""What the cells of a column look like, and how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from connectors.plan import DateOrder
from store.contract import Kind

EMPTY_WORDS = ("", "-", "?", "n/a", "na", "#n/a", "null", "none", "nan", "unknown")
FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y",
    "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d",
)  # fmt: skip
ISO = FORMATS[:4]
ORDERED = re.compile(r"^([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})(.*)$")
FLAGS = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f"})
WHOLE = re.compile(r"^[+-]?[0-9]+$")
POINTED = re.compile(r"^[+-]?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?$|^[+-]?[0-9]*\.[0-9]+$")
COMMAED = re.compile(r"^[+-]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+$|^[+-]?[0-9]+,[0-9]+$")
MIN_SURE = 0.8


@dataclass(frozen=True)
class Look:
    """What a column seems to hold; `sure` is the share of its cells that agree, `note` what a person has to settle."""

    name: str
    kind: Kind
    sure: float
    format: str | None = None
    order: DateOrder | None = None
    decimal: str | None = None
    thousands: str | None = None
    empty: tuple[str, ...] = ()
    example: str = ""
    note: str = ""
    distinct: bool = False


def look_at(name: str, cells: Sequence[str | None]) -> Look:
    """The best reading of a column: dates, flags, numbers, else text."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    empty = tuple(sorted({cell for cell in filled if cell.lower() in EMPTY_WORDS}))
    values = [cell for cell in filled if cell not in empty]
    example = values[0] if values else ""
    distinct = len(values) == len(cells) and len(set(values)) == len(values)
    for reading in (_dates(name, values), _flags(name, values), _numbers(name, values)):
        if reading is not None and reading.sure >= MIN_SURE:
            return _with(reading, empty, example, distinct)
    return _with(Look(name, Kind.TEXT, 1.0), empty, example, distinct)


def _with(look: Look, empty: tuple[str, ...], example: str, distinct: bool) -> Look:
    kept = empty if look.kind is not Kind.TEXT else ()
    return Look(
        look.name, look.kind, look.sure, look.format, look.order, look.decimal, look.thousands,
        kept, example, look.note, distinct,
    )  # fmt: skip


def _dates(name: str, values: Sequence[str]) -> Look | None:
    if not values:
        return None
    ordered = [match for value in values if (match := ORDERED.match(value)) and len(match.group(1)) <= 2]
    if len(ordered) / len(values) >= MIN_SURE:
        return _in_order(name, ordered, len(ordered) / len(values))
    texts = pl.Series(values)
    shares = {format: _share(texts, format) for format in FORMATS}
    best = max(shares, key=lambda format: shares[format])
    kind = Kind.INSTANT if "%H" in best else Kind.DAY
    return Look(name, kind, shares[best], format=None if best in ISO else best)


def _share(texts: pl.Series, format: str) -> float:
    read = (
        texts.str.to_datetime(format, strict=False)
        if "%H" in format
        else texts.str.to_date(format, strict=False)
    )
    plausible = read.dt.year().is_between(1980, 2100).fill_null(False)
    return float(plausible.mean() or 0.0)  # type: ignore[arg-type]


def _in_order(name: str, dates: Sequence[re.Match[str]], sure: float) -> Look:
    """Day first or month first, if any cell proves it; nobody can tell otherwise."""
    kind = Kind.INSTANT if any(":" in date.group(4) for date in dates) else Kind.DAY
    first = max(int(date.group(1)) for date in dates)
    second = max(int(date.group(2)) for date in dates)
    example = dates[0].group(0)
    if first > 12 and second > 12:
        return Look(
            name, kind, sure, note=f"both day/month and month/day occur, as in {example}: mend the source"
        )
    if first > 12:
        return Look(name, kind, sure, order=DateOrder.DMY)
    if second > 12:
        return Look(name, kind, sure, order=DateOrder.MDY)
    return Look(
        name, kind, sure, note=f"{example} may be day/month or month/day: write date_order = 'dmy' or 'mdy'"
    )


def _flags(name: str, values: Sequence[str]) -> Look | None:
    hits = sum(value.lower() in FLAGS for value in values)
    return Look(name, Kind.FLAG, hits / len(values)) if hits else None


def _numbers(name: str, values: Sequence[str]) -> Look | None:
    if not values:
        return None
    whole = sum(bool(WHOLE.match(value)) for value in values)
    pointed = sum(bool(POINTED.match(value)) for value in values)
    commaed = sum(bool(COMMAED.match(value)) for value in values)
    if commaed and commaed + whole > pointed:
        thousands = "." if any("." in value for value in values) else None
        return Look(name, Kind.AMOUNT, (commaed + whole) / len(values), decimal=",", thousands=thousands)
    if whole == len(values) or (whole and whole >= pointed):
        return Look(name, Kind.WHOLE, whole / len(values))
    thousands = "," if any("," in value and POINTED.match(value) for value in values) else None
    agreeing = sum(bool(WHOLE.match(value) or POINTED.match(value)) for value in values)
    return Look(
        name, Kind.AMOUNT, agreeing / len(values), decimal=".", thousands=thousands, note=_point(values)
    )


def _point(values: Sequence[str]) -> str:
    """Points that always stand before three digits may part thousands."""
    pointed = [value for value in values if "." in value]
    if pointed and all(re.match(r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$", value) for value in pointed):
        return f"{pointed[0]} may be a decimal or a thousand: write decimal"
    return ""
