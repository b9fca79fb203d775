"""Which KPIs a person may see at all: those of their departments that can be limited to what they may see of them."""

from collections.abc import Callable
from functools import lru_cache

import polars as pl

from kpi.catalog import KPIS
from kpi.engine import grains
from kpi.model import UNKNOWN, Kpi
from kpi.tables import component_table
from kpi.words import say
from store.contract import fields
from store.facts import TABLES
from store.lake import Lake
from store.scope import Principal, Scope


class NotAllowed(PermissionError):
    """The principal may not see this department, market or team, or nothing of this KPI."""


def sees(principal: Principal, kpi: Kpi) -> bool:
    """
    Whether any number of the KPI may be shown: one whose facts know markets (teams) and whose sums do not is only for
    who sees all markets (teams), as its numbers would hold those of others.
    """
    return principal.scope.sees_department(kpi.department.value) and not _is_lost(principal.scope, kpi)


def require_seen(principal: Principal, kpi: Kpi) -> None:
    """Raises NotAllowed unless the KPI may be seen."""
    if not principal.scope.sees_department(kpi.department.value):
        raise NotAllowed(
            say(
                "{name} may not see the department '{department}'; ask its lead.",
                name=principal.name,
                department=kpi.department.label,
            )
        )
    if _is_lost(principal.scope, kpi):
        raise NotAllowed(
            say(
                "{kpi} cannot be told apart by market or team, and {name} sees only some of them; ask somebody who "
                "sees all.",
                kpi=say(kpi.name),
                name=principal.name,
            )
        )


def sees_table(principal: Principal, name: str) -> bool:
    """Whether counts of a whole fact table may be shown: it is of their departments and they see all its rows."""
    table = TABLES[name]
    mine = principal.scope.sees_department(table.department)
    return mine and not principal.scope.is_lost(table.column_names(), ())


@lru_cache(maxsize=4096)
def _is_lost(scope: Scope, kpi: Kpi) -> bool:
    return any(scope.is_lost(tuple(fields(grain.fact)), grain.dimensions) for grain in grains([kpi]))


def known_teams(lake: Lake, principal: Principal) -> list[str]:
    """The teams that have figures the principal may see, by name."""
    found: set[str] = set()
    names = set(lake.names())
    for grain in grains([kpi for kpi in KPIS.values() if sees(principal, kpi)]):
        if "team" in grain.dimensions and component_table(grain) in names:
            schema = pl.Schema(dict.fromkeys(grain.dimensions, pl.String()))
            found |= set(lake.read(component_table(grain), schema, _teams_in(principal))["team"])
    return sorted(found - {UNKNOWN})


def _teams_in(principal: Principal) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    return lambda scan: principal.scope.limit(scan).select(pl.col("team").unique().drop_nulls())
