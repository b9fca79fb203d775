"""The only writer of one Delta table: one at a time, and nothing is acknowledged before it is on disk.

delta-rs never calls fsync. Each commit is put on disk in the order data and change files, their folders, log
entry, log folder, mark. `docs/decisions` and the fault tests tell why a check of sizes is not enough.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError

from store.lake import reword
from store.lake.applied import append_nothing, last_applied, transactions
from store.lake.lock import WriterLock
from store.lake.log import DeltaLog
from store.lake.mark import (
    ForeignTable,
    LakeDamaged,
    Mark,
    Recovery,
    WriterBusy,
    boot_id,
    read_mark,
    sync,
    write_mark,
)

Work = Callable[[DeltaTable | None, CommitProperties], None]


class DurableTable:
    """One Delta table in a local folder, with its lock, its mark and its recovery."""

    def __init__(
        self, path: Path, *, checkpoint_every: int = 20, lock_timeout: float = 30.0, boot: str | None = None,
        keeps_open: bool = True,
    ) -> None:  # fmt: skip
        """`boot` names the start of the operating system; tests hand in their own."""
        self.path, self.log, self.keeps_open = path, DeltaLog(path), keeps_open
        self.checkpoint_every = checkpoint_every
        self.boot = boot_id() if boot is None else boot
        self._lock = WriterLock(path, lock_timeout)
        self._opened: tuple[tuple[int, str], DeltaTable] | None = None  # for reading only
        self._head_checked = False
        self._spare: list[tuple[str, DeltaTable]] = []  # the head, opened already, for who takes it first
        self._mark_in_doubt = False

    # Reading

    def mark(self) -> Mark:
        """The acknowledged state. After a restart of the machine the tail is recovered first.

        Raises ForeignTable when a log lies here that has no mark, LakeDamaged when synced data is gone.
        """
        mark = read_mark(self.path)
        if mark is None and self.log.versions():
            raise self._foreign()
        if mark is not None and mark.boot != self.boot:
            self._recover_unless_busy()
            mark = read_mark(self.path)
        return mark or Mark()

    def reader(self) -> DeltaTable | None:
        """A snapshot of the acknowledged version, opened once for each if tables stay open; None when there is none."""
        mark = self.mark()
        if mark.version < 0:
            return None
        if self._opened is None or self._opened[0] != (mark.version, mark.sha256):
            table = self._taken(mark.version) or DeltaTable(self.path, version=mark.version)
            self._opened = ((mark.version, mark.sha256), table) if self.keeps_open else None
            return table
        return self._opened[1]

    def _recover_unless_busy(self) -> None:
        try:
            self.recover()
        except WriterBusy:
            return  # whoever holds the lock recovered the table when taking it

    # Writing

    def commit(self, marks: Mapping[str, int], work: Work) -> bool:
        """Run `work` as one commit that records `marks`; on disk when this returns.

        False, and nothing is done, when each mark is already recorded: delta-rs does not refuse a repetition.
        Raises WriterBusy, LakeDamaged, and OSError when the disk refuses (then the commit is undone).
        """
        with self.writing():
            table = self._head()
            due = {app: seq for app, seq in marks.items() if last_applied(table, app) < seq}
            if marks and not due:
                return False
            properties = CommitProperties(max_commit_retries=0, app_transactions=transactions(due))
            before = self._newest()
            work(table, properties)
            if table is not None and self._newest() == before:
                append_nothing(table, properties)
            self._acknowledge()
            if table is not None:
                self._keep(table)
            self._checkpoint_if_due()
            return True

    def maintain(self, work: Callable[[DeltaTable], object]) -> None:
        """Run compaction under the lock and put what it wrote on disk; no table, no work."""
        with self.writing():
            table = self._head()
            if table is not None:
                work(table)
                self._acknowledge()
                self._checkpoint_if_due()

    def clean(self, hours: int) -> int:
        """Delete, under the lock, the files no version of the last `hours` needs, without a version of its own."""
        with self.writing():
            table = self._head()
            if table is None:
                return 0
            gone = table.vacuum(hours, dry_run=True, enforce_retention_duration=False, full=True)
            for name in gone:
                (self.path / unquote(name)).unlink(missing_ok=True)
            self._keep(table)
            return len(gone)

    def forget(self, words: Collection[str]) -> bool:
        """
        Delete every version but a new last one, if one of the hashes stands in a file or log entry no reader needs.

        Readers of an older version open the table anew; the change feed begins again. False: nothing was to forget.
        """
        with self.writing():
            table = self._head()
            if table is None or not reword.is_remembered(self.path, table, words):
                return False
            append_nothing(table, CommitProperties(max_commit_retries=0))
            self._acknowledge()
            self._checkpoint(read_mark(self.path) or Mark())
            reword.drop_past(self.path, table)
            self._spare.clear()  # it reads the log as it was, piece by piece
            return True

    def recover(self) -> Recovery:
        """Make the table whole after a crash or a power cut; taking the lock does it each time.

        What was opened for it is given back: a process that recovers every table may never read most of them.
        """
        with self.writing() as recovery:
            self._spare.clear()
            return recovery

    def adopt(self) -> None:
        """Take over a table written elsewhere: put all of it on disk, then set the mark."""
        with self._lock.held():
            if read_mark(self.path) is not None:
                return
            for folder, _, files in os.walk(self.path, topdown=False):
                for file in files:
                    sync(Path(folder, file))
                sync(Path(folder))
            newest, checkpoints = self._newest(), self.log.checkpoints()
            digest = self.log.digest(newest) if newest >= 0 else ""
            self._set_mark(Mark(newest, digest, checkpoints[-1] if checkpoints else -1, self.boot))

    @contextmanager
    def writing(self) -> Iterator[Recovery]:
        """Hold the table's lock, over threads and processes; the kernel frees it when a process dies.

        A thread that holds it may take it again: a read and the commit built on it are then one step.
        """
        with self._lock.held():
            yield self._recover()

    # Acknowledging

    def _acknowledge(self) -> None:
        """Put everything above the mark on disk, then move the mark: from here on the commit is kept."""
        mark = read_mark(self.path) or Mark(boot=self.boot)
        new = [version for version in self.log.versions() if version > mark.version]
        if not new:
            return
        try:
            self.log.sync(new)
        except OSError:  # a second fsync of the same pages may report success for lost data: undo instead
            self.log.drop(new)
            raise
        self._set_mark(replace(mark, version=new[-1], sha256=self.log.digest(new[-1]), boot=self.boot))

    def _set_mark(self, mark: Mark) -> None:
        self._mark_in_doubt = True
        write_mark(self.path, mark)
        self._mark_in_doubt = False

    def _checkpoint_if_due(self) -> None:
        mark = read_mark(self.path) or Mark()
        if mark.version - max(mark.checkpoint, 0) >= self.checkpoint_every:
            self._checkpoint(mark)

    def _checkpoint(self, mark: Mark) -> None:
        table = DeltaTable(self.path)
        table.create_checkpoint()
        for file in self.log.checkpoint_files(mark.version):
            sync(file)
        sync(self.log.hint)
        sync(self.log.folder)
        self._set_mark(replace(mark, checkpoint=mark.version))
        table.cleanup_metadata()  # log entries may go only now

    # Recovering

    def _recover(self) -> Recovery:
        mark = read_mark(self.path)
        if mark is None:
            if self.log.versions() or self.log.checkpoints():
                raise self._foreign()
            mark = Mark(boot=self.boot)
            self._set_mark(mark)
        elif self._mark_in_doubt:  # its folder's fsync failed: write it anew before building on it
            self._set_mark(mark)
        mark, kept, dropped = self._settle_tail(mark)
        loose = [version for version in self.log.checkpoints() if version > mark.checkpoint]
        for version in loose:
            self.log.drop_checkpoint(version)
        self.log.drop_hint_unless(mark.checkpoint)
        touched = loose or kept or dropped or mark.boot != self.boot
        if mark.version >= 0 and (touched or not self._head_checked):
            self._check_head(mark)
        if mark.boot != self.boot:
            self._set_mark(replace(mark, boot=self.boot))
        self._head_checked = True
        return Recovery(mark.version, kept, dropped, tuple(loose))

    def _settle_tail(self, mark: Mark) -> tuple[Mark, tuple[int, ...], tuple[int, ...]]:
        """Keep the versions above the mark only when no page of them can have been lost."""
        tail = tuple(version for version in self.log.versions() if version > mark.version)
        if not tail:
            return mark, (), ()
        machine_stayed_up = bool(self.boot) and mark.boot == self.boot
        if machine_stayed_up and all(self.log.is_whole(version) for version in tail):
            self._acknowledge()
            return read_mark(self.path) or mark, tail, ()
        self.log.drop(tail)
        return mark, (), tail

    def _check_head(self, mark: Mark) -> None:
        entry = self.log.entry(mark.version)
        if not entry.exists() or self.log.digest(mark.version) != mark.sha256:
            raise self._damaged(f"log entry {mark.version} is not the one that was written")
        try:
            table = DeltaTable(self.path)
        except DeltaError as cause:
            raise self._damaged(f"it does not open: {cause}") from cause
        if table.version() != mark.version:
            raise self._damaged(f"it opens at version {table.version()} instead of {mark.version}")
        files = pl.DataFrame(table.get_add_actions(flatten=True)).select("path", "size_bytes")
        for name, size in files.iter_rows():
            file = self.log.path({"path": name})
            if not file.exists() or file.stat().st_size != size:
                raise self._damaged(f"data file '{name}' is missing or has another size")
        self._spare[:] = [(mark.sha256, table)]

    # Small print

    def _newest(self) -> int:
        return max(self.log.versions(), default=-1)

    def _head(self) -> DeltaTable | None:
        newest = self._newest()
        return self._taken(newest) or (DeltaTable(self.path) if newest >= 0 else None)

    def _taken(self, version: int) -> DeltaTable | None:
        """The table that is open already, handed out once: a write moves it on, a reader keeps it.

        It reads what came since, a fraction of opening it, unless its own log entry is not what it was.
        """
        try:
            digest, table = self._spare.pop()
            if digest != self.log.digest(table.version()):
                return None
            if table.version() < version:
                table.update_incremental()
        except (IndexError, FileNotFoundError):
            return None
        return table if table.version() == version else None

    def _keep(self, table: DeltaTable) -> None:
        self._spare[:] = [(self.log.digest(table.version()), table)]

    def _damaged(self, what: str) -> LakeDamaged:
        return LakeDamaged(f"Table '{self.path.name}' lost data that was on disk: {what}. Restore a backup.")

    def _foreign(self) -> ForeignTable:
        return ForeignTable(
            f"Table '{self.path.name}' has a Delta log that Fairlead did not start; adopt it or move it away."
        )
