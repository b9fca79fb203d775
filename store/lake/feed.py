"""What a table's log tells: which rows changed since a version, and how much room a table takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from deltalake import DeltaTable

from store.lake.log import DeltaLog
from store.lake.scan import scan_files

KIND, VERSION = "_change_type", "_commit_version"
_CHANGE_SCHEMA = {KIND: pl.String(), VERSION: pl.Int64()}
_BECAME = {"add": "insert", "remove": "delete"}


@dataclass(frozen=True)
class Storage:
    """Live files of a table, their bytes and rows, at `version` (-1: no such table)."""

    files: int = 0
    bytes: int = 0
    rows: int = 0
    version: int = -1


def storage(table: DeltaTable) -> Storage:
    """How much room the live files of a snapshot take."""
    files = pl.DataFrame(table.get_add_actions(flatten=True))
    size, rows = files.select(pl.col("size_bytes", "num_records").sum()).row(0)
    return Storage(files.height, size, rows, table.version())


def changes(table: DeltaTable, log: DeltaLog, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
    """Changed rows of versions `since` + 1 up to the snapshot's, None when the log reaches back less far.

    `_change_type` is insert, delete, update_preimage or update_postimage. Columns the table lacks are null.
    """
    head, stored = table.version(), pl.Schema(table.schema())
    if since > head:
        return None
    try:
        read = [
            _rows(log, *each, version, stored, columns)
            for version in range(since + 1, head + 1)
            for each in _read_by_feed(log, version)
        ]
    except FileNotFoundError:  # a log entry, or a file that rows came in or went with, was cleaned away
        return None
    told = {name: stored.get(name, pl.Null()) for name in columns} | _CHANGE_SCHEMA
    return pl.concat([pl.DataFrame(schema=told), *read])


def _read_by_feed(log: DeltaLog, version: int) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Each file that tells of a version's changes, and what became of its rows if they do not say so themselves."""
    actions = list(log.actions(version))
    if change_files := [action for kind, action in actions if kind == "cdc"]:
        yield from ((action, None) for action in change_files)
        return
    for kind, action in actions:
        if kind in _BECAME and action["dataChange"]:
            yield action, _BECAME[kind]


def _rows(
    log: DeltaLog,
    action: dict[str, Any],
    became: str | None,
    version: int,
    stored: pl.Schema,
    columns: Sequence[str],
) -> pl.DataFrame:
    """The rows of one file: the asked columns, what changed them, and in which version."""
    parted = {name: pl.lit(value, stored[name]) for name, value in action["partitionValues"].items()}
    held = {name: dtype for name, dtype in stored.items() if name not in parted}
    rows = scan_files([log.path(action)], held | ({} if became else {KIND: pl.String()}))
    return rows.select(
        *(parted.get(name, pl.col(name) if name in stored else pl.lit(None)).alias(name) for name in columns),
        (pl.lit(became) if became else pl.col(KIND)).alias(KIND),
        pl.lit(version, pl.Int64).alias(VERSION),
    ).collect()
