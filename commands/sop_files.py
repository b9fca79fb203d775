"""Procedures out of files: our Markdown, anybody's Markdown, HTML, and documents that stay where they are."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from sop.procedure import Procedure, ProcedureError, Version
from sop.procedure.intake import Brought, Refused, bring, linked
from sop.procedure.intake.bundle import MOST_BYTES
from sop.procedure.markdown.read import MOST_CHARACTERS
from sop.procedure.problems import require_sound
from store.state.pictures import MOST_OF_A_PHOTO


def read_procedure(file: Path | None, link: str, content: str, key: str, latest: Procedure | None) -> Brought:
    """
    The procedure of a file with the pictures beside or in it; or, with the address of a document and its content, the
    latest of that key with the link as it is now. Raises ProcedureError where neither is given, or a file cannot be
    read.
    """
    if link:
        if not content or not key:
            raise ProcedureError(
                "A linked document needs --key and --content (a file, or - for standard input)."
            )
        return Brought(linked(latest or Procedure(key), link, _content(content)), {}, (), is_ours=True)
    if file is None:
        raise ProcedureError("Name a file, or a document that stays where it is with --link and --content.")
    return bring(file.name, _bytes(file), _Beside(file.parent))


def given(
    procedure: Procedure,
    key: str,
    title: str,
    department: str,
    owner: str,
    why: str,
    lang: str,
    translates: str,
) -> Procedure:
    """The procedure with what the command line says in place of what the file says."""
    told = {
        "key": key, "title": title, "department": department, "owner": owner, "purpose": why, "language": lang,
        "translates": Version.read(translates) if translates else None,
    }  # fmt: skip
    return replace(procedure, **{field: value for field, value in told.items() if value})  # type: ignore[arg-type]


def tell_refused(refused: Iterable[Refused]) -> None:
    """The pictures that do not come along, and why, on standard error."""
    for each in refused:
        typer.echo(f"Left out: {each.file}. {each.why}", err=True)


def tell_gaps(procedure: Procedure) -> None:
    """What is missing until it can be submitted, on standard error."""
    try:
        require_sound(procedure)
    except ValueError as gaps:
        typer.echo(f"Before it can be submitted:\n{gaps}", file=sys.stderr)


def _content(content: str) -> str:
    return sys.stdin.read(MOST_CHARACTERS + 1) if content == "-" else _text(Path(content))


def _text(file: Path) -> str:
    """The text of a file. Raises ProcedureError where there is none, or it is no text, or too much."""
    try:
        return _bytes(file, 4 * MOST_CHARACTERS).decode()
    except UnicodeDecodeError as error:
        raise ProcedureError(f"{file} is not text in UTF-8; save it as such.") from error


def _bytes(file: Path, most: int = MOST_BYTES) -> bytes:
    try:
        if file.stat().st_size > most:
            raise ProcedureError(f"{file} has {file.stat().st_size} bytes; {most} are the most.")
        return file.read_bytes()
    except OSError as error:
        raise ProcedureError(f"{file} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class _Beside(Mapping[str, bytes]):
    """The files in and below a folder by their path, read when they are asked for; none above it, and no large one."""

    folder: Path

    def __getitem__(self, path: str) -> bytes:
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder.resolve()) or not file.is_file():
            raise KeyError(path)
        with file.open("rb") as opened:
            return opened.read(MOST_OF_A_PHOTO + 1)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
