"""Frozen numbers: when a definition changes, days before its effective day keep the components they had.

What the components of a KPI were last computed by stands in the ledger as `definition:KEY`, what was frozen as
`frozen:KEY`. Different values cannot be frozen, as they do not add up; they are recounted by the definition in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from kpi.definitions import effective_of, fingerprint_of, version_of
from kpi.engine import Part, grains
from kpi.ledger import Entry, record
from kpi.model import UNKNOWN, Distribution, Kpi
from kpi.tables import bin_table, component_table
from store.lake import Lake
from store.scope import Principal

VERSION = "version"
Ledger = Mapping[str, Entry]


@lru_cache(maxsize=1024)
def definition_entry(kpi: Kpi) -> Entry:
    """The definition in force, and the tables its components are stored in, by side."""
    tables = {component_table(grain): part.number for grain in grains([kpi]) for part in grain.parts}
    told = {**tables, VERSION: version_of(kpi)}
    return Entry(f"definition:{kpi.key}", told, fingerprint_of(kpi), effective_of(kpi))


def freeze(lake: Lake, kpis: Iterable[Kpi], known: Ledger) -> None:
    """Before components are computed by changed definitions: keep those of days the old versions answer for.

    A definition that changed without a new version freezes nothing. Doing it again after a crash changes nothing.
    """
    done: list[Entry] = []
    for kpi in kpis:
        now, before = definition_entry(kpi), known.get(f"definition:{kpi.key}")
        if before is not None and (before.definition, before.facts) == (now.definition, now.facts):
            continue
        if before is not None and now.facts[VERSION] > before.facts[VERSION]:
            done += _kept(lake, kpi, before, known)
        done.append(now)
    record(lake, done)


def _kept(lake: Lake, kpi: Kpi, before: Entry, known: Ledger) -> list[Entry]:
    """Write the frozen tables; the entry that makes them count."""
    effective, tables = effective_of(kpi), _tables(before)
    computed = [known[name].as_of_day for name in tables if name in known]
    last = max((day for day in computed if day), default=None)
    if effective is None or last is None:
        return []
    cut = min(effective, last + timedelta(days=1))
    for name, side in tables.items():
        own = [column for column in lake.schema(name).names() if "__" not in column or _is_of(kpi, column)]
        _write(lake, frozen_table(kpi, side), lake.scan(name, _only(lake, name, own)), known, kpi, cut)
    if isinstance(kpi, Distribution):
        name = next(bin_table(grain, part) for grain in grains([kpi]) for part in grain.parts)
        if lake.version(name) >= 0:
            _write(lake, frozen_bins(kpi), lake.scan(name, lake.schema(name)), known, kpi, cut)
    kept = {frozen_table(kpi, side): side for side in tables.values()}
    return [Entry(f"frozen:{kpi.key}", {**kept, VERSION: before.facts[VERSION]}, before.definition, cut)]


def _write(lake: Lake, name: str, live: pl.LazyFrame, known: Ledger, kpi: Kpi, cut: date) -> None:
    """Put together what was frozen before and the days since, up to the cut."""
    parts = [live.filter(pl.col("day") < cut)]
    earlier = known.get(f"frozen:{kpi.key}")
    if earlier is not None and earlier.as_of_day is not None and lake.version(name) >= 0:
        old = lake.scan(name, lake.schema(name)).filter(pl.col("day") < earlier.as_of_day)
        parts = [old, parts[0].filter(pl.col("day") >= earlier.as_of_day)]
    rows = pl.concat(parts, how="diagonal").drop("month", strict=False).collect().sort("day")
    lake.replace_days(name, rows, None, marks={"freeze": lake.version(name) + 1})


def _tables(entry: Entry) -> dict[str, int]:
    return {name: side for name, side in entry.facts.items() if name != VERSION}


def _only(lake: Lake, name: str, columns: Iterable[str]) -> pl.Schema:
    schema = lake.schema(name)
    return pl.Schema({column: schema[column] for column in columns})


def _is_of(kpi: Kpi, column: str) -> bool:
    return column.startswith(f"{kpi.key}__")


def frozen_table(kpi: Kpi, side: int) -> str:
    """The table the frozen components of one side of a KPI are stored in."""
    return f"frozen_{kpi.key}_{side}"


def frozen_bins(kpi: Kpi) -> str:
    """The table the frozen bins of a duration are stored in."""
    return f"frozen_bins_{kpi.key}"


@dataclass(frozen=True)
class History:
    """Components of a KPI that are not of the definition in force: days before `cut` are read from `tables`.

    `pending`: the tables of a definition that is no longer in force, until the next compute.
    """

    kpi: Kpi
    cut: date | None
    tables: Mapping[int, str]
    pending: Mapping[int, str]

    def rows(
        self, lake: Lake, principal: Principal, part: Part, live: pl.LazyFrame, days: pl.Expr
    ) -> pl.LazyFrame:
        """The live components of a part with those days in place of which older ones stand."""
        like = live.collect_schema()
        if part.number in self.pending:
            live = _aligned(lake, principal, self.pending[part.number], like).filter(days)
        if self.cut is None or part.number not in self.tables:
            return live
        old = _aligned(lake, principal, self.tables[part.number], like).filter(days, pl.col("day") < self.cut)
        return pl.concat([old, live.filter(pl.col("day") >= self.cut)], how="vertical_relaxed")


def _aligned(lake: Lake, principal: Principal, name: str, like: pl.Schema) -> pl.LazyFrame:
    """Rows of an older table in the columns of today's: slices it does not know are unknown, its other counts 0.

    Where it does not know what the reader is limited to, none of them may be shown.
    """
    stored = lake.schema(name)
    scan = principal.scope.limit(lake.scan(name, stored))
    if principal.scope.is_lost(like.names(), stored.names()):
        scan = scan.clear()
    return scan.select(
        pl.col(column).cast(dtype)
        if column in stored
        else pl.lit(
            UNKNOWN if dtype == pl.String else None if column.endswith("__oldest") else 0, dtype
        ).alias(column)
        for column, dtype in like.items()
    )


def history(kpi: Kpi, known: Ledger) -> History | None:
    """What of a KPI is not of the definition in force; None where all of it is."""
    frozen, recorded = known.get(f"frozen:{kpi.key}"), known.get(f"definition:{kpi.key}")
    is_pending = recorded is not None and recorded.definition != fingerprint_of(kpi)
    if frozen is None and not is_pending:
        return None
    tables = {side: name for name, side in _tables(frozen).items()} if frozen else {}
    pending = {side: name for name, side in _tables(recorded).items()} if recorded and is_pending else {}
    return History(kpi, frozen.as_of_day if frozen else None, tables, pending)


def frozen_until(kpi: Kpi, known: Ledger) -> date | None:
    """The first day the definition in force answers for, where earlier numbers are frozen."""
    frozen = known.get(f"frozen:{kpi.key}")
    return frozen.as_of_day if frozen else None
