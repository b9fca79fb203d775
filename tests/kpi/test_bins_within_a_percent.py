"""Percentiles of many rows from bins stay within one per cent of the exact ones, however the rows are cut."""

from math import exp
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.percentiles import percentiles_of_bins
from store.normalise.bins import log_bin

few = settings(max_examples=15, deadline=None)


def durations(seed: int, spread: float, middle: int, rows: int = 20_000) -> pl.DataFrame:
    """Log-normal seconds in three slices and seven days."""
    dice = Random(seed)
    seconds = [round(middle * exp(dice.gauss(0, spread))) for _ in range(rows)]
    slices = [dice.choice("abc") for _ in range(rows)]
    frame = pl.DataFrame({"seconds": seconds, "slice": slices, "day": [n % 7 for n in range(rows)]})
    return frame.with_columns(log_bin("seconds").alias("bin"))


@few
@given(seed=st.integers(0, 9_999), spread=st.floats(0.2, 1.6), middle=st.integers(2_000, 500_000))
def test_bins_stay_within_one_per_cent(seed: int, spread: float, middle: int) -> None:
    """
    Of 20,000 durations from minutes to months: median and 90th percentile, interpolated exactly, against the bins.
    """
    rows = durations(seed, spread, middle)
    counted = rows.group_by("bin").agg(count=pl.len()).with_columns(all=pl.lit("all"))

    found = percentiles_of_bins(counted.lazy(), ["all"]).collect().row(0, named=True)

    assert found["median"] == pytest.approx(rows["seconds"].median(), rel=0.01)
    assert found["p90"] == pytest.approx(rows["seconds"].quantile(0.9, "linear"), rel=0.01)


@few
@given(seed=st.integers(0, 9_999), keys=st.lists(st.sampled_from(["slice", "day"]), unique=True))
def test_bins_roll_up_over_any_grouping(seed: int, keys: list[str]) -> None:
    """
    Counted by slice and day and put together give what counting all of them at once gives.
    """
    rows = durations(seed, 1, 9_000, 2_000).with_columns(all=pl.lit("all"))
    wanted = ["all", *keys]
    at_once = rows.group_by(*wanted, "bin").agg(count=pl.len()).lazy()
    apart = rows.group_by("all", "slice", "day", "bin").agg(count=pl.len()).lazy()

    first, second = (percentiles_of_bins(each, wanted).collect().sort(wanted) for each in (at_once, apart))

    assert first.equals(second)
