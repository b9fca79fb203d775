"""What fairlead.toml says of a source that is asked over HTTP, over what is declared of its system."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from connectors.block import Block, suggestion
from connectors.http.declared import System, known_systems, system_of
from connectors.http.gone import read_gone, read_gone_in
from connectors.http.worked import read_worked


def http_options(block: Block, folder: Path) -> Mapping[str, object]:
    """The system with the host of this account, the key by reference, and from when on rows are wanted."""
    system = system_of(block.required("system", f'"{known_systems()[0]}"'), folder)
    host, token_host = (_host(block, key) for key in ("host", "token_host"))
    since = block.required("since", '"2025-01-01"')
    try:
        date.fromisoformat(since)
    except ValueError:
        raise block.wrong(
            "since", f'is {since!r}; write the first day wanted, such as "2025-01-01".'
        ) from None
    return {
        "declared": replace(system, host=host or system.host),
        **{name: block.text(name, "") or "" for name in ("key", "user", "client", "secret", "refresh")},
        "token_host": token_host,
        "since": since,
        "inside": block.flag("inside"),
        "account": _account(block, system),
        "without": _left_out(block, system),
    }


def _host(block: Block, key: str) -> str:
    host = (block.text(key, "") or "").rstrip("/")
    if host and urlsplit(host).scheme not in ("https", "http"):
        raise block.wrong(key, f'is {host!r}; write for example "https://firm.example.com".')
    return host


def declared_tables(block: Block, options: Mapping[str, object]) -> Mapping[str, Block]:
    """The mappings of the system, key by key replaced by what the source says; a table of its own names its stream."""
    system, own = cast(System, options["declared"]), block.blocks("tables")
    said = {
        name: _over(system.tables.get(name, {}), own[name].values if name in own else {})
        for name in dict.fromkeys([*system.tables, *own])
        if name not in cast(Sequence[str], options["without"])
    }
    found = Block(block.file, block.place, {**block.values, "tables": said}).blocks("tables")
    for inner in found.values():
        if inner.values.get("stream") not in system.streams:
            raise inner.wrong("stream", f"names none of the streams {list(system.streams)}.")
        read_worked(inner.block("worked"))
        read_gone(inner)
        read_gone_in(inner, system.streams)
    return found


def _account(block: Block, system: System) -> str:
    """Of which account (or property, or spreadsheet) rows are wanted, where the system has several behind one key."""
    account = block.text("account", "") or ""
    if not account and system.needs_account:
        raise block.wrong("account", f"is missing; {system.name} is asked account by account.")
    return account


def _left_out(block: Block, system: System) -> tuple[str, ...]:
    """Tables of the system that the source does not want, such as surveys where nobody asks customers."""
    for name in block.texts("without"):
        if name not in system.tables:
            raise block.wrong("without", f"names '{name}'. {suggestion(name, system.tables)}")
    return block.texts("without")


def _over(declared: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    inner = {name: {**_part(declared, name), **_part(said, name)} for name in ("columns", "worked")}
    return {**declared, **said, **{name: both for name, both in inner.items() if both}}


def _part(mapping: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = mapping.get(name)
    return found if isinstance(found, dict) else {}
