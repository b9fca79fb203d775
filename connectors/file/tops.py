"""The first rows of every document, as they stand, for somebody to look at before a mapping exists."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from connectors.file.documents import Document, Format, documents
from connectors.file.encoding import encoding_of
from connectors.file.job import Job
from connectors.file.markup import read_xml
from connectors.file.problem import FileProblem
from connectors.file.records import read_json, read_json_lines, read_parquet
from connectors.file.workbooks import open_workbook, read_grid
from connectors.file.x12 import read_x12
from connectors.layout import Layout

LOOK_BYTES = 1_048_576
LOOK_ROWS = 2_000
LONGEST_CELL = 1_000
CANDIDATES = ("cp1252", "gb18030", "shift_jis")


@dataclass(frozen=True)
class Top:
    """
    The first rows of a document or sheet. `names` is set where the format itself names the columns, otherwise
    the header is among the rows. `sure` is how sure the encoding is, 1 where the file itself proves it.
    """

    name: str
    format: str
    rows: list[list[str | None]]
    names: list[str] | None = None
    sheet: str | None = None
    encoding: str | None = None
    sure: float = 1.0
    separator: str | None = None

    def plain(self) -> dict[str, Any]:
        """As it travels to the other process; of a long cell only so much as tells what it is."""
        rows = [[cell and cell[:LONGEST_CELL] for cell in row] for row in self.rows]
        return asdict(replace(self, rows=rows))


def tops(job: Job) -> Iterator[Top]:
    """The top of each document and sheet. Raises FileProblem."""
    for document in documents(job.paths, job.unpacked_mb):
        match document.format:
            case Format.TEXT:
                yield _text_top(document, job.layout)
            case Format.WORKBOOK:
                yield from _sheet_tops(document)
            case Format.X12:
                with document.open() as stream:
                    tables = read_x12(stream, document.name)
                for name, frame in tables.items():
                    yield replace(_named(document, frame), sheet=name)
            case Format.XML:
                with document.open() as stream:
                    yield _named(document, next(read_xml(stream, job.layout.sheet, document.name)))
            case Format.PARQUET:
                yield _named(document, next(read_parquet(document, None, LOOK_ROWS)))
            case Format.JSON:
                with document.open() as stream:
                    yield _named(document, next(read_json(stream, Layout(), document.name)))
            case Format.JSON_LINES:
                with document.open() as stream:
                    yield _named(document, next(read_json_lines(stream, Layout(), document.name)))


def _named(document: Document, frame: pl.DataFrame) -> Top:
    named = [name for name in frame.columns if not name.startswith("_")]
    rows = [list(row) for row in frame.select(named).head(LOOK_ROWS).iter_rows()]
    return Top(document.name, document.format.value, rows, names=named)


def _sheet_tops(document: Document) -> Iterator[Top]:
    workbook = open_workbook(document)
    for sheet in workbook.sheet_names:
        grid = read_grid(workbook, document.name, sheet, LOOK_ROWS)
        rows = [list(row) for row in grid.iter_rows()]
        yield Top(document.name, document.format.value, rows, sheet=sheet)


def _text_top(document: Document, declared: Layout) -> Top:
    """As declared where somebody has declared how it is written, else as guessed."""
    with document.open() as stream:
        first = stream.read(LOOK_BYTES)
    whole = len(first) < LOOK_BYTES
    encoding, sure = (declared.encoding, 1.0) if declared.encoding else _guess(first, document.name)
    text = first.decode(encoding, "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileProblem(f"{document.name} is empty. Export it again.")
    csv.field_size_limit(2 * LOOK_BYTES)  # no more was read, and this process does nothing else
    separator = declared.separator or _separator(text)
    lines = text.split("\n")[: LOOK_ROWS + 1]
    rows = _rows(lines if whole or len(lines) == 1 else lines[:-1], separator, document.name)
    cells: list[list[str | None]] = [[cell or None for cell in row] for row in rows[:LOOK_ROWS]]
    return Top(document.name, "text", cells, encoding=encoding, sure=sure, separator=separator)


def _rows(lines: list[str], separator: str, name: str) -> list[list[str]]:
    """The lines as cells, however long one is. Raises FileProblem."""
    try:
        return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    except csv.Error as broken:
        raise FileProblem(f"{name} cannot be read as a table ({broken}). Export it again.") from None


def _guess(first: bytes, name: str) -> tuple[str, float]:
    """The encoding a person is asked to confirm, and how sure it is."""
    found = encoding_of(first, None, name)
    if found != "utf-8":
        return found, 1.0
    cut = first if len(first) < LOOK_BYTES else first[: first.rfind(b"\n") + 1]
    if _decodes(cut, "utf-8"):
        return "utf-8", 1.0
    fitting = [candidate for candidate in CANDIDATES if _decodes(cut, candidate)]
    western = sum(letter in "äöüÄÖÜßéèêáàâíóúñçãõôîå€£" for letter in cut.decode("cp1252", "ignore"))
    high = sum(byte > 127 for byte in cut)
    if "cp1252" in fitting and western * 2 >= high:
        return "cp1252", 0.8
    return (fitting[-1], 0.5) if fitting else ("latin-1", 0.3)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The character that splits the first lines into the most equal fields."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= 5:
        return lines[0][4:5] or "\t"

    def agreement(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        common = max(set(widths), key=widths.count)
        return (widths.count(common) if common > 1 else 0, common)

    return max((",", ";", "\t", "|"), key=agreement)


__all__ = ["Top", "tops"]
