"""All rows a job asks for, in frames of text of a bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import polars as pl

from connectors.file.by_record import FAULT
from connectors.file.delimited import read_delimited
from connectors.file.documents import Document, Format, documents
from connectors.file.job import Job
from connectors.file.names import chosen, snake
from connectors.file.problem import FileProblem
from connectors.file.records import read_json, read_json_lines, read_parquet
from connectors.file.x12 import read_x12
from connectors.layout import ROW, Hand

QUERY_SHARE = 0.4  # of the memory of the process, for DuckDB
THREADS = 2
FILE = "_file"


@dataclass(frozen=True, eq=False)
class Piece:
    """
    Some rows of one document, sheet or query; the texts of the `typed` columns were written by a machine.

    A `sparse` one lacks the columns of which it has no value.
    """

    frame: pl.DataFrame
    place: str
    hand: Hand = Hand.PERSON
    typed: frozenset[str] = frozenset()
    sparse: bool = False


def pieces(job: Job) -> Iterator[Piece]:
    """The rows of the query, or of every document the job names. Raises FileProblem."""
    if job.query is None:
        for document in _chosen(job):
            yield from _joined(_read(job, document), job.piece_rows)
        return
    from connectors.file.query import select  # loads DuckDB, which most files do not need

    memory = int(job.memory * QUERY_SHARE)
    for frame, typed in select(job.query, _tables(job), job.piece_rows, memory, THREADS):
        yield Piece(frame, "query", typed=typed)


def _chosen(job: Job) -> Iterator[Document]:
    """The documents, or the one that `file` names."""
    named = job.layout.file
    there = list(documents(job.paths, job.unpacked_mb))
    found = [each for each in there if named is None or named in (each.stem, each.name)]
    if not found:
        raise FileProblem(f"No file is called '{named}'; there are {[each.stem for each in there]}.")
    yield from found


def _read(job: Job, document: Document) -> Iterator[Piece]:
    """The frames of one document as they come."""
    match document.format:
        case Format.PARQUET:
            for frame in read_parquet(document, job.columns, job.piece_rows):
                yield Piece(frame, document.name, Hand.MACHINE)
        case Format.WORKBOOK:
            yield from _sheets(job, document)
        case Format.X12:
            yield from _levels(job, document)
        case streamed:
            with document.open() as stream:
                for frame in _streamed(job, document, stream):
                    yield Piece(frame, document.name, sparse=streamed is not Format.TEXT)


def _streamed(job: Job, document: Document, stream: BinaryIO) -> Iterator[pl.DataFrame]:
    match document.format:
        case Format.JSON:
            return read_json(stream, job.layout, document.name)
        case Format.JSON_LINES:
            return read_json_lines(stream, job.layout, document.name)
        case Format.XML:
            from connectors.file.markup import read_xml  # few files need it

            return read_xml(stream, job.layout.sheet, document.name)
        case _:
            return read_delimited(stream, job.layout, document.name, job.columns)


def _levels(job: Job, document: Document) -> Iterator[Piece]:
    """The tables of an X12 file, as a workbook has sheets; a query sees all of them."""
    with document.open() as stream:
        tables = read_x12(stream, document.name)
    named = list(tables) if job.query else chosen(list(tables), document.name, job.layout.sheet)
    for name in named:
        yield Piece(tables[name], f"{document.name}[{name}]", sparse=True)


def _sheets(job: Job, document: Document) -> Iterator[Piece]:
    from connectors.file.workbooks import open_workbook, read_sheet  # loads fastexcel

    workbook = open_workbook(document)
    there = workbook.sheet_names
    names = there if job.query else chosen(there, document.name, job.layout.sheet)
    for name in names:
        place = document.name if len(there) == 1 else f"{document.name}[{name}]"
        yield Piece(read_sheet(workbook, document.name, name, job.layout, job.sheets), place, Hand.SHEET)


def _joined(found: Iterator[Piece], size: int) -> Iterator[Piece]:
    """Small frames of one place put together up to the size of a piece."""
    held: list[Piece] = []
    for piece in found:
        if held and (piece.place != held[0].place or piece.frame.columns != held[0].frame.columns):
            yield _one(held)
            held = []
        held.append(piece)
        if sum(each.frame.height for each in held) >= size:
            yield _one(held)
            held = []
    if held:
        yield _one(held)


def _one(held: list[Piece]) -> Piece:
    return replace(held[0], frame=pl.concat([each.frame for each in held]))


def _tables(job: Job) -> dict[str, pl.DataFrame]:
    """What a query may name: each file or sheet by its own name and in lower_snake_case, all together as `data`."""
    parts: dict[str, list[pl.DataFrame]] = {}
    sparse = True
    for document in _chosen(job):
        for piece in _read(job, document):
            name = piece.place.partition("[")[2].removesuffix("]") or document.stem
            parts.setdefault(name, []).append(_without_faults(piece, document.name))
            sparse = sparse and piece.sparse
    tables = {name: _stacked(name, frames, sparse) for name, frames in parts.items()}
    whole = [frame for frames in parts.values() for frame in frames]
    if sparse or _same_columns(whole):
        tables.setdefault("data", pl.concat(whole, how="diagonal"))
    for name in list(tables):
        tables.setdefault(snake(name), tables[name])
    return tables


def _stacked(name: str, frames: list[pl.DataFrame], sparse: bool) -> pl.DataFrame:
    if not sparse and not _same_columns(frames):
        raise FileProblem(f"'{name}' is there more than once, with different columns. Rename one of them.")
    return pl.concat(frames, how="diagonal")


def _same_columns(frames: list[pl.DataFrame]) -> bool:
    return len({tuple(frame.columns) for frame in frames}) == 1


def _without_faults(piece: Piece, name: str) -> pl.DataFrame:
    """A query cannot set rows aside, so it gets none that are shifted or broken."""
    frame = piece.frame
    if FAULT in frame.columns:
        bad = frame.filter(pl.col(FAULT).is_not_null())
        if not bad.is_empty():
            raise FileProblem(
                f"{name}, row {bad[ROW][0]}: {bad[FAULT][0]}. {bad.height} such rows have to be mended before a query "
                f"can read the file; short_rows = 'fill' accepts rows that end early."
            )
        frame = frame.drop(FAULT)
    return frame.with_columns(pl.lit(name).alias(FILE))
