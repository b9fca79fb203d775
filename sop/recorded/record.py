"""Take in what changed in the state database since the last time, as rows of the fact tables."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from sop.recorded.audits import CHECKS, PLANNED
from sop.recorded.recorder import OURS, Recorder, Row
from sop.recorded.reviews import CORRECTIVES, REVIEWS, VERSIONS
from sop.recorded.runs import RUNS
from sop.recorded.training import QUIZZES, REQUIRED, TRAINED
from store.company_file import load_company
from store.contract import Table, fields, key_of, polars_schema
from store.home import Store, load_context
from store.intake import Drift, Taken, take_in
from store.upsert import close_snapshot

RECORDERS: tuple[Recorder, ...] = (
    RUNS, REQUIRED, TRAINED, QUIZZES, VERSIONS, REVIEWS, CORRECTIVES, CHECKS, PLANNED,
)  # fmt: skip
OVERLAP = timedelta(minutes=15)  # a change is dated before it is committed
ALWAYS = datetime(1970, 1, 2, tzinfo=UTC)
log = logging.getLogger("fairlead.sop")


def record_work(
    store: Store, *, full: bool = False, recorders: Sequence[Recorder] = RECORDERS
) -> list[Taken]:
    """
    Bring the facts up to what people did; what did not change is not written. `full`: everything anew.

    A part whose rows are mostly bad is told in the log and does not stop the others.
    """
    return [taken for each in recorders if (taken := _record(store, each, full)) is not None]


def _record(store: Store, recorder: Recorder, full: bool) -> Taken | None:
    """The moment of the last commit is its sequence in the lake, so that both are kept or neither."""
    source, now = f"{OURS}{recorder.name}", datetime.now(UTC)
    applied = store.lake.applied(recorder.table.name, f"{source}/{recorder.table.name}")
    since = ALWAYS if full or applied < 0 else datetime.fromtimestamp(applied / 1e6, UTC) - OVERLAP
    rows = list(recorder.rows(store.state, since))
    sequence = max(int(now.timestamp() * 1e6), applied + 1)
    if recorder.whole and applied >= 0:
        _close(store, recorder, source, rows, sequence)
    if not rows:
        return None
    context = load_context(store, load_company(store.home))
    try:
        return take_in(
            store, context, recorder.table, _frame(recorder.table, rows), source=source, sequence=sequence
        )
    except Drift as drift:
        log.error("%s", drift)
        return None


def _close(store: Store, recorder: Recorder, source: str, rows: Sequence[Row], sequence: int) -> None:
    """Delete what a recorder of everything gave before and does not give any more."""
    key = key_of(recorder.table)[0]
    seen = pl.DataFrame({key: [str(row[key]) for row in rows]}, schema={key: pl.String})
    marks = {f"{source}/{recorder.table.name}/closed": sequence}
    close_snapshot(store.lake, recorder.table.name, seen, source=source, key=[key], marks=marks)


def _frame(table: type[Table], rows: Sequence[Row]) -> pl.DataFrame:
    """The rows with every column a source could fill, and the key as what tells them apart."""
    stored = polars_schema(table)
    schema = {name: stored[name] for name, field in fields(table).items() if field.mapped}
    return pl.DataFrame(rows, schema=schema).with_columns(source_id=pl.col(key_of(table)[0]))
