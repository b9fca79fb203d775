"""A table that leaves Fairlead: typed columns under their names, to be written as CSV or as a sheet of a workbook."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.exports.harmless import without_formulas
from kpi.model import Unit

MONEY = (Unit.MONEY, Unit.MONEY_PER_KG, Unit.MONEY_PER_THOUSAND)
MARK = b"\xef\xbb\xbf"  # tells Excel that a CSV is UTF-8


class Look(StrEnum):
    """How a workbook writes the numbers of a column; the value is the format's code."""

    TEXT = "@"
    DAY = "yyyy-mm-dd"
    INSTANT = "yyyy-mm-dd hh:mm"
    WHOLE = "#,##0"
    NUMBER = "#,##0.00"
    FINE = "#,##0.0000"
    SHARE = "0.00%"


@dataclass(frozen=True)
class Column:
    """A column: its name in the rows, its heading for people, and how its numbers are written.

    `looks`: one for each row, where a column holds numbers of several units.
    """

    name: str
    heading: str
    look: Look = Look.TEXT
    looks: tuple[Look, ...] = ()

    def look_in(self, row: int) -> Look:
        """How the number of a row (from 0) is written."""
        return self.looks[row] if self.looks else self.look


@dataclass(frozen=True)
class LineChart:
    """A chart beside the rows from the first to the last of `span` (from 0): columns `lines` over `along`."""

    title: str
    along: str
    lines: tuple[str, ...]
    span: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows under a title; `columns` says which of them and in which order. `charts` stand beside them."""

    title: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame
    charts: tuple[LineChart, ...] = ()


def as_csv(rows: pl.DataFrame, *, for_excel: bool = False) -> bytes:
    """The rows as CSV in UTF-8 that holds no formula; `for_excel` begins with the mark Excel needs to read it so."""
    return (MARK if for_excel else b"") + without_formulas(rows).write_csv().encode()


def look_of_unit(unit: Unit) -> Look:
    """How a value of this unit is written."""
    if unit is Unit.PERCENT:
        return Look.SHARE
    return Look.NUMBER if unit in MONEY else Look.FINE


def look_of(kind: pl.DataType) -> Look:
    """How a column of this type is written where nothing else is known of it."""
    if kind.is_integer():
        return Look.WHOLE
    if kind.is_numeric():
        return Look.FINE
    if kind == pl.Date:
        return Look.DAY
    return Look.INSTANT if isinstance(kind, pl.Datetime) else Look.TEXT
