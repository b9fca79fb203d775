"""Refresh the components: only the days that changed facts touch, and those whose due moment has come."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import polars as pl

from kpi.catalog import KPIS
from kpi.engine import AsOf, Grain, bins, components, dated, grains, measures, state
from kpi.frozen import freeze
from kpi.ledger import Entry, entries, record
from kpi.measures import on_polars
from kpi.model import Distribution, Kpi
from kpi.opened import Facts, Opened
from kpi.prepare import PREPARATIONS, prepare
from kpi.tables import bin_table as bin_table
from kpi.tables import component_table as component_table
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
        before, now = known.get(component_table(grain)), _entry(grain, facts, as_of)
        days = None if full or before is None else _touched(facts, grain, as_of, before, now.definition)
        if days != []:
            _compute(lake, facts, grain, as_of, days)
            done.append(Computed(grain.name, None if days is None else len(days)))
        if days != [] or before is None or replace(before, computed_at=None) != now:
            finished.append(now)
    record(lake, finished)
    return done


def _entry(grain: Grain, facts: Facts, as_of: AsOf) -> Entry:
    """What the grain's components stand for once they are computed now."""
    version = {grain.fact.name: facts.version(grain.fact.name)}
    return Entry(component_table(grain), version, fingerprint(grain), as_of.day, as_of.epoch)


def _compute(lake: Lake, facts: Facts, grain: Grain, as_of: AsOf, days: list[date] | None) -> None:
    rows = facts.rows(grain.fact.name, polars_schema(grain.fact))
    _replace(lake, component_table(grain), components(grain, rows, as_of, days), days)
    for part in grain.parts:
        if isinstance(part.kpi, Distribution):
            counted = on_polars(bins(grain, part, rows, as_of, days))
            _replace(lake, bin_table(grain, part), counted, days)


def _replace(lake: Lake, name: str, rows: pl.LazyFrame, days: list[date] | None) -> None:
    found = rows.collect(engine="streaming").sort("day")
    lake.replace_days(name, found, days, marks={"compute": lake.version(name) + 1})


def fingerprint(grain: Grain) -> str:
    """Changes when a definition of the grain changes, so that its components are computed anew."""
    told = [repr((grain.days, grain.known_day))]
    told += [repr((state(part), sorted(measures(part).items()))) for part in grain.parts]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def touched_days(facts: Facts, grain: Grain, as_of: AsOf, known: Entry) -> list[date] | None:
    """Cohort days to compute again, sorted; None when everything must be."""
    return _touched(facts, grain, as_of, known, fingerprint(grain))


def _touched(facts: Facts, grain: Grain, as_of: AsOf, known: Entry, definition: str) -> list[date] | None:
    if known.definition != definition or known.as_of_day is None or known.as_of_epoch is None:
        return None
    before, since = AsOf(known.as_of_day, known.as_of_epoch), known.facts.get(grain.fact.name, -1)
    days: set[date] = set()
    if facts.version(grain.fact.name) != since:
        several = grain.days != (grain.day,)
        needed = list(dict.fromkeys((*grain.days, *grain.edges))) if several else [grain.day]
        changed = facts.changes(grain.fact.name, since, needed)
        if changed is None:
            return None
        days |= _days_of(grain, nw.from_native(changed.lazy()), (before, as_of))
    if as_of.epoch != before.epoch:
        days |= _moved(facts, grain, as_of, before)
    return sorted(days)


def _days_of(grain: Grain, rows: "nw.LazyFrame[Any]", moments: Iterable[AsOf]) -> set[date]:
    """The days the rows count on at any of the moments."""
    found: set[date] = set()
    for each in moments if len(grain.days) > 1 else list(moments)[:1]:
        placed = dated(grain, rows, each).select(grain.day).unique().filter(~nw.col(grain.day).is_null())
        found |= set(on_polars(placed).collect()[grain.day])
    return found


def _moved(facts: Facts, grain: Grain, new: AsOf, old: AsOf) -> set[date]:
    """Days that a moved evaluation changes: those in between, and those of rows whose edge lies in between."""
    first, last = min(old.day, new.day), max(old.day, new.day)
    days = {first + timedelta(days=n + 1) for n in range((last - first).days)}
    low, high = min(old.epoch, new.epoch), max(old.epoch, new.epoch)
    crossed = [
        nw.col(edge).is_between(low, high, closed="right")
        if edge.endswith("_epoch")
        else nw.col(edge).is_between(first, last, closed="right")
        for edge in grain.edges
    ]
    if crossed:
        rows = facts.rows(grain.fact.name, polars_schema(grain.fact))
        days |= _days_of(grain, rows.filter(reduce(or_, crossed)), (old, new))
    return days
