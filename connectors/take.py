"""The batches of one run on their way into the lake: counted, and the cursor moved behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from connectors.batch import ID, Batch
from connectors.errors import SourceError
from store.company import Company
from store.contract import Table, key_of, people_of
from store.facts import MAPPED
from store.facts.rates import FxRates
from store.home import Store, load_context
from store.intake import Context, Taken, take_in
from store.lake import NO_BOUNDS
from store.normalise.identity import hashed
from store.reprice import reprice_all
from store.scope import Principal
from store.state.runs import Counts
from store.upsert import close_snapshot, delete

BATCHES_A_RUN = 1_000_000
Progress = Callable[[str], None]


@dataclass(eq=False)
class _Tally:
    """What the run has done to one table so far."""

    counts: Counts
    version: int
    batches: int = 0
    left_out: int = 0
    until: str = ""
    keys: list[pl.Series] = field(default_factory=list)


@dataclass(eq=False)
class Intake:
    """Takes the batches of one run of one source in, each as one commit. Run 0 is none: rows that come again.

    `latest`: the latest business moment of all rows taken in.
    """

    store: Store
    company: Company
    principal: Principal
    source: str
    run: int
    progress: Progress
    latest: datetime | None = None
    _notes: list[str] = field(default_factory=list)
    _tallies: dict[str, _Tally] = field(default_factory=dict)
    _context: Context | None = None
    _sequence: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)

    def take(self, batch: Batch, *, accept_empty: bool = False) -> None:
        """
        Commit a batch, then move its cursor; the last batch of a snapshot marks what is gone as deleted.

        Raises Drift, MissingColumns, UnreadColumn, and SourceError for a snapshot without any row (a mistake more
        often than the truth) unless `accept_empty`.
        """
        tally = self._tally(batch.table)
        self._count(tally, batch, self._commit(tally, batch))
        if batch.table is FxRates:
            self._context = None
        if batch.gone is not None:
            self._mark_gone(tally, batch, batch.gone, delete)
        if batch.snapshot:
            self._close(tally, batch, accept_empty)
        if batch.note:
            self._notes.append(batch.note)
        if batch.cursor is not None:
            self._move(batch.table.name, batch.cursor)
        tally.until = batch.until
        until = f" until {batch.until}" if batch.until else ""
        self.progress(f"{self.source}: {batch.table.name} {tally.counts.read:,} rows{until}")

    def take_as_unchanged(self, counts: Sequence[Counts]) -> None:
        """Count a source that is known to be as it was."""
        for each in counts:
            self._tallies[each.fact] = _Tally(each, self.store.lake.version(each.fact))

    def counts(self, expected: Sequence[str] = ()) -> tuple[Counts, ...]:
        """What the run has done so far, by table; the expected tables are there also when nothing came."""
        done = {name: self._with_days(tally) for name, tally in self._tallies.items()}
        return tuple({**{name: Counts(name) for name in expected}, **done}.values())

    def notes(self) -> str:
        """What a person may want to know about a run in which nothing is wrong."""
        left_out = {name: tally.left_out for name, tally in self._tallies.items() if tally.left_out}
        counted = [f"{name}: {rows:,} rows left out as mapped" for name, rows in left_out.items()]
        return "; ".join([*self._notes, *counted])

    def reached(self) -> str:
        """Up to which day tables were read window by window, for a run that did not come to its end."""
        told = {name: tally.until for name, tally in self._tallies.items() if tally.until}
        return " ".join(f"{name} was read until {day}." for name, day in told.items())

    def cursors(self) -> Mapping[str, str]:
        """How far each table of this source has been read."""
        found = {table.name: self._cursor(table.name) for table in MAPPED}
        return {name: cursor for name, cursor in found.items() if cursor is not None}

    def reprice(self) -> None:
        """New exchange rates reach the rows that waited for them, of this source and of others."""
        rates = self._tallies.get(FxRates.name)
        if rates and (rates.counts.new or rates.counts.changed or rates.counts.deleted):
            reprice_all(self.store, load_context(self.store, self.company))

    def _tally(self, table: type[Table]) -> _Tally:
        version = self.store.lake.version(table.name)
        return self._tallies.setdefault(table.name, _Tally(Counts(table.name), version))

    def _commit(self, tally: _Tally, batch: Batch) -> Taken:
        if self._context is None:
            self._context = load_context(self.store, self.company)
        return take_in(
            self.store,
            self._context,
            batch.table,
            _hashed(batch, self._context.secret),
            source=self.source,
            sequence=self._next(batch.table),
            refused=batch.refused,
            raw=_raw(batch),
            fresh=batch.distinct and tally.version < 0,
            hidden=batch.hidden,
        )

    def _next(self, table: type[Table]) -> int:
        """A number higher than that of every batch this source has committed to the table."""
        self._sequence += 1
        name = table.name
        if name not in self._numbers:
            self._numbers[name] = self.store.lake.applied(name, f"{self.source}/{name}")
        self._numbers[name] = max(self.run * BATCHES_A_RUN + self._sequence, self._numbers[name] + 1)
        return self._numbers[name]

    def _count(self, tally: _Tally, batch: Batch, taken: Taken) -> None:
        so_far = tally.counts
        tally.counts = replace(
            so_far,
            read=so_far.read + batch.read,
            new=so_far.new + taken.new,
            changed=so_far.changed + taken.changed,
            unchanged=so_far.unchanged + taken.unchanged,
            deleted=so_far.deleted + taken.deleted,
            rejected=so_far.rejected + taken.rejected,
            days_touched=so_far.days_touched + taken.days,
        )
        if taken.latest is not None:
            self.latest = max(taken.latest, self.latest or taken.latest)
        tally.batches += 1
        tally.left_out += batch.left_out
        if batch.keys is not None:
            tally.keys.append(batch.keys)

    def _close(self, tally: _Tally, batch: Batch, accept_empty: bool) -> None:
        """Mark as deleted what the source sent before and does not send any more."""
        keys = pl.concat([pl.Series(dtype=pl.String), *tally.keys])
        if keys.is_empty() and not accept_empty:
            raise SourceError(
                f"{self.source}: the snapshot of {batch.table.name} has no rows, which would mark all of them deleted. "
                f"Look at the source; if it is right, sync it with --full."
            )
        if tally.version >= 0:  # else the table is as old as this run, so nothing in it can be gone
            self._mark_gone(tally, batch, keys, close_snapshot)

    def _mark_gone(self, tally: _Tally, batch: Batch, keys: pl.Series, mark: Callable[..., int]) -> None:
        """Mark as deleted what the source says is gone, or sends no more; what was never taken in needs no mark."""
        table, key = batch.table, key_of(batch.table)[0]
        if key in {*people_of(table), *batch.hashed} and self._context is not None:
            keys = hashed(keys, self._context.secret)
        marks = {f"{self.source}/{table.name}": self._next(table)}
        named = keys.unique().to_frame(key)
        gone = mark(self.store.lake, table.name, named, source=self.source, key=[key], marks=marks)
        tally.batches += bool(gone)
        tally.counts = replace(tally.counts, deleted=tally.counts.deleted + gone)

    def _with_days(self, tally: _Tally) -> Counts:
        """Days are counted once, however many batches touched them."""
        counts = tally.counts
        if tally.batches <= 1 or not (counts.new or counts.changed or counts.deleted):
            return counts
        return replace(counts, days_touched=self._days(counts.fact, tally.version))

    def _days(self, name: str, version: int) -> int:
        table = next(table for table in MAPPED if table.name == name)
        day = table.month_of
        changed = self.store.lake.changes(name, version, [day]) if version >= 0 else None
        if changed is None:
            schema = pl.Schema({day: table.columns()[day].dtype})
            changed = self.store.lake.read(
                name, schema, lambda rows: rows.select(pl.col(day).unique()), NO_BOUNDS
            )
        return changed[day].drop_nulls().n_unique()

    def _cursor(self, stream: str) -> str | None:
        return self.store.state.runs.cursor(self.principal, self.source, stream)

    def _move(self, stream: str, value: str) -> None:
        before = self._cursor(stream)
        if value != before:
            self.store.state.runs.move_cursor(
                self.principal, self.source, stream, value, expected=before, run=self.run
            )

    def kept(self, stream: str) -> str | None:
        """What an earlier run kept under a name that is no table."""
        return self._cursor(stream)

    def keep(self, stream: str, value: str) -> None:
        """Keep a text for later runs under a name that is no table."""
        self._move(stream, value)


def _hashed(batch: Batch, secret: bytes) -> pl.DataFrame:
    """The rows with the texts hashed that the mapping wants hashed; those that name people, intake hashes itself."""
    names = batch.hashed - people_of(batch.table).keys()
    return (
        batch.rows.with_columns(hashed(batch.rows[name], secret) for name in names) if names else batch.rows
    )


def _raw(batch: Batch) -> pl.DataFrame | None:
    """What to keep beside a row that intake rejects, under the name intake finds it by."""
    if ID not in batch.texts.columns:
        return batch.texts if "source_id" in batch.texts.columns else None
    if "source_id" in batch.texts.columns:
        return batch.raw
    return batch.texts.rename({ID: "source_id"})
