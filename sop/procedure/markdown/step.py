"""The steps of a procedure's file: a heading, a list of fields, the instruction, an example and pictures."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sop.procedure.markdown.front import MalformedProcedure, choice, whole, yes
from sop.procedure.markdown.part import Part, until
from sop.procedure.markdown.shape import EXAMPLE, PICTURES, Level, unescaped
from sop.procedure.steps import Check, CheckKind, Condition, Picture, Raci, Step
from sop.procedure.text import key_of

FIELDS = (
    "Accountable", "Backup", "Responsible", "Consulted", "Informed", "Check", "Critical", "Markets", "Products",
    "Within", "Weight", "Rule", "Video",
)  # fmt: skip
MINUTES = {"min": 1, "h": 60, "d": 24 * 60}
_TITLE = re.compile(r"(?:\d+[.)](?:\s+|$))?(.*?)\s*(?:\{#([a-z0-9_]+)\})?")
_FIELD = re.compile(r"[-*] ([A-Za-z]+):(?:[ \t]+(.*))?")
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_VALUE = re.compile(rf"value(?: from {_NUMBER})?(?: to {_NUMBER})?(?: in (.+))?")
_LIMIT = re.compile(r"(\d{1,6}) ?(min|h|d)")
_PICTURE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\((\S+)\)")


def steps_of(section: Part, below: list[Part]) -> tuple[Step, ...]:
    """The steps under `## Steps`. Raises MalformedProcedure with the line of what does not fit."""
    if section.text:
        raise section.error("text stands before the first step; begin the step with '### 1. Title'.")
    grouped: list[tuple[Part, list[Part]]] = []
    while below:
        opening, *below = below
        if opening.level != Level.STEP:
            raise opening.error("a step begins with '### 1. Title'.")
        own, below = until(below, Level.STEP)
        grouped.append((opening, own))
    keys = keyed(opening.heading for opening, _ in grouped)
    return tuple(_step(key, title, *group) for (key, title), group in zip(keys, grouped, strict=True))


def keyed(headings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Key and title of each step; a key that the file does not give is made from the title, once."""
    found = [_TITLE.fullmatch(each) for each in headings]
    told = [(each[1], each[2]) for each in found if each is not None]
    taken = {key for _, key in told if key}
    for number, (title, key) in enumerate(told, 1):
        yield key or _free(key_of(title, f"step_{number}"), taken), title


def check_of(text: str) -> Check:
    """The checkpoint `value from 160 to 180 in °C`, `tick`, `two people`. Raises MalformedProcedure."""
    found = _VALUE.fullmatch(text)
    if found is None:
        kinds = "tick, value from 2 to 5 in kg, photo, file, two people"
        return Check(choice(CheckKind, text, "Check", kinds))
    low, high = (Decimal(each) if each else None for each in (found[1], found[2]))
    return Check(CheckKind.VALUE, low, high, found[3] or "")


def minutes_of(text: str) -> int:
    """The time limit `90 min`, `2 h`, `1 d` in minutes. Raises MalformedProcedure."""
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise MalformedProcedure(f"'Within' is '{text[:40]}'; write it as 30 min, 2 h or 1 d.")
    return int(found[1]) * MINUTES[found[2]]


def _free(wanted: str, taken: set[str]) -> str:
    """The key itself, or with the first number that is free; it is taken then."""
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted[:56]}_{number}"
    taken.add(key)
    return key


def _step(key: str, title: str, opening: Part, below: list[Part]) -> Step:
    told, instruction = _fields(opening)
    parts = {each.heading.casefold(): each for each in below}
    for each in below:
        if each.level != Level.PART or each.heading not in (EXAMPLE, PICTURES) or len(parts) < len(below):
            raise each.error(
                f"a step has one '#### {EXAMPLE}' and one '#### {PICTURES}' and no other heading; write it in bold."
            )
    example, pictures = (parts.get(each.casefold()) for each in (EXAMPLE, PICTURES))
    with opening.telling():
        return Step(
            key,
            title,
            unescaped(instruction),
            example=unescaped(example.text) if example else "",
            pictures=tuple(_pictures(pictures.text)) if pictures else (),
            **_told(told),
        )


def _fields(opening: Part) -> tuple[Mapping[str, str], str]:
    """The list of fields right below the heading, and the text after it."""
    first, _, rest = opening.text.partition("\n\n")
    lines = first.split("\n")
    found = [_FIELD.fullmatch(each) for each in lines]
    if found[0] is None or found[0][1] not in FIELDS:
        return {}, opening.text
    told: dict[str, str] = {}
    for text, each in zip(lines, found, strict=True):
        if each is None or each[1] not in FIELDS:
            raise opening.error(
                f"'{text[:60]}' is none of the fields {', '.join(FIELDS)}; leave a line empty first."
            )
        if each[1] in told:
            raise opening.error(f"'{each[1]}' is there twice; keep one.")
        told[each[1]] = each[2] or ""
    return told, rest


def _told(told: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a Step that the list tells; left out where it says nothing."""
    listed = {each: tuple(told.get(each, "").split(",")) for each in FIELDS}
    found: dict[str, Any] = {
        "raci": Raci(
            told.get("Accountable", ""), told.get("Backup", ""),
            listed["Responsible"], listed["Consulted"], listed["Informed"],
        ),
        "when": Condition(listed["Markets"], listed["Products"]),
        "rule": told.get("Rule", ""),
        "video": told.get("Video", ""),
        "critical": yes(told.get("Critical") or "no", "Critical"),
        "weight": whole(told.get("Weight") or "1", "Weight"),
    }  # fmt: skip
    if told.get("Check"):
        found["check"] = check_of(told["Check"])
    if told.get("Within"):
        found["minutes"] = minutes_of(told["Within"])
    return found


def _pictures(text: str) -> Iterator[Picture]:
    for each in filter(None, (line.strip() for line in text.split("\n"))):
        found = _PICTURE.fullmatch(each)
        if found is None:
            raise MalformedProcedure(
                f"'{each[:60]}' is not a picture; write ![What it shows](pictures/label.png)."
            )
        yield Picture(found[2], re.sub(r"\\(.)", r"\1", found[1]))
