"""The one file of a backup: a zip with a manifest that knows the hash of every member."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.lake.mark import sync

FORMAT = 1
CHUNK = 1 << 20
_MANIFEST = "manifest.json"


class BackupError(Exception):
    """An archive that cannot be made or restored; nothing was changed."""


@dataclass(frozen=True)
class Archive:
    """What an archive holds: rows by state table, versions by lake table, SHA-256 by member."""

    made_at: str
    schema: str
    run_floor: int
    rows: dict[str, int]
    versions: dict[str, int]
    files: dict[str, str]
    format: int = FORMAT


@dataclass(frozen=True)
class Writer:
    """The members of an archive, with the hash of each."""

    archive: zipfile.ZipFile
    hashes: dict[str, str]

    def add(self, name: str, chunks: Iterable[bytes], *, squeeze: bool) -> None:
        info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest = hashlib.sha256()
        with self.archive.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.hashes[name] = digest.hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        """Parquet is compressed already."""
        self.add(name, chunks_of(path), squeeze=path.suffix != ".parquet")

    def close_with(self, manifest: Archive) -> None:
        self.add(_MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()], squeeze=True)


def checked(archive: zipfile.ZipFile, file: Path) -> Archive:
    try:
        made = Archive(**json.loads(archive.read(_MANIFEST)))
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BackupError(f"'{file}' is no backup of Fairlead, or it was cut short ({error}).") from error
    if made.format != FORMAT:
        raise BackupError(f"'{file}' has format {made.format}; this program reads format {FORMAT}.")
    for name, digest in made.files.items():
        if _digest_of(archive, name) != digest:
            raise BackupError(
                f"'{file}' is damaged: '{name}' is not what was backed up. Take an older backup."
            )
    return made


def _digest_of(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError):
        return ""
    return digest.hexdigest()


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"'{file}' cannot be read as a backup: {error}.") from error
    with archive:
        yield archive


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A temporary name that becomes `file`, on disk, when all went well."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.absolute().parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        sync(unfinished)
        os.replace(unfinished, file)
        sync(file.absolute().parent)
    finally:
        unfinished.unlink(missing_ok=True)


def member_lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    with archive.open(f"state/{table}.ndjson") as member:
        yield from member


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
