"""New exchange rates reach the rows that waited for them, or were converted at an older one."""

import polars as pl

from store.contract import Table, business_columns, key_of, polars_schema
from store.facts import MAPPED
from store.home import Store
from store.normalise import Context
from store.normalise.derived import CURRENCY, derived
from store.upsert import upsert

_USED = ("fx_rate", "fx_rate_day")


def reprice_all(store: Store, context: Context) -> dict[str, int]:
    """Reprice every table with amounts; returns the changed rows of each table that has any."""
    changed = {table.name: reprice(store, context, table) for table in MAPPED if table.money_day}
    return {name: rows for name, rows in changed.items() if rows}


def reprice(store: Store, context: Context, table: type[Table]) -> int:
    """Convert again the rows whose rate is not the one that counts now; returns how many rows changed.

    That is a row without a rate for which one has arrived, a newer rate for a day, a rate that was corrected,
    and every row after the company changed its currency. Only months with such rows are read and written.
    """
    day = table.money_day
    if day is None:
        raise ValueError(f"Table '{table.name}' has no amounts to convert.")
    stale = _stale(store, context, table, day)
    return sum(
        _reprice_month(store, context, table, month, rows, day)
        for (month,), rows in stale.partition_by("month", as_dict=True).items()
    )


def _stale(store: Store, context: Context, table: type[Table], day: str) -> pl.DataFrame:
    """Distinct month, currency, day and rate used of the rows whose rate would be another one now."""
    used = ("month", CURRENCY, day, *_USED)
    stored = store.lake.read(
        table.name,
        polars_schema(table),
        lambda rows: (
            rows.filter(pl.col(CURRENCY).is_not_null(), pl.col(day).is_not_null()).select(used).unique()
        ),
    )
    now = context.rates.on(stored.select(CURRENCY, day=day)).select(
        CURRENCY, pl.col("day").alias(day), *(pl.col(name).alias(f"{name}_now") for name in _USED)
    )
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _USED)
    return stored.join(now, on=[CURRENCY, day], how="left").filter(differs).select(used)


def _reprice_month(
    store: Store, context: Context, table: type[Table], month: str, stale: pl.DataFrame, day: str
) -> int:
    rows = store.lake.read(
        table.name,
        polars_schema(table),
        lambda stored: stored.filter(pl.col("month") == month).join(
            stale.lazy(), on=[CURRENCY, day, *_USED], how="semi", nulls_equal=True
        ),
    )
    priced = derived(table, rows, context).select(rows.columns)
    business = [name for name in business_columns(table) if name not in key_of(table)]
    return upsert(store.lake, table.name, priced, key=key_of(table), business=business, marks={}).changed
