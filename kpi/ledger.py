"""What every prepared table and component table was last computed from, so that only the rest is done again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache

import polars as pl

from store.lake import NO_BOUNDS, Lake

LEDGER = "computed"
SCHEMA = pl.Schema(
    {
        "name": pl.String(),
        "facts": pl.String(),
        "as_of_day": pl.Date(),
        "as_of_epoch": pl.Int64(),
        "definition": pl.String(),
        "computed_at": pl.Datetime("us", "UTC"),
        "month": pl.String(),
    }
)


@dataclass(frozen=True)
class Entry:
    """The versions of the facts, the moment and the definition that a table stands for."""

    name: str
    facts: Mapping[str, int]
    definition: str
    as_of_day: date | None = None
    as_of_epoch: int | None = None
    computed_at: datetime | None = None


def entries(lake: Lake) -> dict[str, Entry]:
    """All entries by table name; read once a version."""
    return dict(_entries(lake, lake.version(LEDGER)))


@lru_cache(maxsize=8)
def _entries(lake: Lake, version: int) -> Mapping[str, Entry]:
    rows = lake.read(LEDGER, SCHEMA, between=NO_BOUNDS).rows(named=True)
    return {
        row["name"]: Entry(
            row["name"],
            json.loads(row["facts"]),
            row["definition"],
            row["as_of_day"],
            row["as_of_epoch"],
            row["computed_at"],
        )
        for row in rows
    }


def record(lake: Lake, done: Sequence[Entry]) -> None:
    """Write entries in one commit; only after the tables they speak of are on disk."""
    if not done:
        return
    now = datetime.now(UTC)
    with lake.writing(LEDGER):
        told = entries(lake) | {entry.name: replace(entry, computed_at=now) for entry in done}
        rows = pl.DataFrame(
            [
                (entry.name, json.dumps(dict(entry.facts), sort_keys=True), entry.as_of_day, entry.as_of_epoch,
                 entry.definition, entry.computed_at, "none")
                for entry in told.values()
            ],
            schema=SCHEMA,
            orient="row",
        )  # fmt: skip
        lake.replace(LEDGER, rows, marks={})


def data_version(lake: Lake) -> str:
    """Changes whenever components may have changed: a key for caches."""
    return str(lake.version(LEDGER))
