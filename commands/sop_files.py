"""Procedures out of files: our Markdown, anybody's Markdown, HTML, and documents that stay where they are."""

import sys
from dataclasses import replace
from pathlib import Path

import typer

from sop.procedure import Procedure, ProcedureError, Version
from sop.procedure.intake import from_text, linked
from sop.procedure.markdown.read import MOST_CHARACTERS
from sop.procedure.problems import require_sound
from store.state.pictures import file_of, kind_of


def read_procedure(
    file: Path | None, link: str, content: str, key: str, latest: Procedure | None
) -> Procedure:
    """
    The procedure of a file; or, with the address of a document and its content, the latest of that key with the link
    as it is now. Raises ProcedureError where neither is given, or a file cannot be read.
    """
    if link:
        if not content or not key:
            raise ProcedureError(
                "A linked document needs --key and --content (a file, or - for standard input)."
            )
        return linked(latest or Procedure(key), link, _content(content))
    if file is None:
        raise ProcedureError("Name a file, or a document that stays where it is with --link and --content.")
    return from_text(_text(file), file.name)


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


def with_pictures(procedure: Procedure, folder: Path) -> tuple[Procedure, dict[str, bytes]]:
    """
    The procedure with its pictures named after their content, and those that lie beside the file, by the names they
    have there. Raises WrongEntry for files that are no pictures.
    """
    found = {
        each.file: (folder / each.file).read_bytes()
        for step in procedure.steps
        for each in step.pictures
        if (folder / each.file).is_file()
    }
    names = {name: file_of(name, kind_of(content)[1], content) for name, content in found.items()}
    steps = tuple(
        replace(
            step,
            pictures=tuple(replace(each, file=names.get(each.file, each.file)) for each in step.pictures),
        )
        for step in procedure.steps
    )
    return replace(procedure, steps=steps), found


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
        if file.stat().st_size > 4 * MOST_CHARACTERS:
            raise ProcedureError(
                f"{file} has {file.stat().st_size} bytes; {4 * MOST_CHARACTERS} are the most."
            )
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ProcedureError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ProcedureError(f"{file} is not text in UTF-8; save it as such.") from error
