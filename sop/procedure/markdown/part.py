"""The headings of a file with the text below each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sop.procedure.markdown.front import MalformedProcedure
from sop.procedure.text import ProcedureError, block

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?")


@dataclass(frozen=True)
class Part:
    """A heading with the text up to the next one; `line` counts from 1 in the file."""

    level: int
    heading: str
    text: str
    line: int

    def error(self, told: str) -> MalformedProcedure:
        """What is wrong with it, and where it stands."""
        return MalformedProcedure(f"Line {self.line}, '{self.heading[:60]}': {told}")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What is wrong with a value inside is told with the place."""
        try:
            yield
        except ProcedureError as error:
            raise self.error(str(error)) from error


def parts_of(body: str, first: int = 1) -> Iterator[Part]:
    """The headings with their texts; text before the first one under a heading of level 0, if there is any."""
    level, heading, begins, kept = 0, "", first, list[str]()
    for number, each in enumerate(body.split("\n"), first):
        found = _HEADING.fullmatch(each)
        if found is None:
            kept.append(each)
            continue
        yield from _part(level, heading, kept, begins)
        level, heading, begins, kept = len(found[1]), (found[2] or "").strip(), number, []
    yield from _part(level, heading, kept, begins)


def until(parts: list[Part], level: int) -> tuple[list[Part], list[Part]]:
    """The parts below a heading of that level, and the rest from the next such heading on."""
    ends = next((n for n, each in enumerate(parts) if each.level <= level), len(parts))
    return parts[:ends], parts[ends:]


def _part(level: int, heading: str, kept: list[str], line: int) -> Iterator[Part]:
    text = block("\n".join(kept))
    if level or text:
        yield Part(level, heading, text, line)
