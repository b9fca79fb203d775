"""When each customer was won, and what the twelve months after that earned."""

import polars as pl

NEVER_COUNTS = ["cancelled", "test", "gift_card"]
CUSTOMER_ID = "customer_id"


def customer_values(customers: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """One row a customer with a first order that counts, with the columns of `CustomerValues` but the system ones.

    The first order is the earlier of what the customers table says and the first order seen that is neither
    cancelled nor a test. Customers without margin rows stay in, with a margin of zero.
    """
    counted = orders.filter(pl.col(CUSTOMER_ID).is_not_null(), ~pl.col("status").is_in(NEVER_COUNTS)).sort(
        "ordered_day", "order_id"
    )
    firsts = counted.group_by(CUSTOMER_ID, maintain_order=True).agg(
        pl.col("market", "channel", "ordered_day").first()
    )
    won = (
        customers.select(CUSTOMER_ID, "market", "channel", "first_order_day")
        .join(firsts, on=CUSTOMER_ID, how="full", coalesce=True, suffix="_seen")
        .with_columns(
            pl.min_horizontal("first_order_day", "ordered_day").alias("first_order_day"),
            pl.coalesce("market", "market_seen").alias("market"),
            pl.coalesce("channel", "channel_seen").alias("channel"),
        )
        .filter(pl.col("first_order_day").is_not_null())
        .with_columns(pl.col("first_order_day").dt.offset_by("12mo").alias("horizon_day"))
    )
    return won.join(_margins(counted, won), on=CUSTOMER_ID, how="left").with_columns(
        pl.col("margin_12m_micros").fill_null(0), pl.col("without_margin").fill_null(False)
    )


def _margins(counted: pl.LazyFrame, won: pl.LazyFrame) -> pl.LazyFrame:
    within = counted.join(won.select(CUSTOMER_ID, "horizon_day"), on=CUSTOMER_ID).filter(
        pl.col("ordered_day") < pl.col("horizon_day")
    )
    return within.group_by(CUSTOMER_ID).agg(
        pl.col("margin_company_micros").sum().alias("margin_12m_micros"),
        pl.col("margin_company_micros").is_null().any().alias("without_margin"),
    )
