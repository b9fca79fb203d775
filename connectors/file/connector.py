"""The file connector: the files of a source, read by the child process and shaped by the mapping."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import cast

import xxhash

from connectors.batch import Batch
from connectors.ending import ending
from connectors.file.job import Job
from connectors.file.paths import files, is_pattern
from connectors.file.reader import read
from connectors.mapping import Texts
from connectors.plan import Layout, SourceConfig, TableMapping
from connectors.shaping import batches

READING = 1  # raised when files are read differently, so that nothing is taken as unchanged


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
                    digest = hashlib.file_digest(opened, xxhash.xxh3_128)  # type: ignore[arg-type]  # its stubs lack a name
                    whole.update(digest.digest())
            except IsADirectoryError:
                return None
        return whole.hexdigest()

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """All rows of all tables, whatever was read before: a file does not say what is new in it."""
        for mapping in self.tables:
            yield from self._table(mapping)

    def first(self, mapping: TableMapping, rows: int) -> Texts | None:
        """The first rows of a table as they stand, at most so many; None where there are none. Raises SourceError."""
        wait = cast(int, self.config.options["wait_seconds"])
        with ending(read(replace(self._job(mapping), piece_rows=rows), wait)) as pieces:
            piece = next(pieces, None)
        return piece and replace(piece, frame=piece.frame.head(rows))

    def _table(self, mapping: TableMapping) -> Iterator[Batch]:
        row_key = "" if mapping.query or not is_pattern(self.job.paths) else "{}:"
        pieces = read(self._job(mapping), cast(int, self.config.options["wait_seconds"]))
        yield from batches(mapping, pieces, row_key)

    def _job(self, mapping: TableMapping) -> Job:
        return replace(
            self.job,
            paths=files(self.job.paths),
            layout=mapping.layout,
            query=mapping.query,
            columns=None if mapping.query else mapping.source_columns,
        )


def file_source(config: SourceConfig) -> FileSource:
    """The builder the registry knows. Raises nothing; a file that is not there is found when it is pulled."""
    return FileSource(config, config.tables)
