"""The headings and fields of a procedure's file, which writing and reading share."""

import re
from enum import IntEnum

WHY, BEFORE, STEPS = "Why", "Before you start", "Steps"
EXAMPLE, PICTURES = "Example", "Pictures"
_HEADING_LIKE = re.compile(r"^( {0,3})(\\*)(#{1,6}(?:\s|$))", re.MULTILINE)
_ESCAPED = re.compile(r"^( {0,3})\\(\\*#{1,6}(?:\s|$))", re.MULTILINE)


class Level(IntEnum):
    """What a heading of so many # stands for."""

    TITLE = 1
    SECTION = 2
    STEP = 3
    PART = 4


def escaped(text: str) -> str:
    """The text with a backslash before each line that would be a heading."""
    return _HEADING_LIKE.sub(r"\1\\\2\3", text)


def unescaped(text: str) -> str:
    """The text without those backslashes."""
    return _ESCAPED.sub(r"\1\2", text)
