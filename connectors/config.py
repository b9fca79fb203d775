"""fairlead.toml: the firm, its markets, and how the tables of its sources become facts."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.block import Block, suggestion
from connectors.channels import read_channels
from connectors.errors import ConfigError
from connectors.events import read_events
from connectors.http.reading import declared_tables, http_options
from connectors.lanes import read_lanes
from connectors.plan import Config, DateOrder, Layout, Mode, SourceConfig
from connectors.plan_table import LAYOUT_KEYS, read_layout, read_table
from connectors.plant.reading import PLANT_KEYS, plant_options, plant_tables
from connectors.reading_days import read_ladder
from connectors.retention import read_retention
from store.company import Company, Market
from store.facts import MAPPED
from store.rhythm import Rhythm
from store.timetable import EXAMPLES, timetable_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COMPANY_KEYS = ("name", "currency", "timezone", "week_starts", "made_up")
MARKET_KEYS = ("name", "timezone", "currency", "calendar", "language")
SHARED_KEYS = ("connector", "mode", "pull", "rhythm", "tables")
FILE_KEYS = ("path", "sheets", "memory_mb", "cpu_seconds", "wait_seconds", "unpacked_mb")
SQL_KEYS = ("url", "password", "schema", "batch_rows")
HTTP_KEYS = (
    "system", "host", "key", "user", "since", "inside", "without", "account",
    "client", "secret", "refresh", "token_host",
)  # fmt: skip
DEMO_KEYS = ("days", "scale", "seed", "end")
KINDS: Mapping[str, tuple[str, ...]] = {
    "file": (*FILE_KEYS, *LAYOUT_KEYS),
    "sql": (*SQL_KEYS, "decimal", "thousands", "date_order", "null_values"),
    "http": HTTP_KEYS,
    "plant": PLANT_KEYS,
    "demo": DEMO_KEYS,
}


def load_config(path: Path, data: Path | None = None) -> Config:
    """
    The configuration in a file; relative source paths start at `data`, else at the folder of the file.

    Raises ConfigError, whose message names the file, the key, its value and the way out.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist. Write one, or name another with --config; "
            "`fairlead source inspect PATH` drafts the part about a file."
        ) from None
    except (OSError, UnicodeDecodeError) as broken:
        raise ConfigError(f"{path} cannot be read as UTF-8 text: {broken}.") from None
    return read_config(text, path.name, (data or path.parent).absolute())


def read_config(text: str, file: str = "fairlead.toml", folder: Path = Path()) -> Config:
    """The configuration in a text; raises ConfigError."""
    try:
        whole = Block(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        raise ConfigError(f"{file} is not valid TOML: {broken}.") from None
    whole.only(("company", "markets", "events", "lanes", "sources", "retention", "channels", "reading"))
    company = _company(whole.block("company"), whole.blocks("markets"))
    company = replace(
        company, events=read_events(whole.blocks("events")), lanes=read_lanes(whole.blocks("lanes")),
        ladder=read_ladder(whole.block("reading")),
    )  # fmt: skip
    return Config(
        company=company,
        sources=tuple(
            _source(name, block, folder, company.timezone) for name, block in whole.blocks("sources").items()
        ),
        retention=read_retention(whole.block("retention")),
        channels=read_channels(whole.blocks("channels"), folder),
    )


def _company(block: Block, markets: Mapping[str, Block]) -> Company:
    block.only(COMPANY_KEYS)
    plain = Company()
    zone = _zone(block, "timezone", plain.timezone)
    currency = _currency(block, "currency", plain.currency)
    return Company(
        name=block.text("name", plain.name) or plain.name,
        currency=currency,
        timezone=zone,
        week_starts=block.choice("week_starts", WEEKDAYS, plain.week_starts) or plain.week_starts,
        markets={code: _market(code, each, zone, currency) for code, each in markets.items()},
        made_up=block.flag("made_up"),
    )


def _market(code: str, block: Block, zone: str, currency: str) -> Market:
    block.only(MARKET_KEYS)
    return Market(
        code=code,
        timezone=_zone(block, "timezone", zone),
        currency=_currency(block, "currency", currency),
        calendar=block.text("calendar", code) or code,
        language=block.text("language", "en") or "en",
        name=block.text("name", code) or code,
    )


def _zone(block: Block, key: str, default: str) -> str:
    name = block.text(key, default) or default
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise block.wrong(key, f"is {name!r}; write a zone such as 'Europe/Berlin' or 'UTC'.") from None
    return name


def _currency(block: Block, key: str, default: str) -> str:
    code = block.text(key, default) or default
    if len(code) != 3 or not code.isascii() or not code.isupper():
        raise block.wrong(key, f"is {code!r}; write the ISO code in three capitals, such as 'EUR'.")
    return code


def _source(name: str, block: Block, folder: Path, zone: str) -> SourceConfig:
    kind = block.required("connector", '"file"')
    if kind not in KINDS:
        raise block.wrong("connector", f"is {kind!r}. {suggestion(kind, KINDS)}")
    block.only((*SHARED_KEYS, *KINDS[kind]))
    layout, options = read_layout(block, Layout()), _options(kind, block, folder, zone)
    mode = Mode(block.choice("mode", list(Mode), Mode.UPSERT) or Mode.UPSERT)
    rhythm = block.choice("rhythm", list(Rhythm))
    known = {table.name: table for table in MAPPED}
    blocks = _tables(kind, block, options)
    for table, inner in blocks.items():
        if table not in known:
            raise inner.wrong("", f"is no fact table. {suggestion(table, known)}")
    if not blocks and kind != "demo":
        raise block.wrong("tables", f"is missing; map at least one of {', '.join(known)}.")
    return SourceConfig(
        name=name,
        connector=kind,
        tables=tuple(read_table(known[t], inner, layout, mode, kind) for t, inner in blocks.items()),
        layout=layout,
        options=options,
        rhythm=Rhythm(rhythm) if rhythm else None,
        pull=_pull(block),
        digest=hashlib.sha256(json.dumps(_read_by(block), default=str).encode()).hexdigest(),
    )


def _tables(kind: str, block: Block, options: Mapping[str, object]) -> Mapping[str, Block]:
    """The mappings of a source, those that its kind declares among them."""
    match kind:
        case "http":
            return declared_tables(block, options)
        case "plant":
            return plant_tables(block)
        case _:
            return block.blocks("tables")


def _pull(block: Block) -> str:
    told = block.text("pull", "") or ""
    try:
        return told if not told or timetable_of(told, "UTC") else ""
    except ValueError:
        raise block.wrong("pull", f"is {told!r}; write {EXAMPLES}.") from None


def _read_by(block: Block) -> Mapping[str, object]:
    """What decides how a source is read: when it is read and expected does not."""
    return {key: value for key, value in block.values.items() if key not in ("pull", "rhythm")}


def _options(kind: str, block: Block, folder: Path, zone: str) -> Mapping[str, object]:
    match kind:
        case "file":
            return _file_options(block, folder)
        case "sql":
            return {
                "url": block.required("url", '"postgresql://reader@host/name"'),
                "password": str(block.values.get("password", "")),
                "folder": folder,
                "batch_rows": block.whole("batch_rows", 50_000, 1),
            }
        case "http":
            return http_options(block, folder)
        case "plant":
            return plant_options(block, folder, _zone(block, "timezone", zone))
        case _:
            return dict(block.values)


def _file_options(block: Block, folder: Path) -> Mapping[str, object]:
    paths = block.texts("path")
    if not paths or not all(paths):
        raise block.wrong("path", 'is missing; write for example path = "exports/orders-*.csv".')
    return {
        "paths": tuple(str(folder / path) for path in paths),
        "sheets": {
            name: read_layout(_only_layout(inner), read_layout(block, Layout()))
            for name, inner in block.blocks("sheets").items()
        },
        "memory_mb": block.whole("memory_mb", 0),
        "cpu_seconds": block.whole("cpu_seconds", 0),
        "wait_seconds": block.whole("wait_seconds", 300, 1),
        "unpacked_mb": block.whole("unpacked_mb", 0),
    }


def _only_layout(block: Block) -> Block:
    block.only(("header_row", "skip_rows"))
    return block


__all__ = ["DateOrder", "load_config", "read_config"]
