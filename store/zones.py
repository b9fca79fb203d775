"""Local days and UTC instants of many rows in many time zones, one lookup for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import cast

import polars as pl
from polars.exceptions import PolarsError

FIRST, LAST = datetime(1969, 1, 1), datetime(2101, 1, 1)
_MINUTE, _QUARTER, _HOUR, _DAY = 60_000_000, 900_000_000, 3_600_000_000, 86_400_000_000
_LOW, _HIGH = (int(each.replace(tzinfo=UTC).timestamp()) * 1_000_000 for each in (FIRST, LAST))
_SPAN = 2 * (_HIGH - _LOW)  # zones lie this far apart on the common axis, so that none meets its neighbour
_LOOKED_UP = 200_000  # cells of a table that answers faster than a search for each row


class UnknownZone(ValueError):
    """A name that is no time zone of the IANA database."""


@dataclass(frozen=True, eq=False)
class Clocks:
    """The offsets from UTC of several zones between 1969 and 2100, in microseconds.

    `zones[code]` belongs to the rows whose code it is; the clocks of all zones lie behind each other on one
    axis, so one search answers for every row. Raises UnknownZone.
    """

    zones: tuple[str, ...]
    utc_since: pl.Series
    wall_since: pl.Series
    offsets: pl.Series

    @classmethod
    def of(cls, zones: Sequence[str]) -> "Clocks":
        known = pl.concat(
            [
                _changes(zone).with_columns(pl.col("utc", "wall") + code * _SPAN)
                for code, zone in enumerate(zones)
            ]
        )
        return cls(tuple(zones), known["utc"], known["wall"], known["offset"])

    def day(self, instants: pl.Series, codes: pl.Series | int = 0) -> pl.Series:
        """The local day of UTC instants; null in, null out."""
        at = instants.to_physical()
        first, count = self._quarters(at)
        if count * len(self.zones) not in range(1, min(_LOOKED_UP, at.len())):
            return self._days(at, codes)
        quarters = pl.int_range(first, first + count, eager=True) * _QUARTER
        zone_of = pl.int_range(len(self.zones) * count, eager=True) // count
        every = self._days(pl.concat([quarters] * len(self.zones)), zone_of)
        return every.gather((at // _QUARTER - first) + codes * count).alias(instants.name)

    def _days(self, times: pl.Series, codes: pl.Series | int) -> pl.Series:
        local = times + self._offset(times, codes, self.utc_since)
        return (local // _DAY).cast(pl.Int32).cast(pl.Date)

    def _quarters(self, times: pl.Series) -> tuple[int, int]:
        """The first quarter of an hour, and how many; none where a clock may change in the midst of one."""
        least, largest = cast(int | None, times.min()), cast(int | None, times.max())
        if least is None or largest is None or least <= self._odd_until:
            return 0, 0
        return least // _QUARTER, largest // _QUARTER - least // _QUARTER + 1

    @cached_property
    def _odd_until(self) -> int:
        """The last time a clock changed other than on a quarter of an hour, as Newfoundland's did at 00:01."""
        odd = [
            each.filter(each % _QUARTER != 0).max() for zone in self.zones for each in [_changes(zone)["utc"]]
        ]
        return max((cast(int, each) for each in odd if each is not None), default=_LOW)

    def to_utc(self, wall: pl.Series, codes: pl.Series | int = 0) -> pl.Series:
        """UTC instants of naive local times.

        A time that occurs twice is its first occurrence; a time the clock skipped is shifted forward by the
        length of the gap (02:30 in a gap of an hour is 03:30).
        """
        times = wall.cast(pl.Datetime("us")).to_physical()
        utc = times - self._offset(times, codes, self.wall_since)
        return utc.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")

    def _offset(self, times: pl.Series, codes: pl.Series | int, since: pl.Series) -> pl.Series:
        places = times.fill_null(0).clip(_LOW, _HIGH - 1) + codes * _SPAN
        return self.offsets.gather(since.search_sorted(places, side="right") - 1)


def is_zone(name: str) -> bool:
    """The name is a time zone of the IANA database, such as Europe/Berlin."""
    if not name.strip():
        return False
    try:
        pl.Series([0], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(name)
    except PolarsError:
        return False
    return True


def to_utc(wall: pl.Series, zone: str) -> pl.Series:
    """UTC instants of naive times of one zone, as `Clocks.to_utc`. Raises UnknownZone."""
    return Clocks.of([zone]).to_utc(wall)


@lru_cache(maxsize=256)
def _changes(zone: str) -> pl.DataFrame:
    """Columns utc, wall (first microsecond a new offset counts, on either clock) and offset."""
    if not is_zone(zone):
        raise UnknownZone(f"'{zone}' is no time zone; write a name such as 'Europe/Berlin' or 'UTC'.")
    at = pl.datetime_range(FIRST, LAST, "1d", time_unit="us", eager=True).alias("at")
    first = _offsets(at.head(1), zone)
    for width, step in ((_DAY, _HOUR), (_HOUR, _MINUTE)):
        at = _steps(_offsets(at, zone), width, step)
    offsets = pl.concat([first, _offsets(at, zone)])
    before = pl.col("offset").shift(1)
    return (
        offsets.filter((pl.col("offset") != before) | before.is_null())
        .with_columns(utc=pl.col("at").to_physical())
        .select(
            "utc",
            wall=pl.col("utc") + pl.max_horizontal("offset", before.fill_null(pl.col("offset"))),
            offset="offset",
        )
        .with_columns(pl.col("utc", "wall") - pl.when(pl.int_range(pl.len()) == 0).then(_DAY).otherwise(0))
    )


def _steps(offsets: pl.DataFrame, width: int, step: int) -> pl.Series:
    """The moments that lie `step` apart in each stretch of `width` in which the offset changes."""
    changing = offsets.filter(pl.col("offset") != pl.col("offset").shift(-1)).select("at")
    into = pl.int_range(0, width + 1, step, eager=True).alias("into").to_frame()
    return (
        changing.join(into, how="cross").select(pl.col("at") + pl.duration(microseconds="into")).to_series()
    )


def _offsets(instants: pl.Series, zone: str) -> pl.DataFrame:
    local = instants.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return pl.DataFrame({"at": instants, "offset": (local - instants).cast(pl.Int64)})
