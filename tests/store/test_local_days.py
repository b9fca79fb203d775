"""Local days of many instants at once are those that polars tells one zone after the other."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from store.zones import Clocks

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Shanghai")
MANY = 2_000
MINUTE = timedelta(minutes=1)


def told_by_polars(at: pl.Series, codes: pl.Series) -> list[object]:
    days = [at.dt.convert_time_zone(zone).dt.date().to_list() for zone in ZONES]
    return [days[code][row] for row, code in enumerate(codes)]


@given(
    first=st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
    step=st.integers(1, 45),
    missing=st.sets(st.integers(0, MANY - 1), max_size=3),
)
def test_each_row_has_the_day_of_its_own_zone(first: datetime, step: int, missing: set[int]) -> None:
    """
    Two thousand instants a few minutes apart, over clock changes too, in six zones by turns; nulls stay null.
    """
    moments = [first.replace(tzinfo=UTC) + n * step * MINUTE for n in range(MANY)]
    at = pl.Series(
        "at", [None if n in missing else moment for n, moment in enumerate(moments)], pl.Datetime("us", "UTC")
    )
    codes = pl.Series([n % len(ZONES) for n in range(MANY)])

    assert Clocks.of(ZONES).day(at, codes).to_list() == told_by_polars(at, codes)


def test_a_clock_that_changes_a_minute_past_midnight_is_asked_row_by_row() -> None:
    """
    Until 2011 Newfoundland's clocks went back at 00:01 of 7 November 2010, 02:31 UTC: the minutes around it.
    """
    codes = pl.Series([ZONES.index("America/St_Johns")] * MANY)
    start = datetime(2010, 11, 6, 22, 0, tzinfo=UTC)
    at = pl.Series([start + n * MINUTE for n in range(MANY)], dtype=pl.Datetime("us", "UTC"))

    assert Clocks.of(ZONES).day(at, codes).to_list() == told_by_polars(at, codes)
