"""The months the made-up firm has lived through, each with dice of its own, so that any month can be made again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.moment import DAY_BEFORE, FIRST
from store.company import Company, Market
from store.facts import FxRates
from store.money import Rates
from store.normalise import Context

Numbers = npt.NDArray[np.int64]

MONTHS = 24
DAY_S, HOUR_S = 86_400, 3_600
MARKETS = {
    "DE": ("Europe/Berlin", "EUR"), "FR": ("Europe/Paris", "EUR"), "UK": ("Europe/London", "GBP"),
    "US": ("America/New_York", "USD"), "CA": ("America/Toronto", "USD"), "JP": ("Asia/Tokyo", "USD"),
    "AU": ("Australia/Sydney", "USD"), "SG": ("Asia/Singapore", "USD"),
}  # fmt: skip
COMPANY = Company(
    name="Benchmark",
    currency="EUR",
    markets={code: Market(code, zone, currency, code) for code, (zone, currency) in MARKETS.items()},
)
CODES, CURRENCIES = list(MARKETS), [currency for _, currency in MARKETS.values()]
SHARES = np.array([0.24, 0.1, 0.13, 0.2, 0.07, 0.15, 0.06, 0.05])
CHANNELS = ["web shop", "app", "marketplace", "retail", "phone", "partner"]


@dataclass(frozen=True)
class Month:
    """One month with its share of the shipments; `seen` is the last day its rows know of."""

    number: int
    rows: int
    seen: date = DAY_BEFORE

    @property
    def first(self) -> date:
        return date(FIRST.year + self.number // 12, self.number % 12 + 1, 1)

    @property
    def all_days(self) -> list[date]:
        """The days of the month, seen or not."""
        after = date(FIRST.year + (self.number + 1) // 12, (self.number + 1) % 12 + 1, 1)
        return [self.first + timedelta(days=n) for n in range((after - self.first).days)]

    @property
    def now(self) -> int:
        """Seconds since 1970 at the end of the last day seen: what happens later is not known yet."""
        return epoch_of(self.seen + timedelta(days=1))

    def dice(self, what: str) -> np.random.Generator:
        """The same throws each time for the same month and thing, whatever has been seen."""
        return np.random.default_rng([self.number, crc32(what.encode())])

    def moments(self, dice: np.random.Generator, count: int) -> Numbers:
        """Sorted seconds since 1970 within the whole month."""
        start = epoch_of(self.first)
        return np.sort(dice.integers(start, start + len(self.all_days) * DAY_S, count))

    def known(self, moments: Numbers) -> pl.Series:
        """Seconds since 1970; null for what lies ahead."""
        seconds = pl.Series(moments, dtype=pl.Int64)
        return pl.select(pl.when(seconds < self.now).then(seconds)).to_series()


def months(shipments: int, seen: date = DAY_BEFORE) -> list[Month]:
    """All months of a firm with that many shipments."""
    return [Month(number, shipments // MONTHS, seen) for number in range(MONTHS)]


def epoch_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def instants(seconds: pl.Series) -> pl.Series:
    """Instants in UTC of seconds since 1970."""
    return (seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))


def days_of(seconds: pl.Series) -> pl.Series:
    """Days in UTC of seconds since 1970."""
    return (seconds // DAY_S).cast(pl.Int32).cast(pl.Date)


def named(names: list[str], numbers: Numbers) -> pl.Series:
    """The name of each number."""
    return pl.Series(names).gather(pl.Series(numbers))


def numbered(letter: str, first: int, count: int) -> pl.Series:
    """Keys: a letter and ascending numbers of nine digits."""
    number = pl.int_range(first, first + count).cast(pl.String).str.zfill(9)
    return pl.select(pl.concat_str(pl.lit(letter), number)).to_series()


def context() -> Context:
    """Everything intake needs to know about the firm, with a rate for each day."""
    days = pl.date_range(date(2023, 11, 1), date(2026, 3, 1), eager=True)
    rates = [
        pl.DataFrame({"rate_day": days}).with_columns(
            pl.lit("EUR").alias("base"), pl.lit(code).alias("currency"), pl.lit(rate).alias("rate")
        )
        for code, rate in (("USD", "1.0837"), ("GBP", "0.8561"))
    ]
    columns = [name for name in ("base", "currency", "rate_day", "rate") if name in FxRates.columns()]
    return Context(COMPANY, {}, Rates.of(pl.concat(rates).select(columns), "EUR"), b"benchmark" * 4)
