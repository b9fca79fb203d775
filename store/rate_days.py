"""Which published rate counts for customs and for tax returns: rules that differ from those of the KPIs."""

from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from store.money import Rates

WEDNESDAY = 2
EURO = "EUR"
UNITS = 10**12


class Fixing(NamedTuple):
    """A published rate: units of the currency for one euro, and the day it was published."""

    units: float
    day: date


def customs_rate_day(month: date) -> date:
    """The day whose euro rate is the customs rate of the month: the penultimate Wednesday of the month before.

    Source: Regulation (EU) 2015/2447, Article 146; kpi-domain section 7.1.
    """
    last = month.replace(day=1) - timedelta(days=1)
    final_wednesday = last - timedelta(days=(last.weekday() - WEDNESDAY) % 7)
    return final_wednesday - timedelta(days=7)


def tax_return_rate(rates: Rates, currency: str, period_end: date) -> Fixing | None:
    """The euro rate for an OSS or IOSS return: of the last day of the period, else of the next publication.

    Units of the currency for one euro; None while nothing was published since. The KPIs look the other way, at the last
    rate before a day. Source: kpi-domain section 7.1.
    """
    later = rates.published.filter(
        (pl.col("base") == EURO) & (pl.col("currency") == currency) & (pl.col("day") >= period_end)
    ).sort("day")
    if later.is_empty():
        return None
    first = later.row(0, named=True)
    return Fixing(int(first["units"]) / UNITS, first["day"])
