"""Words of others that come with the program: codes of carriers and tracking services, and what they mean here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from connectors.block import Block, suggestion
from connectors.errors import ConfigError

FOLDER = Path(__file__).parent / "vocabularies"


@dataclass(frozen=True)
class Vocabulary:
    """
    `codes` become a word of ours; `silent` are known and say nothing that is counted, so that their rows are left
    out. Any other code is unknown: its row waits. `version` tells of which day the list is.
    """

    name: str
    version: str
    codes: Mapping[str, str]
    silent: tuple[str, ...]


def known_vocabularies() -> list[str]:
    """Those that come with the program."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of that name. Raises ConfigError."""
    if name not in known_vocabularies():
        raise ConfigError(f"There is no vocabulary '{name}'. {suggestion(name, known_vocabularies())}")
    file = FOLDER / f"{name}.toml"
    whole = Block(file.name, "", tomllib.loads(file.read_text(encoding="utf-8")))
    whole.only(("version", "codes", "silent"))
    codes = {code: ours for ours in whole.block("codes").values for code in whole.block("codes").texts(ours)}
    return Vocabulary(name, whole.required("version", '"2026-11-23"'), codes, whole.texts("silent"))
