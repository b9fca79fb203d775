"""Fact tables as they stand at one moment, each opened once for all the grains that read it."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Protocol

import narwhals as nw
import polars as pl

from kpi.asked import columns_dated, columns_read
from kpi.engine import Grain
from kpi.measures import on_polars
from store.contract import Table, polars_schema
from store.lake import Between, Lake, Snapshot

_FEW_DAYS = 7


class Facts(Protocol):
    """What computing asks of fact tables; a lake is one such place."""

    def version(self, name: str) -> int:
        """The version of a fact table; below 0 where there is none."""
        ...

    def rows(self, name: str, schema: pl.Schema, between: Between | None = None) -> "nw.LazyFrame[Any]":
        """Rows of a fact table in the columns of `schema`, lazily, for the portable half of computing.

        All of them; only those with a column within its bounds in `between` need be among them.
        """
        ...

    def crossed(
        self, fact: type[Table], days: tuple[date, date], epochs: tuple[int, int]
    ) -> "nw.LazyFrame[Any]":
        """Rows of a fact of which an edge of any grain lies behind the first and up to the last moment."""
        ...

    def changes(self, name: str, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
        """Rows written since a version, old and new values alike; None when that is no longer known.

        In `columns` and `_change_type` at least.
        """
        ...


class Opened:
    """The facts of a lake, read at the moment each is first asked for.

    A version is taken before its rows are: what is committed in between is found again the next time.
    """

    def __init__(self, lake: Lake, grains: Iterable[Grain]) -> None:
        self._lake = lake
        self._versions: dict[str, int] = {}
        self._tables: dict[str, Snapshot] = {}
        self._scans: dict[tuple[str, tuple[object, ...]], nw.LazyFrame[Any]] = {}
        self._changes: dict[tuple[str, int], pl.DataFrame | None] = {}
        self._crossed: dict[tuple[object, ...], nw.LazyFrame[Any]] = {}
        self._needed: dict[str, dict[str, None]] = {}
        self._dated: dict[str, dict[str, None]] = {}
        self._edges: dict[str, dict[str, None]] = {}
        for grain in grains:
            self._dated.setdefault(grain.fact.name, {}).update(dict.fromkeys(columns_dated(grain)))
            self._edges.setdefault(grain.fact.name, {}).update(dict.fromkeys(grain.edges))
            self._needed.setdefault(grain.fact.name, {}).update(dict.fromkeys(columns_read(grain)))

    def version(self, name: str) -> int:
        """The version as it was when first asked for."""
        if name not in self._versions:
            self._versions[name] = self._lake.version(name)
        return self._versions[name]

    def rows(self, name: str, schema: pl.Schema, between: Between | None = None) -> "nw.LazyFrame[Any]":
        """The rows of a fact table as they were when first asked for, for the portable half of computing."""
        asked = name, tuple((between or {}).items())
        if asked not in self._scans:
            self._scans[asked] = nw.from_native(self._opened(name).rows(schema, between))
        return self._scans[asked]

    def crossed(
        self, fact: type[Table], days: tuple[date, date], epochs: tuple[int, int]
    ) -> "nw.LazyFrame[Any]":
        """In the columns that date rows; those of a few days are kept, as every grain of the fact asks for them."""
        asked = fact.name, *days, *epochs
        if asked not in self._crossed:
            edges = self._edges[fact.name]
            rows = self.rows(fact.name, polars_schema(fact), _between(edges, days, epochs))
            found = rows.select(*self._dated[fact.name]).filter(crossing(edges, days, epochs))
            few = (days[1] - days[0]).days <= _FEW_DAYS
            self._crossed[asked] = nw.from_native(on_polars(found).collect().lazy()) if few else found
        return self._crossed[asked]

    def changes(self, name: str, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
        """Every column a grain may ask about is read at once."""
        if (name, since) not in self._changes:
            self._changes[name, since] = self._lake.changes(name, since, list(self._needed[name]))
        return self._changes[name, since]

    def _opened(self, name: str) -> Snapshot:
        self.version(name)
        if name not in self._tables:
            self._tables[name] = self._lake.opened(name)
            self._tables[name].learn(self._dated.get(name, ()))
        return self._tables[name]


def crossing(edges: Iterable[str], days: tuple[date, date], epochs: tuple[int, int]) -> nw.Expr:
    """Whether any of the edges lies behind the first and up to the last moment."""
    bounds = _between(edges, days, epochs).items()
    return reduce(or_, (nw.col(edge).is_between(low, high, closed="right") for edge, (low, high) in bounds))


def _between(edges: Iterable[str], days: tuple[date, date], epochs: tuple[int, int]) -> Between:
    return {edge: epochs if edge.endswith("_epoch") else days for edge in edges}
