"""Random shelves and papers: a walk over the days, plain SQL, records and a full compute all say the same."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from made_facts import put
from made_levels import (
    DAYS,
    FIRST,
    LAST,
    LEVELS,
    STATES,
    Shelves,
    blocked,
    held,
    held_at_end,
    level_facts,
)
from random_facts import Dice
from stored_tables import computed, differences

from kpi.compute import refresh
from kpi.engine import AsOf, components, grains
from kpi.explain import Side, explain
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.contract import polars_schema
from store.lake import Lake
from store.scope import LOCAL_OWNER

SPAN = Span(FIRST, LAST)


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake of random shelves and papers with everything computed."""
    lake = Lake(tmp_path_factory.mktemp("levels") / "lake")
    for table, rows in level_facts(5).items():
        put(lake, table, rows)
    refresh(lake, AsOf.end_of(LAST), kpis=LEVELS)
    return lake


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table, rows in level_facts(5).items():
            connection.register(table.name, rows)
        yield connection


CUTS = [(), ("market",), ("place",), ("market", "place")]


@pytest.mark.parametrize("every", [Every.WEEK, Every.MONTH])
@pytest.mark.parametrize("by", CUTS)
@pytest.mark.parametrize("kpi", [held, held_at_end, blocked], ids=lambda kpi: kpi.key)
def test_a_stock_equals_a_walk_over_its_days(
    levels: Lake, kpi: Kpi, every: Every, by: tuple[str, ...]
) -> None:
    """
    Day by day, place by place, with the last level of a place that is silent for up to three days.
    """
    found = values(levels, LOCAL_OWNER, kpi, Question(SPAN, every, by))
    told = {tuple(row[: 1 + len(by)]): row[1 + len(by) :] for row in found.select(
        "period", *by, "numerator", *(["denominator"] if kpi is blocked else [])).iter_rows()}  # fmt: skip

    expected = walked(level_facts(5)[Shelves], every, by, closing=kpi is held_at_end)
    column = ("blocked", "pieces") if kpi is blocked else ("pieces",)

    assert told.keys() == expected.keys()
    for place, row in told.items():
        assert row == pytest.approx([expected[place][name] for name in column])


def walked(
    rows: pl.DataFrame, every: Every, by: tuple[str, ...], *, closing: bool
) -> dict[tuple[Any, ...], dict[str, float]]:
    """The same in plain loops: what each place held on each day that any place spoke."""
    kept: dict[date, dict[str, list[dict[str, Any]]]] = {}
    for row in rows.iter_rows(named=True):
        kept.setdefault(row["snapshot_day"], {}).setdefault(row["place"], []).append(row)
    periods: dict[date, list[date]] = {}
    for day in sorted(kept):
        first = day.replace(day=1) if every is Every.MONTH else day - timedelta(days=day.weekday())
        periods.setdefault(first, []).append(day)
    found: dict[tuple[Any, ...], dict[str, float]] = {}
    for first, days in periods.items():
        for day, weight in _weighed(sorted(kept), days, closing=closing):
            for row in _standing(kept, day):
                slice_ = (first, *(row[name] or "(unknown)" for name in by))
                told = found.setdefault(slice_, {"pieces": 0.0, "blocked": 0.0})
                if row["group"] is not None:
                    told["pieces"] += weight * row["pieces"]
                    told["blocked"] += weight * row["blocked"]
    return found


def _weighed(spoken: list[date], days: list[date], *, closing: bool) -> list[tuple[date, float]]:
    if closing:
        return [(days[-1], 1.0)]
    opening = [day for day in spoken if 0 < (max(days[0].replace(day=days[0].day), FIRST) - day).days <= 3]
    points = [*opening[-1:], *days]
    whole = (points[-1] - points[0]).days
    weights = dict.fromkeys(points, 0.0)
    for one, other in pairwise(points):
        for day in (one, other):
            weights[day] += (other - one).days / 2 / whole
    return list(weights.items()) if whole else [(points[0], 1.0)]


def _standing(kept: Mapping[date, Mapping[str, list[dict[str, Any]]]], day: date) -> Iterator[dict[str, Any]]:
    for place in "ABC":
        for back in range(4):
            if rows := kept.get(day - timedelta(days=back), {}).get(place):
                yield from rows
                break


@pytest.mark.parametrize("every", [Every.WEEK, Every.MONTH, Every.TOTAL])
@pytest.mark.parametrize("key", STATES)
def test_a_state_equals_plain_sql(
    key: str, every: Every, levels: Lake, sql: duckdb.DuckDBPyConnection
) -> None:
    """
    Numerator, denominator and number of things on the last day of every period, in total and by market and team.
    """
    kpi = {each.key: each for each in LEVELS}[key]
    for by in [(), ("market",), ("team",), ("market", "team")]:
        found = values(levels, LOCAL_OWNER, kpi, Question(SPAN, every, by))
        ends = (
            pl.Series(found["period"]) if every is Every.TOTAL else found["period"].dt.offset_by(every.width)
        )
        last = [LAST if every is Every.TOTAL else min(end - timedelta(days=1), LAST) for end in ends]
        told = found.with_columns(day=pl.Series(last, dtype=pl.Date)).filter(pl.col("n") > 0)
        slices = "".join(f", coalesce({name}, '(unknown)')" for name in by)
        days = pl.DataFrame({"day": sorted(set(last))})
        sql.register("days", days)
        expected = sql.execute(
            f"SELECT day{slices}, sum(num), sum(den), sum(n) FROM ({STATES[key]}) GROUP BY ALL"
        ).fetchall()

        rows = told.select("day", *by, "numerator", "denominator", "n").rows()
        assert len(expected) > 1 or not by
        assert sorted(rows) == sorted(expected)


@pytest.mark.parametrize("kpi", LEVELS, ids=lambda kpi: kpi.key)
def test_slices_of_a_level_add_up(levels: Lake, kpi: Kpi) -> None:
    """
    Over things every level adds up, whichever dimension cuts it and whichever slice it is limited to.
    """
    for every in (Every.WEEK, Every.TOTAL):
        whole = _halves(values(levels, LOCAL_OWNER, kpi, Question(SPAN, every)))
        for name in kpi.dimensions:
            cut = values(levels, LOCAL_OWNER, kpi, Question(SPAN, every, (name,)))
            limited = [
                values(levels, LOCAL_OWNER, kpi, Question(SPAN, every, where={name: each}))
                for each in cut[name].unique(maintain_order=True)
            ]
            assert _halves(cut) == pytest.approx(whole)
            assert _halves(pl.concat(limited)) == pytest.approx(whole)


def _halves(rows: pl.DataFrame) -> tuple[float, ...]:
    return rows.select(pl.col("numerator", "denominator", "n").sum()).row(0)


@pytest.mark.parametrize("kpi", LEVELS, ids=lambda kpi: kpi.key)
def test_records_of_a_level_add_up_to_it(levels: Lake, kpi: Kpi) -> None:
    """
    A snapshot adds its part of the average, a thing stands there if it exists on the last day.
    """
    question = Question(Span(date(2025, 2, 3), date(2025, 3, 20)), where={"market": "US"})
    row = values(levels, LOCAL_OWNER, kpi, question).row(0, named=True)

    tops = explain(levels, LOCAL_OWNER, kpi, question, Side.NUMERATOR)
    bottoms = explain(levels, LOCAL_OWNER, kpi, question, Side.DENOMINATOR)
    left_out = explain(levels, LOCAL_OWNER, kpi, question, Side.EXCLUDED)

    assert tops["numerator"].sum() == pytest.approx(row["numerator"])
    assert bottoms["denominator"].sum() == pytest.approx(row["denominator"])
    assert bottoms.height == row["n"] > 0
    assert left_out.height == sum(count for name, count in row.items() if name.startswith("excluded_"))


def test_refresh_of_levels_equals_a_full_compute(lake: Lake) -> None:
    """
    Changed and deleted rows and a moved evaluation leave what a full compute has.
    """
    dice, (first, second) = Dice(3), (level_facts(1), level_facts(2))
    for table, rows in first.items():
        put(
            lake,
            table,
            rows.filter(pl.Series([dice.chance(0.7) for _ in range(rows.height)], dtype=pl.Boolean)),
        )
    refresh(lake, AsOf.end_of(FIRST + timedelta(days=70)), kpis=LEVELS)
    for days in (90, 60):
        for table, rows in second.items():
            changed = rows.filter(pl.Series([dice.chance(0.1) for _ in range(rows.height)], dtype=pl.Boolean))
            put(
                lake, table, changed.with_columns(deleted=pl.Series(dice.chance(0.3) for _ in changed.rows()))
            )
        refresh(lake, AsOf.end_of(FIRST + timedelta(days=days)), kpis=LEVELS)
    followed = computed(lake, LEVELS)

    refresh(lake, AsOf.end_of(FIRST + timedelta(days=60)), full=True, kpis=LEVELS)

    assert differences(followed, computed(lake, LEVELS)) == {}


@pytest.mark.parametrize("grain", grains(LEVELS), ids=lambda grain: grain.name)
def test_levels_give_identical_rows_on_duckdb(
    grain: Any, levels: Lake, sql: duckdb.DuckDBPyConnection
) -> None:
    """
    Steps up and down of states, sums of snapshots: value by value.
    """
    now = AsOf.end_of(FIRST + timedelta(days=DAYS // 2))
    rows = levels.read(grain.fact.name, polars_schema(grain.fact))
    sql.register("facts_of_grain", rows)

    ours = components(grain, nw.from_native(rows.lazy()), now).collect()
    theirs = components(grain, nw.from_native(sql.table("facts_of_grain")), now).collect()

    assert not ours.is_empty()
    assert ours.columns == theirs.columns
    assert sorted(map(str, ours.rows())) == sorted(map(str, theirs.rows()))


def test_another_moment_is_worked_out_from_the_facts(levels: Lake, tmp_path: Any) -> None:
    """
    Asked for a day before the last compute, every level is what a compute on that day would have stored.
    """
    earlier = AsOf.end_of(date(2025, 3, 1))
    fresh = Lake(tmp_path / "fresh")
    for table, rows in level_facts(5).items():
        put(fresh, table, rows)
    refresh(fresh, earlier, kpis=LEVELS)
    span = Span(date(2025, 2, 1), date(2025, 3, 31))

    for kpi in LEVELS:
        asked = values(levels, LOCAL_OWNER, kpi, Question(span, Every.WEEK, as_of=earlier), Judgement())
        stored = values(fresh, LOCAL_OWNER, kpi, Question(span, Every.WEEK), Judgement())
        assert asked.equals(stored), kpi.key
