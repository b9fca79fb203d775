"""One made-up history, and the shape its rows take on the way out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from demo.company import CODES, LANES
from demo.dice import Days, Dice, Flags, Number, Rolls, Whole, identity
from demo.season import number

DAY_S = 86_400
HOUR_S = 3_600
MICROS = 1_000_000
NEVER = np.int64(2**40)  # a day or second that does not come
HISTORY_DAYS = 730
Columns = Mapping[str, pl.Series | str | None]


@dataclass(frozen=True)
class World:
    """
    A seed and a volume, the day the stories lead up to, the first day of the books, and the day of the look.

    Rows are those the source shows at the end of `known_at`, by the clock of each market.
    """

    seed: int
    scale: float
    anchor: date
    opening: date
    known_at: date

    @cached_property
    def dice(self) -> Dice:
        return Dice(self.seed)

    @property
    def known(self) -> int:
        return number(self.known_at)

    def sees(self, moments: Whole) -> Flags:
        """Which moments (local seconds) have happened by the end of the day of the look."""
        return np.asarray(moments < (self.known + 1) * DAY_S)


@dataclass(frozen=True, eq=False)
class Slots:
    """Places in the books: the day and market of each, and its number within that day and market."""

    days: Days
    markets: Whole
    nth: Whole

    @cached_property
    def rolls(self) -> Rolls:
        return identity(self.days, self.markets, self.nth)

    def __len__(self) -> int:
        return len(self.days)


def fill(counts: Whole, first: int) -> Slots:
    """As many slots as `counts` says for each day (row) and market (column)."""
    flat = counts.ravel()
    cells = np.repeat(np.arange(flat.size), flat)
    starts = np.cumsum(flat) - flat
    nth = np.arange(cells.size) - starts[cells]
    return Slots(first + cells // counts.shape[1], cells % counts.shape[1], nth)


def span(first: date, last: date) -> Days:
    return np.arange(number(first), number(last) + 1, dtype=np.int64)


def utc(moments: Whole, markets: Whole, seen: Flags | None = None) -> pl.Series:
    """UTC instants of local seconds in each market's zone; null where not `seen`."""
    days = np.clip(moments // DAY_S, _FIRST_ZONED, _FIRST_ZONED + len(_offsets()) - 1)
    micros = ((moments - _offsets()[days - _FIRST_ZONED, markets]) * MICROS).astype("datetime64[us]")
    shown = micros if seen is None else np.where(seen, micros, np.datetime64("NaT"))
    return pl.Series(shown).dt.replace_time_zone("UTC")


def local_days(days: Days, seen: Flags | None = None) -> pl.Series:
    """Dates; null where not `seen`."""
    dates = np.clip(days, -100_000, 1_000_000).astype("datetime64[D]")
    return pl.Series(dates if seen is None else np.where(seen, dates, np.datetime64("NaT")))


def whole(values: Number | Whole | Flags, seen: Flags | None = None) -> pl.Series:
    """Whole numbers; null where not `seen`."""
    numbers = pl.Series(np.asarray(values).astype(np.int64))
    return numbers if seen is None else numbers.set(pl.Series(~seen), None)


def money(amounts: Number, markets: Whole, seen: Flags | None = None) -> pl.Series:
    """Micros of amounts in each market's currency, rounded to its smallest coin."""
    coins = np.array([1 if lane.market.currency == "JPY" else 100 for lane in LANES])[markets]
    return whole(np.round(amounts * coins).astype(np.int64) * (MICROS // coins), seen)


def words(choices: tuple[str, ...], picked: Whole) -> pl.Series:
    """The chosen words."""
    return pl.Series(list(choices), dtype=pl.String).gather(picked)


def market_words(markets: Whole) -> pl.Series:
    return words(CODES, markets)


def currencies(markets: Whole) -> pl.Series:
    return words(tuple(lane.market.currency for lane in LANES), markets)


def numbers(prefix: str, slots: Slots) -> pl.Series:
    """Readable keys such as `HP-251128-DE-00017`."""
    day = local_days(slots.days).dt.to_string("-%y%m%d-")
    return joined(prefix, day, market_words(slots.markets), "-", place(slots.nth + 1, 5))


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts glued together row by row; a plain word stands in every row."""
    glued = pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])
    return pl.select(glued).to_series()


def place(numbers: Whole, digits: int) -> pl.Series:
    """Whole numbers as text, with zeros in front."""
    return pl.Series(np.asarray(numbers + 10**digits)).cast(pl.String).str.slice(1)


def frame(columns: Columns, shown: Flags) -> pl.DataFrame:
    """The rows that are `shown`; a plain word stands in every row."""
    rows = pl.DataFrame({name: column for name, column in columns.items() if isinstance(column, pl.Series)})
    constants = [
        pl.lit(word, dtype=pl.String).alias(name)
        for name, word in columns.items()
        if not isinstance(word, pl.Series)
    ]
    return rows.with_columns(constants).select(columns.keys()).filter(pl.Series(shown))


_FIRST_ZONED = number(date(2015, 1, 1))


@lru_cache(maxsize=1)
def _offsets() -> Whole:
    """Seconds the clock of each market (column) is ahead of UTC at noon of each day (row)."""
    return np.stack([_offset_of(lane.market.timezone) for lane in LANES], axis=1)


def _offset_of(zone: str) -> Whole:
    noons = pl.datetime_range(
        pl.datetime(2015, 1, 1, 12), pl.datetime(2045, 1, 1, 12), interval="1d", eager=True, time_zone=zone
    )
    ahead = noons.dt.base_utc_offset() + noons.dt.dst_offset()
    return ahead.dt.total_seconds().to_numpy()
