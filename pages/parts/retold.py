"""Sentences of those below that know no languages, told again in the reader's language and in terms of the pages."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from kpi.words import say
from kpi.words.names import words

Told = Mapping[str, str]
OURS = "our_"
NAMES = re.compile(r"\\{(\w+)\\}")


def retold(text: str, *tables: Told) -> str:
    """
    The sentence as the pages say it, with the names and values that stand in it; as it is where no table knows it.

    A table has, by the English sentence with its `{places}`, what is said instead. What fills a place may itself be a
    sentence that is told again, and what `{our_...}` stands for is a name of ours.
    """
    for heard, said in _all(tables):
        if found := _pattern(heard).fullmatch(text):
            return say(
                said, **{name: _place(name, value, tables) for name, value in found.groupdict().items()}
            )
    return text


def _place(name: str, value: str, tables: tuple[Told, ...]) -> str:
    """What fills a place: `{our_...}` is a name or a meaning of ours, anything else is theirs or a sentence."""
    if not name.startswith(OURS):
        return retold(value, *tables)
    return words(value) if value.isidentifier() else say(value)


def _all(tables: Iterable[Told]) -> Iterable[tuple[str, str]]:
    return (each for table in tables for each in table.items())


@cache
def _pattern(heard: str) -> re.Pattern[str]:
    return re.compile(NAMES.sub(r"(?P<\1>.+?)", re.escape(heard)), re.DOTALL)
