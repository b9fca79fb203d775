"""Rows in place of others: all of a table, or those of some days, as one commit of whole monthly files."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from pathlib import Path

import numpy as np
import polars as pl
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.transaction import RemoveAction

from store.lake import direct
from store.lake.hooks import HOOKS
from store.lake.shape import MONTH, fill, fit, in_months, months, months_of_days

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
    held, coming = _held(target, going, stored), fit(rows, stored).sort(DAY, maintain_order=True)
    if not set(coming.columns) <= set(stored):
        _overwrite_wider(table, _without(held, days), coming, touched, properties)
        return
    whole = _by_month(held, fill(coming, held.schema).select(held.columns), set(days))
    written = direct.written_parts(target, whole, bounded=[DAY], plain=False)
    direct.commit(target, table, stored, [*written, *removed(going)], properties, by_month=True)


def _overwrite_wider(
    table: DeltaTable,
    held: pl.DataFrame,
    coming: pl.DataFrame,
    touched: Sequence[str],
    properties: CommitProperties,
) -> None:
    """The rows of both with columns the table lacks, which only `write_deltalake` adds."""
    whole = pl.concat([held, coming], how="diagonal").sort(DAY, maintain_order=True)
    write_deltalake(
        table,
        whole.with_columns(months(whole[DAY]).alias(MONTH)),
        mode="overwrite",
        schema_mode="merge",
        predicate=in_months(touched),
        writer_properties=LIGHT,
        commit_properties=properties,
        post_commithook_properties=HOOKS,
    )


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


def _held(target: Path, files: Sequence[File], stored: pl.Schema) -> pl.DataFrame:
    """The rows of these files in the table's columns without the month."""
    schema = pl.Schema({name: dtype for name, dtype in stored.items() if name != MONTH})
    if not files:
        return pl.DataFrame(schema=schema)
    paths = [target / file.path for file in files]
    return pl.read_parquet(paths, schema=schema, missing_columns="insert", hive_partitioning=False)


def _without(rows: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    return rows.filter(~rows[DAY].is_in(pl.Series(days, dtype=pl.Date()).implode()))


@dataclass
class _Stretch:
    """Rows of one frame, from `start` to before `end`, that lie in one month."""

    rows: pl.DataFrame
    month: str
    start: int
    end: int


def _by_month(
    held: pl.DataFrame, coming: pl.DataFrame, days: Collection[date]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each month with its rows by day: those that come, and the held ones of other days.

    Both lie in runs of one day, so nothing is sorted: a month is put together from stretches of the two.
    """
    runs = [(day, run) for day, run in _runs(held) if day not in days]
    stretches: list[_Stretch] = []
    for _, run in sorted([*runs, *_runs(coming)], key=itemgetter(0)):
        last = stretches[-1] if stretches else None
        if last and (last.rows is run.rows, last.month, last.end) == (True, run.month, run.start):
            last.end = run.end
        else:
            stretches.append(run)
    for month, parts in groupby(stretches, key=attrgetter("month")):
        yield month, pl.concat([part.rows[part.start : part.end] for part in parts], rechunk=True)


def _runs(rows: pl.DataFrame) -> Iterator[tuple[date, _Stretch]]:
    """The stretches of one day each, in the order they lie in."""
    days = rows[DAY].to_physical().to_numpy()
    starts = [0, *(np.flatnonzero(days[1:] != days[:-1]) + 1).tolist()] if rows.height else []
    first: list[date] = rows[DAY].gather(starts).to_list()
    for day, (start, end) in zip(first, pairwise([*starts, rows.height]), strict=True):
        yield day, _Stretch(rows, day.isoformat()[:7], start, end)


def removed(files: Sequence[File], *, by_month: bool = True) -> list[RemoveAction]:
    """What a commit says of files that go."""
    now = int(time.time() * 1000)
    return [
        RemoveAction(file.path, True, now, file.size, {MONTH: file.month} if by_month else {})
        for file in files
    ]
