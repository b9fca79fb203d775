"""The mappings people saved by bringing files: as the words they are made of, as wishes, and as sources."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from connectors.config import read_config
from connectors.inspect import Draft
from connectors.layout import Layout
from connectors.plan import SourceConfig
from store.brought import Condition, Filled, Kept, Wish
from store.state import Brought


def saved_tables(known: Brought) -> dict[str, dict[str, Any]]:
    """The blocks of a saved mapping by fact table."""
    return cast(dict[str, dict[str, Any]], _source(known)["tables"])


def saved_layout(known: Brought) -> Layout:
    """The encoding and the separator of a saved mapping; None for what it does not say."""
    source = _source(known)
    return Layout(encoding=source.get("encoding"), separator=source.get("separator"))


def _source(known: Brought) -> dict[str, Any]:
    return cast(dict[str, Any], tomllib.loads(known.toml)["sources"][known.name])


def words_of(block: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """How each column is filled, also where only a name stands."""
    told = block.get("columns", {})
    return {name: words if isinstance(words, dict) else {"from": words} for name, words in told.items()}


def saved_wishes(known: Brought, draft: Draft) -> list[Wish]:
    """The saved mapping as what somebody would wish of this file."""
    by_sheet = {sheet.top.sheet: at for at, sheet in enumerate(draft.sheets)}
    return [
        Wish(
            by_sheet.get(block.get("sheet"), 0),
            table,
            str(block["key"]),
            {given: _filled(words) for given, words in words_of(block).items()},
            str(block.get("date_order", "")),
            int(block.get("header_row", 0)),
            str(block.get("decimal", "")),
            tuple(map(_kept, block.get("keep", ()))),
        )
        for table, block in saved_tables(known).items()
    ]


def _filled(words: Mapping[str, Any]) -> Filled:
    return Filled(words.get("from", ""), words.get("constant", ""), words.get("map", {}))


def _kept(row: Mapping[str, Any]) -> Kept:
    if row.get("not_empty"):
        return Kept(row["column"], Condition.FILLED)
    if "not_in" in row:
        return Kept(row["column"], Condition.IS_NOT, tuple(row["not_in"]))
    words = tuple(row.get("in", ()))
    return (
        Kept(row["column"], Condition.EMPTY) if words == ("",) else Kept(row["column"], Condition.IS, words)
    )


def saved_sources(saved: Sequence[Brought]) -> tuple[SourceConfig, ...]:
    """The saved mappings as sources: what came by them can be taken in again, but their files are gone."""
    return tuple(source for each in saved for source in read_config(each.toml).sources)
