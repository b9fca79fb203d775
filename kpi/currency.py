"""Reported against constant currency: what a figure of money would be at the exchange rates of an earlier span."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from kpi.compare import relative
from kpi.levels import Stock
from kpi.model import UNKNOWN, Kpi, Ratio, Total, Unit
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import SliceError, sliceable, values
from store.lake import Lake
from store.money import MICROS, Rates
from store.scope import Principal

OF_MONEY = (Unit.MONEY, Unit.MONEY_PER_KG, Unit.MONEY_PER_THOUSAND)


class NoMoney(ValueError):
    """The figure cannot be told at other exchange rates; the message says why."""


@dataclass(frozen=True)
class ConstantCurrency:
    """A figure of two spans in company currency: as reported, and the later one at the earlier span's rates.

    `rates`: company currency for one unit of each foreign currency, the mean of the earlier and of the later span.
    """

    before: float
    reported: float
    constant: float
    rates: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def effect(self) -> float:
        """What exchange rates alone did to the later figure."""
        return self.reported - self.constant

    @property
    def reported_change(self) -> float | None:
        """As a part of the earlier figure."""
        return relative(self.before, self.reported)

    @property
    def constant_change(self) -> float | None:
        """The same without the exchange rates."""
        return relative(self.before, self.constant)


def constant_currency(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    earlier: Span,
    later: Span,
    rates: Rates,
    *,
    where: Mapping[str, str] | None = None,
) -> ConstantCurrency:
    """A money figure of `later` at the mean rates of `earlier`, currency by currency, day by day.

    Read from the facts by day and currency, so for at most 92 days each. Raises NoMoney for a figure that is not of
    money or whose facts have no currency, SliceError for a longer span, ValueError without a value in a span,
    NotAllowed outside the scope. Source: kpi-domain section 7.1.
    """
    _refuse(kpi)
    spoken = [_by_currency(lake, principal, kpi, span, where or {}) for span in (earlier, later)]
    before, reported = (_value(kpi, rows, span) for rows, span in zip(spoken, (earlier, later), strict=True))
    foreign = [each for each in spoken[1]["currency"].unique().sort() if each not in (rates.company, UNKNOWN)]
    means = {each: (_mean(rates, each, earlier), _mean(rates, each, later)) for each in foreign}
    again = _at_rates_of(kpi, spoken[1], rates, {name: both[0] for name, both in means.items()})
    return ConstantCurrency(before, reported, _value(kpi, again, later), means)


def _refuse(kpi: Kpi) -> None:
    if not isinstance(kpi, Total | Ratio | Stock) or (kpi.unit not in OF_MONEY and kpi.shown_per != MICROS):
        raise NoMoney(f"'{kpi.key}' is no sum or ratio of money, so exchange rates do not move it.")
    if "currency" not in sliceable(kpi):
        facts = ", ".join(rows.fact.name for rows in kpi.sides)
        raise NoMoney(
            f"'{kpi.key}' comes from {facts}, where no row has one currency; ask about net_sales or another figure "
            "whose rows do."
        )


def _by_currency(
    lake: Lake, principal: Principal, kpi: Kpi, span: Span, where: Mapping[str, str]
) -> pl.DataFrame:
    if span.days > 92:
        raise SliceError(
            f"Constant currency is read from the facts, for at most 92 days; {span.days} were asked."
        )
    by_day = Question(span, Every.DAY, by=("currency",), where=where, percentiles=False)
    found = values(lake, principal, kpi, by_day)
    return found.select("currency", "numerator", "denominator", day="period")


def _value(kpi: Kpi, rows: pl.DataFrame, span: Span) -> float:
    top, bottom = float(rows["numerator"].sum()), float(rows["denominator"].sum())
    if rows.is_empty() or (isinstance(kpi, Ratio) and bottom == 0):
        raise ValueError(
            f"'{kpi.key}' has no value from {span.start} to {span.end}; choose a span with data."
        )
    return top / bottom if isinstance(kpi, Ratio) else top


def _at_rates_of(kpi: Kpi, rows: pl.DataFrame, rates: Rates, wanted: Mapping[str, float]) -> pl.DataFrame:
    """The rows with their money at the wanted rates instead of those of their own days."""
    own = rates.on(rows.select("currency", "day")).select("currency", "day", "fx_rate")
    table = pl.DataFrame(
        list(wanted.items()), schema={"currency": pl.String, "wanted": pl.Float64}, orient="row"
    )
    joined = rows.join(own, on=["currency", "day"], how="left").join(table, on="currency", how="left")
    times = (pl.col("wanted") / pl.col("fx_rate")).fill_null(1.0)
    of_money = ["numerator", *(["denominator"] if kpi.shown_per == MICROS else [])]
    return joined.with_columns(pl.col(name) * times for name in of_money)


def _mean(rates: Rates, currency: str, span: Span) -> float:
    """Company currency for one unit, the mean over the days of the span. Raises ValueError without any rate."""
    days = pl.date_range(span.start, span.end, timedelta(days=1), eager=True)
    pairs = pl.DataFrame({"currency": [currency] * span.days, "day": days})
    mean = rates.on(pairs)["fx_rate"].mean()
    if not isinstance(mean, float):
        raise ValueError(
            f"No rate of {currency} is known from {span.start} to {span.end}; load fx_rates of these days first."
        )
    return mean
