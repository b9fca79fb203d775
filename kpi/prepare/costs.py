"""What each shipment's transport cost: its own charges and its share of the consolidation's."""

import polars as pl

from store.facts.shipping import TRANSPORT_CHARGES

SHIPMENT_ID = "shipment_id"
NOT_SENT = ("open", "cancelled_before_dispatch")
POOL = "consolidation"
POOL_NAME = "consolidation "


def shipment_costs(shipments: pl.LazyFrame, charges: pl.LazyFrame) -> pl.LazyFrame:
    """One row a shipment, with the columns of `ShipmentCosts` but the system ones.

    Charges that no shipment takes stand beside them, `unallocated`: for a shipment nobody knows, or for a
    consolidation without a sent shipment that has a weight.

    Charges of a consolidation are shared by chargeable weight among the shipments that were sent, to the micro:
    the heaviest one takes the rest of the rounding. Duty, tax, packaging and the like are no transport.
    """
    transport = charges.filter(pl.col("kind").is_in(TRANSPORT_CHARGES))
    single = transport.filter(pl.col(SHIPMENT_ID).is_not_null())
    shared = transport.filter(pl.col(SHIPMENT_ID).is_null())
    gathered = (
        shipments.join(_sums(single, SHIPMENT_ID), on=SHIPMENT_ID, how="left")
        .join(_sums(shared, POOL), on=POOL, how="left", suffix="_shared")
        .with_columns(_sent_weight().alias("weight"))
        .with_columns(_share().alias("share"))
    )
    known = ("freight_company_micros", "charged", "share")
    unpriced = pl.col("freight_micros").is_not_null() & pl.col("freight_company_micros").is_null()
    costed = gathered.with_columns(
        pl.sum_horizontal(known).alias("transport_company_micros"),
        pl.any_horizontal(
            unpriced, pl.col("unpriced").fill_null(False), pl.col("unpriced_shared").fill_null(False)
        ).alias("without_rate"),
        pl.all_horizontal(pl.col(*known).is_null()).alias("without_cost"),
    )
    priced = ~pl.col("without_rate") & ~pl.col("without_cost")
    known_ones = costed.with_columns(
        _orders_once(priced).alias("orders"),
        _orders_once(pl.col("co2e_g").is_not_null()).alias("orders_with_co2e"),
        pl.lit(False).alias("unallocated"),
    )
    homeless = _unallocated(single, shipments.select(SHIPMENT_ID), SHIPMENT_ID)
    poolless = _unallocated(
        shared, shipments.filter(_sent_weight().is_not_null()).select(POOL).unique(), POOL
    ).with_columns((pl.lit(POOL_NAME) + pl.col(POOL)).alias(SHIPMENT_ID))
    return pl.concat([known_ones, homeless, poolless], how="diagonal")


def _sums(charges: pl.LazyFrame, target: str) -> pl.LazyFrame:
    known = pl.col("amount_company_micros")
    return charges.group_by(target).agg(
        pl.when(known.count() > 0).then(known.sum()).alias("charged"),
        (pl.col("amount_micros").is_not_null() & known.is_null()).any().alias("unpriced"),
    )


def _unallocated(charges: pl.LazyFrame, takers: pl.LazyFrame, target: str) -> pl.LazyFrame:
    """What is charged to targets that take no charge, one row a target, on the first day of service."""
    return (
        charges.join(takers, on=target, how="anti")
        .group_by(target)
        .agg(
            pl.col("market").drop_nulls().first(),
            pl.col("service_day").min().alias("cost_day"),
            pl.col("amount_company_micros").sum().alias("transport_company_micros"),
            pl.col("amount_company_micros").is_null().any().alias("without_rate"),
        )
        .with_columns(
            pl.lit("unallocated").alias("status"),
            pl.lit(True).alias("unallocated"),
            pl.lit(False).alias("without_cost"),
            pl.lit(0, dtype=pl.Int64).alias("orders"),
        )
    )


def _sent_weight() -> pl.Expr:
    """What a shipment weighs in its consolidation; one that was never sent weighs nothing there."""
    sent = ~pl.col("status").is_in(NOT_SENT) & (pl.col("chargeable_g") > 0)
    return pl.when(sent).then("chargeable_g")


def _share() -> pl.Expr:
    """Whole micros by chargeable weight; the heaviest shipment of the consolidation takes what rounding leaves."""
    weight, pool = pl.col("weight"), pl.col("charged_shared")
    part = (pool.cast(pl.Int128) * weight // weight.sum().over(POOL)).cast(pl.Int64)
    rest = pool - part.sum().over(POOL)
    heaviest = pl.struct(-weight.fill_null(0), SHIPMENT_ID).rank("ordinal").over(POOL) == 1
    return pl.when(pl.col(POOL).is_not_null()).then(part + pl.when(heaviest).then(rest).otherwise(0))


def _orders_once(known: pl.Expr) -> pl.Expr:
    """As the source says; else one, and an order split over shipments counts with the first sent one that is known."""
    usable = ~pl.col("status").is_in(NOT_SENT) & known
    place = pl.struct(~usable, SHIPMENT_ID).rank("ordinal").over("order_id")
    again = pl.col("order_id").is_not_null() & (place > 1)
    return pl.coalesce("orders", pl.when(again).then(0).otherwise(1).cast(pl.Int64))
