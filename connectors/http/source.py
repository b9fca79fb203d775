"""The HTTP connector: pages of a declared system, shaped by its mapping, with a cursor behind each committed page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast
from urllib.parse import urljoin, urlsplit

import polars as pl

from connectors.batch import Batch
from connectors.block import Block
from connectors.credentials import Resolve, is_reference, resolved, secret_of
from connectors.errors import ConfigError
from connectors.http.access import Access, Credentials, Kept
from connectors.http.client import Client
from connectors.http.declared import Stream, System
from connectors.http.places import place_of
from connectors.http.position import Reached, read_reached
from connectors.http.rows import frame_of, rows_of
from connectors.http.signing import Grant, Signature, Signed, Tokens, signed
from connectors.http.walk import Page, Walk
from connectors.http.worked import read_worked
from connectors.mapping import Texts, shape
from connectors.plan import SourceConfig, TableMapping
from connectors.repeated import SeenKeys
from store.contract import key_of
from store.redaction import learn
from store.vault import Vault

MOST_KEYS = 500_000


@dataclass(frozen=True, eq=False)
class HttpSource:
    """One account of a system. Each table is read page by page; what was committed is not asked for again."""

    config: SourceConfig
    system: System
    signature: Signature
    tables: tuple[TableMapping, ...]

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
        for part in self.parts():
            stream = self.system.streams[cast(str, part.tables[0].options["stream"])]
            stream = stream.of(cast(str, self.config.options["account"]))
            begins = [self._begins(stream, cursors.get(table), full, since) for table in part.names()]
            for reached, tables in _joined(part.tables, begins):
                with closing(self._client()) as client:
                    seen = {mapping.table.name: Seen() for mapping in tables}
                    for page in Walk(self.source, client, stream, self.system.well, reached).pages():
                        for mapping in tables:
                            batch = self._batch(mapping, stream, page)
                            is_new = seen[mapping.table.name].are_new(batch.rows[key_of(mapping.table)[0]])
                            yield replace(batch, distinct=is_new)

    def _client(self) -> Client:
        inside = bool(self.config.options["inside"])
        return Client(self.source, self.system.host, self.signature, self.system.limit, inside)

    def _begins(self, stream: Stream, cursor: str | None, full: bool, since: date | None) -> Reached:
        if since is not None:
            return Reached(since.isoformat())
        reached, start = Reached() if full else read_reached(cursor), cast(str, self.config.options["since"])
        return reached if reached.since or stream.since is None else replace(reached, since=start)

    def _batch(self, mapping: TableMapping, stream: Stream, page: Page) -> Batch:
        """A row that comes again on a later page is newer there, so each page is told apart by itself."""
        worked = read_worked(Block(self.source, mapping.table.name, mapping.options).block("worked"))
        each = place_of(cast(str, mapping.options.get("each", "")))
        rows = rows_of(page.records, each, worked, worked.needed(mapping.source_columns))
        texts = Texts(frame_of(mapping, rows, worked, stream.name), stream.name)
        until = page.until[:10] if stream.since and stream.since.window_days else ""
        return replace(shape(mapping, texts, SeenKeys()), cursor=page.behind.written(), until=until)


@dataclass(eq=False)
class Seen:
    """The keys of the pages before; of too many it knows nothing any more, and promises nothing."""

    keys: set[int] | None = field(default_factory=set)

    def are_new(self, keys: pl.Series) -> bool:
        """Whether none of them came before."""
        if self.keys is None or len(self.keys) + keys.len() > MOST_KEYS:
            self.keys = None
            return False
        coming = set(keys.hash().to_list())
        is_new = self.keys.isdisjoint(coming)
        self.keys |= coming
        return is_new


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
    config: SourceConfig, resolve: Resolve = str, vault: Callable[[], Vault] | None = None
) -> HttpSource:
    """
    The builder of sources asked over HTTP; tokens that rotate are kept in the `vault`. Raises ConfigError for a key
    that cannot be read.
    """
    system = cast(System, config.options["declared"])
    if not system.host:
        raise ConfigError(f"Source '{config.name}': {system.name} needs host = \"https://...\".")
    return HttpSource(config, system, _signature(config, system, resolve, vault), config.tables)


def _signature(
    config: SourceConfig, system: System, resolve: Resolve, vault: Callable[[], Vault] | None
) -> Signature:
    told = {name: cast(str, config.options[name]) for name in ("key", "user", "account")}
    key = learn(secret_of(config.name, "key", told["key"], resolve)) if told["key"] else ""
    headers = {name: _filled(text, {**told, "key": key}) for name, text in system.headers.items()}
    more = {name: text for name, text in headers.items() if text}
    tokens = system.auth.tokens
    if tokens is None:
        own = signed(system.auth, told["user"], key) if key else Signed()
        return replace(own, in_headers={**own.in_headers, **more})
    credentials = _credentials(config, tokens, resolve)
    kept = Kept(config.name, vault) if tokens.grant is Grant.REFRESH and vault else None
    inside, host = bool(config.options["inside"]), cast(str, config.options["token_host"]) or system.host
    address = urljoin(
        f"{host}/", urlsplit(tokens.address).path if config.options["token_host"] else tokens.address
    )
    return Access(config.name, system.auth, tokens, address, credentials, kept, inside, more)


def _credentials(config: SourceConfig, tokens: Tokens, resolve: Resolve) -> Credentials:
    """Client, secret and refresh token by reference. Raises ConfigError for one that is missing."""
    told = {name: cast(str, config.options[name]) for name in ("client", "secret", "refresh")}
    for name in ("client", "secret", *(("refresh",) if tokens.grant is Grant.REFRESH else ())):
        if not told[name]:
            raise ConfigError(
                f"Source '{config.name}': {name} is missing, with which tokens are got; write for example "
                f'{name} = "stored:{config.name}.{name}".'
            )
    found = {
        name: learn(secret_of(config.name, name, told[name], resolve))
        for name in ("secret", "refresh")
        if told[name]
    }
    client = told["client"]
    client = resolved(config.name, "client", client, resolve) if is_reference(client) else client
    return Credentials(client, found["secret"], found.get("refresh", ""))


def _filled(text: str, told: Mapping[str, str]) -> str:
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text
