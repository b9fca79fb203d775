"""Contacts of the same issue become one episode when no gap between them is longer than seven days."""

import polars as pl

WINDOW_S = 7 * 86_400


def contact_episodes(contacts: pl.LazyFrame) -> pl.LazyFrame:
    """One row an episode, with the columns of `ContactEpisodes` but the system ones.

    Outbound contacts and spam are no contacts. The first contact gives market, channel, team and day.
    """
    inbound = contacts.filter(~pl.col("outbound").fill_null(False), ~pl.col("spam").fill_null(False)).sort(
        "issue_key", "created_epoch", "contact_id"
    )
    gap = pl.col("created_epoch") - pl.col("created_epoch").shift(1).over("issue_key")
    return (
        inbound.with_columns((gap.is_null() | (gap > WINDOW_S)).alias("begins"))
        .with_columns(pl.col("begins").cast(pl.Int64).cum_sum().over("issue_key").alias("episode"))
        .group_by("issue_key", "episode", maintain_order=True)
        .agg(
            pl.col("contact_id").first().alias("episode_id"),
            pl.col("market", "channel", "team").first(),
            pl.col("created_day").first().alias("first_contact_day"),
            (pl.col("created_epoch").first() + WINDOW_S).alias("window_closes_epoch"),
            pl.len().cast(pl.Int64).alias("contacts"),
            pl.col("escalated").fill_null(False).any(),
            pl.col("resolved_at").last().dt.epoch("s").alias("resolved_epoch"),
            pl.col("resolvable").fill_null(True).all(),
        )
        .drop("episode")
    )
