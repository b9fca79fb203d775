"""CSV and its kin as frames of text: fast where a block is clean, row by row where it is not."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO

import polars as pl

from connectors.file.by_record import FAULT, LONGEST_FIELD, Dialect, by_record, frame_of, lines_of, records
from connectors.file.encoding import BLOCK, utf8_blocks, wrong_utf8
from connectors.file.names import column_names, wanted_columns
from connectors.file.problem import FileProblem
from connectors.layout import ROW, Layout

MORE = "_more"
SEPARATORS = (",", ";", "\t", "|")
LONGEST_HEADER = 1_048_576
TRIES = 10_000


def read_delimited(
    stream: BinaryIO, layout: Layout, place: str, columns: Sequence[str] | None, block_bytes: int = BLOCK
) -> Iterator[pl.DataFrame]:
    """Frames with the wanted columns as text, `_row` (1-based record) and `_fault`. Raises FileProblem."""
    blocks = utf8_blocks(stream, layout.encoding, place, block_bytes)
    first = next(blocks, b"")
    while first.count(b"\n") < 50 and len(first) < LONGEST_HEADER and (more := next(blocks, b"")):
        first += more
    if not first.strip():
        raise FileProblem(f"{place} is empty. Export it again.")
    dialect, body = _header(first, layout, place)
    wanted = wanted_columns(dialect.names, columns, place)
    empty = True
    for frame in _frames(dialect, wanted, chain([body], blocks), len(first) - len(body)):
        empty = False
        yield frame
    if empty:
        yield frame_of([], dialect, wanted, dialect.first_row)


def _header(first: bytes, layout: Layout, place: str) -> tuple[Dialect, bytes]:
    """The dialect, and what follows the header in the first block."""
    lines = io.BytesIO(first)
    declared = layout.separator
    line = lines.readline()
    at = 1
    if line[:4].lower() == b"sep=" and len(line.strip()) <= 5:
        declared = declared or line[4:5].decode("ascii", "replace").strip() or "\t"
        line, at = lines.readline(), 2
    header_row = layout.header_row if layout.header_row is not None else None
    skip = (header_row - at) if header_row else layout.skip_rows
    for _ in range(max(skip, 0)):
        line, at = lines.readline(), at + 1
    while not line.strip() and line:
        line, at = lines.readline(), at + 1
    if not line:
        raise FileProblem(f"{place} ends before its header (row {at}). Check header_row and skip_rows.")
    if len(line) > LONGEST_HEADER:
        raise FileProblem(f"{place} has a header of {len(line):,} bytes; is it a table of lines?")
    separator = declared or _separator(line, place)
    if header_row == 0:
        width = len(next(records([line.decode("utf-8", "replace")], separator, layout.quote)))
        names = column_names([None] * width, place)
        return _dialect(names, separator, layout, at, place), line + lines.read()
    cells, used = _header_cells(line, lines, separator, layout.quote, place)
    return _dialect(column_names(cells, place), separator, layout, at + used, place), lines.read()


def _dialect(names: list[str], separator: str, layout: Layout, first_row: int, place: str) -> Dialect:
    return Dialect(names, separator, layout.quote, first_row, place, layout.short_rows == "fill")


def _separator(line: bytes, place: str) -> str:
    """The separator in the header, where there is just one kind; a person has to say where there are more."""
    text = line.decode("utf-8", "replace")
    outside = "".join(text.split('"')[::2])
    found = [each for each in SEPARATORS if each in outside]
    if len(found) > 1:
        counts = sorted(found, key=outside.count)
        if outside.count(counts[-1]) < 3 * outside.count(counts[-2]):
            raise FileProblem(f"{place}: its header holds {found}; say which one is the separator.")
        return counts[-1]
    return found[0] if found else ","


def _header_cells(
    line: bytes, lines: io.BytesIO, separator: str, quote: str | None, place: str
) -> tuple[list[str], int]:
    """The cells of the header, and how many lines it takes."""
    used = 1
    mark = (quote or '"').encode()
    while quote and line.count(mark) % 2 and (more := lines.readline()) and len(line) < LONGEST_HEADER:
        line, used = line + more, used + 1
    if problem := wrong_utf8(line, 0, place):
        raise problem
    return next(records(lines_of(line.decode("utf-8")), separator, quote)), used


def _frames(
    dialect: Dialect, wanted: list[str], blocks: Iterator[bytes], before: int
) -> Iterator[pl.DataFrame]:
    """Whole records of each block in one go; from a block on that is not clean, record by record."""
    rest, row = b"", dialect.first_row
    for block in blocks:
        whole, rest = _joined(rest, block, dialect.quote)
        if not whole and len(rest) < LONGEST_FIELD:
            continue
        frame = _fast(whole, dialect, wanted, row, before) if whole else None
        if frame is None:
            yield from by_record(chain([whole + rest], blocks), dialect, wanted, row, before)
            return
        before, row = before + len(whole), row + frame.height
        yield frame
    if rest.strip():
        frame = _fast(rest, dialect, wanted, row, before)
        yield from [frame] if frame is not None else by_record(iter([rest]), dialect, wanted, row, before)


def _joined(rest: bytes, block: bytes, quote: str | None) -> tuple[bytes, bytes]:
    """What is left of the block before and the whole records of this one, copied once where no quote is near."""
    mark, end = (quote or "").encode(), block.rfind(b"\n")
    if end < 0 or (mark and (mark in block or mark in rest)):
        return _cut(rest + block, quote)
    return b"".join((rest, memoryview(block)[: end + 1])), block[end + 1 :]


def _cut(data: bytes, quote: str | None) -> tuple[bytes, bytes]:
    """Whole records, and the beginning of the next; a line end inside quotes ends no record."""
    mark = (quote or "").encode()
    end = data.rfind(b"\n")
    odd = bool(mark) and data.count(mark, 0, end + 1) % 2 == 1
    for _ in range(TRIES):
        if end < 0 or not odd:
            break
        earlier = data.rfind(b"\n", 0, end)
        odd ^= data.count(mark, earlier + 1, end + 1) % 2 == 1
        end = earlier
    return (data[: end + 1], data[end + 1 :]) if end >= 0 and not odd else (b"", data)


def _fast(block: bytes, dialect: Dialect, wanted: list[str], row: int, before: int) -> pl.DataFrame | None:
    """The frame of a clean block; None where its quotes are not well formed."""
    last = dialect.names[-1]
    scan = pl.scan_csv(
        block,
        has_header=False,
        separator=dialect.separator,
        quote_char=dialect.quote,
        schema=dict.fromkeys([*dialect.names, MORE], pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name=ROW,
        row_index_offset=row,
    )
    try:
        read = scan.select(ROW, MORE, *dict.fromkeys([*wanted, last])).collect(engine="in-memory")
    except pl.exceptions.ComputeError:
        if problem := wrong_utf8(block, before, dialect.place):
            raise problem from None
        return None
    fields = None if dialect.fill_short else _field_counts(block, dialect, read, last)
    faults = _faults(read, fields, len(dialect.names))
    return read.select(pl.col(ROW).cast(pl.Int64), *wanted, faults)


def _field_counts(block: bytes, dialect: Dialect, read: pl.DataFrame, last: str) -> pl.Series | None:
    """How many fields each record has, where any may have too few; None where none has."""
    if read[last].null_count() == 0:
        return None
    separator, width = dialect.separator.encode(), len(dialect.names)
    quoted = bool(dialect.quote) and (dialect.quote or "").encode() in block
    if (
        not quoted
        and block.count(separator) == read.height * (width - 1)
        and read[MORE].null_count() == read.height
    ):
        return None
    if quoted:
        counts = _counted(block, dialect)
    else:
        lines = pl.Series(block.decode("utf-8").removesuffix("\n").split("\n"))
        blank = lines.str.strip_chars("\r") == ""
        fields = lines.str.count_matches(dialect.separator, literal=True).cast(pl.Int64) + 1
        counts = pl.select(pl.when(blank).then(0).otherwise(fields)).to_series()
    return counts if len(counts) == read.height else None


def _counted(block: bytes, dialect: Dialect) -> pl.Series:
    rows = records(lines_of(block.decode("utf-8")), dialect.separator, dialect.quote)
    try:
        return pl.Series([len(cells) for cells in rows], dtype=pl.Int64)
    except csv.Error:
        return pl.Series([], dtype=pl.Int64)


def _faults(read: pl.DataFrame, counts: pl.Series | None, width: int) -> pl.Expr:
    more = pl.when(pl.col(MORE).is_not_null()).then(pl.lit(f"more than the {width} fields of the header"))
    if counts is None:
        return (
            more.alias(FAULT)
            if read[MORE].null_count() < read.height
            else pl.lit(None, pl.String).alias(FAULT)
        )
    few = pl.format("{} fields where the header has {}", pl.lit(counts), pl.lit(width))
    short = (pl.lit(counts) < width) & (pl.lit(counts) > 0)
    return pl.coalesce(more, pl.when(short).then(few)).alias(FAULT)
