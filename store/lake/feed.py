"""What a table's log tells: which rows changed since a version, and how much room a table takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from deltalake import DeltaTable

from store.lake.log import DeltaLog

CHANGE = ("_change_type", "_commit_version")


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
    head = table.version()
    stored = pl.scan_delta(table).collect_schema()
    known = [name for name in columns if name in stored]
    if since > head or not _reaches(log, range(since + 1, head + 1)):
        return None
    if since == head:
        changed = pl.DataFrame(schema={name: stored[name] for name in known} | _change_schema())
    else:
        feed = table.load_cdf(since + 1, head, columns=[*known, *CHANGE])
        changed = pl.DataFrame(feed.read_all())
    missing = [pl.lit(None, pl.Null).alias(name) for name in columns if name not in stored]
    return changed.with_columns(missing).select(*columns, *CHANGE)


def _change_schema() -> dict[str, pl.DataType]:
    return {"_change_type": pl.String(), "_commit_version": pl.Int64()}


def _reaches(log: DeltaLog, versions: Iterable[int]) -> bool:
    """Each version still has its log entry, and each file the feed would read still exists."""
    try:
        return all(
            log.path(action).exists() for version in versions for action in _read_by_feed(log, version)
        )
    except FileNotFoundError:
        return False


def _read_by_feed(log: DeltaLog, version: int) -> list[dict[str, Any]]:
    actions = list(log.actions(version))
    if change_files := [action for kind, action in actions if kind == "cdc"]:
        return change_files
    return [action for kind, action in actions if kind in ("add", "remove") and action["dataChange"]]
