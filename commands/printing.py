"""Rows on a terminal or for another program: a table, JSON or CSV."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

import polars as pl
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from kpi.exports.sheet import as_csv


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def write(rows: pl.DataFrame, how: Format, *, title: str = "") -> None:
    """Rows to standard output; JSON is a list of objects with full precision."""
    match how:
        case Format.TABLE:
            _table(rows, title)
        case Format.JSON:
            write_json(rows.rows(named=True))
        case Format.CSV:
            typer.echo(as_csv(rows).decode(), nl=False)


def write_json(rows: Sequence[Mapping[str, object]]) -> None:
    """A list of objects to standard output; days and instants as ISO text."""
    typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))


def _table(rows: pl.DataFrame, title: str) -> None:
    wide = None if sys.stdout.isatty() else 200
    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for name, dtype in rows.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in rows.iter_rows():
        table.add_row(*(_shown(cell) for cell in row))
    Console(width=wide).print(table)


def _shown(cell: object) -> str:
    match cell:
        case None:
            return "–"
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:,.6g}" if abs(cell) < 1 else f"{cell:,.2f}"
        case int():
            return f"{cell:,}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
