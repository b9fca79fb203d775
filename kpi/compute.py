"""Refresh the components: only the days that changed facts touch, and those whose due moment has come."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import narwhals as nw
import polars as pl

from kpi.catalog import KPIS
from kpi.engine import AsOf, Grain, Part, bins, components, dated, grains, row_measures, state
from kpi.ledger import Entry, entries, record
from kpi.model import Distribution, Kpi
from kpi.prepare import PREPARATIONS, prepare
from store.contract import polars_schema
from store.lake import Lake


@dataclass(frozen=True)
class Computed:
    """What one refresh did to one table; `days` is None when all were computed."""

    table: str
    days: int | None


def component_table(grain: Grain) -> str:
    return f"components_{grain.name}"


def bin_table(grain: Grain, part: Part) -> str:
    return f"bins_{part.kpi.key}_{grain.day}"


def refresh(
    lake: Lake,
    as_of: AsOf,
    *,
    full: bool = False,
    kpis: Iterable[Kpi] = KPIS.values(),
    progress: Callable[[str], None] = lambda _: None,
) -> list[Computed]:
    """Bring prepared facts and components up to `as_of`; one entry for each table that was written."""
    return prepare_all(lake, full=full, progress=progress) + recompute(
        lake, as_of, full=full, kpis=kpis, progress=progress
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
) -> list[Computed]:
    """Bring the components up to `as_of` from the facts and prepared facts as they stand."""
    known, done, finished = entries(lake), list[Computed](), list[Entry]()
    for grain in grains(kpis):
        progress(grain.name)
        if lake.version(grain.fact.name) >= 0:
            entry, days = _refresh_grain(lake, grain, as_of, known.get(component_table(grain)), full)
            finished += [entry] if entry else []
            done += [Computed(grain.name, days)] if days != 0 else []
    record(lake, finished)
    return done


def _refresh_grain(
    lake: Lake, grain: Grain, as_of: AsOf, known: Entry | None, full: bool
) -> tuple[Entry | None, int | None]:
    entry = Entry(
        component_table(grain),
        {grain.fact.name: lake.version(grain.fact.name)},
        fingerprint(grain),
        as_of.day,
        as_of.epoch,
    )
    days = None if full or known is None else touched_days(lake, grain, as_of, known)
    if days == []:
        return (entry if known is None or replace(known, computed_at=None) != entry else None), 0
    facts = nw.from_native(lake.scan(grain.fact.name, polars_schema(grain.fact)))
    _replace(lake, component_table(grain), components(grain, facts, as_of, days).to_native().collect(), days)
    for part in grain.parts:
        if isinstance(part.kpi, Distribution):
            counted = bins(grain, part, facts, as_of, days).to_native().collect()
            _replace(lake, bin_table(grain, part), counted, days)
    return entry, None if days is None else len(days)


def _replace(lake: Lake, name: str, rows: pl.DataFrame, days: list[date] | None) -> None:
    lake.replace_days(name, rows.sort("day"), days, marks={"compute": lake.version(name) + 1})


def fingerprint(grain: Grain) -> str:
    """Changes when a definition of the grain changes, so that its components are computed anew."""
    told = [repr((grain.days, grain.known_day))]
    told += [repr((state(part), sorted(row_measures(part).items()))) for part in grain.parts]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def touched_days(lake: Lake, grain: Grain, as_of: AsOf, known: Entry) -> list[date] | None:
    """Cohort days to compute again, sorted; None when everything must be."""
    if known.definition != fingerprint(grain) or known.as_of_day is None or known.as_of_epoch is None:
        return None
    before, since = AsOf(known.as_of_day, known.as_of_epoch), known.facts.get(grain.fact.name, -1)
    days: set[date] = set()
    if lake.version(grain.fact.name) != since:
        needed = [grain.day] if grain.days == (grain.day,) else [*grain.days, *grain.edges]
        changed = lake.changes(grain.fact.name, since, needed)
        if changed is None:
            return None
        days |= _days_of(grain, changed.lazy(), (before, as_of))
    if as_of.epoch != before.epoch:
        days |= _moved(lake, grain, as_of, before)
    return sorted(days)


def _days_of(grain: Grain, rows: pl.LazyFrame, moments: Iterable[AsOf]) -> set[date]:
    """The days the rows count on at any of the moments."""
    found: set[date] = set()
    for each in moments if len(grain.days) > 1 else list(moments)[:1]:
        placed: pl.LazyFrame = dated(grain, nw.from_native(rows), each).to_native()
        found |= set(placed.select(pl.col(grain.day).drop_nulls().unique()).collect()[grain.day])
    return found


def _moved(lake: Lake, grain: Grain, new: AsOf, old: AsOf) -> set[date]:
    """Days that a moved evaluation changes: those in between, and those of rows whose edge lies in between."""
    first, last = min(old.day, new.day), max(old.day, new.day)
    days = {first + timedelta(days=n + 1) for n in range((last - first).days)}
    low, high = min(old.epoch, new.epoch), max(old.epoch, new.epoch)
    crossed = [
        pl.col(edge).is_between(low, high, closed="right")
        if edge.endswith("_epoch")
        else pl.col(edge).is_between(first, last, closed="right")
        for edge in grain.edges
    ]
    if crossed:
        facts = lake.scan(grain.fact.name, polars_schema(grain.fact))
        days |= _days_of(grain, facts.filter(pl.any_horizontal(crossed)), (old, new))
    return days
