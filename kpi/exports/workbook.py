"""Sheets as an Excel workbook; the only module that knows the library which writes them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from math import isfinite
from typing import Any

from kpi.exports.harmless import is_risky
from kpi.exports.sheet import Look, Sheet
from kpi.words import say

MOST_ROWS = 1_048_575  # of a sheet, under the heading
NARROWEST, WIDEST, LONGEST_NAME = 8, 48, 31
LONGEST_TEXT, FIRST_YEAR = 32_767, 1900  # what a cell can hold
LINES = ("#24324B", "#0F766E")
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
INERT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


class TooManyRows(ValueError):
    """The rows do not fit on a sheet."""


def as_workbook(sheets: Sequence[Sheet], label: Sequence[tuple[str, str]], made_at: datetime) -> bytes:
    """The sheets in order, then one that tells how far they can be trusted (`label`: term and text).

    Texts that look like a formula are marked as text, so that no spreadsheet runs them. Equal sheets, label and
    `made_at` make equal bytes. Raises TooManyRows.
    """
    import xlsxwriter  # here, as few ever ask for it and it stays in memory

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **INERT}) as book:
        book.set_properties(
            {"created": made_at.replace(tzinfo=None), "title": sheets[0].title if sheets else ""}
        )
        looks = _Looks(book)
        taken = set[str]()
        for sheet in sheets:
            page = book.add_worksheet(_name(sheet.title, taken))
            _write(page, sheet, looks)
            _draw(book, page, sheet)
        _write_label(book.add_worksheet(_name(say("Trust label"), taken)), label, looks)
    return out.getvalue()


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.term = book.add_format({"bold": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": Look.TEXT.value})
        self.quoted = book.add_format({"quote_prefix": True, "num_format": Look.TEXT.value})
        self.of: Mapping[Look, Any] = {look: book.add_format({"num_format": look.value}) for look in Look}


def _write(page: Any, sheet: Sheet, looks: _Looks) -> None:
    if sheet.rows.height > MOST_ROWS:
        raise TooManyRows(
            f"'{sheet.title}' has {sheet.rows.height:,} rows and a sheet holds {MOST_ROWS:,}; take it as CSV."
        )
    for place, column in enumerate(sheet.columns):
        values = sheet.rows[column.name].to_list()
        page.set_column(place, place, _width(column.heading, values))
        page.write_string(0, place, column.heading, looks.head)
        for line, value in enumerate(values, start=1):
            _cell(page, line, place, value, column.look_in(line - 1), looks)
    page.freeze_panes(1, 0)
    if sheet.columns and sheet.rows.height:
        page.autofilter(0, 0, sheet.rows.height, len(sheet.columns) - 1)


def _draw(book: Any, page: Any, sheet: Sheet) -> None:
    """The charts under each other, right of the rows."""
    places = {column.name: place for place, column in enumerate(sheet.columns)}
    for n, each in enumerate(sheet.charts):
        first, last = each.span[0] + 1, each.span[1] + 1
        chart = book.add_chart({"type": "line"})
        along = [page.name, first, places[each.along], last, places[each.along]]
        for line, colour in zip(each.lines, LINES, strict=False):
            place = places[line]
            chart.add_series(
                {
                    "name": [page.name, 0, place], "categories": along,
                    "values": [page.name, first, place, last, place],
                    "line": {"color": colour, "width": 2},
                }
            )  # fmt: skip
        chart.set_title({"name": each.title, "name_font": {"size": 12}})
        chart.set_x_axis({"date_axis": False, "num_format": Look.DAY.value, "num_font": {"rotation": -45}})
        chart.set_size({"width": 640, "height": 280})
        page.insert_chart(1 + n * 15, len(sheet.columns) + 1, chart, {"description": each.title})


def _cell(page: Any, line: int, place: int, value: object, look: Look, looks: _Looks) -> None:
    match value:
        case None:
            return
        case bool():
            page.write_boolean(line, place, value)
        case int() | float() if isfinite(value):
            page.write_number(line, place, value, looks.of[look])
        case datetime() if value.year >= FIRST_YEAR:
            page.write_datetime(line, place, value.replace(tzinfo=None), looks.of[Look.INSTANT])
        case date() if value.year >= FIRST_YEAR:
            page.write_datetime(line, place, value, looks.of[Look.DAY])
        case _:
            _text(page, line, place, str(value), looks.of[Look.TEXT], looks)


def _text(page: Any, line: int, place: int, text: str, look: Any, looks: _Looks) -> None:
    page.write_string(line, place, text[:LONGEST_TEXT], looks.quoted if is_risky(text) else look)


def _write_label(page: Any, label: Sequence[tuple[str, str]], looks: _Looks) -> None:
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 90)
    for line, (term, text) in enumerate(label):
        page.write_string(line, 0, term, looks.term)
        _text(page, line, 1, text, looks.wrapped, looks)


def _width(heading: str, values: Sequence[object]) -> int:
    """As wide as the heading and the first hundred values need."""
    longest = max((len(_shown(value)) for value in values[:100]), default=0)
    return min(WIDEST, max(NARROWEST, longest, len(heading)) + 2)


def _shown(value: object) -> str:
    return f"{value:,.4f}" if isinstance(value, float) else "" if value is None else str(value)


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: at most 31 characters, none of those Excel forbids, no name twice."""
    base = title.translate(FORBIDDEN).strip().strip("'")[:LONGEST_NAME] or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
