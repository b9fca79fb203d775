"""Seconds that lie inside working hours, from an explicit table of days; exact over clock changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property, lru_cache

import polars as pl

from store.zones import Clocks

_SECOND = 1_000_000
_DAY = 86_400_000_000
NINE, FIVE = time(9), time(17)


@dataclass(frozen=True, eq=False)
class WorkingTime:
    """The working hours of one calendar in its zone, as intervals of UTC seconds.

    `intervals`: starts, ends (seconds since 1970 UTC, ends exclusive) and before (working seconds of all
    earlier intervals), in order and without overlap. `opens_at` and `ends_at` bound the days the table knows.
    """

    calendar: str
    zone: str
    intervals: pl.DataFrame
    opens_at: int
    ends_at: int

    @classmethod
    def of(
        cls,
        calendar: str,
        zone: str,
        days: Mapping[date, bool],
        opens: time = NINE,
        closes: time | None = FIVE,
    ) -> "WorkingTime":
        """From a table day → is a working day, with the same hours each day; `closes` None is midnight."""
        table = pl.DataFrame(
            {"day": list(days), "is_working": list(days.values())},
            schema={"day": pl.Date, "is_working": pl.Boolean},
        )
        hours = (pl.lit(opens, pl.Time).alias("opens"), pl.lit(closes, pl.Time).alias("closes"))
        return cls.from_table(calendar, zone, table.with_columns(hours))

    @classmethod
    def from_table(cls, calendar: str, zone: str, table: pl.DataFrame) -> "WorkingTime":
        """From day, is_working, opens, closes (local times; a null `closes` is midnight).

        A day that closes before it opens is closed. Raises ValueError for an empty table or a day twice.
        """
        if table.is_empty():
            raise ValueError(f"Calendar '{calendar}' has no days; fill its table first.")
        if table["day"].is_duplicated().any():
            twice = table.filter(pl.col("day").is_duplicated())["day"][0]
            raise ValueError(f"Calendar '{calendar}' holds {twice} twice; keep one row a day.")
        clocks = Clocks.of([zone])
        midnight = pl.col("day").cast(pl.Datetime("us"))
        closes = pl.col("closes").cast(pl.Int64) // 1_000
        bounds = (
            table.filter("is_working")
            .select(
                starts=midnight + pl.duration(microseconds=pl.col("opens").cast(pl.Int64) // 1_000),
                ends=midnight + pl.duration(microseconds=closes.fill_null(_DAY)),
            )
            .select(_seconds(clocks, pl.col("starts")), _seconds(clocks, pl.col("ends")))
            .filter(pl.col("starts") < pl.col("ends"))
            .sort("starts")
        )
        length = pl.col("ends") - pl.col("starts")
        edges = pl.Series([table["day"].min(), table["day"].max()], dtype=pl.Date).cast(pl.Datetime("us"))
        first, last = _epoch(clocks.to_utc(edges + pl.Series([0, _DAY]).cast(pl.Duration("us"))))
        return cls(calendar, zone, bounds.with_columns(before=length.cum_sum() - length), first, last)

    def working_seconds(self, start: pl.Series, end: pl.Series) -> pl.Series:
        """Working seconds from `start` to `end` (UTC instants), whole seconds as in the epoch columns.

        Null where either is null or lies outside the days of the table: an unknown day is not a closed one.
        An end before its start gives a negative number, so parts always add up to the whole.
        """
        return self.elapsed(_epoch(end)) - self.elapsed(_epoch(start))

    @cached_property
    def working_days(self) -> pl.Series:
        """The local days with working hours, in order."""
        starts = self.intervals["starts"].cast(pl.Int64) * _SECOND
        instants = starts.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        return Clocks.of([self.zone]).day(instants).unique().sort()

    def day_after(self, days: pl.Series, counts: pl.Series) -> pl.Series:
        """The n-th working day after each day, which is not counted (EU postal D+n); 0 is the day itself.

        Null where either is null or the answer lies outside the days of the table.
        """
        known = self.working_days
        place = known.search_sorted(days.fill_null(known.min()), side="right").cast(pl.Int64) + counts - 1
        first = days.cast(pl.Int64) * _DAY // _SECOND >= self.opens_at - _DAY // _SECOND
        inside = (place >= 0) & (place < known.len()) & first & days.is_not_null()
        found = known.gather(place.set(~inside.fill_null(False), None))
        return found if (counts > 0).all() else found.zip_with((counts != 0).fill_null(True), days)

    def elapsed(self, seconds: pl.Series) -> pl.Series:
        """Working seconds from the beginning of the table to each moment (seconds since 1970 UTC)."""
        known = seconds.is_between(self.opens_at, self.ends_at)
        if self.intervals.is_empty():
            return (seconds * 0).set(~known.fill_null(False), None)
        place = self.intervals["starts"].search_sorted(seconds.fill_null(0), side="right").cast(pl.Int64) - 1
        at = self.intervals[place.clip(0)]
        into = pl.select(pl.min_horizontal(seconds, at["ends"])).to_series() - at["starts"]
        return (at["before"] + into.clip(0)).set(~known.fill_null(False), None)


@lru_cache(maxsize=64)
def plain_hours(zone: str) -> WorkingTime:
    """Monday to Friday, 09:00 to 17:00 in the zone, without holidays: what counts without a calendar."""
    days = pl.date_range(date(1970, 1, 1), date(2099, 12, 31), eager=True).alias("day").to_frame()
    table = days.with_columns(
        is_working=pl.col("day").dt.weekday() <= 5, opens=pl.lit(NINE, pl.Time), closes=pl.lit(FIVE, pl.Time)
    )
    return WorkingTime.from_table("default", zone, table)


def _epoch(instants: pl.Series) -> pl.Series:
    return instants.to_physical() // _SECOND


def _seconds(clocks: Clocks, wall: pl.Expr) -> pl.Expr:
    return wall.map_batches(lambda times: _epoch(clocks.to_utc(times)), return_dtype=pl.Int64)
