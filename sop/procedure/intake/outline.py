"""The outline of a Markdown text: its title, and its headings with the numbered items and the rest below each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from markdown_it.token import Token

from sop.procedure.prose import blocks_of
from sop.procedure.text import block


@dataclass(frozen=True)
class Item:
    """One item of a numbered list, as it was written."""

    text: str


@dataclass(frozen=True)
class Chapter:
    """A heading (level 0: none yet) with all that is below it up to the next one: numbered items, and the rest."""

    level: int
    heading: str
    items: tuple[Item, ...]
    rest: str
    whole: str


def outline(text: str) -> tuple[str, list[Chapter]]:
    """The first heading if nothing higher follows, as the title, and the chapters."""
    lines = text.split("\n")
    chapters = list(_chapters(blocks_of(text), lines))
    headed = [each for each in chapters if each.level]
    top = min((each.level for each in headed), default=0)
    if not headed or headed[0].level != top or sum(each.level == top for each in headed) > 1:
        return "", chapters
    first = headed[0]
    untitled = [
        Chapter(0, "", each.items, each.rest, each.whole) if each is first else each for each in chapters
    ]
    return first.heading, [each for each in untitled if each.level or each.whole]


def _chapters(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Chapter]:
    level, heading, begins, own = 0, "", 0, list[Token]()
    for place, token in enumerate(tokens):
        if token.type != "heading_open" or token.level or token.map is None:
            own.append(token)
            continue
        yield _chapter(level, heading, own, lines, range(begins, token.map[0]))
        level, heading, begins, own = int(token.tag[1:]), tokens[place + 1].content, token.map[1], []
    yield _chapter(level, heading, own, lines, range(begins, len(lines)))


def _chapter(level: int, heading: str, tokens: Sequence[Token], lines: Sequence[str], own: range) -> Chapter:
    items: list[Item] = []
    numbered: set[int] = set()
    for token in tokens:
        if token.map is None:
            continue
        if token.type == "ordered_list_open" and token.level == 0:
            numbered |= set(range(*token.map))
        elif token.type == "list_item_open" and token.level == 1 and token.info:
            items.append(Item(_item(lines[slice(*token.map)])))
    rest = [lines[number] for number in own if number not in numbered]
    whole = [lines[number] for number in own]
    return Chapter(level, heading, tuple(items), block("\n".join(rest)), block("\n".join(whole)))


def _item(lines: Sequence[str]) -> str:
    """Without its number and the indent that followed from it."""
    _, _, first = lines[0].lstrip().partition(" ")
    return block("\n".join([first.strip(), dedent("\n".join(lines[1:]))]))
