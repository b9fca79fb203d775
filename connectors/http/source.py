"""The HTTP connector: pages of a declared system, shaped by its mapping, with a cursor behind each committed page."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import msgspec

from connectors.batch import Batch
from connectors.block import Block
from connectors.credentials import Resolve, resolved, secret_of
from connectors.errors import ConfigError, SourceError
from connectors.http.access import Access, Credentials, Kept
from connectors.http.asking import question_of, without_secrets
from connectors.http.client import Answer, Client, Refused
from connectors.http.declared import Paging, Stream, System
from connectors.http.places import found_at, is_at, list_at, place_of
from connectors.http.position import Reached, latest_of, read_reached
from connectors.http.rows import frame_of, named, rows_of
from connectors.http.signing import Grant, Signature, Signed, Tokens, signed
from connectors.http.worked import read_worked
from connectors.mapping import Texts, shape
from connectors.plan import SourceConfig, TableMapping
from connectors.repeated import SeenKeys
from store.redaction import learn, redacted
from store.vault import Vault

MOST_PAGES = 100_000


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

    def parts(self) -> Sequence["HttpSource"]:
        return [replace(self, tables=(mapping,)) for mapping in self.tables]

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """The pages from where each table was left. Raises SourceError; the cursor then stays where it was."""
        for mapping in self.tables:
            stream = self.system.streams[cast(str, mapping.options["stream"])]
            stream = stream.of(cast(str, self.config.options["account"]))
            reached = Reached() if full else read_reached(cursors.get(mapping.table.name))
            if since is not None:
                reached = Reached(since.isoformat())
            client = Client(
                self.source,
                self.system.host,
                self.signature,
                self.system.limit,
                bool(self.config.options["inside"]),
            )
            with closing(client):
                yield from self._pages(client, mapping, stream, self._begun(stream, reached))

    def _begun(self, stream: Stream, reached: Reached) -> Reached:
        start = cast(str, self.config.options["since"])
        return reached if reached.since or stream.since is None else replace(reached, since=start)

    def _pages(
        self, client: Client, mapping: TableMapping, stream: Stream, reached: Reached
    ) -> Iterator[Batch]:
        """Each page as a batch that moves the cursor behind it."""
        reached = reached if reached.next else replace(reached, began=datetime.now(UTC).isoformat())
        answer, reached = self._first(client, stream, reached)
        met, prints = {reached.next} - {""}, set[bytes]()
        for _ in range(MOST_PAGES):
            records = self._records(stream, answer)
            following = self._following(stream, answer, records, reached.next)
            is_end = not following or _is_over(stream, answer)
            self._check_new(stream, records, prints, "" if is_end else following, met)
            reached = replace(reached, next=following, latest=_latest(stream, records, reached.latest))
            kept = reached if not is_end or stream.pages.lasting else reached.anew(stream.since)
            yield self._batch(mapping, stream, records, kept)
            if is_end:
                return
            answer = client.ask(question_of(stream, reached))
        raise self._wrong(stream, f"has more than {MOST_PAGES:,} pages")

    def _first(self, client: Client, stream: Stream, reached: Reached) -> tuple[Answer, Reached]:
        """The page to go on from; where the host no longer knows it, the first one since then."""
        try:
            return client.ask(question_of(stream, reached)), reached
        except Refused:
            if not reached.next:
                raise
            anew = Reached(reached.since, began=datetime.now(UTC).isoformat())
            return client.ask(question_of(stream, anew)), anew

    def _check_new(
        self, stream: Stream, records: list[Any], prints: set[bytes], following: str, met: set[str]
    ) -> None:
        """Raises SourceError for a page that was read already, or one that leads back."""
        print_of = hashlib.sha256(msgspec.json.encode(records)).digest()[:16]
        if records and print_of in prints:
            raise self._wrong(stream, "sends a page that was read again")
        if following in met:
            raise self._wrong(stream, "leads back to a page that was read")
        prints.add(print_of)
        met.update([following] if following else [])

    def _following(self, stream: Stream, answer: Answer, records: list[Any], now: str) -> str:
        """The next page; empty where this one is the last. Raises SourceError where the body does not say which."""
        pages = stream.pages
        if pages.end and not is_at(answer.body, pages.end):
            raise self._wrong(
                stream, f"does not say whether there is more: '{'.'.join(pages.end)}' is missing"
            )
        match pages.kind:
            case Paging.NUMBER:  # a short page is no end: hosts give fewer rows than asked for
                return str(int(now or pages.first) + 1) if records else ""
            case Paging.OFFSET:
                return str(int(now or 0) + len(records)) if records else ""
            case Paging.LAST:
                return self._behind(stream, records)
            case Paging.LINK:
                return answer.link
            case Paging.NONE:
                return ""
        found, place = found_at(answer.body, pages.found), ".".join(pages.found)
        # null is an end, nothing at all is none, unless the system says so
        is_told = not pages.end and (pages.silent or is_at(answer.body, pages.found))
        if not found and not is_told and not _is_over(stream, answer):
            raise self._wrong(stream, f"has no '{place}', which leads to the next page")
        return without_secrets(str(found)) if found else ""

    def _behind(self, stream: Stream, records: list[Any]) -> str:
        """What the next page begins behind; empty behind a page without rows."""
        if not records:
            return ""
        if (last := found_at(records[-1], stream.pages.found)) is None:
            raise self._wrong(stream, f"has no '{'.'.join(stream.pages.found)}' in the last row of a page")
        return str(last)

    def _wrong(self, stream: Stream, what: str) -> SourceError:
        return SourceError(f"Source '{self.source}': {stream.name} {redacted(what)}.")

    def _records(self, stream: Stream, answer: Answer) -> list[Any]:
        well = self.system.well
        if well.at and str(said := found_at(answer.body, well.at)) != well.value:
            raise self._wrong(stream, f"answers that something is wrong: {'.'.join(well.at)} is {said!r}")
        if well.without and (said := found_at(answer.body, well.without)):
            raise self._wrong(
                stream,
                f"answers that something is wrong: {redacted(msgspec.json.encode(said).decode())[:200]}",
            )
        found = list_at(answer.body, stream.records)
        if found is None and stream.optional and isinstance(answer.body, dict | list):
            found = []
        if found is None:
            there = list(answer.body)[:8] if isinstance(answer.body, dict) else type(answer.body).__name__
            raise self._wrong(
                stream,
                f"has no list '{'.'.join(stream.records)}'; it has {there}. The system may have changed",
            )
        return named(found) if stream.header else found

    def _batch(self, mapping: TableMapping, stream: Stream, records: list[Any], kept: Reached) -> Batch:
        """A row that comes again on a later page is newer there, so each page is told apart by itself."""
        worked = read_worked(Block(self.source, mapping.table.name, mapping.options).block("worked"))
        rows = rows_of(records, place_of(cast(str, mapping.options.get("each", ""))), worked)
        texts = Texts(frame_of(mapping, rows, worked, stream.name), stream.name)
        return replace(shape(mapping, texts, SeenKeys()), cursor=kept.written())


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
    more = {name: _filled(text, {**told, "key": key}) for name, text in system.headers.items()}
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
    return Credentials(
        resolved(config.name, "client", told["client"], resolve), found["secret"], found.get("refresh", "")
    )


def _filled(text: str, told: Mapping[str, str]) -> str:
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _is_over(stream: Stream, answer: Answer) -> bool:
    """Whether the body says that there is no more: a flag, or its opposite such as `has_more` and `hasNextPage`."""
    if not stream.pages.end:
        return False
    said = found_at(answer.body, stream.pages.end)
    return said is False if re.match("has[_A-Z]", stream.pages.end[-1]) else said is True


def _latest(stream: Stream, records: list[Any], before: str) -> str:
    """The latest change among the rows and before them."""
    if stream.since is None:
        return before
    found = [found_at(record, stream.since.field.split(".")) for record in records]
    return latest_of([str(each) for each in found if each is not None], before)
