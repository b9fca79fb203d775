"""Two of the ways a commit changes a table: append and merge; replacing rows is told in `replace`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from deltalake import ColumnProperties, CommitProperties, DeltaTable, WriterProperties, write_deltalake

from store.lake import direct
from store.lake.hooks import HOOKS
from store.lake.shape import MONTH, fill, fit, in_months, months_of, schema_of

ZSTD = WriterProperties(compression="ZSTD")
_LARGE, _SAMPLE, _MANY = 20_000, 4_096, 1_024
_SETTINGS: Mapping[str, str | None] = {
    "delta.enableChangeDataFeed": "true",
    "delta.dataSkippingNumIndexedCols": str(direct.INDEXED),
}
_GONE = "_gone"


def append(
    target: Path,
    table: DeltaTable | None,
    rows: pl.DataFrame,
    properties: CommitProperties,
    by_month: bool,
) -> None:
    """New columns make a new schema, which only `write_deltalake` writes; all else goes the direct way."""
    stored = rows.schema if table is None else schema_of(table)
    fitting = fit(rows, stored)
    if table is not None and not set(rows.columns) <= set(stored):
        write_deltalake(
            table,
            fitting,
            mode="append",
            schema_mode="merge",
            writer_properties=_quickly(rows),
            commit_properties=properties,
            post_commithook_properties=HOOKS,
        )
        return
    if table is not None:
        by_month = MONTH in table.metadata().partition_columns
    files = direct.written(target, fitting, by_month=by_month)
    direct.commit(target, table, stored, files, properties, by_month=by_month, configuration=_SETTINGS)


def _quickly(rows: pl.DataFrame) -> WriterProperties:
    """Half the work of the defaults: no dictionaries where values differ, and light compression.

    Compaction joins and compresses well what stays.
    """
    sample = rows.head(_SAMPLE if rows.height >= _LARGE else 0)
    varied = [name for name in sample.columns if sample[name].n_unique() >= _MANY]
    return WriterProperties(
        compression="LZ4", column_properties={name: _undictated(rows.schema[name]) for name in varied}
    )


def _undictated(dtype: pl.DataType) -> ColumnProperties:
    if dtype.is_integer() or dtype.is_temporal():
        return ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
    return ColumnProperties(dictionary_enabled=False, encoding="PLAIN")


def merge(
    table: DeltaTable,
    rows: pl.DataFrame,
    leaving: pl.DataFrame,
    key: Sequence[str],
    properties: CommitProperties,
) -> None:
    stored = schema_of(table)
    coming = fill(rows, stored).with_columns(pl.lit(False).alias(_GONE))
    source = pl.concat(
        [coming, fit(leaving, stored).with_columns(pl.lit(True).alias(_GONE))], how="diagonal_relaxed"
    )
    months = in_months(months_of(source))
    same = " and ".join(f't."{name}" = s."{name}"' for name in (MONTH, *key))
    (
        table.merge(
            source,
            f"t.{months} and {same}",
            source_alias="s",
            target_alias="t",
            merge_schema=True,
            writer_properties=ZSTD,
            commit_properties=properties,
            post_commithook_properties=HOOKS,
        )
        .when_matched_delete(predicate=f"s.{_GONE}")
        .when_matched_update_all(predicate=f"not s.{_GONE}", except_cols=[_GONE])
        .when_not_matched_insert_all(predicate=f"not s.{_GONE}", except_cols=[_GONE])
        .execute()
    )
