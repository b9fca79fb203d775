"""What each shipment's transport cost: its own charges and its share of the consolidation's."""

import polars as pl

from store.facts.shipping import TRANSPORT_CHARGES

SHIPMENT_ID = "shipment_id"


def shipment_costs(shipments: pl.LazyFrame, charges: pl.LazyFrame) -> pl.LazyFrame:
    """One row a shipment, with the columns of `ShipmentCosts` but the system ones.

    Charges of a consolidation are shared by chargeable weight, to the micro: the heaviest shipment takes the
    rest of the rounding. Duty, tax, packaging and the like are no transport.
    """
    transport = charges.filter(pl.col("kind").is_in(TRANSPORT_CHARGES))
    single = transport.filter(pl.col(SHIPMENT_ID).is_not_null())
    shared = transport.filter(pl.col(SHIPMENT_ID).is_null())
    gathered = (
        shipments.join(_sums(single, SHIPMENT_ID), on=SHIPMENT_ID, how="left")
        .join(_sums(shared, "consolidation"), on="consolidation", how="left", suffix="_shared")
        .with_columns(_share().alias("share"), _orders_once().alias("orders"))
    )
    unpriced = pl.col("freight_micros").is_not_null() & pl.col("freight_company_micros").is_null()
    return gathered.with_columns(
        pl.sum_horizontal("freight_company_micros", "charged", "share").alias("transport_company_micros"),
        pl.any_horizontal(
            unpriced, pl.col("unpriced").fill_null(False), pl.col("unpriced_shared").fill_null(False)
        ).alias("without_rate"),
        pl.all_horizontal(
            pl.col("freight_company_micros").is_null(), pl.col("charged").is_null(), pl.col("share").is_null()
        ).alias("without_cost"),
    )


def _sums(charges: pl.LazyFrame, target: str) -> pl.LazyFrame:
    known = pl.col("amount_company_micros")
    return charges.group_by(target).agg(
        pl.when(known.count() > 0).then(known.sum()).alias("charged"),
        (pl.col("amount_micros").is_not_null() & known.is_null()).any().alias("unpriced"),
    )


def _share() -> pl.Expr:
    """Whole micros by chargeable weight; the heaviest shipment of the consolidation takes what rounding leaves."""
    group = "consolidation"
    weight, pool = pl.col("chargeable_g"), pl.col("charged_shared")
    part = (pool.cast(pl.Int128) * weight // weight.sum().over(group)).cast(pl.Int64)
    rest = pool - part.sum().over(group)
    heaviest = weight.rank("ordinal", descending=True).over(group) == 1
    return pl.when(pl.col(group).is_not_null()).then(part + pl.when(heaviest).then(rest).otherwise(0))


def _orders_once() -> pl.Expr:
    """As the source says; else one, and an order split over several shipments counts with its first one."""
    again = pl.col("order_id").is_not_null() & (pl.col(SHIPMENT_ID).rank("ordinal").over("order_id") > 1)
    return pl.coalesce("orders", pl.when(again).then(0).otherwise(1).cast(pl.Int64))
