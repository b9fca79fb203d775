"""All rows a job asks for, in frames of text of a bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from connectors.file.by_record import FAULT
from connectors.file.delimited import read_delimited
from connectors.file.documents import Document, Format, documents
from connectors.file.job import Job
from connectors.file.names import snake
from connectors.file.problem import FileProblem
from connectors.file.records import read_json, read_json_lines, read_parquet
from connectors.layout import ROW, Hand

QUERY_SHARE = 0.4  # of the memory of the process, for DuckDB
THREADS = 2
FILE = "_file"


@dataclass(frozen=True, eq=False)
class Piece:
    """Some rows of one document, sheet or query; the texts of the `typed` columns were written by a machine."""

    frame: pl.DataFrame
    place: str
    hand: Hand = Hand.PERSON
    typed: frozenset[str] = frozenset()


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
        case Format.TEXT:
            with document.open() as stream:
                for frame in read_delimited(stream, job.layout, document.name, job.columns):
                    yield Piece(frame, document.name)
        case Format.JSON:
            with document.open() as stream:
                for frame in read_json(stream, job.layout, document.name):
                    yield Piece(frame, document.name)
        case Format.JSON_LINES:
            with document.open() as stream:
                for frame in read_json_lines(stream, job.layout, document.name):
                    yield Piece(frame, document.name)
        case Format.PARQUET:
            for frame in read_parquet(document, job.columns, job.piece_rows):
                yield Piece(frame, document.name, Hand.MACHINE)
        case Format.WORKBOOK:
            yield from _sheets(job, document)


def _sheets(job: Job, document: Document) -> Iterator[Piece]:
    from connectors.file.workbooks import open_workbook, read_sheet, sheet_names  # loads fastexcel

    workbook = open_workbook(document)
    names = workbook.sheet_names if job.query else sheet_names(workbook, document.name, job.layout.sheet)
    for name in names:
        place = document.name if len(workbook.sheet_names) == 1 else f"{document.name}[{name}]"
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
    for document in _chosen(job):
        for piece in _read(job, document):
            name = piece.place.partition("[")[2].removesuffix("]") or document.stem
            parts.setdefault(name, []).append(_without_faults(piece, document.name))
    tables = {name: _stacked(name, frames) for name, frames in parts.items()}
    whole = [frame for frames in parts.values() for frame in frames]
    if len({tuple(frame.columns) for frame in whole}) == 1:
        tables.setdefault("data", pl.concat(whole))
    for name in list(tables):
        tables.setdefault(snake(name), tables[name])
    return tables


def _stacked(name: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
    if len({tuple(frame.columns) for frame in frames}) > 1:
        raise FileProblem(f"'{name}' is there more than once, with different columns. Rename one of them.")
    return pl.concat(frames)


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
