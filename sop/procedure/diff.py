"""What is new in a version: which fields of which parts changed, and word by word how."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from sop.procedure.model import Procedure
from sop.procedure.parts import ORDER, Kind, Part, Place, apart

_WORDS = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]|\s+|\w+|[^\w\s]")
MOST_WORDS = 4_000
ALIKE = 0.3  # share of the longer text that must have stayed


class Became(StrEnum):
    """What happened to a piece."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Difference:
    """A place with its value before and after; a part that was added or removed has only one of them."""

    place: Place
    became: Became
    before: object
    after: object


def differences(before: Procedure, after: Procedure) -> tuple[Difference, ...]:
    """Everything that changed but the number of the version, in the order of the later one."""
    return tuple(_found(before, after))


def words(before: str, after: str) -> tuple[tuple[Became, str], ...]:
    """
    The text as pieces that are the same, removed or added; characters take the place of words in Chinese. Texts that
    have little in common are not taken apart.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return _by_lines(before, after)
    pieces = tuple(_pieces(old, new))
    same = sum(len(text.strip()) for became, text in pieces if became is Became.SAME)
    if before and after and same < ALIKE * max(len(before), len(after)):
        return (Became.REMOVED, before), (Became.ADDED, after)
    return pieces


def _found(before: Procedure, after: Procedure) -> Iterator[Difference]:
    old, new = apart(before), apart(after)
    for part in [*new, *(each for each in old if each not in new)]:
        was, now = old.get(part), new.get(part)
        if was is None or now is None:
            yield Difference(Place(part), Became.ADDED if was is None else Became.REMOVED, was, now)
            continue
        for name in now:
            if was[name] != now[name] and name != "version":
                yield Difference(Place(part, name), Became.CHANGED, was[name], now[name])
    moved = [
        [each for each in parts if _is_step(each) and each in old and each in new] for parts in (old, new)
    ]
    if moved[0] != moved[1]:
        yield Difference(ORDER, Became.CHANGED, *(tuple(part.key for part in each) for each in moved))


def _is_step(part: Part) -> bool:
    return part.kind is Kind.STEP


def _by_lines(before: str, after: str) -> tuple[tuple[Became, str], ...]:
    return tuple(_pieces(before.splitlines(keepends=True), after.splitlines(keepends=True)))


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Became, str]]:
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Became.SAME, "".join(new[start:end])
            continue
        if first < last:
            yield Became.REMOVED, "".join(old[first:last])
        if start < end:
            yield Became.ADDED, "".join(new[start:end])
