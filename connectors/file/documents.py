"""What is inside the files handed to us: plain, packed, or several in a zip, told apart by their first bytes."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from connectors.file.job import MEGABYTE
from connectors.file.problem import FileProblem

RATIO = 100  # unpacked bytes for each packed one, beyond which a file is taken for a bomb
LEAST = 256 * MEGABYTE
MEMBERS = 1_000
PACKED = (".gz", ".zst", ".zip")


class Format(Enum):
    """How a document is written."""

    TEXT = "text"
    JSON = "json"
    JSON_LINES = "json lines"
    PARQUET = "parquet"
    WORKBOOK = "workbook"
    X12 = "x12"
    XML = "xml"


@dataclass(frozen=True)
class Document:
    """One readable document: a file, or a member of a zip. `open` gives its unpacked bytes, limited."""

    name: str
    format: Format
    open: Callable[[], BinaryIO]
    path: Path | None = None

    @property
    def stem(self) -> str:
        """The name a query or `file = ...` knows it by: without endings."""
        name = PurePosixPath(self.name).name
        for ending in PACKED:
            name = name.removesuffix(ending)
        return name.rsplit(".", 1)[0] if "." in name else name


class Limited(io.RawIOBase):
    """A stream that ends with a complaint once it has given more than its limit."""

    def __init__(self, inner: BinaryIO, limit: int, name: str) -> None:
        self._inner, self._left, self._limit, self._name = inner, limit, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zipfile.BadZipFile) as broken:
            raise FileProblem(f"{self._name} cannot be unpacked ({broken}). Export it again.") from None
        self._left -= len(data)
        if self._left < 0:
            raise FileProblem(
                f"{self._name} unpacks to more than {self._limit // MEGABYTE} MB. "
                f"If that is right, raise unpacked_mb of the source."
            )
        buffer[: len(data)] = data
        return len(data)


def documents(paths: tuple[str, ...], unpacked_mb: int) -> Iterator[Document]:
    """The documents in the files, in the order given. Raises FileProblem."""
    for each in paths:
        path = Path(each)
        if path.is_dir():
            raise FileProblem(
                f"{path.name} is a folder. Name the files in it, for example {path.name}/*.csv."
            )
        if not path.is_file():
            raise FileProblem(f"{path.name} does not exist.")
        size = path.stat().st_size
        if size == 0:
            raise FileProblem(f"{path.name} is empty (0 bytes). Export it again.")
        limit = unpacked_mb * MEGABYTE or max(LEAST, size * RATIO)
        yield from _in_file(path, limit)


def _in_file(path: Path, limit: int) -> Iterator[Document]:
    with path.open("rb") as opened:
        magic = opened.read(8)
    if magic.startswith((b"PK\x03\x04", b"PK\x05\x06")) or path.suffix.lower() == ".zip":
        yield from _in_zip(path, limit)
    elif magic.startswith(b"\x1f\x8b"):
        yield _single(path, path.name, lambda: _limited(_gzip(path), limit, path.name))
    elif magic.startswith(b"\x28\xb5\x2f\xfd"):
        yield _single(path, path.name, lambda: _limited(_zstd(path), limit, path.name))
    else:
        yield Document(path.name, _format(path.name, magic), lambda: path.open("rb"), path)


def _single(path: Path, name: str, opened: Callable[[], BinaryIO]) -> Document:
    with opened() as stream:
        magic = stream.read(8)
    inner = name
    for ending in PACKED:
        inner = inner.removesuffix(ending)
    if magic.startswith(b"PK") and not _is_workbook(inner):
        raise FileProblem(f"{name} holds another archive. Unpack it once.")
    return Document(name, _format(inner, magic), opened)


def _in_zip(path: Path, limit: int) -> Iterator[Document]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise FileProblem(f"{path.name} is not a readable zip ({broken}). Export it again.") from None
    names = {info.filename for info in infos}
    if _is_workbook(path.name) or "[Content_Types].xml" in names or "META-INF/manifest.xml" in names:
        if sum(info.file_size for info in infos) > limit:
            raise FileProblem(f"{path.name} unpacks to more than {limit // MEGABYTE} MB. See unpacked_mb.")
        yield Document(path.name, Format.WORKBOOK, lambda: path.open("rb"), path)
        return
    if not infos or len(infos) > MEMBERS:
        raise FileProblem(f"{path.name} holds {len(infos)} files; 1 to {MEMBERS} are read.")
    for info in sorted(infos, key=lambda info: info.filename):
        if not PurePosixPath(info.filename).name.startswith((".", "__")) and "__MACOSX" not in info.filename:
            yield _member(path, info, limit)


def _member(path: Path, info: zipfile.ZipInfo, limit: int) -> Document:
    where = PurePosixPath(info.filename)
    if where.is_absolute() or ".." in where.parts or "\\" in info.filename:
        raise FileProblem(f"{path.name} holds a file outside itself, {info.filename!r}; it is not read.")
    if info.flag_bits & 1:
        raise FileProblem(f"{path.name} is protected by a password. Export it without.")

    def opened() -> BinaryIO:
        try:
            return _limited(cast(BinaryIO, zipfile.ZipFile(path).open(info)), limit, path.name)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as broken:
            raise FileProblem(f"{path.name}: {info.filename} cannot be unpacked ({broken}).") from None

    return _single(path, where.name, opened)


def _limited(stream: BinaryIO, limit: int, name: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(Limited(stream, limit, name), MEGABYTE))


def _gzip(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(path))


def _zstd(path: Path) -> BinaryIO:
    import pyarrow as pa  # type: ignore[import-untyped]  # slow to load, needed for this ending only

    return cast(BinaryIO, pa.input_stream(str(path), compression="zstd"))


def _is_workbook(name: str) -> bool:
    return name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))


def _format(name: str, magic: bytes) -> Format:
    if magic.startswith(b"PAR1"):
        return Format.PARQUET
    if magic.startswith((b"\xd0\xcf\x11\xe0", b"PK")) or _is_workbook(name):
        return Format.WORKBOOK
    if magic.startswith(b"%PDF"):
        raise FileProblem(f"{name} is a PDF. Export the table as CSV or Excel.")
    ending = name.lower().rsplit(".", 1)[-1]
    if magic.startswith(b"ISA") and not magic[3:4].isalnum():
        return Format.X12
    if ending in ("edi", "x12"):
        raise FileProblem(f"{name} is not X12: it begins with {magic!r} instead of ISA.")
    if ending == "xml":
        return Format.XML
    if ending in ("jsonl", "ndjson"):
        return Format.JSON_LINES
    if ending == "parquet":
        raise FileProblem(f"{name} is not a Parquet file (it does not begin with PAR1). Export it again.")
    return Format.JSON if ending == "json" else Format.TEXT
