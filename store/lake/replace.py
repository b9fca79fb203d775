"""Rows in place of others: all of a table, or those of some days, as one commit of whole monthly files."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.transaction import RemoveAction

from store.lake import direct
from store.lake.hooks import HOOKS
from store.lake.shape import MONTH, fit, in_months, months, months_of_days

LIGHT = WriterProperties(compression="LZ4")
DAY = "day"


def overwrite(
    target: Path, table: DeltaTable | None, rows: pl.DataFrame, properties: CommitProperties
) -> None:
    """`rows`, with their months, in place of the whole table, which gets their columns; sorted by any `day`."""
    rows = rows.sort(DAY, maintain_order=True) if DAY in rows.columns else rows
    if (
        table is not None and _schema(table) != rows.schema
    ):  # a new schema, which only `write_deltalake` writes
        write_deltalake(
            target,
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            partition_by=[MONTH],
            writer_properties=LIGHT,
            commit_properties=properties,
            post_commithook_properties=HOOKS,
        )
        return
    coming = direct.written(target, rows, by_month=True, bounded=[DAY], plain=False)
    going = [] if table is None else removed(files(table))
    direct.commit(target, table, rows.schema, [*coming, *going], properties, by_month=True)


def overwrite_days(
    target: Path, table: DeltaTable, rows: pl.DataFrame, days: Sequence[date], properties: CommitProperties
) -> None:
    """`rows` in place of those of `days`; the files of their months are written anew.

    A column the table lacks joins it.
    """
    stored, touched = _schema(table), months_of_days(days)
    going = [file for file in files(table) if file.month in touched]
    whole = fit(rows, stored)
    if going:
        whole = pl.concat([_kept(target, going, stored, days), whole], how="diagonal")
    whole = whole.sort(DAY, maintain_order=True)
    whole = whole.insert_column(whole.width, months(whole[DAY]).alias(MONTH))
    if whole.width > len(stored):
        write_deltalake(
            table,
            whole,
            mode="overwrite",
            schema_mode="merge",
            predicate=in_months(touched),
            writer_properties=LIGHT,
            commit_properties=properties,
            post_commithook_properties=HOOKS,
        )
        return
    coming = direct.written(target, whole, by_month=True, bounded=[DAY], plain=False)
    direct.commit(target, table, stored, [*coming, *removed(going)], properties, by_month=True)


@dataclass(frozen=True)
class File:
    """A file that holds rows of a table."""

    path: str
    size: int
    month: str | None = None


def _schema(table: DeltaTable) -> pl.Schema:
    return pl.Schema(table.schema())


def files(table: DeltaTable) -> list[File]:
    """The files that hold the table's rows."""
    actions, month = table.get_add_actions(flatten=True), f"partition.{MONTH}"
    known = [name for name in ("path", "size_bytes", month) if name in actions.column_names]
    return [File(*row) for row in pl.DataFrame(actions.select(known)).iter_rows()]


def _kept(target: Path, files: Sequence[File], stored: pl.Schema, days: Sequence[date]) -> pl.DataFrame:
    """The rows of these files on other days, in the table's columns without the month."""
    held = pl.Schema({name: dtype for name, dtype in stored.items() if name != MONTH})
    rows = pl.read_parquet(
        [target / file.path for file in files],
        schema=held,
        missing_columns="insert",
        hive_partitioning=False,
    )
    return rows.filter(~rows[DAY].is_in(pl.Series(days, dtype=pl.Date()).implode()))


def removed(files: Sequence[File], *, by_month: bool = True) -> list[RemoveAction]:
    """What a commit says of files that go."""
    now = int(time.time() * 1000)
    return [
        RemoveAction(file.path, True, now, file.size, {MONTH: file.month} if by_month else {})
        for file in files
    ]
