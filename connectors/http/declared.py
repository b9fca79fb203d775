"""What is declared of a system: its host, how it is signed in to, its streams, and how each is paged and goes on."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from connectors.block import Block, suggestion
from connectors.errors import ConfigError

SYSTEMS = Path(__file__).parent / "systems"
PAGE_ROWS = 100


class SignIn(StrEnum):
    """How a request says who asks: a header of its own, a bearer token, or a user with a password."""

    HEADER = "header"
    BEARER = "bearer"
    BASIC = "basic"


class Paging(StrEnum):
    """
    Where the next page is: under the next number, behind a token of this one, behind its last row, at an address of
    this one (in the body or in its `Link` header), or nowhere.
    """

    NUMBER = "number"
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
class Auth:
    """
    `name` is the header of a key, or the user of a password, in which {user} stands for the one of the source; `value`
    what is written there around {key}, where it is not the key alone, such as `Token {key}` or, as password, `{key}:`.
    """

    kind: SignIn
    name: str
    value: str = ""


@dataclass(frozen=True)
class Limit:
    """Requests a second, and the header that says when a limit that was reached ends."""

    a_second: float
    header: str
    clock: Clock


@dataclass(frozen=True)
class Pages:
    """
    How a stream is paged. `parameter` takes the number or token, `size` how many rows a page may have, `found` is the
    place of token or address in the body (of what the next page begins behind in a row), `end` that of a flag that
    there is no more; `lasting`: the token of the last page is where the next pull begins; `silent`: a body without
    token or address is the last page, as the system says so.
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


@dataclass(frozen=True)
class Since:
    """What asks only for what changed: a parameter, the field of a row it is compared with, and how it is written."""

    parameter: str
    field: str
    written: str
    lookback_s: int


@dataclass(frozen=True)
class Stream:
    """
    One list of a system: `records` is the place of its rows in the body; with `header` they are lists, of which the
    first names the columns. {account} in path and parameters stands for the account of the source.
    """

    name: str
    path: str
    records: tuple[str, ...]
    parameters: Mapping[str, str]
    pages: Pages
    since: Since | None
    header: bool = False

    def of(self, account: str) -> "Stream":
        """The stream of that account."""
        parameters = {name: text.replace("{account}", account) for name, text in self.parameters.items()}
        return replace(self, path=self.path.replace("{account}", account), parameters=parameters)

    @property
    def needs_account(self) -> bool:
        return any("{account}" in text for text in (self.path, *self.parameters.values()))


@dataclass(frozen=True)
class Well:
    """What the body of a good answer says, for systems that tell of failures under status 200; nothing: any body."""

    at: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class System:
    """A system as it is declared; `tables` are the mappings of its streams to fact tables."""

    name: str
    host: str
    auth: Auth
    limit: Limit
    well: Well = Well()
    streams: Mapping[str, Stream] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


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
    whole.only(("host", "auth", "limit", "well", "streams", "tables"))
    streams = {key: _stream(key, block) for key, block in whole.blocks("streams").items()}
    tables = {key: dict(block.values) for key, block in whole.blocks("tables").items()}
    for table, mapping in tables.items():
        if mapping.get("stream") not in streams:
            raise whole.wrong(f"tables.{table}.stream", f"names none of the streams {list(streams)}.")
    return System(
        name, (whole.text("host", "") or "").rstrip("/"), _auth(whole.block("auth")), _limit(whole.block("limit")),
        _well(whole.block("well")), streams, tables,
    )  # fmt: skip


def _auth(block: Block) -> Auth:
    block.only(("kind", "name", "value"))
    kind = SignIn(block.choice("kind", list(SignIn), SignIn.BEARER) or SignIn.BEARER)
    name = block.text("name", "{user}" if kind is SignIn.BASIC else "Authorization") or ""
    return Auth(kind, name, block.text("value", "") or "")


def _well(block: Block) -> Well:
    block.only(("at", "is"))
    return Well(place_of(block.text("at", "") or ""), block.text("is", "") or "")


def _limit(block: Block) -> Limit:
    block.only(("a_minute", "header", "clock"))
    clock = Clock(block.choice("clock", list(Clock), Clock.SECONDS) or Clock.SECONDS)
    return Limit(block.whole("a_minute", 60, 1) / 60, block.text("header", "") or "", clock)


def _stream(name: str, block: Block) -> Stream:
    block.only(("path", "records", "parameters", "pages", "since", "header"))
    parameters = {key: str(value) for key, value in block.block("parameters").values.items()}
    since = block.block("since")
    return Stream(
        name, block.required("path", '"/v1/orders"'), place_of(block.text("records", "") or ""), parameters,
        _pages(block.block("pages")), _since(since) if since.values else None, block.flag("header"),
    )  # fmt: skip


def _pages(block: Block) -> Pages:
    block.only(("kind", "parameter", "first", "size", "rows", "found", "end", "lasting", "silent"))
    return Pages(
        Paging(block.choice("kind", list(Paging), Paging.NONE) or Paging.NONE), block.text("parameter", "page") or "",
        block.whole("first", 1, 0), block.text("size", "") or "", block.whole("rows", PAGE_ROWS, 1),
        place_of(block.text("found", "") or ""), place_of(block.text("end", "") or ""), block.flag("lasting"),
        block.flag("silent"),
    )  # fmt: skip


def _since(block: Block) -> Since:
    block.only(("parameter", "field", "written", "lookback_s"))
    written = block.choice("written", ("iso", "epoch"), "iso") or "iso"
    return Since(
        block.required("parameter", '"updated_at_min"'), block.required("field", '"updated_at"'), written,
        block.whole("lookback_s", 0),
    )  # fmt: skip


def place_of(dotted: str) -> tuple[str, ...]:
    """`data.trackings` as the names from outside to inside; nothing is the whole."""
    return tuple(dotted.split(".")) if dotted else ()


def is_at(body: object, place: Sequence[str]) -> bool:
    """Whether anything stands there, be it null."""
    outer = found_at(body, place[:-1])
    return isinstance(outer, dict) and place[-1] in outer


def found_at(body: object, place: Sequence[str]) -> object:
    """What stands at a place of a body; None where there is nothing."""
    for name in place:
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body
