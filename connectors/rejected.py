"""Rejected rows once more: with today's mapping, from the raw values that were kept."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from connectors.batch import ID, REFUSED, Batch
from connectors.errors import SourceError
from connectors.mapping import Texts, shape
from connectors.plan import ROW, Config, SourceConfig, TableMapping
from connectors.registry import BUILDERS, Builder
from connectors.repeated import AGAIN, SeenKeys
from connectors.sync import STOPS_A_TABLE, Report, only_one
from connectors.take import Intake
from store.home import Store
from store.intake import Drift
from store.rejected import rejected_rows
from store.scope import Principal
from store.state.runs import RunStatus

MADE_UP = (
    "The rows of '{source}' are made up and come without a mapping: nothing can read them in another way, so they "
    "stay."
)
UNMAPPED = (
    "No mapping of '{source}' is known any more. Bring its file again, or put it back into fairlead.toml."
)
REPEATED = (
    "Each row that waits repeats a key that was there before; only reading '{source}' again tells which row "
    "counts."
)
NOT_ASKED = (
    "The rows were read from what was kept of them, the database of '{source}' was not asked; what was mended there "
    "comes with the next sync."
)


def replay(
    store: Store, config: Config, principal: Principal, builders: Mapping[str, Builder] = BUILDERS
) -> list[Report]:
    """
    Take the open rejected rows in again with today's mapping: those that pass are resolved, the others stay open.

    It is no run of the source: nothing was pulled, so the source is not fresher than before. Rows that repeat a
    key, and rows of sources without a mapping, are not replayed: only a sync can judge them.
    """
    with only_one(store):
        reports = [_source(store, config, principal, source) for source in config.sources if source.tables]
    return [report for report in reports if report is not None]


def remark(store: Store, config: Config, principal: Principal, source: str) -> str:
    """
    What a person should know of replaying the rows of a source: why nothing can come of it, or that a database is not
    asked anew. Empty where there is nothing to say. Ask before the replay.
    """
    known = next((each for each in config.sources if each.name == source), None)
    if known is not None and known.connector == "demo":
        return MADE_UP.format(source=source)
    if known is None:
        return UNMAPPED.format(source=source)
    reasons = rejected_rows(store.lake, principal, source=source)["reason"]
    if len(reasons) and reasons.str.contains(AGAIN, literal=True).all():
        return REPEATED.format(source=source)
    return NOT_ASKED.format(source=source) if known.connector == "sql" else ""


def _source(store: Store, config: Config, principal: Principal, source: SourceConfig) -> Report | None:
    waiting = rejected_rows(store.lake, principal, source=source.name)
    waiting = waiting.filter(~pl.col("reason").str.contains(AGAIN, literal=True))
    if waiting.is_empty():
        return None
    intake = Intake(store, config.company, principal, source.name, 0, lambda _: None)
    problems = [str(problem) for problem in _tables(intake, source, waiting)]
    status = RunStatus.FAILED if problems else RunStatus.OK
    return Report(source.name, status, " ".join(problems), intake.counts())


def _tables(intake: Intake, source: SourceConfig, waiting: pl.DataFrame) -> Iterator[Exception]:
    for mapping in source.tables:
        rows = waiting.filter(pl.col("table") == mapping.table.name)
        if rows.is_empty():
            continue
        try:
            intake.take(_batch(mapping, rows))
        except Drift:
            yield SourceError(f"The rows of {mapping.table.name} are still as bad as they were.")
        except STOPS_A_TABLE as problem:
            yield problem


def _batch(mapping: TableMapping, rows: pl.DataFrame) -> Batch:
    """The kept texts under their columns; a column the mapping has since begun to need is missing, and said so."""
    texts = [json.loads(raw or "{}") for raw in rows["raw"]]
    names = dict.fromkeys(name for row in texts for name in row)
    columns = {name: pl.Series([row.get(name) for row in texts], dtype=pl.String) for name in names}
    number = rows["source_id"].str.extract(r":([0-9]+)$").cast(pl.Int64).fill_null(0)
    frame = pl.DataFrame({ID: rows["source_id"], ROW: number, **columns})
    place = f"the rejected rows of {mapping.table.name}"
    batch = shape(mapping, Texts(frame, place), SeenKeys())
    return replace(batch, refused=REFUSED.to_frame(), keys=None)  # what is still refused stays as it is kept
