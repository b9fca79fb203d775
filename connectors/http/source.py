"""The HTTP connector: pages of a declared system, shaped by its mapping, with a cursor behind each committed page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import cast

import polars as pl

from connectors.batch import Batch
from connectors.block import Block
from connectors.credentials import Resolve
from connectors.errors import ConfigError, SourceError
from connectors.http.body import wrong
from connectors.http.client import Client
from connectors.http.declared import Stream, System
from connectors.http.forms import JSON, Form, collecting
from connectors.http.gathering import Gathering, Shaped
from connectors.http.gone import Gone
from connectors.http.narrow import form_of
from connectors.http.observed import heard, look_at
from connectors.http.position import Reached, read_reached
from connectors.http.raw import Raw
from connectors.http.sign_in import signature_of
from connectors.http.signing import Signature
from connectors.http.walk import Page, Walk
from connectors.observed import Notes
from connectors.plan import Mode, SourceConfig, TableMapping
from store.personal.limits import load_retention
from store.raw_pages import RawPages
from store.vault import Vault


@dataclass(frozen=True, eq=False)
class HttpSource:
    """
    One account of a system, read page by page; what was committed is not asked for again. With `pages` each is on disk
    before the next is asked for, and many become facts together; else each becomes facts first.
    """

    config: SourceConfig
    system: System
    signature: Signature
    tables: tuple[TableMapping, ...]
    pages: RawPages | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def source(self) -> str:
        return self.config.name

    @property
    def together(self) -> frozenset[str]:
        """The tables whose pages come together: what is wrong with one does not stop the others."""
        return frozenset(self.names())

    def names(self) -> list[str]:
        return [mapping.table.name for mapping in self.tables]

    def parts(self) -> Sequence["HttpSource"]:
        """One for each stream, whose pages are asked for once for all of its tables."""
        by_stream: dict[str, list[TableMapping]] = {}
        for mapping in self.tables:
            by_stream.setdefault(cast(str, mapping.options["stream"]), []).append(mapping)
        return [replace(self, tables=tuple(tables)) for tables in by_stream.values()]

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """The pages from where each table was left. Raises SourceError; the cursor then stays where it was."""
        raw = Raw(self.pages)
        if self.pages is not None:
            self.pages.limit()
        for part in self.parts():
            stream = part.stream
            whole = {each.table.name for each in part.tables if each.mode is Mode.SNAPSHOT}
            if full or since is not None or whole:
                raw.forget(stream)
            look_at(self.notes, self.source, stream.name, part.tables)
            begins = [
                self._begins(stream, cursors.get(table), full or table in whole, since)
                for table in part.names()
            ]
            for reached, tables in _joined(part.tables, begins):
                shaped = [Shaped.of(self.source, each, stream) for each in tables]
                names = {name for each in shaped for name in each.names}
                form = form_of(self.system, stream, names, partial(self.notes.look, stream.name))
                with closing(self._client(form)) as client:
                    walk = Walk(self.source, client, stream, self.system.well, reached, raw)
                    yield from _read(walk, shaped, self.notes)
            yield from self._gone(part)

    def _gone(self, part: "HttpSource") -> Iterator[Batch]:
        """
        What lists of their own say is gone, each read whole: after the rows, of which one may go meanwhile. They are no
        reading of the stream, so they move no position and none of their pages is kept.
        """
        for name, tables in part.lists_of_gone().items():
            stream = self._of_account(name)
            begin = self._begins(stream, None, True, None)
            shaped = [replace(Shaped.of(self.source, each, stream), gone=Gone(all=True)) for each in tables]
            with closing(self._client(JSON)) as client:
                for page in Walk(self.source, client, stream, self.system.well, begin).pages():
                    yield from (_gone_of(self.source, each, page) for each in shaped)

    def lists_of_gone(self) -> Mapping[str, list[TableMapping]]:
        """The streams that list what is gone, with the tables whose rows they name."""
        found: dict[str, list[TableMapping]] = {}
        for mapping in self.tables:
            for name in Block(self.source, mapping.table.name, mapping.options).texts("gone_in"):
                found.setdefault(name, []).append(mapping)
        return found

    def tasting(self) -> "HttpSource":
        """The same, page by page and without keeping any: for a trial."""
        return replace(self, pages=None)

    @property
    def stream(self) -> Stream:
        """The one of a part, as its account is asked for it."""
        return self._of_account(cast(str, self.tables[0].options["stream"]))

    def _of_account(self, name: str) -> Stream:
        return self.system.streams[name].of(cast(str, self.config.options["account"]))

    def _client(self, form: Form) -> Client:
        inside = bool(self.config.options["inside"])
        limit = self.system.limit
        listen = partial(_listen, self.notes, limit.left)
        return Client(self.source, self.system.host, self.signature, limit, inside, form, listen=listen)

    def _begins(self, stream: Stream, cursor: str | None, full: bool, since: date | None) -> Reached:
        if since is not None:
            return Reached(since.isoformat())
        reached, start = Reached() if full else read_reached(cursor), cast(str, self.config.options["since"])
        return reached if reached.since or stream.since is None else replace(reached, since=start)


def _read(walk: Walk, tables: Sequence[Shaped], notes: Notes) -> Iterator[Batch]:
    """What the pages of a walk have for these tables; a page that is kept may wait for others until it is facts."""
    gatherings = [Gathering(each) for each in tables]
    try:
        with collecting(False):
            for page in walk.pages():
                if walk.client.form is JSON:
                    notes.look(walk.stream.name, page.records)
                for each in gatherings:
                    each.add(page)
                if not walk.raw.is_kept or gatherings[0].is_enough:
                    yield from _committed(walk, gatherings)
        yield from _committed(walk, gatherings)
        for each in gatherings:
            yield from each.closed()
    except SourceError:
        yield from _committed(walk, gatherings)
        walk.raw.forget(walk.stream)
        raise
    except GeneratorExit:
        walk.raw.forget(walk.stream)
        raise


def _gone_of(source: str, shaped: Shaped, page: Page) -> Batch:
    """The rows that a page lists as gone. Raises SourceError for one that it does not name."""
    texts, key = shaped.texts(page), shaped.mapping.key
    if texts.select(pl.any_horizontal(pl.col(key).is_null()).any()).item():
        raise wrong(source, shaped.stream, f"lists something that is gone without its {' and '.join(key)}")
    return replace(shaped.batch(texts, page), read=0, cursor=None)


def _committed(walk: Walk, gatherings: Sequence[Gathering]) -> Iterator[Batch]:
    """Their batches; whoever asks for more behind the last one has made facts of them."""
    with collecting(True):
        for each in gatherings:
            yield from each.batches()
    walk.raw.settle(walk.stream)


def _listen(notes: Notes, header: str, headers: Mapping[str, str]) -> None:
    heard(notes, header, headers, datetime.now(UTC))


def _joined(
    tables: Sequence[TableMapping], begins: Sequence[Reached]
) -> list[tuple[Reached, list[TableMapping]]]:
    """The tables that can be read together, with where to begin."""
    groups: list[tuple[Reached, list[TableMapping]]] = []
    for mapping, begin in zip(tables, begins, strict=True):
        for at, (known, inside) in enumerate(groups):
            if (both := known.joined(begin)) is not None:
                groups[at] = both, [*inside, mapping]
                break
        else:
            groups.append((begin, [mapping]))
    return groups


def http_source(
    config: SourceConfig,
    resolve: Resolve = str,
    vault: Callable[[], Vault] | None = None,
    home: Path | None = None,
) -> HttpSource:
    """
    The builder of sources asked over HTTP; tokens that rotate are kept in the `vault`, pages under `home`. Raises
    ConfigError for a key that cannot be read.
    """
    system = cast(System, config.options["declared"])
    if not system.host:
        raise ConfigError(f"Source '{config.name}': {system.name} needs host = \"https://...\".")
    for mapping in config.tables:
        stream = system.streams[cast(str, mapping.options["stream"])]
        if mapping.mode is Mode.SNAPSHOT and stream.since is not None:
            raise ConfigError(
                f"Source '{config.name}', table '{mapping.table.name}': a snapshot is read whole, and {system.name} "
                "gives only what changed; write mode = 'upsert'."
            )
    pages = None
    if home is not None:
        pages = RawPages(home, config.name, lasting=load_retention(home).pages_days > 0)
    return HttpSource(config, system, signature_of(config, system, resolve, vault), config.tables, pages)
