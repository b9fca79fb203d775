"""The file connector: the files of a source, read by the child process and shaped by the mapping."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import cast

import polars as pl

from connectors.batch import Batch, put_together
from connectors.file.job import Job
from connectors.file.paths import files, is_pattern
from connectors.file.reader import read
from connectors.mapping import PLACE, Texts, shape
from connectors.plan import Layout, Mode, SourceConfig, TableMapping
from connectors.repeated import SeenKeys, needs_whole_table
from store.contract import key_of

READING = 1  # raised when files are read differently, so that nothing is taken as unchanged
ROWS_A_BATCH = 200_000


@dataclass(frozen=True, eq=False)
class FileSource:
    """One source of files. Pulling it reads every file it means; the fingerprint tells whether that is needed."""

    config: SourceConfig
    tables: tuple[TableMapping, ...]
    job: Job = field(init=False)

    def __post_init__(self) -> None:
        options = self.config.options
        object.__setattr__(
            self,
            "job",
            Job(
                paths=cast(tuple[str, ...], options["paths"]),
                folder="",
                sheets=cast(Mapping[str, Layout], options["sheets"]),
                memory_mb=cast(int, options["memory_mb"]),
                cpu_seconds=cast(int, options["cpu_seconds"]),
                unpacked_mb=cast(int, options["unpacked_mb"]),
            ),
        )

    @property
    def source(self) -> str:
        return self.config.name

    def parts(self) -> Sequence["FileSource"]:
        return [FileSource(self.config, (mapping,)) for mapping in self.tables]

    def fingerprint(self) -> str | None:
        """A hash over the mapping, and name and content of every file."""
        whole = hashlib.sha256(f"{READING} {self.config.digest}".encode())
        for path in files(self.job.paths):
            whole.update(f"\0{Path(path).name}\0".encode())
            try:
                with open(path, "rb") as opened:
                    whole.update(hashlib.file_digest(opened, "sha256").digest())
            except IsADirectoryError:
                return None
        return whole.hexdigest()

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """All rows of all tables, whatever was read before: a file does not say what is new in it."""
        for mapping in self.tables:
            yield from _last_marked(self._table(mapping), mapping.mode)

    def _table(self, mapping: TableMapping) -> Iterator[Batch]:
        job = replace(
            self.job,
            paths=files(self.job.paths),
            layout=mapping.layout,
            query=mapping.query,
            columns=None if mapping.query else mapping.source_columns,
        )
        row_key = "" if mapping.query or not is_pattern(self.job.paths) else "{}:"
        texts = read(job, cast(int, self.config.options["wait_seconds"]))
        if needs_whole_table(mapping):
            texts = _whole(texts)
        yield from _grouped(_shaped(mapping, texts, row_key), key_of(mapping.table)[0])


def _shaped(mapping: TableMapping, texts: Iterator[Texts], row_key: str) -> Iterator[Batch]:
    """Batch by batch; where files replace each other's rows, a key may come again in the next file."""
    seen, place, distinct = SeenKeys(), "", True
    for piece in texts:
        if mapping.mode is Mode.UPSERT and place not in ("", piece.place):
            seen.clear()
            distinct = False
        place = piece.place
        batch = shape(mapping, replace(piece, row_key=row_key.format(place)), seen)
        keys = batch.keys if mapping.mode is Mode.SNAPSHOT else None
        yield replace(batch, keys=keys, distinct=distinct)


def _whole(texts: Iterator[Texts]) -> Iterator[Texts]:
    """All pieces as one, each row knowing its place."""
    pieces = list(texts)
    if not pieces:
        return
    frames = [piece.frame.with_columns(pl.lit(piece.place).alias(PLACE)) for piece in pieces]
    yield replace(pieces[0], frame=pl.concat(frames, how="diagonal"))


def _grouped(batches: Iterator[Batch], key: str) -> Iterator[Batch]:
    """Batches of many small files put together, so that each is not a commit of its own."""
    held: list[Batch] = []
    for batch in batches:
        rows = sum(each.rows.height for each in held) + batch.rows.height
        if held and (rows > ROWS_A_BATCH or batch.rows.schema != held[0].rows.schema):
            yield put_together(held, key)
            held = []
        held.append(batch)
    if held:
        yield put_together(held, key)


def _last_marked(batches: Iterator[Batch], mode: Mode) -> Iterator[Batch]:
    """The last batch of a snapshot says so."""
    held: Batch | None = None
    for batch in batches:
        if held is not None:
            yield held
        held = batch
    if held is not None:
        yield replace(held, snapshot=mode is Mode.SNAPSHOT)


def file_source(config: SourceConfig) -> FileSource:
    """The builder the registry knows. Raises nothing; a file that is not there is found when it is pulled."""
    return FileSource(config, config.tables)
