"""Forecast errors of products by distance and level: for each product alone, and for all of them together."""

import polars as pl


def by_level(tests: pl.DataFrame) -> pl.DataFrame:
    """One row a horizon and period ahead, from `stored.backtests` of products (their held-back origins).

    `known_until`, `horizon`, `step`, `products`, `actual` (pieces), `wape_products` (Σ|F − A| / ΣA over products),
    `wape_total` (|ΣF − ΣA| / ΣA: errors of products cancel out in it) and `bias` (positive: too much was forecast).
    Only products of the same origin and horizon are taken together. Without demand the ratios are empty
    (kpi-domain 1.5).
    """
    chosen = tests.filter(pl.col("is_chosen"), pl.col("step") > 0)
    actual = pl.col("actual").sum()
    told = {
        "wape_products": pl.col("absolute").sum(),
        "wape_total": pl.col("signed").sum().abs(),
        "bias": pl.col("signed").sum(),
    }
    return (
        chosen.group_by("known_until", "horizon", "step")
        .agg(
            pl.len().alias("products"),
            actual.alias("actual"),
            *(pl.when(actual != 0).then(sums / actual).alias(name) for name, sums in told.items()),
        )
        .sort("known_until", "horizon", "step")
    )
