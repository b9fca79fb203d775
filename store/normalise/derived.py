"""The columns nobody maps: worked out from the given ones as the contract declares."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import cast

import polars as pl

from store.contract import (
    CompanyMoney,
    Derivation,
    Epoch,
    LocalDay,
    LogBin,
    RateDay,
    RateUsed,
    Table,
    Worked,
    WorkingDayAfter,
    WorkingSeconds,
    fields,
    polars_schema,
)
from store.money import converted
from store.normalise.bins import log_bin
from store.normalise.context import Context
from store.normalise.places import MARKET, Places, market_codes
from store.working_time import WorkingTime

CURRENCY = "currency"
_LOOKED_UP = 1_000_000  # cells of a table that answers faster than asking row by row
_DAYS_AT_ONCE = 64  # so that the batches of one load mostly ask the same table
_PRICE = ("gain", "cost", "fx_rate", "fx_rate_day")


def derived(table: type[Table], rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The rows with every derived column, each worked out after the columns it needs."""
    waiting = {name: field.derivation for name, field in fields(table).items() if field.derivation}
    types, given = polars_schema(table), rows
    places = cache(lambda: Places.of(given, context.company))
    own, priced = _is_own_money(table, rows, context), False
    while waiting:
        ready = [
            name for name, how in waiting.items() if not (_needs(table, how) & (waiting.keys() - {name}))
        ]
        if not ready:
            raise ValueError(f"Table '{table.name}': {sorted(waiting)} need each other; mend the contract.")
        hows = {name: waiting.pop(name) for name in ready}
        if table.money_day and not (priced or own) and any(_is_money(how) for how in hows.values()):
            rows, priced = with_prices(rows, table.money_day, context), True
        work = _Work(table, rows, context, places, own)
        rows = rows.with_columns(work.column(name, how, types[name]) for name, how in hows.items())
    return rows


def with_prices(rows: pl.DataFrame, day: str, context: Context) -> pl.DataFrame:
    """The rows with gain, cost, fx_rate and fx_rate_day of their currency on `day`; null without a rate."""
    rows = rows.drop(_PRICE, strict=False)
    prices = context.rates.on(rows.select(CURRENCY, day=day))
    return rows.join(prices.rename({"day": day}), on=[CURRENCY, day], how="left", maintain_order="left")


def _is_own_money(table: type[Table], rows: pl.DataFrame, context: Context) -> bool:
    """All amounts are in the company's currency, so that no rate has to be looked up."""
    if table.money_day is None or CURRENCY not in rows.columns or rows[CURRENCY].has_nulls():
        return False
    return rows[CURRENCY].unique().to_list() == [context.company.currency]


def _is_money(how: Derivation) -> bool:
    return isinstance(how, CompanyMoney | RateUsed | RateDay)


def _needs(table: type[Table], how: Derivation) -> set[str]:
    """The columns a derivation reads."""
    match how:
        case LocalDay(instant) | Epoch(instant):
            return {instant}
        case WorkingSeconds(start, end):
            return {start, end}
        case WorkingDayAfter(day, count):
            return {day, count}
        case LogBin(seconds):
            return {seconds}
        case CompanyMoney(micros):
            return {micros, CURRENCY, table.money_day or micros}
        case RateUsed() | RateDay():
            return {CURRENCY, table.money_day or CURRENCY}
        case Worked(expression):
            return set(expression.meta.root_names())


@dataclass(frozen=True, eq=False)
class _Work:
    table: type[Table]
    rows: pl.DataFrame
    context: Context
    places: Callable[[], Places]
    own: bool

    def column(self, name: str, how: Derivation, dtype: pl.DataType) -> pl.Expr | pl.Series:
        match how:
            case LocalDay(instant):
                return self._local_day(name, instant)
            case Epoch(instant):
                return (pl.col(instant).to_physical() // 1_000_000).alias(name)
            case WorkingSeconds(start, end):
                return self._working_seconds(start, end).alias(name)
            case WorkingDayAfter(day, count):
                return self._working_day_after(day, count).alias(name)
            case LogBin(seconds):
                return log_bin(seconds).alias(name)
            case CompanyMoney(micros):
                return (self._if_dated(pl.col(micros)) if self.own else converted(micros)).alias(name)
            case RateUsed():
                return self._if_dated(pl.lit(1.0)).alias(name) if self.own else pl.col(name)
            case RateDay():
                return pl.col(self.table.money_day or name).alias(name) if self.own else pl.col(name)
            case Worked(expression):
                return expression.cast(dtype).alias(name)

    def _if_dated(self, value: pl.Expr) -> pl.Expr:
        """A unit of the company's currency is worth one on any day, but it takes a day."""
        return pl.when(pl.col(self.table.money_day or CURRENCY).is_not_null()).then(value)

    def _local_day(self, name: str, instant: str) -> pl.Series:
        """A day that was given wins; the instant is asked only where one is missing."""
        day, at = self.rows[name], self.rows[instant]
        if not day.has_nulls() or at.null_count() == at.len():
            return day
        local = self.places().day(at).alias(name)
        return local if day.null_count() == day.len() else day.zip_with(day.is_not_null(), local)

    def _working_seconds(self, start: str, end: str) -> pl.Series:
        began, ended, nothing = self.rows[start], self.rows[end], self._nothing(pl.Int64())
        if nothing.len() in (began.null_count(), ended.null_count()):
            return nothing
        codes, calendars = self._calendars
        for code, hours in calendars.items():
            of_market = (codes == code).arg_true()
            nothing = nothing.scatter(of_market, hours.working_seconds(began[of_market], ended[of_market]))
        return nothing

    def _working_day_after(self, day: str, count: str) -> pl.Series:
        """Looked up in a table of all days and counts that may occur, of each calendar."""
        began, counts = self.rows[day].cast(pl.Int64), self.rows[count]
        if began.len() in (began.null_count(), counts.null_count()):
            return self._nothing(pl.Date())
        codes, calendars = self._calendars
        days, numbers = _span(began, _DAYS_AT_ONCE), _span(counts)
        if len(calendars) * len(days) * len(numbers) > _LOOKED_UP:
            return self._working_day_one_by_one(day, count)
        known = _days_after(tuple(calendars.values()), days, numbers)
        ranks = {code: rank for rank, code in enumerate(calendars)}
        rank = pl.Series([ranks.get(code) for code in range(max(ranks) + 1)], dtype=pl.Int64).gather(codes)
        return known.gather((rank * len(days) + began - days[0]) * len(numbers) + counts - numbers[0])

    def _working_day_one_by_one(self, day: str, count: str) -> pl.Series:
        began, counts, found = self.rows[day], self.rows[count], self._nothing(pl.Date())
        codes, calendars = self._calendars
        for code, hours in calendars.items():
            of_market = (codes == code).arg_true()
            found = found.scatter(of_market, hours.day_after(began[of_market], counts[of_market]))
        return found

    def _nothing(self, dtype: pl.DataType) -> pl.Series:
        return pl.Series([None], dtype=dtype).new_from_index(0, self.rows.height)

    @cached_property
    def _calendars(self) -> tuple[pl.Series, dict[int, WorkingTime]]:
        """The number of each row's market, and the working time of each number that occurs.

        Markets that are not configured share a number, as their hours are the same.
        """
        known = list(self.context.company.markets)
        if MARKET not in self.rows.columns or not known:
            return self._nothing(pl.Int64()).fill_null(0), {0: self.context.working_time(None)}
        codes = market_codes(self.rows, self.context.company)
        markets = [*known, None]
        return codes, {code: self.context.working_time(markets[code]) for code in codes.unique().sort()}


def _span(numbers: pl.Series, block: int = 1) -> range:
    """Every whole number from the least to the largest, in whole blocks."""
    least, largest = cast(int, numbers.min()), cast(int, numbers.max())
    return range(least // block * block, (largest // block + 1) * block)


@lru_cache(maxsize=16)
def _days_after(calendars: tuple[WorkingTime, ...], days: range, counts: range) -> pl.Series:
    """Of each calendar, for each day (since 1970) and each count of working days: the day after so many."""
    day = pl.Series(days, dtype=pl.Int64).cast(pl.Date).to_frame("day")
    every = day.join(pl.Series("count", counts, dtype=pl.Int64).to_frame(), how="cross")
    return pl.concat([hours.day_after(every["day"], every["count"]) for hours in calendars])
