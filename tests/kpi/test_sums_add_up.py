"""Halves add up: however facts are cut, by slice, by period or by row, the sums of the parts are the whole."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_facts import component_rows
from random_facts import AS_OF_DAY, FIRST

from kpi.catalog import KPIS, find
from kpi.engine import AsOf, components, grains
from kpi.interval import wilson
from kpi.model import Distinct, Kpi, Total
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement, score
from kpi.shares import Product
from store.contract import polars_schema
from store.lake import Lake
from store.scope import LOCAL_OWNER

ADDITIVE = sorted(key for key, kpi in KPIS.items() if kpi.adds_over_time and not isinstance(kpi, Distinct))
DIVIDED = [key for key in ADDITIVE if not isinstance(KPIS[key], Total | Product)]
GRAINS = grains(KPIS.values())
AS_OF = AsOf.end_of(AS_OF_DAY)
reads_only = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
spans = st.tuples(st.dates(FIRST, AS_OF_DAY - timedelta(days=40)), st.integers(0, 300)).map(
    lambda pair: Span(pair[0], pair[0] + timedelta(days=pair[1]))
)


def halves(rows: pl.DataFrame) -> dict[str, Any]:
    """Every figure of scored rows that must add up."""
    added = [
        name
        for name in rows.columns
        if name in ("numerator", "denominator", "n", "immature", "immature_denominator", "open")
        or name.startswith("excluded_")
    ]
    return rows.select(pl.col(added).sum()).row(0, named=True)


def read(
    lake: Lake, kpi: Kpi, span: Span, every: Every = Every.TOTAL, *by: str, **where: str
) -> pl.DataFrame:
    return values(lake, LOCAL_OWNER, kpi, Question(span, every, by, where, percentiles=False))


@reads_only
@given(key=st.sampled_from(ADDITIVE), span=spans, every=st.sampled_from(Every), data=st.data())
def test_any_grouping_adds_up_to_the_total(
    lake_of_seed: Lake, key: str, span: Span, every: Every, data: st.DataObject
) -> None:
    """
    Any subset of the dimensions and any length of period: both halves, n and every count of rows left out.
    """
    kpi = KPIS[key]
    by = data.draw(st.lists(st.sampled_from(kpi.dimensions), unique=True))

    parts = halves(read(lake_of_seed, kpi, span, every, *by))

    assert parts == pytest.approx(halves(read(lake_of_seed, kpi, span)), rel=1e-9, abs=1e-9)


@reads_only
@given(key=st.sampled_from(ADDITIVE), data=st.data())
def test_slices_of_a_dimension_add_up_to_the_total(lake_of_seed: Lake, key: str, data: st.DataObject) -> None:
    """
    Limited to each value of a dimension in turn, the unknown one among them.
    """
    kpi, span = KPIS[key], Span(FIRST, AS_OF_DAY)
    dimension = data.draw(st.sampled_from(kpi.dimensions))
    known = read(lake_of_seed, kpi, span, Every.TOTAL, dimension)[dimension].to_list()

    slices = [halves(read(lake_of_seed, kpi, span, Every.TOTAL, **{dimension: each})) for each in known]

    whole = halves(read(lake_of_seed, kpi, span))
    assert {name: sum(each[name] for each in slices) for name in whole} == pytest.approx(whole, rel=1e-9)


@reads_only
@given(key=st.sampled_from(ADDITIVE), first=spans, days=st.integers(1, 200))
def test_two_spans_in_a_row_add_up(lake_of_seed: Lake, key: str, first: Span, days: int) -> None:
    """
    A span and the one that follows it are the span over both.
    """
    second = Span(first.end + timedelta(days=1), first.end + timedelta(days=days))
    both = Span(first.start, second.end)
    kpi = KPIS[key]

    parts = [halves(read(lake_of_seed, kpi, span)) for span in (first, second)]

    whole = halves(read(lake_of_seed, kpi, both))
    assert {name: parts[0][name] + parts[1][name] for name in whole} == pytest.approx(whole, rel=1e-9)


@pytest.fixture(scope="module")
def stored(lake_of_seed: Lake) -> Mapping[str, pl.DataFrame]:
    """The facts of every grain."""
    facts = {grain.fact.name: grain.fact for grain in GRAINS}
    return {name: lake_of_seed.read(name, polars_schema(fact)) for name, fact in facts.items()}


@reads_only
@given(grain=st.sampled_from(GRAINS), seed=st.integers(0, 1_000))
def test_components_of_two_heaps_of_rows_add_up(
    stored: Mapping[str, pl.DataFrame], grain: Any, seed: int
) -> None:
    """
    Rows are judged one by one, so any two heaps of them give together what all of them give.
    """
    rows = stored[grain.fact.name].sample(fraction=1, shuffle=True, seed=seed)
    heaps = [rows.head(rows.height // 3), rows.slice(rows.height // 3)]
    keys = ["day", *grain.dimensions]

    def summed(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        found = [components(grain, nw.from_native(each.lazy()), AS_OF).collect() for each in frames]
        together = pl.concat(found)
        low = [name for name in together.columns if name.endswith("__oldest")]
        added = [name for name in together.columns if name not in (*keys, *low)]
        return together.group_by(keys).agg(pl.col(added).sum(), pl.col(low).min()).sort(keys)

    assert summed(heaps).equals(summed([rows]))


whole_numbers = st.integers(-(10**12), 10**12)


@given(key=st.sampled_from(DIVIDED), num=whole_numbers, den=st.integers(0, 3))
def test_nothing_in_the_denominator_is_no_value(key: str, num: int, den: int) -> None:
    """
    Neither 0 % nor 100 % nor infinity: no value and no data, whatever the numerator says.
    """
    kpi = find(key)
    row = score(kpi, component_rows(kpi, [{"num": num, "den": den, "n": den}])).row(0, named=True)

    if den == 0:
        assert (row["value"], row["status"]) == (None, "no_data")
    else:
        assert row["value"] == pytest.approx(num / kpi.unit.divisor / (den / kpi.unit.denominator_divisor))


@given(of=st.integers(1, 5_000), data=st.data())
def test_an_interval_holds_its_share(of: int, data: st.DataObject) -> None:
    """
    Within 0 and 1, around the share, and narrower with a hundred times the rows.
    """
    hits = data.draw(st.integers(0, of))

    def bounds(times: int) -> tuple[float, float]:
        low, high = wilson(pl.lit(hits * times), pl.lit(of * times))
        return pl.select(low.alias("low"), high.alias("high")).row(0)

    (low, high), (closer, nearer) = bounds(1), bounds(100)
    assert 0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1
    assert nearer - closer < high - low


def test_a_rate_is_never_the_mean_of_its_slices() -> None:
    """
    90 of 100 and 450 of 900 are 54 %, not 70 %.
    """
    kpi = find("on_time_delivery_rate")
    lanes = component_rows(
        kpi,
        [
            {"carrier": "a", "num": 90, "den": 100, "n": 100},
            {"carrier": "b", "num": 450, "den": 900, "n": 900},
        ],
    )

    assert score(kpi, lanes, judgement=Judgement())["value"].to_list() == [0.54]
    assert score(kpi, lanes, ("carrier",))["value"].mean() == pytest.approx(0.7)
