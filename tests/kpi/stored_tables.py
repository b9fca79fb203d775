"""What a lake holds after a refresh, in a form two lakes can be compared in."""

from collections.abc import Iterable

import polars as pl

from kpi.engine import grains
from kpi.model import Distribution, Kpi
from kpi.tables import bin_table, component_table
from store.facts import PREPARED
from store.lake import Lake

SEEN = ("seen_at", "source", "source_id")


def computed(lake: Lake, kpis: Iterable[Kpi]) -> dict[str, pl.DataFrame]:
    """Every component table, bin table and prepared table by name, in a fixed order of rows and columns."""
    names = [table.name for table in PREPARED]
    for grain in grains(kpis):
        names.append(component_table(grain))
        names += [bin_table(grain, part) for part in grain.parts if isinstance(part.kpi, Distribution)]
    return {name: rows(lake, name) for name in names if lake.version(name) >= 0}


def rows(lake: Lake, name: str) -> pl.DataFrame:
    """All rows of a table but when they were seen; empty without columns where there is none."""
    found = lake.read(name, lake.schema(name)).drop(SEEN, strict=False)
    columns = sorted(found.columns)
    return found.select(columns).sort(columns)


def differences(first: dict[str, pl.DataFrame], second: dict[str, pl.DataFrame]) -> dict[str, str]:
    """Tables that are not equal, with the rows only one of them has."""
    told = {}
    for name in first.keys() | second.keys():
        one, other = first.get(name, pl.DataFrame()), second.get(name, pl.DataFrame())
        if not one.equals(other) and (one.height or other.height):
            told[name] = f"{one.height} rows against {other.height}: {one} {other}"
    return told
