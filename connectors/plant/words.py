"""What the states of machines are called, and which of them run: versioned lists, or the firm's own words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from connectors.block import Block, suggestion

FOLDER = Path(__file__).parent / "states"
UNAVAILABLE = "UNAVAILABLE"  # nobody knows, whatever the list


class Doing(StrEnum):
    """What a state means for the time it lasts; of what is unknown nobody knows whether the machine ran."""

    RUNNING = "running"
    STANDING = "standing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Words:
    """What each word means; a word that stands nowhere is never guessed. `version`: of which day a list is."""

    doing: Mapping[str, Doing] = field(default_factory=dict)
    version: str = ""

    def all(self, doing: Doing) -> list[str]:
        return [word for word, means in self.doing.items() if means is doing]


def known_lists() -> list[str]:
    """Those that come with the program."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def read_words(block: Block, usual: str | None) -> Words:
    """`states` of a source: the name of a list, or words, over the `usual` list where there is one. ConfigError."""
    named = block.values.get("states", usual)
    if isinstance(named, str):
        if named not in known_lists():
            raise block.wrong("states", f"is '{named}'. {suggestion(named, known_lists())}")
        return words_of(named)
    if named is None:
        raise block.wrong("states", f'is missing; write one of {known_lists()}, or {{ "3" = "running" }}.')
    own = block.block("states")
    said = {word: Doing(own.choice(word, list(Doing)) or Doing.UNKNOWN) for word in own.values}
    before = words_of(usual).doing if usual else {UNAVAILABLE: Doing.UNKNOWN}
    return Words({**before, **said})


def words_of(name: str) -> Words:
    """The list of that name. Raises ConfigError."""
    file = FOLDER / f"{name}.toml"
    whole = Block(file.name, "", tomllib.loads(file.read_text(encoding="utf-8")))
    whole.only(("version", *Doing))
    doing = {word: means for means in Doing for word in whole.texts(means)}
    return Words(doing, whole.required("version", '"2026-11-23"'))
