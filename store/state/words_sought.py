"""What somebody looks for in texts: words in any order, plurals of English words too, Chinese as it stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import InstrumentedAttribute

SHORTEST, MOST = 4, 8  # letters of a word whose plural is looked through; words that count
PARTS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")


class Where(IntEnum):
    """Where all the words were found, the best first."""

    TITLE = 0
    STEP = 1
    TEXT = 2


@dataclass(frozen=True)
class Sought:
    """Words that all have to be there, each in one of its forms, in small letters."""

    words: tuple[tuple[str, ...], ...]

    def is_in(self, text: str) -> bool:
        """Whether every word stands in the text."""
        small = text.lower()
        return all(any(form in small for form in forms) for forms in self.words)

    def place(self, title: str, text: str) -> Where | None:
        """The best place that holds them all: the title, the headings of the steps, the text; None for nowhere."""
        steps = "\n".join(line for line in text.splitlines() if line.startswith("### "))
        places = {Where.TITLE: title, Where.STEP: f"{title}\n{steps}", Where.TEXT: f"{title}\n{text}"}
        return next((where for where, told in places.items() if self.is_in(told)), None)

    def held_by(
        self, title: InstrumentedAttribute[str], text: InstrumentedAttribute[str]
    ) -> list[ColumnElement[bool]]:
        """The same as `is_in` as conditions on the columns of a title and a text."""
        told = func.lower(title + "\n" + text)
        return [or_(*(told.contains(each, autoescape=True) for each in forms)) for forms in self.words]

    def places(self, texts: Iterable[tuple[int, str, str]]) -> dict[int, Where]:
        """The best place by number, of numbers with title and text; without those that do not hold them all."""
        found = {number: self.place(title, text) for number, title, text in texts}
        return {number: place for number, place in found.items() if place is not None}


def sought(text: str) -> Sought:
    """The words of what was typed; without any letter or figure, what was typed itself."""
    small = text.strip().lower()
    found = PARTS.findall(small)[:MOST] or [small]
    return Sought(tuple(forms_of(word) for word in dict.fromkeys(found)))


def forms_of(word: str) -> tuple[str, ...]:
    """The word, and what a plural is the plural of: `boxes` also finds a box, `entries` an entry."""
    if len(word) < SHORTEST or not word.isascii() or not word.endswith("s") or word.endswith("ss"):
        return (word,)
    if word.endswith("ies"):
        return (word, f"{word[:-3]}y")
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return (word, word[:-2])
    return (word, word[:-1])
