"""Each KPI gives what plain SQL over the same facts gives, per month and in every dimension."""

from datetime import date
from typing import Any

import duckdb
import pytest
from oracles import OPEN, ORACLES, open_of, query_of
from random_facts import AS_OF_DAY, FIRST

from kpi.catalog import KPIS
from kpi.distinct import DistinctShare
from kpi.engine import AsOf
from kpi.model import Distinct, Distribution, Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from store.lake import Lake
from store.scope import LOCAL_OWNER

AS_OF = AsOf.end_of(AS_OF_DAY)
SPAN = Span(date(FIRST.year, 1, 1), AS_OF_DAY)
Sums = dict[tuple[object, ...], tuple[Any, ...]]


def test_every_kpi_has_an_oracle() -> None:
    """
    A new KPI comes with the same answer in SQL.
    """
    assert sorted(ORACLES) == sorted(KPIS)


def ours(lake: Lake, kpi: Kpi, by: tuple[str, ...]) -> Sums:
    """Sums by month and slice that have any row, as the pages read them."""
    rows = values(lake, LOCAL_OWNER, kpi, Question(SPAN, Every.MONTH, by))
    columns = ["numerator", "denominator", "n"]
    columns += ["median", "p90"] if isinstance(kpi, Distribution) else []
    return {
        tuple(row[: 1 + len(by)]): tuple(row[1 + len(by) :])
        for row in rows.select("period", *by, *columns).iter_rows()
        if any(row[1 + len(by) :][:3])
    }


def ask(facts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query at the moment of evaluation."""
    moment = {"day": AS_OF.day, "epoch": AS_OF.epoch}
    return facts.execute(
        query, {name: value for name, value in moment.items() if f"${name}" in query}
    ).fetchall()


def theirs(facts: duckdb.DuckDBPyConnection, kpi: Kpi, by: tuple[str, ...]) -> Sums:
    """The same from the oracle."""
    slices = "".join(f", coalesce({name}, '(unknown)')" for name in by)
    top = "count(DISTINCT num)" if isinstance(kpi, Distinct) else "sum(num)"
    bottom = "count(DISTINCT den)" if isinstance(kpi, DistinctShare) else "sum(den)"
    more = ", median(num), quantile_cont(num, 0.9)" if isinstance(kpi, Distribution) else ""
    found = ask(
        facts,
        f"SELECT date_trunc('month', day)::DATE{slices}, {top}, {bottom}, sum(n){more} "
        f"FROM ({query_of(kpi.key)}) GROUP BY ALL",
    )
    return {
        tuple(row[: 1 + len(by)]): tuple(row[1 + len(by) :]) for row in found if any(row[1 + len(by) :][:3])
    }


@pytest.mark.parametrize("key", sorted(KPIS))
def test_equals_plain_sql(key: str, lake_of_seed: Lake, sql_of_seed: duckdb.DuckDBPyConnection) -> None:
    """
    Numerator, denominator and number of rows of every month, in total and by each dimension.
    """
    kpi = KPIS[key]
    for by in [(), *((dimension,) for dimension in kpi.dimensions), kpi.dimensions]:
        found, expected = ours(lake_of_seed, kpi, by), theirs(sql_of_seed, kpi, by)

        assert len(expected) > 1, "the facts of the seed say too little about this KPI"
        assert found.keys() == expected.keys()
        for place, sums in expected.items():
            assert found[place] == pytest.approx(tuple(map(float, sums)), rel=1e-9), place


@pytest.mark.parametrize("key", sorted(OPEN))
def test_open_ones_stand_beside_the_duration(
    key: str, lake_of_seed: Lake, sql_of_seed: duckdb.DuckDBPyConnection
) -> None:
    """
    How many wait at the moment of evaluation, and since when; a reply of the next morning changes nothing.
    """
    by = KPIS[key].dimensions[0]
    found = values(lake_of_seed, LOCAL_OWNER, KPIS[key], Question(SPAN, Every.MONTH, (by,)))
    rows = found.filter(found["open"] > 0).select("period", by, "open", "oldest").rows()
    expected = ask(
        sql_of_seed,
        f"SELECT date_trunc('month', day)::DATE, coalesce({by}, '(unknown)'), count(*), min(since) "
        f"FROM ({open_of(key)}) GROUP BY ALL",
    )

    assert len(expected) > 20
    assert sorted(rows) == sorted(expected)
