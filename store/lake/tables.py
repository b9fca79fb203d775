"""The fact lake: tables by name, written one commit at a time and read as fresh snapshots."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError

from store.lake import feed, replace, reword, write
from store.lake.applied import last_applied
from store.lake.durable import DurableTable
from store.lake.feed import Storage
from store.lake.hooks import HOOKS
from store.lake.mark import Recovery, is_table
from store.lake.scan import Between, Snapshot
from store.lake.shape import MONTH, months, months_of, schema_of, storable

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")


class Lake:
    """Delta tables in the folder `root`. Any number of readers, one writer a table at a time.

    Every write is on disk when it returns. Writes raise WriterBusy when the table's lock is not free within
    `lock_timeout` seconds, LakeDamaged when the disk lost acknowledged data, ForeignTable for a log this
    lake did not start, and OSError when the disk refuses (then nothing was written).
    """

    def __init__(
        self, root: Path, *, checkpoint_every: int = 20, lock_timeout: float = 30.0, boot: str | None = None,
        keeps_open: bool = True,
    ) -> None:  # fmt: skip
        """`keeps_open` False: a table is closed once its files are known, for who reads all tables and writes none."""
        self.root, self._keeps_open = root, keeps_open
        self._checkpoint_every, self._lock_timeout, self._boot = checkpoint_every, lock_timeout, boot
        self._tables: dict[str, DurableTable] = {}
        self._snapshots: dict[str, Snapshot] = {}

    # Reading

    def names(self) -> list[str]:
        """Names of the tables that have at least one version, sorted."""
        return [name for name in self._folders() if self.version(name) >= 0]

    def version(self, name: str) -> int:
        """The table's acknowledged version, -1 when the table does not exist. Reads one small file."""
        return self._table(name).mark().version

    def applied(self, name: str, app: str) -> int:
        """The last sequence of `app` committed to this table, -1 if none."""
        return last_applied(self._table(name).reader(), app)

    def opened(self, name: str) -> Snapshot:
        """The acknowledged version of a table, for reading it several times as it is now."""
        table, found = self._table(name), self._snapshots.get(name)
        mark = table.mark()
        if found is None or found.key != (mark.version, mark.sha256):
            key = mark.version, mark.sha256
            found = Snapshot(table.path, key, table.reader(), keeps_open=self._keeps_open)
            self._snapshots[name] = found
        return found

    def scan(self, name: str, schema: pl.Schema, between: Between | None = None) -> pl.LazyFrame:
        """A fresh snapshot as of `Snapshot.rows`: the columns of `schema`, then `month`; empty without such a table."""
        return self.opened(name).rows(schema, between)

    def files(self, name: str) -> list[str]:
        """Paths of the files that hold the table's rows now; for engines that read them themselves."""
        table = self._table(name).reader()
        return [] if table is None else sorted(table.file_uris())

    def read(
        self,
        name: str,
        schema: pl.Schema,
        query: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None,
        between: Between | None = None,
    ) -> pl.DataFrame:
        """Collect `query` over `scan`, once more when a file was cleaned away meanwhile."""

        def collect() -> pl.DataFrame:
            rows = self.scan(name, schema, between)
            return (query(rows) if query else rows).collect()

        return _again_when_cleaned(collect)

    def changes(self, name: str, since: int, columns: Sequence[str]) -> pl.DataFrame | None:
        """The change feed after version `since`: `columns`, `_change_type`, `_commit_version`.

        None when the log no longer reaches back so far, or knows no such version: recompute everything.
        """
        table = self._table(name)
        snapshot = table.reader()
        return None if snapshot is None else feed.changes(snapshot, table.log, since, columns)

    def storage(self, name: str) -> Storage:
        """Files, bytes, rows and version of the table as it stands."""
        table = self._table(name).reader()
        return Storage() if table is None else feed.storage(table)

    def schema(self, name: str) -> pl.Schema:
        """The columns the table has, `month` included; empty when there is no such table."""
        table = self._table(name).reader()
        return pl.Schema() if table is None else schema_of(table)

    # Writing

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """Keep other writers out between a read and the commit that depends on it."""
        with self._table(name).writing():
            yield

    def append(
        self, name: str, rows: pl.DataFrame, *, marks: Mapping[str, int], partition_by_month: bool = True
    ) -> bool:
        """Add rows as one commit; False when each mark ({app: sequence}) is already applied.

        The first write creates the table. An empty frame still records the marks. Raises ValueError for a
        month that names no partition.
        """
        rows = storable(rows)
        if partition_by_month:
            months_of(rows)
        return self._table(name).commit(
            marks,
            lambda table, properties: write.append(
                self.root / name, table, rows, properties, partition_by_month
            ),
        )

    def merge(
        self,
        name: str,
        rows: pl.DataFrame,
        *,
        key: Sequence[str],
        marks: Mapping[str, int],
        gone: pl.DataFrame | None = None,
    ) -> bool:
        """Replace or add rows by key within their month and delete those of `gone` (key, month): one commit.

        Returns and raises as `append`. A column that `rows` lacks becomes null. A key that moved to another
        month comes in `rows` with the new month and in `gone` with the old one.
        """
        rows = storable(rows)
        nothing = rows.select(pl.col(*key, MONTH)).clear() if rows.width else pl.DataFrame()
        leaving = nothing if gone is None else storable(gone.select(*key, MONTH))
        if rows.height or not leaving.height:
            months_of(rows)

        def work(table: DeltaTable | None, properties: CommitProperties) -> None:
            if table is None or (rows.is_empty() and leaving.is_empty()):
                write.append(self.root / name, table, rows, properties, True)
            else:
                write.merge(table, rows, leaving, key, properties)

        return self._table(name).commit(marks, work)

    def replace(self, name: str, rows: pl.DataFrame, *, marks: Mapping[str, int]) -> bool:
        """Put `rows`, with their months, in place of the whole table: one commit. Returns as `append`.

        Such a table keeps no change feed.
        """
        rows = storable(rows)
        months_of(rows)
        return self._table(name).commit(
            marks,
            lambda table, properties: replace.overwrite(self.root / name, table, rows, properties),
        )

    def replace_days(
        self, name: str, rows: pl.DataFrame, days: Sequence[date] | None, *, marks: Mapping[str, int]
    ) -> bool:
        """Put `rows` in place of all rows whose `day` is one of `days` (None: in place of the whole table).

        One commit; readers see the old or the new rows. Only the months of `days` are rewritten, `month` is
        set from `day`. Returns as `append`. Raises ValueError when a row's day is not one of `days`. Such a
        table keeps no change feed.
        """
        rows = storable(rows)
        if days is not None and (strange := set(rows["day"].unique()) - set(days)):
            raise ValueError(f"Table '{name}': {min(strange)} is not among the {len(days)} days to replace.")

        def work(table: DeltaTable | None, properties: CommitProperties) -> None:
            if table is None or days is None:
                whole = rows.with_columns(months(rows["day"]).alias(MONTH))
                replace.overwrite(self.root / name, table, whole, properties)
            elif days:
                replace.overwrite_days(self.root / name, table, rows, days, properties)

        return self._table(name).commit(marks, work)

    def reword(self, name: str, words: Mapping[str, str]) -> int:
        """Put words in place of hashes (32 hex digits) wherever one stands in a text: one commit, rows stay rows.

        Returns how many rows changed; without one nothing is written. The past still holds the hashes: `forget`.
        """
        with self._table(name).writing():
            table = self._table(name).reader()
            found = None if table is None else reword.reworded(self.root / name, table, words)
            if found is None or not found.rows:
                return 0

            def work(head: DeltaTable | None, properties: CommitProperties) -> None:
                if head is not None:
                    reword.commit(self.root / name, head, found, properties)

            self._table(name).commit({}, work)
            return found.rows

    # Housekeeping

    def compact(self, name: str) -> None:
        """Join small files; rows, marks and the change feed stay as they are."""
        self._table(name).maintain(
            lambda table: table.optimize.compact(
                writer_properties=write.ZSTD, post_commithook_properties=HOOKS
            )
        )

    def vacuum(self, name: str, hours: int = 168) -> int:
        """Delete files no version of the last `hours` needs and say how many; the change feed then ends there, too.

        The version stays: what was computed from the table, or is stored in it, still holds. Raises ValueError
        under 24 hours: readers may still hold the files.
        """
        if hours < 24:
            raise ValueError(f"Vacuum keeps at least 24 hours, as readers may hold the files; got {hours}.")
        return self._table(name).clean(hours)

    def forget(self, name: str, words: Collection[str]) -> bool:
        """Delete what old versions of the table left on the disk, if one of the hashes stands there; whether it did."""
        return self._table(name).forget(words)

    def recover(self) -> dict[str, Recovery]:
        """At start-up: make every table whole. LakeDamaged names the table that needs a backup."""
        return {name: self._table(name).recover() for name in self._folders()}

    def adopt(self, name: str) -> None:
        """Take over a table that was copied here or written by another program."""
        self._table(name).adopt()

    # Small print

    def _folders(self) -> list[str]:
        if not self.root.is_dir():
            return []
        return sorted(each.name for each in self.root.iterdir() if _NAME.match(each.name) and is_table(each))

    def _table(self, name: str) -> DurableTable:
        if not _NAME.match(name):
            raise ValueError(f"'{name}' is no table name; use letters, digits, '_', '-' and '.'.")
        if name not in self._tables:
            made = DurableTable(
                self.root / name,
                checkpoint_every=self._checkpoint_every,
                lock_timeout=self._lock_timeout,
                boot=self._boot,
                keeps_open=self._keeps_open,
            )
            self._tables.setdefault(name, made)
        return self._tables[name]


def _again_when_cleaned(read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    try:
        return read()
    except (FileNotFoundError, DeltaError):  # a file, or the part of the log that named it
        return read()
