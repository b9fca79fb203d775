"""Words in place of hashes in every text of a table, and a past that no longer holds them.

This is how a person is taken out of the lake: the rows stay, so that what is counted stays, and nothing on the disk
remembers what stood there. A hash is 32 hex digits, alone or inside of a longer text such as a joined key.
"""

import re
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

HASH, FEW = re.compile("[0-9a-f]{32}"), 64


@dataclass(frozen=True, eq=False)
class Rewording:
    """The files of a table that hold one of the words, as they will be; `rows` are those that change."""

    files: tuple[tuple[replace.File, pl.DataFrame], ...]
    rows: int


def reworded(target: Path, table: DeltaTable, words: Mapping[str, str]) -> Rewording:
    """Read every file of the table, text columns first, and put the words in place of the hashes."""
    stored = pl.Schema(table.schema())
    by_month = MONTH in table.metadata().partition_columns
    columns = {name: dtype for name, dtype in stored.items() if not (by_month and name == MONTH)}
    texts = [name for name, dtype in columns.items() if dtype == pl.String()]
    found, rows = list[tuple[replace.File, pl.DataFrame]](), 0
    for file in replace.files(table) if texts else []:
        scanned = scan_files([target / unquote(file.path)], columns)
        told = scanned.select(texts).collect()
        changed = {name: new for name in texts if (new := _changed(told[name], words))}
        if changed:
            rows += told.select(
                pl.any_horizontal(pl.col(n).is_in(list(new)) for n, new in changed.items()).sum()
            ).item()
            whole = scanned.collect().with_columns(pl.col(name).replace(new) for name, new in changed.items())
            found.append((file, whole.with_columns(pl.lit(file.month).alias(MONTH)) if by_month else whole))
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
    """Whether the log, or a file that holds no row of the table any more, has one of the hashes in it."""
    words = set(words)
    log, live = DeltaLog(target), _live(target, table)
    entries = [log.entry(version).read_text() for version in log.versions()]
    entries += [
        pl.read_parquet(file).write_ndjson()
        for version in log.checkpoints()
        for file in log.checkpoint_files(version)
    ]
    if any(found in words for entry in entries for found in HASH.findall(entry)):
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


def _changed(texts: pl.Series, words: Mapping[str, str]) -> dict[str, str]:
    """The different texts with one of the hashes in them, and what they become."""
    return {
        text: HASH.sub(lambda found: words.get(found[0], found[0]), text)
        for text in _holding(texts, words.keys())
    }


def _holding(texts: pl.Series, words: Collection[str]) -> list[str]:
    """The different texts with one of the hashes in them; of few hashes polars says so in a fraction of the time."""
    long = texts.filter(texts.str.len_bytes() >= 32).unique()
    if len(words) <= FEW:
        long = long.filter(long.str.contains_any(list(words)))
    return [text for text in long if any(found in words for found in HASH.findall(text))]


def _holds(file: Path, words: Collection[str]) -> bool:
    rows = pl.scan_parquet(file, hive_partitioning=False)
    texts = [
        name for name, dtype in rows.collect_schema().items() if dtype in (pl.String, pl.Categorical, pl.Enum)
    ]
    if not texts:
        return False
    return any(_holding(text, words) for text in rows.select(pl.col(texts).cast(pl.String)).collect())


def _live(target: Path, table: DeltaTable) -> set[Path]:
    return {target / unquote(file.path) for file in replace.files(table)}


def _data_files(target: Path) -> list[Path]:
    """Every Parquet file of the table that is no part of its log, change files among them."""
    log = DeltaLog(target).folder
    return [file for file in target.rglob("*.parquet") if log not in file.parents]
