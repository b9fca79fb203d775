"""A history to be forecast: whose it is, which periods it covers, and how far ahead such periods are forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kpi.forecast.backtest import Plan, plan_for
from kpi.forecast.methods import Method, methods
from kpi.period import Every, Span, end_of

Series = NDArray[np.float64]
ALL_MARKETS = "(all)"


class NoForecast(ValueError):
    """This cannot be forecast; the message says why and what can."""


class Kind(StrEnum):
    """What is forecast: the value of a KPI, or pieces asked for of a product."""

    KPI = "kpi"
    UNITS = "units"


@dataclass(frozen=True)
class Pace:
    """Periods of one length: the season, the horizons tried (longest first that can be tested), window and cycle."""

    season: int
    horizons: tuple[int, ...]
    window: int
    most: int
    cycle: int = 1

    def methods(self) -> dict[str, Method]:
        """The methods tried on this history, by name."""
        return methods(self.season, self.window)

    def plan(self, count: int, horizon: int | None = None) -> Plan | None:
        """The backtest of a history of so many periods; `horizon` asks for that one only."""
        return plan_for(count, self.season, (horizon,) if horizon else self.horizons, self.cycle)


LEAD_TIMES = (12, 8, 4, 2, 1)  # weeks: products are ordered months before they arrive
PACES: Mapping[Every, Pace] = {
    Every.DAY: Pace(season=7, horizons=(28, 14, 7), window=28, most=800, cycle=7),
    Every.WEEK: Pace(season=52, horizons=(4, 2, 1), window=8, most=260),
    Every.MONTH: Pace(season=12, horizons=(6, 3, 2, 1), window=6, most=120),
}


def pace_of(every: Every) -> Pace:
    """The pace of days, weeks or months. Raises NoForecast for anything longer."""
    if every not in PACES:
        raise NoForecast(f"'{every}' is too long a period to be tested; forecast by day, week or month.")
    return PACES[every]


@dataclass(frozen=True, eq=False)
class Track:
    """One history without gaps, oldest first: `values` from the period that starts on `first`.

    `market` is a market, all of them together, or None where there are none. `highest` bounds what can be.
    """

    kind: Kind
    key: str
    department: str
    market: str | None
    every: Every
    first: date
    values: Series
    highest: float | None = None

    @property
    def pace(self) -> Pace:
        """KPIs are reviewed every four weeks; products are looked at as far ahead as can be tested."""
        pace = pace_of(self.every)
        far = self.kind is Kind.UNITS and self.every is Every.WEEK
        return replace(pace, horizons=LEAD_TIMES) if far else pace

    def starts(self, ahead: int) -> list[date]:
        """The first days of the next `ahead` periods."""
        count = len(self.values)
        return self.between(_shifted(self.first, self.every, count + ahead))[count:]

    def between(self, day: date) -> list[date]:
        """The first days of the periods from the first one up to, and without, the one that starts on `day`."""
        if day <= self.first:
            return []
        told = pl.date_range(self.first, day, self.every.width, closed="left", eager=True)
        return told.to_list()

    @property
    def known_until(self) -> date:
        """The last day of the last period known."""
        return _shifted(self.first, self.every, len(self.values)) - timedelta(days=1)


def _shifted(day: date, every: Every, count: int) -> date:
    told: date = pl.select(pl.lit(day).dt.offset_by(f"{count}{every.width[1:]}")).item()
    return told


def whole_until(last: date | None, as_of: date, reported: date | None) -> date:
    """Until when data are whole: the evaluation day, unless the last data are older than a week or a pull is missing.

    `last` is the last day that has any data, `reported` that of the last good pull of their source.
    """
    current = last is None or last > as_of - timedelta(days=7)
    ends = as_of if current or last is None else last
    return min(ends, reported) if reported else ends


def periods(every: Every, span: Span) -> list[date]:
    """The first days of all periods that end within the span."""
    starts = pl.date_range(span.start, span.end, every.width, eager=True).dt.truncate(every.width).unique()
    return [
        start for start in sorted(starts) if start >= span.start and end_of(every, start, span) <= span.end
    ]
