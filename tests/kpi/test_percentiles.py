"""Percentiles: exact from the rows of a small selection, within one per cent from bins of a large one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil

import polars as pl
import pytest
from made_facts import made, put, scored
from polars.testing import assert_frame_equal
from random_facts import AS_OF_DAY

from kpi import percentiles
from kpi.catalog import KPIS, find
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.model import Distribution
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from store.facts import Tickets
from store.lake import Lake
from store.scope import LOCAL_OWNER, Principal, Scope

YEAR = Span(date(2024, 7, 1), AS_OF_DAY)
DURATIONS = sorted(key for key, kpi in KPIS.items() if isinstance(kpi, Distribution))


@pytest.fixture
def only_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every selection is a large one."""
    monkeypatch.setattr(percentiles, "MOST_EXACT_ROWS", 0)


def tickets(minutes: list[int]) -> dict[type[Tickets], object]:
    created = datetime(2025, 3, 3, 8)
    rows = [
        {"ticket_id": n, "created_at": created, "first_reply_at": created + timedelta(minutes=each)}
        for n, each in enumerate(minutes)
    ]
    return {Tickets: made(Tickets, rows)}


def test_percentiles_of_few_rows_are_exact(lake: Lake) -> None:
    """
    Of 10, 20, 30 and 100 minutes the median is 25 and the 90th percentile 79.
    """
    found = scored(lake, find("first_response_time"), tickets([10, 20, 30, 100]), YEAR)  # type: ignore[arg-type]

    assert found.select("median", "p90", "exact").row(0) == pytest.approx((25, 79, True))


@pytest.mark.usefixtures("only_bins")
def test_percentiles_of_many_rows_come_from_bins(lake: Lake) -> None:
    """
    Of 101 replies after 100 to 200 minutes the median is 150 and the 90th percentile 190, give or take 1 %.
    """
    facts = tickets(list(range(100, 201)))

    found = scored(lake, find("first_response_time"), facts, YEAR)  # type: ignore[arg-type]

    assert found["exact"].item() is False
    assert found["median"].item() == pytest.approx(150, rel=0.01)
    assert found["p90"].item() == pytest.approx(190, rel=0.01)


@pytest.mark.usefixtures("only_bins")
def test_an_instant_reply_is_zero_minutes(lake: Lake) -> None:
    """
    Zero has a bin of its own.
    """
    found = scored(lake, find("first_response_time"), tickets([0, 0, 0, 50]), YEAR)  # type: ignore[arg-type]

    assert found["median"].item() == 0


@pytest.mark.parametrize("key", DURATIONS)
@pytest.mark.parametrize(
    "ask",
    [
        lambda _: Question(YEAR, Every.MONTH),
        lambda slices: Question(YEAR, by=(slices,)),
        lambda slices: Question(YEAR, where={slices: {"market": "DE", "supplier": "Taizhou"}[slices]}),
        lambda _: Question(YEAR, as_of=AsOf.end_of(AS_OF_DAY - timedelta(days=30))),
    ],
    ids=["months", "slices", "one slice", "another moment"],
)
def test_bins_agree_with_rows(
    key: str, ask: Callable[[str], Question], lake_of_seed: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The row that half (nine tenths) of the rows do not exceed lies in the bin whose middle is given: ±0.5 %.
    """
    kpi = KPIS[key]
    question = ask("market" if "market" in kpi.dimensions else kpi.dimensions[0])
    exact = values(lake_of_seed, LOCAL_OWNER, kpi, question)
    monkeypatch.setattr(percentiles, "MOST_EXACT_ROWS", 0)
    binned = values(lake_of_seed, LOCAL_OWNER, kpi, question)
    records = explain(lake_of_seed, LOCAL_OWNER, kpi, question, Side.DENOMINATOR)

    assert binned.drop("median", "p90", "exact").equals(exact.drop("median", "p90", "exact"))
    for row in binned.filter(pl.col("n") > 0).iter_rows(named=True):
        durations = sorted(records.filter(*in_slice(row, question))["numerator"])
        for name, share in (("median", 0.5), ("p90", 0.9)):
            reached = durations[ceil(share * len(durations)) - 1]
            assert row[name] == pytest.approx(reached, rel=0.0051)


def in_slice(row: dict[str, object], question: Question) -> list[pl.Expr]:
    """The records of one scored row."""
    same = [pl.col(name) == row[name] for name in question.by]
    if question.every is Every.MONTH:
        same.append(pl.col("day").dt.truncate("1mo") == row["period"])
    return [*same, pl.lit(True)]


@pytest.mark.usefixtures("only_bins")
def test_bins_are_limited_to_the_scope_too(lake_of_seed: Lake) -> None:
    """
    A principal of DE gets the percentiles of DE and of no market.
    """
    german = Principal("Ada", Scope(markets=frozenset({"DE"})))
    kpi = find("first_response_time")

    seen = values(lake_of_seed, german, kpi, Question(YEAR, by=("market",)))
    whole = values(lake_of_seed, LOCAL_OWNER, kpi, Question(YEAR, by=("market",)))

    assert_frame_equal(seen, whole.filter(whole["market"].is_in(["DE", "(unknown)"])))


@pytest.mark.usefixtures("only_bins")
def test_bins_of_a_dimension_the_components_lack(lake: Lake) -> None:
    """
    By merged ticket, which is no dimension of the desk, percentiles still come from bins.
    """
    facts = tickets([10, 20, 30])
    quarter = Span(date(2025, 3, 1), date(2025, 3, 31))

    found = scored(lake, find("first_response_time"), facts, quarter, by=("merged_into",))  # type: ignore[arg-type]

    assert found["merged_into"].to_list() == ["(unknown)"]
    assert found["median"].item() == pytest.approx(20, rel=0.01)


def test_put_again_changes_no_percentile(lake: Lake) -> None:
    """
    The same tickets once more are the same tickets.
    """
    kpi, facts = find("first_response_time"), tickets([10, 20, 30])
    first = scored(lake, kpi, facts, YEAR)  # type: ignore[arg-type]

    for table, rows in facts.items():
        assert put(lake, table, rows).changed == 0  # type: ignore[arg-type]

    assert scored(lake, kpi, {}, YEAR).equals(first)
