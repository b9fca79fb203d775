"""A procedure read from its Markdown file; what does not fit is told with its line."""

from typing import Any

from sop.procedure.markdown.front import FENCE, MalformedProcedure, fields, head
from sop.procedure.markdown.part import Part, parts_of, until
from sop.procedure.markdown.shape import BEFORE, STEPS, WHY, Level, unescaped
from sop.procedure.markdown.step import steps_of
from sop.procedure.model import Procedure, Section
from sop.procedure.text import block

MOST_CHARACTERS = 1_000_000
_PLACES = {WHY.casefold(): "purpose", BEFORE.casefold(): "preparation"}


def read(text: str) -> Procedure:
    """
    The procedure a file holds, complete or not.

    Raises MalformedProcedure for what is not in the form of docs/procedures.md, and ProcedureError for values that
    cannot be.
    """
    front, body, first = divided(text)
    return Procedure(**fields(head(front)), **_content(list(parts_of(body, first))))


def divided(text: str) -> tuple[str, str, int]:
    """The head, the rest, and the line the rest begins on. Raises MalformedProcedure without a head."""
    if len(text) > MOST_CHARACTERS:
        raise MalformedProcedure(f"The file has {len(text)} characters; {MOST_CHARACTERS} are the most.")
    lines = block(text).split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        raise MalformedProcedure(f"The file does not begin with its fields between two lines of {FENCE}.")
    end = lines.index(FENCE, 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _content(parts: list[Part]) -> dict[str, Any]:
    if not parts or parts[0].level != Level.TITLE or parts[0].text:
        raise MalformedProcedure("After its fields the file has to go on with '# Title' and then '## Why'.")
    found: dict[str, Any] = {"title": parts[0].heading, "sections": ()}
    rest = parts[1:]
    while rest:
        section, *rest = rest
        if section.level != Level.SECTION:
            raise section.error("a heading with ## is needed before this one.")
        below, rest = until(rest, Level.SECTION)
        _take(found, section, below)
    return found


def _take(found: dict[str, Any], section: Part, below: list[Part]) -> None:
    name = section.heading.casefold()
    place = "steps" if name == STEPS.casefold() else _PLACES.get(name, "sections")
    if place != "sections" and place in found:
        raise section.error("this heading is there twice; keep one.")
    if place == "steps":
        found["steps"] = steps_of(section, below)
    elif below:
        raise below[0].error(
            "only steps have headings below ##; write it in bold, or begin its line with a backslash."
        )
    elif place == "sections":
        found["sections"] += (Section(section.heading, unescaped(section.text)),)
    else:
        found[place] = unescaped(section.text)
