"""Replacing days: months are put together from stretches of what is held and what comes."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.lake import Lake

NEW_YEAR = date(2024, 1, 1)
SCHEMA = pl.Schema({"day": pl.Date(), "count": pl.Int32()})
DAYS = st.integers(0, 90).map(lambda number: NEW_YEAR + timedelta(days=number))


def counts(days: list[date], start: int) -> pl.DataFrame:
    """A row a day, numbered from `start`."""
    return pl.DataFrame({"day": days, "count": range(start, start + len(days))}, schema=SCHEMA)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(DAYS, min_size=1), touched=st.sets(DAYS, min_size=1), data=st.data())
def test_replaced_days_hold_what_came_and_all_others_what_they_held(
    held: list[date], touched: set[date], data: st.DataObject, tmp_path_factory
):
    """
    Over one to four months, with gaps: rows of the touched days are those that come, all others stay; by day.
    """
    lake = Lake(tmp_path_factory.mktemp("lake"))
    lake.replace_days("counts", counts(held, 0), None, marks={})
    coming = counts(data.draw(st.lists(st.sampled_from(sorted(touched)))), 1000)

    lake.replace_days("counts", coming, sorted(touched), marks={})

    stays = counts(held, 0).filter(~pl.col("day").is_in(sorted(touched)))
    expected = sorted(pl.concat([stays, coming]).rows())
    assert sorted(lake.scan("counts", SCHEMA).select("day", "count").collect().rows()) == expected
    assert all(pl.read_parquet(file)["day"].is_sorted() for file in live_files(lake))


def live_files(lake: Lake) -> list[Path]:
    return [Path(file.removeprefix("file://")) for file in lake.files("counts")]
