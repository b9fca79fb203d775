"""Photos and files that show that a step was done: kept as bytes under their SHA-256; what is shown is made apart."""

import os
import secrets
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from store.picture_shown import HEIC, NoPicture, is_heic, shown_of
from store.state.edits import WrongEntry
from store.uploads import LEAST_FREE, MEGABYTE, title_of

FOLDER = "evidence"
MOST_BYTES = 10 * MEGABYTE
LOOKED_AT = 4096
PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8",
}  # fmt: skip
PACKED = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PLAIN = {".csv": "text/csv", ".txt": "text/plain"}
KEPT = "PNG, JPEG, GIF, WebP and HEIC pictures, PDF, Excel, Word, CSV and text"


@dataclass(frozen=True)
class Content:
    """The bytes of a file as they may be kept: what a browser is told they are, and what people call them."""

    data: bytes
    kind: str
    title: str

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def is_picture(self) -> bool:
        return is_picture(self.kind)


def is_picture(kind: str) -> bool:
    """Whether a browser may show it; everything else is only handed out as a file."""
    return kind in (*PICTURES, "image/webp", HEIC)


def content_of(data: bytes, name: str) -> Content:
    """
    The file, known by its first bytes; the name only says which of two kinds that begin alike it is. Raises WrongEntry
    for an empty or large one and for what is not kept.
    """
    title = title_of(name)
    if not data:
        raise WrongEntry(f"{title} is empty; take the photo or choose the file again.")
    if len(data) > MOST_BYTES:
        raise WrongEntry(f"{title} has more than {MOST_BYTES // MEGABYTE} MB; send a smaller one.")
    kind = _kind(data, title.lower())
    if kind is None:
        raise WrongEntry(f"{title} is of no kind that is kept: {KEPT}.")
    return Content(data, kind, title)


def keep(home: Path, content: Content) -> None:
    """
    Write the bytes, on disk when this returns; the same bytes are kept once. Raises WrongEntry for a full disk, and
    for a HEIC photo that cannot be shown.
    """
    file = path_of(home, content.sha256)
    if file.exists():
        return
    if shutil.disk_usage(home).free < len(content.data) + LEAST_FREE:
        raise WrongEntry("The server has too little room left for this file. Tell an administrator.")
    if content.kind == HEIC:
        try:
            _write(_beside(file), shown_of(content.data, content.title).content)
        except NoPicture as broken:
            raise WrongEntry(str(broken)) from broken
    _write(file, content.data)


def shown(home: Path, digest: str, kind: str) -> tuple[bytes, str] | None:
    """
    The bytes a browser shows and their kind: a JPEG without what the camera wrote, of a photo only telephones know.
    None as `read`.
    """
    data = read(home, digest)
    if data is None or kind != HEIC:
        return None if data is None else (data, kind)
    beside = _beside(path_of(home, digest))
    if not beside.exists():
        _write(beside, shown_of(data, "photo.heic").content)
    return beside.read_bytes(), "image/jpeg"


def _beside(file: Path) -> Path:
    """Where the picture that is shown of a photo lies."""
    return file.with_name(f"{file.name}.jpg")


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(data)
            made.flush()
            os.fsync(made.fileno())
        os.replace(fresh, file)
        _sync(file.parent)
    finally:
        fresh.unlink(missing_ok=True)


def read(home: Path, digest: str) -> bytes | None:
    """The bytes; None where they were erased, or are not what was kept."""
    file = path_of(home, digest)
    data = file.read_bytes() if file.exists() else b""
    return data if sha256(data).hexdigest() == digest else None


def drop(home: Path, digests: Collection[str]) -> int:
    """Forget files; how many there were."""
    files = [file for each in digests if (file := path_of(home, each)).exists()]
    for file in files:
        file.unlink(missing_ok=True)
        _beside(file).unlink(missing_ok=True)
        with suppress(OSError):  # others lie there too
            file.parent.rmdir()
    return len(files)


def path_of(home: Path, digest: str) -> Path:
    """Where the bytes lie. Raises ValueError for what is no SHA-256."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"'{digest[:70]}' is no SHA-256.")
    return home / FOLDER / digest[:2] / digest


def _kind(data: bytes, title: str) -> str | None:
    found = next((kind for kind, begins in PICTURES.items() if data.startswith(begins)), None)
    if found is not None:
        return found
    ending = title[title.rfind(".") :] if "." in title else ""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if is_heic(data):
        return HEIC
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return PACKED.get(ending)
    return PLAIN.get(ending) if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    """No byte that text does not have, as far as one looks."""
    return not any(each < 9 or 13 < each < 32 for each in data[:LOOKED_AT])


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
