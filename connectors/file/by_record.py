"""Delimited rows read one by one, for files whose quotes are not well formed: slower, and nearly never wrong."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from connectors.file.encoding import wrong_utf8
from connectors.file.problem import FileProblem
from connectors.layout import ROW

FAULT = "_fault"
LONGEST_FIELD = 16 * 1_048_576
ROWS_A_FRAME = 50_000
END = "\0the end\0"


@dataclass(frozen=True)
class Dialect:
    """How the rows are written, and which row of the file the first one is."""

    names: list[str]
    separator: str
    quote: str | None
    first_row: int
    place: str
    fill_short: bool


def records(lines: Iterable[str], separator: str, quote: str | None) -> Iterator[list[str]]:
    """The fields of each record, as forgiving about quotes inside a field as spreadsheets are."""
    csv.field_size_limit(LONGEST_FIELD)
    if quote is None:
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=separator, quotechar=quote)


def lines_of(text: str) -> io.StringIO:
    """Lines end in a line feed and nothing else, whatever Unicode says."""
    return io.StringIO(text, newline="\n")


def by_record(
    blocks: Iterator[bytes], dialect: Dialect, wanted: list[str], row: int, before: int
) -> Iterator[pl.DataFrame]:
    """Record by record, as forgiving as spreadsheets are about quotes inside a field."""
    rows = records(_lines(blocks, before, dialect.place), dialect.separator, dialect.quote)
    batch: list[list[str]] = []
    try:
        for cells in rows:
            batch.append(cells)
            if len(batch) == ROWS_A_FRAME:
                yield frame_of(batch, dialect, wanted, row)
                row, batch = row + len(batch), []
    except csv.Error as broken:
        raise _endless(dialect, row + len(batch), str(broken)) from None
    if batch.pop() != [END]:
        raise _endless(dialect, row + len(batch), "it swallows the rest of the file")
    if batch:
        yield frame_of(batch, dialect, wanted, row)


def _endless(dialect: Dialect, row: int, why: str) -> FileProblem:
    return FileProblem(
        f"{dialect.place}: the record at row {row} does not end ({why}); a quote is opened and never closed. "
        f"Mend it, or write quote = '' if quotes mean nothing in this file."
    )


def _lines(blocks: Iterator[bytes], before: int, place: str) -> Iterator[str]:
    """The lines, and a line of our own behind the last: a quote still open swallows it."""
    rest = b""
    for block in blocks:
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        whole = b"\n".join([*lines, b""])
        if problem := wrong_utf8(whole, before, place):
            raise problem
        before += len(whole)
        yield from lines_of(whole.decode("utf-8")) if lines else ()
    if problem := wrong_utf8(rest, before, place):
        raise problem
    if rest:
        yield rest.decode("utf-8") + "\n"
    yield END


def frame_of(batch: list[list[str]], dialect: Dialect, wanted: list[str], row: int) -> pl.DataFrame:
    width = len(dialect.names)
    at = [dialect.names.index(name) for name in wanted]
    columns = {
        name: pl.Series([cells[i] or None if i < len(cells) else None for cells in batch], dtype=pl.String)
        for name, i in zip(wanted, at, strict=True)
    }
    faults = [_fault(len(cells), width, dialect.fill_short) for cells in batch]
    rows = pl.Series(range(row, row + len(batch)), dtype=pl.Int64)
    return pl.DataFrame({ROW: rows, **columns, FAULT: pl.Series(faults, dtype=pl.String)})


def _fault(fields: int, width: int, fill_short: bool) -> str | None:
    if fields > width:
        return f"more than the {width} fields of the header"
    if 0 < fields < width and not fill_short:
        return f"{fields} fields where the header has {width}"
    return None
