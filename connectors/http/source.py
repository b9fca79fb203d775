"""The HTTP connector: pages of a declared system, shaped by its mapping, with a cursor behind each committed page."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
import polars as pl

from connectors.batch import ID, Batch
from connectors.block import Block
from connectors.credentials import Resolve, secret_of
from connectors.errors import ConfigError, SourceError
from connectors.file.records import flat
from connectors.http.client import Answer, Client, Refused
from connectors.http.declared import Auth, Paging, SignIn, Stream, System, found_at, is_at, place_of
from connectors.http.position import Reached, asked, latest_of, read_reached
from connectors.http.worked import Worked, read_worked
from connectors.mapping import FAULT, Texts, shape
from connectors.plan import ROW, SourceConfig, TableMapping
from connectors.repeated import SeenKeys
from store.redaction import learn

MOST_PAGES = 100_000
Rows = list[Mapping[str, str | None] | str]  # a text says what is wrong with the whole row


@dataclass(frozen=True, eq=False)
class HttpSource:
    """One account of a system. Each table is read page by page; what was committed is not asked for again."""

    config: SourceConfig
    system: System
    headers: Mapping[str, str]
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
                self.headers,
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
            answer = client.get(*_question(stream, reached))
        raise self._wrong(stream, f"has more than {MOST_PAGES:,} pages")

    def _first(self, client: Client, stream: Stream, reached: Reached) -> tuple[Answer, Reached]:
        """The page to go on from; where the host no longer knows it, the first one since then."""
        try:
            return client.get(*_question(stream, reached)), reached
        except Refused:
            if not reached.next:
                raise
            anew = Reached(reached.since, began=datetime.now(UTC).isoformat())
            return client.get(*_question(stream, anew)), anew

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
        return str(found) if found else ""

    def _behind(self, stream: Stream, records: list[Any]) -> str:
        """What the next page begins behind; empty behind a page without rows."""
        if not records:
            return ""
        if (last := found_at(records[-1], stream.pages.found)) is None:
            raise self._wrong(stream, f"has no '{'.'.join(stream.pages.found)}' in the last row of a page")
        return str(last)

    def _wrong(self, stream: Stream, what: str) -> SourceError:
        return SourceError(f"Source '{self.source}': {stream.name} {what}.")

    def _records(self, stream: Stream, answer: Answer) -> list[Any]:
        well = self.system.well
        if well.at and str(said := found_at(answer.body, well.at)) != well.value:
            raise self._wrong(stream, f"answers that something is wrong: {'.'.join(well.at)} is {said!r}")
        found = found_at(answer.body, stream.records)
        if not isinstance(found, list):
            there = list(answer.body)[:8] if isinstance(answer.body, dict) else type(answer.body).__name__
            raise self._wrong(
                stream,
                f"has no list '{'.'.join(stream.records)}'; it has {there}. The system may have changed",
            )
        return _named(found) if stream.header else found

    def _batch(self, mapping: TableMapping, stream: Stream, records: list[Any], kept: Reached) -> Batch:
        """A row that comes again on a later page is newer there, so each page is told apart by itself."""
        worked = read_worked(Block(self.source, mapping.table.name, mapping.options).block("worked"))
        rows = _rows(records, place_of(cast(str, mapping.options.get("each", ""))), worked)
        texts = Texts(_frame(mapping, rows, worked, stream.name), stream.name)
        return replace(shape(mapping, texts, SeenKeys()), cursor=kept.written())


def http_source(config: SourceConfig, resolve: Resolve = str) -> HttpSource:
    """The builder of sources asked over HTTP. Raises ConfigError for a key that cannot be read."""
    system = cast(System, config.options["declared"])
    key = cast(str, config.options["key"])
    if not system.host:
        raise ConfigError(f"Source '{config.name}': {system.name} needs host = \"https://...\".")
    secret = secret_of(config.name, "key", key, resolve) if key else ""
    headers = signed(system.auth, cast(str, config.options["user"]), secret) if secret else {}
    return HttpSource(config, system, headers, config.tables)


def signed(auth: Auth, user: str, secret: str) -> dict[str, str]:
    """The header by which requests say who asks; the secret is told in no log from here on."""
    learn(secret)
    match auth.kind:
        case SignIn.HEADER:
            return {auth.name: auth.value.replace("{key}", secret) if auth.value else secret}
        case SignIn.BEARER:
            return {"Authorization": f"Bearer {secret}"}
        case SignIn.BASIC:
            pair = auth.value or f"{auth.name.format(user=user)}:{{key}}"
            both = b64encode(pair.replace("{key}", secret).encode()).decode()
            learn(both)
            return {"Authorization": f"Basic {both}"}


def _question(stream: Stream, reached: Reached) -> tuple[str, dict[str, str]]:
    """Path (or address) and parameters of the page to ask for."""
    pages, parameters = stream.pages, dict(stream.parameters)
    if reached.next and pages.kind in (Paging.ADDRESS, Paging.LINK):
        return reached.next, {}
    if pages.size:
        parameters[pages.size] = str(pages.rows)
    if reached.next and pages.kind in (Paging.TOKEN, Paging.LAST):
        parameters[pages.parameter] = reached.next
        return stream.path, parameters if pages.kind is Paging.TOKEN else _with_since(
            stream, reached, parameters
        )
    if pages.kind is Paging.NUMBER:
        parameters[pages.parameter] = reached.next or str(pages.first)
    return stream.path, _with_since(stream, reached, parameters)


def _with_since(stream: Stream, reached: Reached, parameters: dict[str, str]) -> dict[str, str]:
    if stream.since and reached.since:
        parameters[stream.since.parameter] = asked(stream.since, reached.since)
    return parameters


def _named(rows: list[Any]) -> list[Any]:
    """Lists as records, under the names in the first of them; cells behind the last name have none."""
    if not rows or not isinstance(rows[0], list):
        return rows
    names = [str(name).strip() for name in rows[0]]
    return [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in rows[1:]]


def _is_over(stream: Stream, answer: Answer) -> bool:
    """Whether the body says that there is no more: a flag, or its opposite such as `has_more`."""
    if not stream.pages.end:
        return False
    said = found_at(answer.body, stream.pages.end)
    return said is False if stream.pages.end[-1].startswith("has_") else said is True


def _latest(stream: Stream, records: list[Any], before: str) -> str:
    """The latest change among the rows and before them."""
    if stream.since is None:
        return before
    found = [found_at(record, stream.since.field.split(".")) for record in records]
    return latest_of([str(each) for each in found if each is not None], before)


def _rows(records: list[Any], each: tuple[str, ...], worked: Worked) -> Rows:
    """A row a record, or a row for each entry of a list in it, with what stands around the list."""
    rows: Rows = []
    for record in records:
        if not isinstance(record, dict):
            rows.append("is not a JSON object")
            continue
        told = worked.picked(record, each)
        for row in _spread(record, each, (), worked):
            rows.append(row if isinstance(row, str) else {**row, **told})
    return rows


def _spread(
    record: Mapping[str, Any], each: tuple[str, ...], above: tuple[str, ...], worked: Worked
) -> Iterator[dict[str, str | None] | str]:
    """A row for each entry of the list, and of the list inside each entry where `each` goes further."""
    place = "".join(f"{name}." for name in above)
    if not each:
        yield {**dict(flat(record, place)), **(worked.picked(record, above, inside=True) if above else {})}
        return
    if not isinstance(inner := record.get(each[0]), list):
        yield f"has no list '{place}{each[0]}'"
        return
    outer = dict(flat({key: value for key, value in record.items() if key != each[0]}, place))
    for entry in inner:
        if not isinstance(entry, dict):
            yield "is not a JSON object"
            continue
        for row in _spread(entry, each[1:], (*above, each[0]), worked):
            yield row if isinstance(row, str) else {**outer, **row}


def _frame(mapping: TableMapping, rows: Rows, worked: Worked, place: str) -> pl.DataFrame:
    """The mapped columns as text; a field that no row has is empty, so that required ones reject their rows."""
    names = worked.needed(mapping.source_columns)
    told = [{} if isinstance(row, str) else row for row in rows]
    columns = {name: pl.Series([row.get(name) for row in told], dtype=pl.String) for name in names}
    at = pl.int_range(1, len(rows) + 1, dtype=pl.Int64, eager=True)
    faults = pl.Series([row if isinstance(row, str) else None for row in rows], dtype=pl.String)
    frame = worked.added(pl.DataFrame({ROW: at, **columns, FAULT: faults}), FAULT)
    key = [pl.col(name) for name in mapping.key if name in frame.columns] or [pl.col(ROW).cast(pl.String)]
    known = pl.concat_str([part.fill_null("") for part in key], separator="|")
    return frame.with_columns(pl.format("{}:{}", pl.lit(place), known).alias(ID))
