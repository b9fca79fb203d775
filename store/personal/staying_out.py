"""People who were erased stay out: what a source sends of them again is taken in without them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import polars as pl

from store.contract import Kind, Table, fields, key_of
from store.gate import Gated
from store.lake import Lake
from store.normalise.context import Context
from store.normalise.identity import TOMBSTONE
from store.state.erasures import new_tombstone

NOBODY = "erased"
_BEFORE = "_before"


def kept_out(lake: Lake, table: type[Table], gated: Gated, context: Context) -> Gated:
    """The good rows without whoever was erased, and the old ones without those whose time is over."""
    gated = without_erased(lake, table, gated, context.erased)
    limit = context.retired_before.get(table.name)
    return gated if limit is None else without_erased(lake, table, gated, context.retired, before=limit)


def without_erased(
    lake: Lake, table: type[Table], gated: Gated, erased: Collection[str], before: date | None = None
) -> Gated:
    """
    The good rows without the hashes of `erased`. A row that is stored already keeps the tombstone it has, so that
    nothing that is counted changes; a new one names nobody, or somebody new where a name must stand. A row whose key
    is such a person is left out: the one with the tombstone stays. With `before`, only rows of earlier days are meant.
    """
    if not erased:
        return gated
    rows, key = gated.good, key_of(table)
    texts = [name for name, field in fields(table).items() if field.kind is Kind.TEXT]
    old = pl.lit(True) if before is None else (pl.col(table.month_of) < before).fill_null(False)
    hits = rows.select(pl.col(texts).is_in(list(erased)).fill_null(False) & old)
    named = [name for name in texts if hits[name].any()]
    if not named:
        return gated
    by_key = [name for name in named if name in key]
    staying = rows.filter(~hits.select(pl.any_horizontal(by_key)).to_series()) if by_key else rows
    others = [name for name in named if name not in key]
    if not others:
        return replace(gated, good=staying)
    recent = staying.filter(~old)
    return replace(
        gated, good=pl.concat([_renamed(lake, table, staying.filter(old), others, erased), recent])
    )


def nameless(bad: pl.DataFrame, erased: Collection[str]) -> pl.DataFrame:
    """Rejected rows without the hashes of `erased`."""
    if not erased or bad.is_empty():
        return bad
    return bad.with_columns(pl.col(pl.String).str.replace_many(list(erased), NOBODY))


def _renamed(
    lake: Lake, table: type[Table], rows: pl.DataFrame, columns: list[str], erased: Collection[str]
) -> pl.DataFrame:
    key, schema = list(key_of(table)), lake.schema(table.name)
    told = pl.Schema({name: pl.String() for name in columns})
    stored = pl.DataFrame(schema=pl.Schema({name: rows.schema[name] for name in key}) | told)
    if schema:
        hit = rows.filter(pl.any_horizontal(pl.col(columns).is_in(list(erased)))).select(key)
        wanted = pl.Schema({name: schema[name] for name in (*key, *columns)})
        stored = lake.read(table.name, wanted, lambda old: old.join(hit.lazy(), on=key, how="semi")).select(
            *key, *columns
        )
    beside = rows.join(stored, on=key, how="left", suffix=_BEFORE, maintain_order="left")
    return beside.with_columns(_one(table, name, erased) for name in columns).select(rows.columns)


def _one(table: type[Table], name: str, erased: Collection[str]) -> pl.Expr:
    """The stored tombstone, else nobody, else somebody new for each person."""
    before = pl.col(name + _BEFORE)
    kept = pl.when(before.str.starts_with(TOMBSTONE)).then(before)
    fresh = pl.col(name).replace_strict({each: new_tombstone() for each in erased}, default=None)
    new = fresh if fields(table)[name].required else pl.lit(None, pl.String)
    return pl.when(pl.col(name).is_in(list(erased))).then(pl.coalesce(kept, new)).otherwise(name).alias(name)
