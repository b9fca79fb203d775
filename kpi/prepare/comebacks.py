"""Whether customers who sent something back bought again."""

import polars as pl

from kpi.prepare.customers import CUSTOMER_ID, NEVER_COUNTS

REPEAT_DAYS = 90
ORDER_ID = "order_id"


def returned_orders(orders: pl.LazyFrame, returns: pl.LazyFrame) -> pl.LazyFrame:
    """One row a returned order of a known customer, with the columns of `ReturnedOrders` but the system ones.

    The next order is the first one that counts, placed after the day the first piece came back.
    """
    counted = orders.filter(pl.col(CUSTOMER_ID).is_not_null(), ~pl.col("status").is_in(NEVER_COUNTS))
    came = returns.group_by(ORDER_ID).agg(pl.col("returned_day").min().alias("first_return_day"))
    back = counted.select(ORDER_ID, CUSTOMER_ID, "market", "channel").join(came, on=ORDER_ID)
    again = (
        back.select(ORDER_ID, CUSTOMER_ID, "first_return_day")
        .join(counted.select(CUSTOMER_ID, pl.col("ordered_day").alias("next_order_day")), on=CUSTOMER_ID)
        .filter(pl.col("next_order_day") > pl.col("first_return_day"))
        .group_by(ORDER_ID)
        .agg(pl.col("next_order_day").min())
    )
    return back.join(again, on=ORDER_ID, how="left").with_columns(
        pl.col("first_return_day").dt.offset_by(f"{REPEAT_DAYS}d").alias("repeat_closes_day")
    )
