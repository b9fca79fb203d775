"""What the models of lifetime value are told of each customer, from the orders up to a day."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from kpi.lifetime.purchases import Floats
from kpi.prepare.customers import NEVER_COUNTS

WEEK = 7.0


@dataclass(frozen=True, eq=False)
class History:
    """Customers with a first order by `until`, one row each: `customer_id`, `market`, `channel`, `first`, `last`,
    `repeats` (days with an order after the first), `known` (orders with a margin after the first day), `mean` (their
    mean margin in company micros, 0 without any).

    `unknown_share`: orders whose margin is not known, out of all (0 to 1).
    """

    until: date
    customers: pl.DataFrame
    unknown_share: float

    @property
    def repeats(self) -> Floats:
        """Orders after the first one of each customer, counted by day."""
        return self._numbers(pl.col("repeats"))

    @property
    def recency(self) -> Floats:
        """Weeks from the first to the last order."""
        return self._numbers((pl.col("last") - pl.col("first")).dt.total_days() / WEEK)

    @property
    def age(self) -> Floats:
        """Weeks from the first order to `until`."""
        return self._numbers((pl.lit(self.until) - pl.col("first")).dt.total_days() / WEEK)

    @property
    def weeks(self) -> float:
        """How far back the first order of all lies."""
        return float(self.age.max()) if self.customers.height else 0.0

    def _numbers(self, what: pl.Expr) -> Floats:
        found: Floats = self.customers.select(what.cast(pl.Float64)).to_series().to_numpy().astype(np.float64)
        return found


def history(orders: pl.DataFrame, until: date) -> History:
    """From rows of the orders fact (`customer_id`, `ordered_day`, `status`, `market`, `channel`,
    `margin_company_micros`); cancelled and test orders and those of no known customer are left out.

    Several orders of one day are one purchase, as the models speak of moments.
    """
    counted = orders.filter(
        pl.col("customer_id").is_not_null(),
        ~pl.col("status").is_in(NEVER_COUNTS),
        pl.col("ordered_day") <= until,
    )
    days = counted.sort("ordered_day", "order_id").group_by("customer_id", "ordered_day", maintain_order=True).agg(
        pl.col("market", "channel").first(), pl.col("margin_company_micros").sum().alias("margin"),
        pl.col("margin_company_micros").is_not_null().all().alias("is_known"),
    )  # fmt: skip
    later = (pl.col("ordered_day") > pl.col("ordered_day").first()) & pl.col("is_known")
    told = days.group_by("customer_id", maintain_order=True).agg(
        pl.col("market", "channel").first(),
        pl.col("ordered_day").first().alias("first"),
        pl.col("ordered_day").last().alias("last"),
        (pl.len() - 1).cast(pl.Int64).alias("repeats"),
        later.sum().cast(pl.Int64).alias("known"),
        pl.col("margin").filter(later).mean().fill_null(0.0).alias("mean"),
    )
    unknown = counted["margin_company_micros"].is_null().mean()
    return History(until, told, float(unknown) if isinstance(unknown, float) else 0.0)


def back_to(orders: pl.DataFrame, until: date, share: float) -> tuple[History, Floats, float]:
    """The customers known after `share` of the time, how often each ordered since, and in how many weeks."""
    whole = history(orders, until)
    cut = until - timedelta(weeks=whole.weeks * (1 - share))
    early = history(orders, cut)
    since = early.customers.select("customer_id", before="repeats").join(
        whole.customers.select("customer_id", "repeats"), on="customer_id", how="left", maintain_order="left"
    )
    later: Floats = (since["repeats"] - since["before"]).cast(pl.Float64).to_numpy().astype(np.float64)
    return early, later, (until - cut).days / WEEK
