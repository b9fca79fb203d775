"""Exchange rates of the made-up world: a wandering rate for each currency, published on working days."""

import numpy as np
import polars as pl

from demo.company import LANES
from demo.dice import Days, Number, Whole, identity
from demo.season import number, weekday
from demo.world import Columns, World, frame, joined, local_days, words
from store.contract import Table
from store.facts import FxRates

LEVELS = {
    "USD": 1.10, "GBP": 0.855, "CAD": 1.49, "JPY": 162.0, "AUD": 1.66, "SGD": 1.46, "CHF": 0.955, "CNY": 7.85,
}  # fmt: skip
MEMORY = 250  # days a shock is felt
FADING = 0.985
SHOCK = 0.0035
LEAD_DAYS = 10  # rates before the books open, so that the first day has one


def level_of(markets: Whole) -> Number:
    """What one euro is worth in each market's money, over the years: prices are set with it."""
    return np.array([LEVELS.get(lane.market.currency, 1.0) for lane in LANES])[markets]


def rates(world: World, days: Days, currency: str) -> Number:
    """The rate of each day: the level, moved by the fading shocks of the days before it."""
    reach = np.arange(days[0] - MEMORY, days[-1] + 1)
    shocks = SHOCK * world.dice.normal(f"rate of {currency}", identity(reach))
    felt = np.convolve(shocks, FADING ** np.arange(MEMORY + 1), mode="valid")
    return np.asarray(LEVELS[currency] * np.exp(felt))


def published(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """The rates published on these days, and before the first day of the books those of ten days more."""
    if days[0] == number(world.opening):
        days = np.concatenate([np.arange(days[0] - LEAD_DAYS, days[0]), days])
    values = np.stack([rates(world, days, currency) for currency in LEVELS], axis=1)
    every_day = np.repeat(days, len(LEVELS))
    currency = words(tuple(LEVELS), np.tile(np.arange(len(LEVELS)), len(days)))
    published_day = local_days(every_day)
    columns: Columns = {
        "rate_id": joined("EUR-", currency, published_day.dt.to_string("-%Y%m%d")),
        "base": "EUR",
        "currency": currency,
        "rate_day": published_day,
        "rate": pl.Series(values.ravel()).round(4).cast(pl.String),
    }
    return FxRates, frame(columns, (weekday(every_day) < 5) & (every_day <= world.known))
