"""Records by which a system says that a row is gone: deleted, thrown away, moved to where nobody sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from connectors.block import Block


@dataclass(frozen=True)
class Gone:
    """A record with one of these words in each of these fields says so; without fields none does, or `all` do."""

    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    all: bool = False

    def split(self, texts: pl.DataFrame, key: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """
        The rows that count, and those that are gone. Of a row that comes several times the last record says which; what
        earlier ones had of a row that is gone counts no more.
        """
        if self.all:
            return texts.clear(), texts.drop_nulls(key).unique(key, maintain_order=True)
        if not self.where:
            return texts, texts.clear()
        says = pl.all_horizontal(pl.col(name).is_in(words) for name, words in self.where.items())
        known = pl.concat_str(key, separator="|")
        rows = texts.with_columns(_says=says.fill_null(False), _key=known)
        rows = rows.with_columns(_ends=pl.col("_key").is_not_null() & pl.col("_says").last().over("_key"))
        alive, gone = rows.filter(~pl.col("_says") & ~pl.col("_ends")), rows.filter("_says", "_ends")
        return alive.select(texts.columns), gone.unique("_key", maintain_order=True).select(texts.columns)


def read_gone(block: Block) -> Gone:
    """The key `gone_when` of a table. Raises ConfigError."""
    said = block.block("gone_when")
    found = {name: said.texts(name) for name in said.values}
    if found:
        _require_key(block, "gone_when")
    return Gone(found)


def read_gone_in(block: Block, streams: Iterable[str]) -> tuple[str, ...]:
    """The key `gone_in` of a table: the streams that list what is gone. Raises ConfigError."""
    found = block.texts("gone_in")
    for name in found:
        if name not in streams:
            raise block.wrong("gone_in", f"names '{name}', which is none of the streams {list(streams)}.")
    if found:
        _require_key(block, "gone_in")
    return found


def _require_key(block: Block, which: str) -> None:
    if not block.texts("key"):
        raise block.wrong(which, 'needs a key, by which the row is known; write key = "id".')
    if worked := set(block.texts("key")) & set(block.block("worked").values):
        raise block.wrong(which, f"needs a key of fields alone; {min(worked)} is worked out.")
