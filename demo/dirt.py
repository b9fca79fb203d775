"""The few rows that come out of a real system wrong: two in a thousand spoilt, one in a thousand sent twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

import numpy as np
import polars as pl

from demo.dice import identity
from demo.world import World
from store.contract import Table, key_of
from store.facts import Carts, OrderLines, Orders, ProductionRuns, Returns, Shipments, Surveys, Tickets

SPOILT = 0.002
TWICE = 0.001
FAR_OFF = datetime(2999, 12, 31, 12, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Fault:
    """What stands in a column of a spoilt row instead of the truth."""

    column: str
    instead: pl.Expr


FAULTS: Mapping[type[Table], tuple[Fault, ...]] = {
    Orders: (Fault("status", pl.lit("Versandt")), Fault("units", -pl.col("units"))),
    OrderLines: (Fault("units", -pl.col("units") - 1), Fault("order_id", pl.lit(None, dtype=pl.String))),
    Shipments: (
        Fault("status", pl.lit("??")),
        Fault("delivered_at", pl.lit(FAR_OFF).cast(pl.Datetime("us", "UTC"))),
    ),
    Returns: (Fault("units", -pl.col("units")),),
    Tickets: (
        Fault("status", pl.lit("pending-x")),
        Fault("created_at", pl.lit(None, dtype=pl.Datetime("us", "UTC"))),
    ),
    Surveys: (Fault("score", pl.lit(11, dtype=pl.Int64)),),
    ProductionRuns: (Fault("good", pl.col("produced") + 40), Fault("run_s", -pl.col("run_s"))),
    Carts: (Fault("cart_id", pl.lit("")),),
}


def soil(world: World, table: type[Table], rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `source_id`, some of them spoilt and some sent twice. Clean tables stay clean."""
    named = rows.with_columns(source_id=pl.concat_str(pl.lit(f"{table.name} "), *key_of(table)))
    faults = FAULTS.get(table)
    if not faults or named.is_empty():
        return named
    luck = _luck(world, table, named)
    spoilt = named.with_columns(
        pl.when((luck >= each * SPOILT / len(faults)) & (luck < (each + 1) * SPOILT / len(faults)))
        .then(fault.instead)
        .otherwise(pl.col(fault.column))
        .alias(fault.column)
        for each, fault in enumerate(faults)
    )
    again = spoilt.filter(luck >= 1 - TWICE).with_columns(pl.col("source_id") + " again")
    return pl.concat([spoilt, again])


def _luck(world: World, table: type[Table], rows: pl.DataFrame) -> pl.Series:
    """One number a row from its key, so that a row is wrong every time it is sent."""
    keys = np.array([crc32(text.encode()) for text in rows[key_of(table)[0]]], dtype=np.int64)
    return pl.Series(world.dice.uniform(f"dirt in {table.name}", identity(keys >> 16, keys & 0xFFFF)))
