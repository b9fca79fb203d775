"""JSON, JSON lines and Parquet as frames of text; a number keeps the digits it was written with."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import BinaryIO

import polars as pl

from connectors.as_text import as_text
from connectors.file.by_record import FAULT
from connectors.file.documents import Document
from connectors.file.encoding import utf8_blocks
from connectors.file.names import MOST_COLUMNS, wanted_columns
from connectors.file.problem import FileProblem
from connectors.layout import ROW, Layout

BATCH = 50_000
DEEPEST = 50


def read_json(stream: BinaryIO, layout: Layout, place: str) -> Iterator[pl.DataFrame]:
    """A list of objects, or an object that holds one list of objects; inner fields are named a.b."""
    text = b"".join(utf8_blocks(stream, layout.encoding, place))
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as broken:
        raise FileProblem(f"{place} is not JSON ({broken}).") from None
    yield from _frames(enumerate(_list_in(found, place), 1), place)


def read_json_lines(stream: BinaryIO, layout: Layout, place: str) -> Iterator[pl.DataFrame]:
    """One object a line; a line that is none is a row with a fault."""
    joined = io.BufferedReader(_Joined(utf8_blocks(stream, layout.encoding, place)))
    lines = io.TextIOWrapper(joined, encoding="utf-8", newline="\n")
    try:
        yield from _frames(((at, _line(line)) for at, line in enumerate(lines, 1) if line.strip()), place)
    except UnicodeDecodeError as wrong:
        raise FileProblem(f"{place} is not UTF-8 ({wrong.reason}). Declare the encoding it has.") from None


def read_parquet(document: Document, columns: Sequence[str] | None, size: int) -> Iterator[pl.DataFrame]:
    """All types as text. Raises FileProblem."""
    try:
        source = document.path if document.path is not None else document.open().read()
        scan = pl.scan_parquet(source, glob=False)
        names = wanted_columns(scan.collect_schema().names(), columns, document.name)
        height = scan.select(pl.len()).collect().item()
        for start in range(0, max(height, 1), size):
            piece = as_text(scan.select(names).slice(start, size).collect(), document.name)
            rows = pl.int_range(start + 1, start + piece.height + 1, dtype=pl.Int64, eager=True)
            yield piece.insert_column(0, rows.alias(ROW))
    except (pl.exceptions.PolarsError, OSError) as broken:
        raise FileProblem(
            f"{document.name} is not readable Parquet ({str(broken).splitlines()[0]})."
        ) from None


class _Joined(io.RawIOBase):
    """Blocks of bytes as one stream."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _list_in(found: object, place: str) -> list[object]:
    if isinstance(found, dict):
        lists = {name: each for name, each in found.items() if isinstance(each, list)}
        if len(lists) == 1:
            return next(iter(lists.values()))
        raise FileProblem(
            f"{place} is an object with {len(lists)} lists ({list(lists)}); one list of rows is read."
        )
    if isinstance(found, list):
        return found
    raise FileProblem(f"{place} is not a list of objects.")


def _line(line: str) -> object:
    try:
        return json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _frames(rows: Iterable[tuple[int, object]], place: str) -> Iterator[pl.DataFrame]:
    """Frames of flattened objects; the columns of a frame are those met up to its end."""
    numbered, names = iter(rows), dict[str, None]()
    while batch := list(islice(numbered, BATCH)):
        objects = [dict(flat(row)) if isinstance(row, dict) else None for _, row in batch]
        for row in objects:
            names.update(dict.fromkeys(row or ()))
        if len(names) > MOST_COLUMNS:
            raise FileProblem(f"{place} has {len(names):,} fields; at most {MOST_COLUMNS:,} are read.")
        columns = {n: pl.Series([(row or {}).get(n) for row in objects], dtype=pl.String) for n in names}
        faults = [None if row is not None else "is not a JSON object" for row in objects]
        at = pl.Series([number for number, _ in batch], dtype=pl.Int64)
        yield pl.DataFrame({ROW: at, **columns, FAULT: pl.Series(faults, dtype=pl.String)})


def flat(row: Mapping[str, object], above: str = "", depth: int = 0) -> Iterator[tuple[str, str | None]]:
    """The fields of an object as text, inner ones named a.b; a list stays JSON."""
    for name, value in row.items():
        match value:
            case dict() if depth < DEEPEST:
                yield from flat(value, f"{above}{name}.", depth + 1)
            case None:
                yield above + name, None
            case str():
                yield above + name, value
            case bool():
                yield above + name, "true" if value else "false"
            case _:
                yield above + name, json.dumps(value)
