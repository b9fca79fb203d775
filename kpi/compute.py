"""Refresh the components: only the days that changed facts touch, and those whose due moment has come."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from kpi.asked import fingerprint
from kpi.catalog import KPIS
from kpi.engine import AsOf, Grain, Part, binned, bins, components, grains
from kpi.frozen import freeze
from kpi.ledger import Entry, entries, record
from kpi.measures import on_polars
from kpi.model import Distribution, Kpi
from kpi.opened import Facts, Opened
from kpi.prepare import PREPARATIONS, prepare
from kpi.tables import bin_table as bin_table
from kpi.tables import component_table as component_table
from kpi.tables import tables_of
from kpi.tally import tallied
from kpi.touched import touched_days as touched_days
from store.contract import polars_schema
from store.lake import Lake


@dataclass(frozen=True)
class Computed:
    """What one refresh did to one table; `days` is None when all were computed."""

    table: str
    days: int | None


def refresh(
    lake: Lake,
    as_of: AsOf,
    *,
    full: bool = False,
    kpis: Iterable[Kpi] = KPIS.values(),
    progress: Callable[[str], None] = lambda _: None,
    opened: Callable[[Lake, Sequence[Grain]], Opened] = Opened,
) -> list[Computed]:
    """Bring prepared facts and components up to `as_of`; one entry for each table that was written.

    `opened` says which engine reads the facts for the components.
    """
    return prepare_all(lake, full=full, progress=progress) + recompute(
        lake, as_of, full=full, kpis=kpis, progress=progress, opened=opened
    )


def prepare_all(
    lake: Lake, *, full: bool = False, progress: Callable[[str], None] = lambda _: None
) -> list[Computed]:
    """Bring the prepared facts up to date with the facts they follow from."""
    known, done = entries(lake), list[Computed]()
    for preparation in PREPARATIONS:
        progress(preparation.table.name)
        if entry := prepare(lake, preparation, known.get(preparation.table.name), full=full):
            record(lake, [entry])
            done.append(Computed(entry.name, None))
    return done


def recompute(
    lake: Lake,
    as_of: AsOf,
    *,
    full: bool = False,
    kpis: Iterable[Kpi] = KPIS.values(),
    progress: Callable[[str], None] = lambda _: None,
    opened: Callable[[Lake, Sequence[Grain]], Opened] = Opened,
) -> list[Computed]:
    """Bring the components up to `as_of` from the facts and prepared facts as they stand."""
    kpis = tuple(kpis)
    known, done, finished = entries(lake), list[Computed](), list[Entry]()
    freeze(lake, kpis, known)
    wanted = grains(kpis)
    facts = opened(lake, wanted)
    for grain in wanted:
        progress(grain.name)
        if facts.version(grain.fact.name) < 0:
            continue
        before = known.get(component_table(grain))
        sure = before is not None and _stands(lake, grain, before)
        days = touched_days(facts, grain, as_of, before) if before and sure and not full else None
        if days != []:
            _compute(lake, facts, grain, as_of, days)
            done.append(Computed(grain.name, None if days is None else len(days)))
        now = _entry(lake, grain, facts, as_of)
        if days != [] or before is None or replace(before, computed_at=None) != now:
            finished.append(now)
    record(lake, finished)
    return done


def _entry(lake: Lake, grain: Grain, facts: Facts, as_of: AsOf) -> Entry:
    """What the grain's components stand for now that they are computed, and the versions of their tables."""
    versions = {grain.fact.name: facts.version(grain.fact.name)} | _versions(lake, grain)
    return Entry(component_table(grain), versions, fingerprint(grain), as_of.day, as_of.epoch)


def _stands(lake: Lake, grain: Grain, known: Entry) -> bool:
    """Whether the tables are those the ledger speaks of.

    They are not after a compute that was cut off between the two: then nobody knows which days hold what.
    """
    return all(known.facts.get(name) == version for name, version in _versions(lake, grain).items())


def _versions(lake: Lake, grain: Grain) -> dict[str, int]:
    return {name: lake.version(name) for name in tables_of(grain)}


def _compute(lake: Lake, facts: Facts, grain: Grain, as_of: AsOf, days: list[date] | None) -> None:
    span = None if days is None else (min(days), max(days))
    between = span and dict.fromkeys(grain.days, span)
    rows = facts.rows(grain.fact.name, polars_schema(grain.fact), between)
    found = components(grain, rows, as_of, days).collect(engine="streaming")
    _replace(lake, component_table(grain), found, days)
    for part in grain.parts:
        if isinstance(part.kpi, Distribution):
            _replace(lake, bin_table(grain, part), _counted(grain, part, rows, as_of, days), days)


def _counted(
    grain: Grain, part: Part, rows: "nw.LazyFrame[Any]", as_of: AsOf, days: list[date] | None
) -> pl.DataFrame:
    """The bins; polars counts in a way of its own, to the same numbers."""
    native = rows.to_native()
    if isinstance(native, pl.LazyFrame):
        own: pl.LazyFrame = binned(grain, part, rows, as_of, days).to_native()
        return tallied(own, ("day", *grain.dimensions, "bin"))
    return on_polars(bins(grain, part, rows, as_of, days)).collect()


def _replace(lake: Lake, name: str, rows: pl.DataFrame, days: list[date] | None) -> None:
    lake.replace_days(name, rows, days, marks={})
