"""What is declared of a system: its host, how it is signed in to, its streams, and how each is paged and goes on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from connectors.block import Block, suggestion
from connectors.errors import ConfigError
from connectors.http.places import place_of
from connectors.http.signing import Auth, read_auth

SYSTEMS = Path(__file__).parent / "systems"
PAGE_ROWS = 100


class Paging(StrEnum):
    """
    Where the next page is: under the next number, behind so many rows, behind a token of this one, behind its last
    row, at an address of this one (in the body or in its `Link` header), or nowhere.
    """

    NUMBER = "number"
    OFFSET = "offset"
    LAST = "last"
    TOKEN = "token"  # noqa: S105 - of a page  # nosec B105
    ADDRESS = "address"
    LINK = "link"
    NONE = "none"


class Clock(StrEnum):
    """How a header of a rate limit tells when it ends: seconds to go, or seconds since 1970."""

    SECONDS = "seconds"
    EPOCH = "epoch"


@dataclass(frozen=True)
class Limit:
    """
    Requests a second, and the header that says when a limit that was reached ends. `busy_at` is the place of a code in
    the body, under whatever status, `busy` those codes that ask for patience. `left` is the header that says how many
    requests are left, where it is none of those that many use. `burst` of them may come at once.
    """

    a_second: float
    header: str
    clock: Clock
    busy_at: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    left: str = ""
    burst: int = 1


@dataclass(frozen=True)
class Pages:
    """
    How a stream is paged. `parameter` takes the number or token, `size` how many rows a page may have, `found` is the
    place of token or address in the body (of what the next page begins behind in a row), `end` that of a flag that
    there is no more; `lasting`: the token of the last page is where the next pull begins; `silent`: a body without
    token or address is the last page, as the system says so. `total` is the place (`total_header` the header) of the
    number of rows that all pages have.
    """

    kind: Paging = Paging.NONE
    parameter: str = "page"
    first: int = 1
    size: str = ""
    rows: int = PAGE_ROWS
    found: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    lasting: bool = False
    silent: bool = False
    total: tuple[str, ...] = ()
    total_header: str = ""


@dataclass(frozen=True)
class Since:
    """
    What asks only for what changed: a parameter (empty where {since} stands in the body or elsewhere), the field of a
    row it is compared with, and how it is written. Of the whole time so many days are asked for at once, where
    `window_days` says so; `until` is the parameter for the end of a window.
    """

    parameter: str
    field: str
    written: str
    lookback_s: int
    until: str = ""
    window_days: int = 0


@dataclass(frozen=True)
class Stream:
    """
    One list of a system: `records` is the place of its rows in the body (`*` for all entries of a list), which may be
    missing if `optional`; with `header` the rows are lists, of which the first names the columns. With a `body` it is
    asked by POST. {account}, {page}, {offset}, {rows}, {since} and {until} stand for what they say in path, parameters
    and body.
    """

    name: str
    path: str
    records: tuple[str, ...]
    parameters: Mapping[str, str]
    pages: Pages
    since: Since | None
    header: bool = False
    body: Mapping[str, Any] | None = None
    optional: bool = False

    def of(self, account: str) -> "Stream":
        """The stream of that account."""
        path, parameters, body = (_of(each, account) for each in (self.path, self.parameters, self.body))
        return replace(self, path=path, parameters=parameters, body=body)

    def mentions(self, name: str) -> bool:
        """Whether {name} stands anywhere in the question."""
        return _stands(f"{{{name}}}", [self.path, self.parameters, self.body])


def _of(template: Any, account: str) -> Any:
    if isinstance(template, Mapping):
        return {name: _of(each, account) for name, each in template.items()}
    if isinstance(template, list):
        return [_of(each, account) for each in template]
    return template.replace("{account}", account) if isinstance(template, str) else template


def _stands(what: str, template: Any) -> bool:
    if isinstance(template, Mapping):
        return any(_stands(what, each) for each in template.values())
    if isinstance(template, list):
        return any(_stands(what, each) for each in template)
    return isinstance(template, str) and what in template


@dataclass(frozen=True)
class Well:
    """
    What the body of a good answer says, and what does not stand in it, for systems that tell of failures under status
    200; nothing: any body.
    """

    at: tuple[str, ...] = ()
    value: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class System:
    """
    A system as it is declared; `tables` are the mappings of its streams to fact tables, `headers` what goes with every
    request, with {key}, {user} and {account} of the source.
    """

    name: str
    host: str
    auth: Auth
    limit: Limit
    well: Well = Well()
    streams: Mapping[str, Stream] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_account(self) -> bool:
        told = [each.mentions("account") for each in self.streams.values()]
        return any(told) or _stands("{account}", self.headers)


def known_systems() -> list[str]:
    """Those that come with the program."""
    return sorted(file.stem for file in SYSTEMS.glob("*.toml"))


def system_of(named: str, folder: Path) -> System:
    """The system of that name, or one that a file ending in .toml declares. Raises ConfigError."""
    file = folder / named if named.endswith(".toml") else SYSTEMS / f"{named}.toml"
    try:
        text = file.read_text(encoding="utf-8")
        return read_system(file.stem, Block(file.name, "", tomllib.loads(text)))
    except FileNotFoundError:
        raise ConfigError(f"There is no system '{named}'. {suggestion(named, known_systems())}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ConfigError(f"{file.name} cannot be read as TOML: {wrong}.") from None


def read_system(name: str, whole: Block) -> System:
    """The declaration of one system. Raises ConfigError."""
    whole.only(("host", "auth", "limit", "well", "headers", "streams", "tables"))
    streams = {key: _stream(key, block) for key, block in whole.blocks("streams").items()}
    tables = {key: dict(block.values) for key, block in whole.blocks("tables").items()}
    for table, mapping in tables.items():
        if mapping.get("stream") not in streams:
            raise whole.wrong(f"tables.{table}.stream", f"names none of the streams {list(streams)}.")
    return System(
        name, (whole.text("host", "") or "").rstrip("/"), read_auth(whole.block("auth")),
        _limit(whole.block("limit")), _well(whole.block("well")), streams, tables, _texts(whole.block("headers")),
    )  # fmt: skip


def _well(block: Block) -> Well:
    block.only(("at", "is", "without"))
    at, without = (place_of(block.text(key, "") or "") for key in ("at", "without"))
    return Well(at, block.text("is", "") or "", without)


def _limit(block: Block) -> Limit:
    block.only(("a_minute", "header", "clock", "busy_at", "busy", "left", "burst"))
    clock = Clock(block.choice("clock", list(Clock), Clock.SECONDS) or Clock.SECONDS)
    return Limit(
        block.whole("a_minute", 60, 1) / 60, block.text("header", "") or "", clock,
        place_of(block.text("busy_at", "") or ""), block.texts("busy"), block.text("left", "") or "",
        block.whole("burst", 1, 1),
    )  # fmt: skip


def _stream(name: str, block: Block) -> Stream:
    block.only(("path", "records", "optional", "parameters", "body", "pages", "since", "header"))
    since = block.block("since")
    stream = Stream(
        name, block.required("path", '"/v1/orders"'), place_of(block.text("records", "") or ""),
        _texts(block.block("parameters")), _pages(block.block("pages")), _since(since) if since.values else None,
        block.flag("header"), block.block("body").values if "body" in block.values else None, block.flag("optional"),
    )  # fmt: skip
    if stream.since is None and (stream.mentions("since") or stream.mentions("until")):
        raise block.wrong(
            "since", "is missing; {since} and {until} want to know which field says what changed."
        )
    if stream.since is not None and not stream.since.parameter and not stream.mentions("since"):
        raise since.wrong(
            "parameter", 'is missing; write parameter = "updated_at_min", or {since} somewhere.'
        )
    if (
        stream.since is not None
        and stream.since.window_days
        and not (stream.since.until or stream.mentions("until"))
    ):
        raise since.wrong(
            "until", 'is missing, where a window ends; write until = "updated_at_max", or {until}.'
        )
    return stream


def _texts(block: Block) -> Mapping[str, str]:
    return {key: str(value) for key, value in block.values.items()}


def _pages(block: Block) -> Pages:
    block.only(
        (
            "kind",
            "parameter",
            "first",
            "size",
            "rows",
            "found",
            "end",
            "lasting",
            "silent",
            "total",
            "total_header",
        )
    )
    kind = Paging(block.choice("kind", list(Paging), Paging.NONE) or Paging.NONE)
    usual = "offset" if kind is Paging.OFFSET else "page"
    return Pages(
        kind, block.text("parameter", usual) or "",
        block.whole("first", 1, 0), block.text("size", "") or "", block.whole("rows", PAGE_ROWS, 1),
        place_of(block.text("found", "") or ""), place_of(block.text("end", "") or ""), block.flag("lasting"),
        block.flag("silent"), place_of(block.text("total", "") or ""), block.text("total_header", "") or "",
    )  # fmt: skip


def _since(block: Block) -> Since:
    block.only(("parameter", "field", "written", "lookback_s", "until", "window_days"))
    written = block.choice("written", ("iso", "epoch", "date"), "iso") or "iso"
    return Since(
        block.text("parameter", "") or "", block.required("field", '"updated_at"'), written,
        block.whole("lookback_s", 0), block.text("until", "") or "", block.whole("window_days", 0),
    )  # fmt: skip
