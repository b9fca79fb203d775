"""The days a refresh works out again: those that changed facts count on, and those whose due moment has come."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from kpi.asked import columns_read, columns_told, fingerprint
from kpi.engine import AsOf, Grain, dated, speaks_of
from kpi.ledger import Entry
from kpi.measures import on_polars
from kpi.opened import Facts, crossing
from store.lake import KIND

CAME = ("insert", "update_postimage")


def touched_days(facts: Facts, grain: Grain, as_of: AsOf, known: Entry) -> list[date] | None:
    """Cohort days to compute again, sorted; None when everything must be."""
    if known.definition != fingerprint(grain) or known.as_of_day is None or known.as_of_epoch is None:
        return None
    before, since = AsOf(known.as_of_day, known.as_of_epoch), known.facts.get(grain.fact.name, -1)
    days: set[date] = set()
    if facts.version(grain.fact.name) != since:
        changed = facts.changes(grain.fact.name, since, columns_read(grain))
        if changed is None:
            return None
        days |= _days_of(grain, nw.from_native(_altered(grain, changed.lazy())), (before, as_of))
    if as_of.epoch != before.epoch:
        days |= _moved(facts, grain, as_of, before)
    return sorted(days)


def _altered(grain: Grain, changed: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of which there are more or fewer now, as far as the grain can tell rows apart.

    A row that changed elsewhere only goes and comes as the same.
    """
    ours, told = speaks_of(grain), columns_read(grain)
    if ours is not None and "as_of_" not in repr(ours):
        changed, told = nw.from_native(changed).filter(ours).to_native(), columns_told(grain)
    more = pl.when(pl.col(KIND).is_in(CAME)).then(1).otherwise(-1).sum().alias("_more")
    return changed.group_by(told).agg(more).filter(pl.col("_more") != 0).select(told)


def _days_of(grain: Grain, rows: "nw.LazyFrame[Any]", moments: Iterable[AsOf]) -> set[date]:
    """The days the rows count on at any of the moments; where a row has but one day, at all of them."""
    at = [dated(grain, rows, each) for each in moments] if len(grain.days) > 1 else [rows]
    placed = [on_polars(each.select(grain.day).unique()) for each in at]
    found = {day for days in pl.collect_all(placed) for day in days[grain.day]}
    return found - {None}


def _moved(facts: Facts, grain: Grain, new: AsOf, old: AsOf) -> set[date]:
    """Days that a moved evaluation changes: those in between, and those of rows whose edge lies in between."""
    first, last = min(old.day, new.day), max(old.day, new.day)
    days = {first + timedelta(days=n + 1) for n in range((last - first).days)}
    epochs = min(old.epoch, new.epoch), max(old.epoch, new.epoch)
    if grain.edges:
        rows = facts.crossed(grain.fact, (first, last), epochs)
        days |= _days_of(grain, rows.filter(crossing(grain.edges, (first, last), epochs)), (old, new))
    return days
