"""Rows are counted by their keys as one number, to the same counts as grouping gives."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from kpi.tally import tallied

DAYS = st.none() | st.integers(0, 3).map(lambda number: date(2024, 2, 28) + timedelta(days=number))
ROWS = st.lists(
    st.tuples(DAYS, st.none() | st.sampled_from(["DE", "", "(unknown)"]), st.none() | st.integers(-3, 3)),
    max_size=30,
)
FAR = st.sampled_from([-(2**62), 0, 2**62])
SCHEMA = {"day": pl.Date(), "market": pl.String(), "bin": pl.Int64()}


def grouped(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(rows.columns).agg(pl.len().cast(pl.Int64).alias("count")).sort(rows.columns)


@given(ROWS)
def test_counts_are_those_of_grouping(rows: list[tuple[date | None, str | None, int | None]]) -> None:
    """
    Days, texts and numbers, with nulls, before zero and without any row; sorted by day.
    """
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")

    found = tallied(frame.lazy(), list(SCHEMA))

    assert found.sort(frame.columns).equals(grouped(frame))
    assert found["day"].is_sorted()


@given(st.lists(st.tuples(FAR, FAR), min_size=1, max_size=9))
def test_keys_too_far_apart_for_one_number_are_counted_all_the_same(rows: list[tuple[int, int]]) -> None:
    """
    Two keys that each span more than half of all whole numbers do not fit into one.
    """
    frame = pl.DataFrame(rows, schema={"low": pl.Int64(), "high": pl.Int64()}, orient="row")

    assert tallied(frame.lazy(), ["low", "high"]).sort("low", "high").equals(grouped(frame))
