"""Definitions use only what every engine does alike, and polars and DuckDB give identical rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from random_facts import AS_OF_DAY

from kpi.catalog import KPIS
from kpi.engine import AsOf, bins, components, grains, measures, state
from kpi.model import Distribution
from store.contract import polars_schema
from store.facts import TABLES
from store.lake import Lake

GRAINS = {grain.name: grain for grain in grains(KPIS.values())}
AS_OF = AsOf.end_of(AS_OF_DAY)
SOME_DAYS = [AS_OF_DAY - timedelta(days=n) for n in range(0, 90, 3)]

NAMES = {
    "col", "lit", "when_then", "all_horizontal", "any_horizontal", "is_null", "fill_null", "is_in", "is_between",
    "cast",
}  # fmt: skip
OPERATORS = {
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__and__", "__or__", "__invert__",
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__floordiv__", "__mod__",
}  # fmt: skip
TYPES = {"Int64", "String", "Date"}
REFUSED: Mapping[str, nw.Expr] = {
    "a part of a day": nw.col("day").dt.weekday(),
    "a time zone": nw.col("at").dt.convert_time_zone("Europe/Berlin"),
    "a duration": (nw.col("ended") - nw.col("began")).dt.total_seconds(),
    "division": nw.col("run_s") / nw.col("produced"),
    "a float": nw.col("score").cast(nw.Float64),
    "a broken factor": nw.col("score") * 0.5,
    "rounding": nw.col("micros").round(2),
    "a percentile": nw.col("run_s").quantile(0.9, "linear"),
    "a mean": nw.col("run_s").mean(),
    "a window": nw.col("run_s").sum().over("line"),
    "text work": nw.col("carrier").str.to_uppercase(),
    "python": nw.col("run_s").map_batches(lambda seconds: seconds),
}


def complaints(expression: nw.Expr) -> list[str]:
    """What in an expression engines disagree on, read from how Narwhals writes it."""
    text = re.sub(r"'[^']*'", "''", repr(expression))
    called = re.findall(r"((?:\w+\.)?)(\w+)\(", text)
    strange = [
        space + name
        for space, name in called
        if space in ("dt.", "str.", "list.", "struct.", "cat.") or name not in NAMES | OPERATORS
    ]
    casts = [dtype for dtype in re.findall(r"cast\(dtype=(\w+)", text) if dtype not in TYPES]
    return strange + casts + re.findall(r"\d+\.\d+", text)


def expressions() -> Iterator[tuple[str, nw.Expr]]:
    """Everything a definition says about a row."""
    for grain in GRAINS.values():
        for part in grain.parts:
            yield f"{part.kpi.key} state", state(part)
            for name, each in measures(part).items():
                if each.amount is not None:
                    yield name, each.amount
            if isinstance(part.kpi, Distribution):
                yield f"{part.kpi.key} open", part.kpi.open


def test_definitions_stay_in_the_portable_subset() -> None:
    """
    Comparison, logic, when, whole-number arithmetic: nothing else stands in a definition.
    """
    assert {name: found for name, each in expressions() if (found := complaints(each))} == {}


@pytest.mark.parametrize("what", REFUSED)
def test_what_engines_disagree_on_is_refused(what: str) -> None:
    """
    Time zones, parts of days, division, floats, rounding and percentiles do not get into a definition.
    """
    assert complaints(REFUSED[what]) != []


@pytest.fixture(scope="module")
def stored(lake_of_seed: Lake) -> dict[str, pl.DataFrame]:
    """All facts of the seed, prepared ones too."""
    return {name: lake_of_seed.read(name, polars_schema(table)) for name, table in TABLES.items()}


@pytest.fixture(scope="module")
def duck(stored: Mapping[str, pl.DataFrame]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same facts as tables of DuckDB."""
    with duckdb.connect() as connection:
        for name, rows in stored.items():
            connection.register(name, rows)
        yield connection


def in_order(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: [("" if value is None else str(value)) for value in row])


@pytest.mark.parametrize("name", sorted(GRAINS))
def test_engines_give_identical_rows(
    name: str, stored: Mapping[str, pl.DataFrame], duck: duckdb.DuckDBPyConnection
) -> None:
    """
    The components of each grain and the bins of each duration, of all days and of some, value by value.
    """
    grain = GRAINS[name]
    on_polars = nw.from_native(stored[grain.fact.name].lazy())
    on_duckdb = nw.from_native(duck.table(grain.fact.name))

    for days in (None, SOME_DAYS):
        ours = components(grain, on_polars, AS_OF, days).collect()
        theirs = components(grain, on_duckdb, AS_OF, days).collect()

        assert not ours.is_empty()
        assert ours.columns == theirs.columns
        assert in_order(ours.rows()) == in_order(theirs.rows())
        for part in grain.parts:
            if isinstance(part.kpi, Distribution):
                counted = bins(grain, part, on_polars, AS_OF, days).to_native().collect().rows()
                assert in_order(counted) == in_order(
                    bins(grain, part, on_duckdb, AS_OF, days).to_native().fetchall()
                )


def test_a_day_of_no_rows_gives_no_components(stored: Mapping[str, pl.DataFrame]) -> None:
    """
    A day before all facts has no row at all, not a row of zeros.
    """
    for grain in GRAINS.values():
        facts = nw.from_native(stored[grain.fact.name].lazy())
        assert components(grain, facts, AS_OF, [date(1999, 1, 1)]).collect().is_empty()
