"""A procedure with its pictures: a text beside its pictures, an archive of both, or a page that holds them itself."""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sop.procedure.intake.found import Found, Named, Refused, marked_out, with_pictures
from sop.procedure.intake.html import as_markdown
from sop.procedure.intake.plain import from_markdown
from sop.procedure.intake.text import HTML, is_ours
from sop.procedure.markdown.read import MOST_CHARACTERS, read
from sop.procedure.model import Procedure
from sop.procedure.text import ProcedureError, key_of
from store.state.pictures import MOST_OF_A_PHOTO

MOST_BYTES, MOST_UNPACKED, MOST_FILES = 20_000_000, 60_000_000, 500
TEXTS = (".md", ".markdown", *HTML)


@dataclass(frozen=True)
class Brought:
    """A procedure, its pictures by the name it calls them, and those that do not come along."""

    procedure: Procedure
    pictures: Mapping[str, bytes]
    refused: tuple[Refused, ...]
    is_ours: bool


def bring(name: str, content: bytes, beside: Mapping[str, bytes] | None = None) -> Brought:
    """
    What a file of this name says; `beside`: the files next to it by their path from there. Of an archive the one text
    in it, with what lies beside that. Raises ProcedureError for what is no procedure; pictures are never a reason.
    """
    if len(content) > MOST_BYTES:
        raise ProcedureError(f"{name} has {len(content)} bytes; {MOST_BYTES} are the most.")
    if PurePosixPath(name).suffix.lower() == ".zip":
        name, content, beside = _unpacked(name, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProcedureError(f"{name} is not text in UTF-8; save it as such.") from error
    files, found = {} if beside is None else beside, Found()
    if is_ours(text):
        return Brought(_ours(read(text), files, found), found.kept, tuple(found.refused), is_ours=True)
    plain = as_markdown(text) if PurePosixPath(name).suffix.lower() in HTML else text
    told, named = marked_out(plain)
    if len(told) > MOST_CHARACTERS:
        raise ProcedureError(f"The file has {len(told)} characters; {MOST_CHARACTERS} are the most.")
    procedure = from_markdown(told, key_of(PurePosixPath(name).stem, "procedure"))
    procedure = with_pictures(procedure, named, files, found)
    return Brought(procedure, found.kept, tuple(found.refused), is_ours=False)


def _ours(procedure: Procedure, files: Mapping[str, bytes], found: Found) -> Procedure:
    """With pictures under their names by content; what is no picture is taken out, what is not there stays named."""

    def kept(file: str) -> str | None:
        if file in files or not _is_by_content(file):
            return found.keep(Named("", file), files.get(file)) if file in files else _missing(file, found)
        return file

    steps = tuple(
        replace(
            step,
            pictures=tuple(
                replace(each, file=file) for each in step.pictures if (file := kept(each.file)) is not None
            ),
        )
        for step in procedure.steps
    )
    return replace(procedure, steps=steps)


def _missing(file: str, found: Found) -> str:
    found.keep(Named("", file), None)
    return file


def _is_by_content(file: str) -> bool:
    """Whether it has a name the library gave, so that the library may have it."""
    stem = PurePosixPath(file).stem
    return len(stem) > 8 and stem[-9] == "-" and not set(stem[-8:]) - set("0123456789abcdef")


def _unpacked(name: str, content: bytes) -> tuple[str, bytes, Mapping[str, bytes]]:
    """Name and bytes of the one text of an archive, and all other files by their path from there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = dict(_files(archive))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as wrong:
        if isinstance(wrong, ProcedureError):
            raise
        raise ProcedureError(
            f"{name} cannot be unpacked; make the archive anew, without a password."
        ) from wrong
    texts = sorted(
        (each for each in files if PurePosixPath(each).suffix.lower() in TEXTS),
        key=lambda each: each.count("/"),
    )
    top = [each for each in texts if each.count("/") == texts[0].count("/")]
    if len(top) != 1:
        raise ProcedureError(
            f"{name} holds {len(top)} texts ({', '.join(top[:5]) or 'Markdown or HTML'}); put exactly one into it."
        )
    folder = posixpath.dirname(top[0])
    beside = {posixpath.relpath(path, folder or "."): data for path, data in files.items() if path != top[0]}
    return posixpath.basename(top[0]), files[top[0]], beside


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files by their path; nothing is written anywhere, and no more is unpacked than may be."""
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > MOST_FILES:
        raise ProcedureError(f"The archive has {len(entries)} files; {MOST_FILES} are the most.")
    left = MOST_UNPACKED
    for each in entries:
        path = PurePosixPath(posixpath.normpath(each.filename.replace("\\", "/")))
        if any(part.startswith((".", "__")) for part in path.parts):
            continue
        most = MOST_BYTES if path.suffix.lower() in TEXTS else MOST_OF_A_PHOTO + 1
        with archive.open(each) as opened:
            data = opened.read(min(most, left) + 1)
        left -= len(data)
        if left < 0:
            raise ProcedureError(
                f"The archive unpacks to more than {MOST_UNPACKED} bytes; leave pictures out."
            )
        yield str(path), data
