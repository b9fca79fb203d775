"""The words between the page where a file is brought and the worker that reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


@dataclass(frozen=True)
class Filled:
    """
    What fills a column of ours: one of the file's columns, or always the same value.

    `map`: their words and ours, an empty one for nothing; words it does not name stay as they are.
    """

    column: str = ""
    constant: str = ""
    map: Mapping[str, str] = field(default_factory=dict)


class Condition(StrEnum):
    """Which rows are kept, by what stands in a column."""

    IS = "is"
    IS_NOT = "is not"
    FILLED = "filled"
    EMPTY = "empty"


@dataclass(frozen=True)
class Kept:
    """A filter: only rows whose column passes; `words` are what it is, or is not."""

    column: str
    condition: Condition
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """
    What a person wants one sheet to be; no table leaves it out, no columns means: guess them for this table.

    Empty or 0 for the row of the header, the decimal mark and the order of dates means: as found.
    """

    sheet: int
    table: str
    key: str = ""
    columns: Mapping[str, Filled] | None = None
    date_order: str = ""
    header_row: int = 0
    decimal: str = ""
    keep: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class Bring:
    """
    A file and what to make of it; without wishes it is guessed, as are an encoding and a separator that are empty.

    `look` is the errand whose answer was confirmed.
    """

    upload: str
    title: str
    wishes: tuple[Wish, ...] = ()
    look: int = 0
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class ColumnFound:
    """
    A column of the file, one of its values, and what a person has to settle about it.

    `words`: what stands in it with the rows that hold it, where there are few different ones.
    """

    name: str
    example: str = ""
    note: str = ""
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class RowTried:
    """
    A row of the file as it would be taken in, or why it would not; `values` are those of the mapped columns.

    `left_out`: a filter passes it over.
    """

    row: int
    values: tuple[str, ...]
    why: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class SheetFound:
    """One document or sheet: its columns, what it is taken for, and how its first rows fared.

    `share` of its columns have a place; of the first `tried` rows `bad` would be set aside, and filters pass over
    `left_out` more. `top`: its first lines as
    they stand, for looking for the header, which was found in `header_row`; none where the format names the columns.
    """

    name: str
    columns: tuple[ColumnFound, ...]
    wish: Wish
    share: float = 0.0
    shown: tuple[str, ...] = ()
    rows: tuple[RowTried, ...] = ()
    tried: int = 0
    bad: int = 0
    left_out: int = 0
    top: tuple[tuple[str, ...], ...] = ()
    header_row: int = 0


@dataclass(frozen=True)
class Found:
    """What is in a file. `problem` says what has to be settled before it can be loaded.

    `known`: the name of the file that was brought before with the same columns, whose mapping is used. `encoding` and
    `separator` are those it was read by, empty where the format has none.
    """

    source: str
    shape: str
    toml: str
    sheets: tuple[SheetFound, ...]
    problem: str = ""
    known: str = ""
    known_by: str = ""
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class TableLoaded:
    """What loading did to one table, in rows."""

    fact: str
    read: int
    new: int
    changed: int
    unchanged: int
    rejected: int


@dataclass(frozen=True)
class Loaded:
    """What came of a file: rows by table, KPIs that have figures for the first time, and those that reach further."""

    source: str
    tables: tuple[TableLoaded, ...] = ()
    woke: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    message: str = field(default="")


def as_plain(thing: object) -> Mapping[str, object]:
    """As the state database keeps it."""
    return cast(dict[str, object], TypeAdapter(type(thing)).dump_python(thing, mode="json"))


def of_plain(kind: type[T], plain: Any) -> T:
    """What was kept, typed again. Raises ValueError where it is of another shape."""
    return TypeAdapter(kind).validate_python(plain)
