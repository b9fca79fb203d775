"""Fact tables as they stand at one moment, each opened once for all the grains that read it."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import narwhals as nw
import polars as pl

from kpi.engine import Grain
from store.lake import Lake


class Facts(Protocol):
    """What computing asks of fact tables; a lake is one such place."""

    def version(self, name: str) -> int:
        """The version of a fact table; below 0 where there is none."""
        ...

    def rows(self, name: str, schema: pl.Schema) -> "nw.LazyFrame[Any]":
        """All rows of a fact table in the columns of `schema`, lazily, for the portable half of computing."""
        ...

    def changes(self, name: str, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
        """Rows written since a version, old and new values alike; None when that is no longer known."""
        ...


class Opened:
    """The facts of a lake, read at the moment each is first asked for.

    A version is taken before its rows are: what is committed in between is found again the next time.
    """

    def __init__(self, lake: Lake, grains: Iterable[Grain]) -> None:
        self._lake = lake
        self._versions: dict[str, int] = {}
        self._scans: dict[str, pl.LazyFrame] = {}
        self._changes: dict[tuple[str, int], pl.DataFrame | None] = {}
        self._needed: dict[str, list[str]] = {}
        for grain in grains:
            needed = self._needed.setdefault(grain.fact.name, [])
            needed += [name for name in dict.fromkeys((*grain.days, *grain.edges)) if name not in needed]

    def version(self, name: str) -> int:
        """The version as it was when first asked for."""
        if name not in self._versions:
            self._versions[name] = self._lake.version(name)
        return self._versions[name]

    def scan(self, name: str, schema: pl.Schema) -> pl.LazyFrame:
        """The rows as they were when first asked for."""
        self.version(name)
        if name not in self._scans:
            self._scans[name] = self._lake.scan(name, schema)
        return self._scans[name]

    def rows(self, name: str, schema: pl.Schema) -> "nw.LazyFrame[Any]":
        """The rows of a fact table, lazily, for the portable half of computing."""
        return nw.from_native(self.scan(name, schema))

    def changes(self, name: str, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
        """Every column a grain may ask about is read at once."""
        if (name, since) not in self._changes:
            self._changes[name, since] = self._lake.changes(name, since, self._needed[name])
        changed = self._changes[name, since]
        return None if changed is None else changed.select(columns)
