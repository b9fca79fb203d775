"""Sheets of xlsx, xls and ods workbooks as frames of text, with the row numbers a person sees."""

from collections.abc import Mapping
from typing import Any

import fastexcel
import polars as pl

from connectors.file.documents import Document
from connectors.file.names import column_names
from connectors.file.problem import FileProblem
from connectors.layout import ROW, Layout

MOST_CELLS = 30_000_000


def open_workbook(document: Document) -> fastexcel.ExcelReader:
    """Raises FileProblem where it is none."""
    try:
        if document.path is not None:
            return fastexcel.read_excel(document.path)
        with document.open() as stream:
            return fastexcel.read_excel(stream.read())
    except fastexcel.FastExcelError as broken:
        reason = str(broken).splitlines()[0]
        raise FileProblem(
            f"{document.name} is not a readable workbook ({reason}). Save it again, without a password."
        ) from None


def read_sheet(
    workbook: fastexcel.ExcelReader, place: str, name: str, layout: Layout, sheets: Mapping[str, Layout]
) -> pl.DataFrame:
    """All cells as text under the names of the header row, with `_row` as the sheet counts. Raises FileProblem."""
    layout = sheets.get(name, layout)
    grid = read_grid(workbook, place, name)
    if grid.is_empty():
        raise FileProblem(f"{place}: sheet '{name}' is empty.")
    header, first = _header(grid, layout, place, name)
    names = column_names(header, f"{place}, sheet '{name}'")
    rows = pl.int_range(first + 1, grid.height + 1, dtype=pl.Int64, eager=True)
    return grid[first:].rename(dict(zip(grid.columns, names, strict=True))).insert_column(0, rows.alias(ROW))


def read_grid(
    workbook: fastexcel.ExcelReader, place: str, name: str, rows: int | None = None
) -> pl.DataFrame:
    """The cells from A1 on as text, row by row, blank rows included."""
    try:
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        if sheet.total_height * sheet.width > MOST_CELLS:
            raise FileProblem(
                f"{place}: sheet '{name}' has {sheet.total_height:,} rows of {sheet.width:,} columns; at most "
                f"{MOST_CELLS:,} cells are read. Delete the empty far cells, or save it as CSV."
            )
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as broken:
        raise FileProblem(
            f"{place}: sheet '{name}' cannot be read ({str(broken).splitlines()[0]})."
        ) from None
    return frame.select(pl.all().cast(pl.String))


def _header(grid: pl.DataFrame, layout: Layout, place: str, name: str) -> tuple[tuple[Any, ...], int]:
    """The cells of the header, and how many rows lie before the first row of data."""
    if layout.header_row == 0:
        return (None,) * grid.width, layout.skip_rows
    at = (layout.header_row - 1) if layout.header_row else layout.skip_rows
    if layout.header_row is None:
        while at < grid.height and not any(grid.row(at)):
            at += 1
    if at >= grid.height:
        raise FileProblem(f"{place}: sheet '{name}' ends at row {grid.height}, before its header.")
    return grid.row(at), at + 1
