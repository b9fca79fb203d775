"""Exchange rates of the company: which rate counts on a day, and exact conversion of micros."""

from dataclasses import dataclass

import polars as pl

MAX_AGE = "7d"
MICROS = 1_000_000
_DECIMALS = 12
_ONE = 10**_DECIMALS
_LARGEST = 10**7  # units of a currency for one of the base; beyond it a product of micros no longer fits
_PAIR = ("currency", "day")


@dataclass(frozen=True, eq=False)
class Rates:
    """Published rates towards the company currency.

    `published`: base, currency, day, units (units of the currency for one of the base, times 10**12).
    """

    company: str
    published: pl.DataFrame

    @classmethod
    def of(cls, facts: pl.DataFrame, company: str) -> "Rates":
        """From the fx_rates facts: base, currency, rate_day, rate (decimal text; zero or none is no rate)."""
        decimal = pl.col("rate").str.to_decimal(scale=_DECIMALS)
        units = (
            facts.filter(pl.col("rate_day").is_not_null())
            .select("base", "currency", decimal.alias("rate"), day="rate_day")
            .filter((pl.col("rate") > 0) & (pl.col("rate") < _LARGEST))
            .select("base", "currency", "day", units=(pl.col("rate") * _ONE).cast(pl.Int128))
        )
        return cls(company, units.unique(("base", "currency", "day"), keep="last", maintain_order=True))

    def on(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """What one unit of `currency` is worth on `day`, for each distinct pair.

        Adds `gain` and `cost` (company amount = amount x gain / cost, exact), `fx_rate` (the same as a float)
        and `fx_rate_day`; all null without a rate that is at most seven days old. The company's own currency
        is worth exactly one, on the day itself. A cross rate is as old as the older of its two halves.
        """
        asked = pairs.select(_PAIR).unique().drop_nulls()
        own = asked.filter(pl.col("currency") == self.company).with_columns(
            gain=pl.lit(1, pl.Int128), cost=pl.lit(1, pl.Int128), fx_rate_day="day"
        )
        foreign = asked.filter(pl.col("currency") != self.company)
        found = pl.concat([own, *(self._over(base, foreign) for base in self._bases())])
        return found.unique(_PAIR, keep="first", maintain_order=True).with_columns(
            fx_rate=pl.col("gain").cast(pl.Float64) / pl.col("cost").cast(pl.Float64)
        )

    def _bases(self) -> list[str]:
        """The company's own currency first: a direct rate beats a cross rate."""
        bases: list[str] = self.published["base"].unique().sort().to_list()
        return sorted(bases, key=lambda base: base != self.company)

    def _over(self, base: str, asked: pl.DataFrame) -> pl.DataFrame:
        """Rates of the pairs by way of one base; pairs that lack one of the two halves are left out."""
        known = self.published.filter(pl.col("base") == base).drop("base")
        cost = _latest(known, asked, base)
        gain = _latest(known, asked.with_columns(currency=pl.lit(self.company)), base)
        return (
            pl.concat([cost, gain.select(gain="units", gain_day="rate_day")], how="horizontal")
            .drop_nulls()
            .select(
                *_PAIR,
                "gain",
                cost="units",
                fx_rate_day=pl.min_horizontal("rate_day", "gain_day"),
            )
        )


def _latest(known: pl.DataFrame, asked: pl.DataFrame, base: str) -> pl.DataFrame:
    """The pairs in their order with `units` and `rate_day`: the last rate on or before the day."""
    numbered = asked.select(_PAIR).with_row_index("place").sort("day")
    found = numbered.join_asof(
        known.with_columns(rate_day="day").sort("day"),
        on="day",
        by="currency",
        strategy="backward",
        tolerance=MAX_AGE,
        check_sortedness=False,
    )
    is_base = pl.col("currency") == base
    return (
        found.with_columns(
            units=pl.when(is_base).then(pl.lit(_ONE, pl.Int128)).otherwise("units"),
            rate_day=pl.when(is_base).then("day").otherwise("rate_day"),
        )
        .sort("place")
        .drop("place")
    )


def converted(micros: str) -> pl.Expr:
    """Company micros of the column `micros` beside `gain` and `cost`, rounded half-even once.

    Null without an amount or a rate, and where the result does not fit 64 bits.
    """
    product = pl.col(micros).cast(pl.Int128) * pl.col("gain")
    whole = product // pl.col("cost")
    twice_rest = (product - whole * pl.col("cost")) * 2
    is_odd = (whole % 2) == 1
    up = (twice_rest > pl.col("cost")) | ((twice_rest == pl.col("cost")) & is_odd)
    return (whole + up.cast(pl.Int128)).cast(pl.Int64, strict=False)
