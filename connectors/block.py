"""One table of a TOML file, read key by key, with complaints that name file, key, value and the way out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import cast

from connectors.errors import ConfigError


@dataclass(frozen=True)
class Block:
    """Some keys of a TOML file and where they stand."""

    file: str
    place: str
    values: Mapping[str, object]

    def wrong(self, key: str, complaint: str) -> ConfigError:
        """The error to raise about a key; the complaint says what is wrong and the way out."""
        return ConfigError(f"{self.file}: {self._at(key)} {complaint}")

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not known."""
        names = list(known)
        for key in self.values:
            if key not in names:
                raise self.wrong(key, f"is not known here. {suggestion(key, names)}")

    def text(self, key: str, default: str | None = None) -> str | None:
        value = self.values.get(key, default)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, f"is {value!r}; write a text in quotes.")
        return value

    def required(self, key: str, example: str) -> str:
        value = self.text(key)
        if not value:
            raise self.wrong(key, f"is missing; write for example {key} = {example}.")
        return value

    def whole(self, key: str, default: int, minimum: int = 0) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise self.wrong(key, f"is {value!r}; write a whole number of at least {minimum}.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"is {value!r}; write true or false.")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str | None:
        value = self.text(key, default)
        allowed = list(choices)
        if value is not None and value not in allowed:
            raise self.wrong(key, f"is {value!r}; write one of {', '.join(allowed)}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; numbers and booleans in it are taken as they are written."""
        value = self.values.get(key, [])
        many = cast(list[object], value) if isinstance(value, list) else [value]
        return tuple(self.plain(key, each) for each in many)

    def map(self, key: str) -> Mapping[str, str] | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(key, f'is {value!r}; write {{ "their word" = "our word" }}.')
        return {name: self.plain(key, each) for name, each in cast(dict[str, object], value).items()}

    def block(self, key: str) -> "Block":
        """A table below this one; empty where it is not there."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"is {value!r}; write a table, [{self._at(key)}].")
        return Block(self.file, self._at(key), cast(dict[str, object], value))

    def blocks(self, key: str) -> "Mapping[str, Block]":
        """The tables below a key by name."""
        inner = self.block(key)
        return {name: inner.block(name) for name in inner.values}

    def rows(self, key: str) -> "list[Block]":
        """A list of tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(key, f"is {value!r}; write a list of tables, [{{ ... }}, {{ ... }}].")
        return [Block(self.file, f"{self._at(key)}[{at}]", each) for at, each in enumerate(value, 1)]

    def plain(self, key: str, value: object) -> str:
        """A single TOML value as the text it stands for."""
        match value:
            case str():
                return value
            case bool():
                return "true" if value else "false"
            case int() | float():
                return str(value)
            case datetime() | date():
                return value.isoformat()
            case _:
                raise self.wrong(key, f"is {value!r}; write a text, a number, a date, true or false.")

    def _at(self, key: str) -> str:
        shown = key if key.replace("_", "").replace("-", "").replace(".", "").isalnum() else f'"{key}"'
        return f"{self.place}.{shown}" if self.place else shown


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or all of them."""
    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'? Possible: {', '.join(names)}."
    return f"Possible: {', '.join(names)}." if names else "Nothing can stand here."
