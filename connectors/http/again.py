"""Pages that were kept, read again with the mapping of today; nobody is asked for them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from connectors.batch import Batch, put_together
from connectors.errors import ConfigError, SourceError
from connectors.http.body import records_of
from connectors.http.forms import JSON, NotWhole
from connectors.http.gathering import ROWS, Shaped
from connectors.http.position import Reached
from connectors.http.raw import answer_of
from connectors.http.source import HttpSource
from connectors.http.walk import Page
from connectors.repeated import SeenKeys
from connectors.sync import STOPS_A_TABLE, Report, only_one
from connectors.take import Intake, Progress
from store.company import Company
from store.contract import key_of
from store.home import Store
from store.intake import Drift
from store.raw_pages import RawPages
from store.scope import Principal
from store.state.runs import RunStatus


def read_again(
    store: Store,
    company: Company,
    principal: Principal,
    source: HttpSource,
    progress: Progress = lambda _: None,
) -> Report:
    """
    Take the rows of all pages of a source in that are kept, each as the latest page has it. It is no run of the source:
    nothing was asked, so the source is not fresher than before, and no position moves. Raises ConfigError where no page
    is kept, SyncRunning.
    """
    pages = source.pages
    if pages is None or not any(pages.done(part.stream.name) for part in source.parts()):
        raise ConfigError(
            f"No page of '{source.source}' is kept. Pages are kept for the days of pages_days under [retention]; "
            f"read it from the beginning with `fairlead sync {source.source} --full`."
        )
    problems: list[str] = []
    with only_one(store):
        intake = Intake(store, company, principal, source.source, 0, progress)
        for part in source.parts():
            try:
                for batch in _batches(part, pages):
                    intake.take(batch)
            except (*STOPS_A_TABLE, Drift) as problem:
                problems.append(str(problem))
    status = RunStatus.FAILED if problems else RunStatus.OK
    return Report(source.source, status, " ".join(problems), intake.counts(source.names()))


def _batches(part: HttpSource, pages: RawPages) -> Iterator[Batch]:
    """Table by table: the latest page first, so that a row that came on several counts as the last one has it."""
    for mapping in part.tables:
        shaped, seen = Shaped.of(part.source, mapping, part.stream), SeenKeys()
        waiting: list[Batch] = []
        for records in _records(part, pages):
            page = Page(records, Reached())
            waiting.append(_unseen(shaped.batch(shaped.texts(page), page), seen, part.stream.name))
            if sum(batch.read for batch in waiting) >= ROWS:
                yield from _together(waiting, key_of(mapping.table)[0])
                waiting = []
        yield from _together(waiting, key_of(mapping.table)[0])


def _records(part: HttpSource, pages: RawPages) -> Iterator[list[object]]:
    """Of each page that is kept. Raises SourceError for one in which they are not where they should be."""
    for file in pages.done(part.stream.name):
        page = pages.read(file)
        try:
            answer = answer_of(page, part.stream, JSON) if page is not None else None
        except NotWhole:
            answer = None
        if answer is None:
            raise SourceError(
                f"Source '{part.source}': the page kept in {file.name} cannot be read; remove it."
            )
        yield records_of(part.source, part.stream, part.system.well, answer)


def _unseen(batch: Batch, seen: SeenKeys, stream: str) -> Batch:
    """Without the rows that a later page had; what was refused there stays as it is."""
    left = pl.Series(dtype=pl.String) if batch.gone is None else batch.gone
    ids = left.to_frame("key").select(pl.format("{}:{}", pl.lit(stream), "key")).to_series()
    is_new = seen.first_time(pl.concat([batch.rows["source_id"], batch.refused["source_id"], ids]))
    good, rest = is_new[: batch.rows.height], is_new[batch.rows.height :]
    bad, gone = rest[: batch.refused.height], left.filter(rest[batch.refused.height :])
    rows, texts, refused = batch.rows.filter(good), batch.texts.filter(good), batch.refused.filter(bad)
    counted = replace(
        batch, read=rows.height + refused.height + gone.len(), gone=gone if gone.len() else None
    )
    return replace(counted, rows=rows, texts=texts, refused=refused, keys=None, cursor=None, distinct=False)


def _together(batches: Sequence[Batch], key: str) -> Iterator[Batch]:
    """As one, unless moments with and without an offset stand in the same column, or rows are gone."""
    if not batches:
        return
    if any(batch.rows.schema != batches[0].rows.schema or batch.gone is not None for batch in batches):
        yield from batches
    else:
        yield put_together(batches, key)
