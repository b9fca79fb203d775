"""Conversations about an order, counted on the order."""

import polars as pl

from store.facts.service import WISMO


def order_contacts(tickets: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """`order_id`, `contacts` and `wismo_contacts` of the orders that inbound conversations name.

    Conversations begun after the return window of a delivered order are no longer about it.
    """
    inbound = tickets.filter(
        pl.col("order_id").is_not_null(),
        pl.col("merged_into").is_null(),
        ~pl.any_horizontal(pl.col(name).fill_null(False) for name in ("spam", "outbound", "bot_only")),
    )
    near = inbound.join(orders.select("order_id", "returns_close_day"), on="order_id").filter(
        pl.col("returns_close_day").is_null() | (pl.col("created_day") <= pl.col("returns_close_day"))
    )
    return near.group_by("order_id").agg(
        pl.len().cast(pl.Int64).alias("contacts"),
        (pl.col("reason") == WISMO).sum().cast(pl.Int64).alias("wismo_contacts"),
    )
