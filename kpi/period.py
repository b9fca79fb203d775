"""Periods: which days a question covers and how they are cut."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import polars as pl


class Every(StrEnum):
    """How long one period is; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TOTAL = "total"

    @property
    def width(self) -> str:
        """The polars duration; the total has none."""
        return {"day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}[self.value]


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both counted; raises ValueError when they are the wrong way round."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(
                f"The span ends on {self.end}, before it starts on {self.start}; swap the two days."
            )

    @property
    def days(self) -> int:
        """How many days it holds, both ends counted."""
        return (self.end - self.start).days + 1

    def bounds(self, *columns: str) -> dict[str, tuple[date, date]]:
        """What the lake is told of `holds`, so that it reads no other files."""
        return dict.fromkeys(columns or ("day",), (self.start, self.end))

    def holds(self, *columns: str) -> pl.Expr:
        """Whether any of the columns (`day` if none is named) lies in the span."""
        first, *others = [pl.col(name).is_between(self.start, self.end) for name in columns or ("day",)]
        return pl.any_horizontal(first, *others) if others else first


def period_of(every: Every, span: Span, day: str = "day") -> pl.Expr:
    """The first day of the period a day lies in; of the total it is the first day of the span."""
    if every is Every.TOTAL:
        return pl.lit(span.start)
    return pl.col(day).dt.truncate(every.width)


def end_of(every: Every, start: date, span: Span) -> date:
    """The last day of the period that starts on `start`."""
    if every is Every.TOTAL:
        return span.end
    return _last_day(every.width, start)


@lru_cache(maxsize=4096)
def _last_day(width: str, start: date) -> date:
    """Remembered, because every KPI of a page asks for the same few periods."""
    after: date = pl.select(pl.lit(start).dt.offset_by(width)).item()
    return after - timedelta(days=1)


@lru_cache(maxsize=256)
def whole_periods(every: Every, last: date, count: int) -> Span:
    """The span of the last `count` periods that ended on or before `last`."""
    if every is Every.TOTAL:
        raise ValueError("The total has no periods to count; name a day, week, month, quarter or year.")
    begun: date = pl.select(pl.lit(last + timedelta(days=1)).dt.truncate(every.width)).item()
    start: date = pl.select(pl.lit(begun).dt.offset_by(f"-{count}{every.width[1:]}")).item()
    return Span(start, begun - timedelta(days=1))


def months_at(day: date) -> float:
    """Months from the year 0 to the end of a day, where all months are of equal length; 31 January is whole."""
    length = monthrange(day.year, day.month)[1]
    return 12 * day.year + day.month - 1 + day.day / length


def months_in(first: date, last: date) -> float:
    """Months of equal length from the beginning of `first` to the end of `last`."""
    return months_at(last) - months_at(first - timedelta(days=1))
