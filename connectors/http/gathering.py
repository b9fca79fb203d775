"""Pages gathered until they are worth a commit, and the batches that are made of them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from connectors.batch import Batch, emptied, put_together
from connectors.block import Block
from connectors.http.declared import Stream
from connectors.http.gone import Gone, read_gone
from connectors.http.places import place_of
from connectors.http.rows import frame_of, texts_of
from connectors.http.walk import Page
from connectors.http.worked import Worked, read_worked
from connectors.mapping import Texts, keys_of, shape
from connectors.plan import Mode, TableMapping
from connectors.repeated import SeenKeys
from store.contract import key_of
from store.intake import DRIFT_ROWS, DRIFT_SHARE

ROWS, SECONDS = 15_000, 20.0


@dataclass(frozen=True, eq=False)
class Shaped:
    """How the records of a stream become rows of one table."""

    mapping: TableMapping
    stream: Stream
    worked: Worked
    each: tuple[str, ...]
    gone: Gone

    @classmethod
    def of(cls, source: str, mapping: TableMapping, stream: Stream) -> "Shaped":
        told = Block(source, mapping.table.name, {**mapping.options, "key": list(mapping.key)})
        each = place_of(str(mapping.options.get("each", "")))
        return cls(mapping, stream, read_worked(told.block("worked")), each, read_gone(told))

    @property
    def is_whole(self) -> bool:
        """Whether all rows of the table come each time."""
        return self.mapping.mode is Mode.SNAPSHOT

    @property
    def names(self) -> set[str]:
        """What is read of a record, dotted: fields, and lists of which something is picked."""
        fields = [name for name in self._fields() if name not in self.worked.picks]
        lists = [pick.of for pick in self.worked.picks.values()]
        return {*fields, *(".".join(place) for place in (*lists, self.each) if place)}

    def texts(self, page: Page) -> pl.DataFrame:
        return texts_of(page.records, self.each, self.worked, self._fields())

    def _fields(self) -> list[str]:
        return self.worked.needed([*self.mapping.source_columns, *self.gone.where])

    def batch(self, texts: pl.DataFrame, last: Page) -> Batch:
        """The rows as facts want them, with the position behind their last page."""
        alive, gone = self.gone.split(texts, self.mapping.key)
        named, left = (
            Texts(frame_of(self.mapping, rows, self.worked, self.stream.name), self.stream.name)
            for rows in (alive, gone)
        )
        batch = shape(self.mapping, named, SeenKeys())
        return replace(
            batch,
            read=batch.read + texts.height - alive.height,
            gone=keys_of(self.mapping, left) if gone.height else None,
            cursor=last.behind.written(),
            until=last.until[:10] if self.stream.since and self.stream.since.window_days else "",
        )


@dataclass(eq=False)
class Gathering:
    """What pages have for one table since its last commit."""

    shaped: Shaped
    seen: SeenKeys = field(default_factory=SeenKeys)
    _pages: list[tuple[Page, pl.DataFrame]] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)
    _last: Batch | None = None

    def add(self, page: Page) -> None:
        self._pages.append((replace(page, records=[]), self.shaped.texts(page)))

    @property
    def is_enough(self) -> bool:
        rows = sum(texts.height for _, texts in self._pages)
        return rows >= ROWS or time.monotonic() - self._since >= SECONDS

    def batches(self) -> Iterator[Batch]:
        """
        One for all pages; one each where so many rows do not fit that a page may be the first after the system
        changed. A row that comes again on a later page is newer there.
        """
        pages, self._pages, self._since = self._pages, [], time.monotonic()
        key = key_of(self.shaped.mapping.table)[0]
        for batch in self._shaped(pages, key) if pages else ():
            keys = batch.keys if self.shaped.is_whole else None
            is_new = bool(self.seen.first_time(batch.rows[key]).all())
            self._last = replace(batch, keys=keys, distinct=is_new)
            yield self._last

    def closed(self) -> Iterator[Batch]:
        """Behind the last batch of a table that comes whole each time: what did not come is gone."""
        if self._last is not None and self.shaped.is_whole:
            yield replace(emptied(self._last), snapshot=True)

    def _shaped(self, pages: list[tuple[Page, pl.DataFrame]], key: str) -> list[Batch]:
        whole = self.shaped.batch(pl.concat([texts for _, texts in pages], rechunk=True), pages[-1][0])
        comes_again = whole.keys is not None and whole.keys.n_unique() < whole.keys.len()
        if len(pages) == 1 or not (comes_again or _may_drift(whole, pages)):
            return [whole]
        each = _latest_refused([self.shaped.batch(texts, page) for page, texts in pages])
        is_like_first = [batch.rows.schema == each[0].rows.schema and batch.gone is None for batch in each]
        if not all(is_like_first):  # moments with and without an offset; rows that went and came again
            return each
        whole = put_together(each, key)
        return each if _may_drift(whole, pages) else [whole]


def _latest_refused(batches: list[Batch]) -> list[Batch]:
    """A refused row waits once, as the latest page has it, and not at all where that one fits."""
    later = pl.Series(dtype=pl.String)
    found: list[Batch] = []
    for batch in reversed(batches):
        found.append(
            replace(batch, refused=batch.refused.filter(~pl.col("source_id").is_in(later.implode())))
        )
        later = pl.concat([later, batch.rows["source_id"], batch.refused["source_id"]])
    return found[::-1]


def _may_drift(batch: Batch, pages: list[tuple[Page, pl.DataFrame]]) -> bool:
    """Whether all that was refused would be too much for one page alone."""
    judged = [texts.height for _, texts in pages if texts.height >= DRIFT_ROWS]
    return bool(judged) and batch.refused.height > min(judged) * DRIFT_SHARE
