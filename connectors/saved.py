"""The mappings people saved by bringing files, as the words they are made of and as sources."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from connectors.config import read_config
from connectors.plan import SourceConfig
from store.state import Brought


def saved_tables(known: Brought) -> dict[str, dict[str, Any]]:
    """The blocks of a saved mapping by fact table."""
    return cast(dict[str, dict[str, Any]], tomllib.loads(known.toml)["sources"][known.name]["tables"])


def words_of(block: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """How each column is filled, also where only a name stands."""
    told = block.get("columns", {})
    return {name: words if isinstance(words, dict) else {"from": words} for name, words in told.items()}


def saved_sources(saved: Sequence[Brought]) -> tuple[SourceConfig, ...]:
    """The saved mappings as sources: what came by them can be taken in again, but their files are gone."""
    return tuple(source for each in saved for source in read_config(each.toml).sources)
