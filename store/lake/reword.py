"""Words in place of others in every text of a table, and a past that no longer holds them.

This is how a person is taken out of the lake: the rows stay, so that what is counted stays, and nothing on the disk
remembers what stood there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from deltalake import CommitProperties, DeltaTable

from store.lake import direct, replace
from store.lake.log import DeltaLog
from store.lake.mark import sync
from store.lake.scan import scan_files
from store.lake.shape import MONTH


@dataclass(frozen=True, eq=False)
class Rewording:
    """The files of a table that hold one of the words, as they will be; `rows` are those that change."""

    files: tuple[tuple[replace.File, pl.DataFrame], ...]
    rows: int


def reworded(target: Path, table: DeltaTable, words: Mapping[str, str]) -> Rewording:
    """Read every file of the table, text columns first, and put the words in place of the others."""
    stored = pl.Schema(table.schema())
    by_month = MONTH in table.metadata().partition_columns
    columns = {name: dtype for name, dtype in stored.items() if not (by_month and name == MONTH)}
    texts = [name for name, dtype in columns.items() if dtype == pl.String()]
    found, rows = list[tuple[replace.File, pl.DataFrame]](), 0
    for file in replace.files(table) if texts else []:
        scanned = scan_files([target / unquote(file.path)], columns)
        held = pl.any_horizontal(pl.col(texts).str.contains_any(list(words))).fill_null(False)
        hits = scanned.select(held.sum()).collect().item()
        if hits:
            whole = scanned.collect().with_columns(
                pl.col(texts).str.replace_many(list(words), list(words.values()))
            )
            found.append((file, whole.with_columns(pl.lit(file.month).alias(MONTH)) if by_month else whole))
            rows += hits
    return Rewording(tuple(found), rows)


def commit(target: Path, table: DeltaTable, rewording: Rewording, properties: CommitProperties) -> None:
    """The rewritten files in place of the others, in one commit."""
    by_month = MONTH in table.metadata().partition_columns
    coming = [
        action for _, rows in rewording.files for action in direct.written(target, rows, by_month=by_month)
    ]
    going = replace.removed([file for file, _ in rewording.files], by_month=by_month)
    direct.commit(target, table, pl.Schema(table.schema()), [*coming, *going], properties, by_month=by_month)


def is_remembered(target: Path, table: DeltaTable, words: Collection[str]) -> bool:
    """Whether the log, or a file that holds no row of the table any more, has one of the words in it."""
    log, live = DeltaLog(target), _live(target, table)
    entries = [log.entry(version).read_text() for version in log.versions()]
    entries += [
        pl.read_parquet(file).write_ndjson()
        for version in log.checkpoints()
        for file in log.checkpoint_files(version)
    ]
    if pl.Series(entries, dtype=pl.String).str.contains_any(list(words)).any():
        return True
    return any(_holds(file, words) for file in _data_files(target) if file not in live)


def drop_past(target: Path, table: DeltaTable) -> None:
    """Delete every log entry and checkpoint before the version of `table`, which is checkpointed, and its old files."""
    log, head, live = DeltaLog(target), table.version(), _live(target, table)
    for version in log.checkpoints():
        if version < head:
            log.drop_checkpoint(version)
    for version in log.versions():
        if version < head:
            log.entry(version).unlink()
    for file in _data_files(target):
        if file not in live:
            file.unlink(missing_ok=True)
    sync(log.folder)


def _holds(file: Path, words: Collection[str]) -> bool:
    rows = pl.scan_parquet(file, hive_partitioning=False)
    texts = [
        name for name, dtype in rows.collect_schema().items() if dtype in (pl.String, pl.Categorical, pl.Enum)
    ]
    held = [pl.col(name).cast(pl.String).str.contains_any(list(words)).any() for name in texts]
    return bool(texts) and any(rows.select(held).collect().row(0))


def _live(target: Path, table: DeltaTable) -> set[Path]:
    return {target / unquote(file.path) for file in replace.files(table)}


def _data_files(target: Path) -> list[Path]:
    """Every Parquet file of the table that is no part of its log, change files among them."""
    log = DeltaLog(target).folder
    return [file for file in target.rglob("*.parquet") if log not in file.parents]
