"""Normalise once, at intake: whatever engines disagree on becomes a stored integer, day or short text."""

from datetime import UTC, datetime

import polars as pl

from store.contract import Table, polars_schema
from store.lake.shape import months
from store.normalise.bins import bin_bounds, log_bin
from store.normalise.context import Context
from store.normalise.derived import derived
from store.normalise.given import MissingColumns, UnreadColumn, given
from store.normalise.places import strange_zones

__all__ = [
    "Context",
    "MissingColumns",
    "UnreadColumn",
    "bin_bounds",
    "log_bin",
    "months",
    "normalise",
    "strange_zones",
]


def normalise(
    table: type[Table],
    rows: pl.DataFrame,
    context: Context,
    *,
    source: str = "",
    seen_at: datetime | None = None,
) -> pl.DataFrame:
    """All columns of the table from the given ones, in the order of the rows: not yet validated.

    Raises MissingColumns when a required column was not mapped, UnreadColumn for a column of a wrong type.
    """
    whole = derived(table, given(table, rows, context), context)
    return whole.with_columns(
        pl.lit(source).alias("source"),
        pl.lit(seen_at or datetime.now(UTC), pl.Datetime("us", "UTC")).alias("seen_at"),
        pl.lit(False).alias("deleted"),
        months(whole[table.month_of]).alias("month"),
    ).select(polars_schema(table).names())
