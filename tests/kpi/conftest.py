"""A lake of its own for each test of the KPI layer, and one with facts of a seed for those that only read."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from made_facts import Facts, put
from made_rules import GOVERNED
from random_facts import AS_OF_DAY, FIRST, random_facts

from kpi.compute import refresh
from kpi.engine import AsOf
from sop.systems import judge_cases
from store.lake import Lake


@pytest.fixture(scope="session", autouse=True)
def quick_disk() -> Iterator[None]:
    """Nothing here survives a power cut and nothing needs to: tests/faults cuts the power."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="session")
def facts_of_seed() -> Facts:
    """Mapped facts of every table, from one seed."""
    return random_facts(seed=7)


@pytest.fixture(scope="session")
def lake_of_seed(facts_of_seed: Facts, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Those facts with everything computed; tests read it and write nothing."""
    lake = Lake(tmp_path_factory.mktemp("seed") / "lake")
    for table, rows in facts_of_seed.items():
        put(lake, table, rows)
    judge_cases(lake, GOVERNED)
    refresh(lake, AsOf.end_of(AS_OF_DAY))
    return lake


@pytest.fixture(scope="session")
def sql_of_seed(facts_of_seed: Facts) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same facts as tables of DuckDB, and `days`: the ends of the months, for states of a day."""
    starts = pl.date_range(date(FIRST.year, 1, 1), AS_OF_DAY, "1mo", eager=True)
    with duckdb.connect() as connection:
        connection.register("days", pl.DataFrame({"day": starts.dt.month_end()}))
        for table, rows in facts_of_seed.items():
            connection.register(table.name, rows)
        yield connection
