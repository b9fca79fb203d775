"""Rejected rows: kept thirty days with their reason and raw values, listed, marked as mended, and purged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import polars as pl

from store.facts import TABLES
from store.lake import Lake
from store.scope import Principal

TABLE = "rejected"
SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "table": pl.String(),
        "source": pl.String(),
        "source_id": pl.String(),
        "key": pl.String(),
        "market": pl.String(),
        "reason": pl.String(),
        "raw": pl.String(),
        "seen_at": pl.Datetime("us", "UTC"),
        "run": pl.Int64(),
        "resolved_at": pl.Datetime("us", "UTC"),
        "month": pl.String(),
    }
)
_SAME = ("table", "source", "source_id", "reason", "raw")


def keep(
    lake: Lake,
    table: str,
    source: str,
    bad: pl.DataFrame,
    good: pl.LazyFrame,
    *,
    run: int,
    seen_at: datetime,
) -> int:
    """Store rejected rows (source_id, key, market, reason, raw) once each; returns how many are new.

    A row that comes again changes nothing, however often its source is read. A stored row whose key (where it
    had none, whose source_id) comes in another shape, in `good` (source_id, key) or in `bad`, is marked as
    resolved; what is bad again as it was before is open again.
    """
    coming = _identified(table, source, bad, run, seen_at)
    stored = _stored(lake, (pl.col("table") == table) & (pl.col("source") == source))
    turned = _turned(stored, coming, good, seen_at) if stored.height else stored
    new = coming.join(stored, on="id", how="anti")
    if turned.height:
        lake.merge(TABLE, pl.concat([turned, new]), key=["id"], marks={})
    elif new.height:
        lake.append(TABLE, new, marks={})
    return new.height


def rejected_rows(
    lake: Lake,
    principal: Principal,
    *,
    source: str | None = None,
    table: str | None = None,
    with_resolved: bool = False,
) -> pl.DataFrame:
    """The rejected rows a principal may see, latest first, with the columns of `SCHEMA`.

    Raw values may tell more than a scope allows: who sees some markets only sees rows of those, not the ones
    whose market could not be read; who sees some teams only sees none of tables that know teams.
    """
    wanted = pl.lit(True) if with_resolved else pl.col("resolved_at").is_null()
    if source is not None:
        wanted &= pl.col("source") == source
    if table is not None:
        wanted &= pl.col("table") == table
    if principal.scope.departments is not None:
        wanted &= pl.col("table").is_in(_tables_of(principal))
    if principal.scope.teams is not None:
        wanted &= ~pl.col("table").is_in(
            [name for name, table in TABLES.items() if "team" in table.column_names()]
        )
    if principal.scope.markets is not None:
        wanted &= pl.col("market").is_in(sorted(principal.scope.markets)).fill_null(False)
    return _stored(lake, wanted).sort("seen_at", "id", descending=[True, False])


def list_rejected(lake: Lake, principal: Principal) -> pl.DataFrame:
    """What a person wants to read of the open ones: seen_at, source, table, source_id, reason, raw."""
    return rejected_rows(lake, principal).select("seen_at", "source", "table", "source_id", "reason", "raw")


def export_rejected(lake: Lake, principal: Principal, file: Path) -> int:
    """Write the open ones as CSV; returns how many. A text a spreadsheet would run gets a quote before it."""
    rows = list_rejected(lake, principal)
    harmless = pl.col(pl.String).str.replace(r"^([=+\-@\t\r])", "'${1}")
    rows.with_columns(harmless).write_csv(file)
    return rows.height


def resolve(lake: Lake, ids: Sequence[str], *, now: datetime | None = None) -> int:
    """Mark rejected rows as mended, after they were replayed; returns how many were open."""
    open_ones = _stored(lake, pl.col("id").is_in(list(ids)) & pl.col("resolved_at").is_null())
    if open_ones.height:
        resolved = pl.lit(now or datetime.now(UTC), SCHEMA["resolved_at"])
        lake.merge(TABLE, open_ones.with_columns(resolved_at=resolved), key=["id"], marks={})
    return open_ones.height


def purge_rejected(lake: Lake, days: int = 30, *, now: datetime | None = None) -> int:
    """Delete rejected rows first seen more than `days` days ago; returns how many."""
    limit = (now or datetime.now(UTC)) - timedelta(days=days)
    gone = _stored(lake, pl.col("seen_at") < limit)
    if gone.height:
        lake.merge(TABLE, gone.clear(), key=["id"], marks={}, gone=gone)
    return gone.height


def _turned(stored: pl.DataFrame, coming: pl.DataFrame, good: pl.LazyFrame, now: datetime) -> pl.DataFrame:
    """Stored rows that are mended or came in another shape now, and resolved ones that are bad again."""
    seen = pl.concat([good.select("source_id", "key").collect(), coming.select("source_id", "key")])
    again = pl.col("id").is_in(coming["id"].implode())
    by_place = pl.col("key").is_null() & pl.col("source_id").is_in(seen["source_id"].implode())
    mended = ~again & (by_place | pl.col("key").is_in(seen["key"].implode())).fill_null(False)
    is_open = pl.col("resolved_at").is_null()
    return pl.concat(
        [
            stored.filter(is_open & mended).with_columns(resolved_at=pl.lit(now, SCHEMA["resolved_at"])),
            stored.filter(~is_open & again).with_columns(resolved_at=pl.lit(None, SCHEMA["resolved_at"])),
        ]
    )


def _tables_of(principal: Principal) -> list[str]:
    return [name for name, table in TABLES.items() if principal.scope.sees_department(table.department)]


def _stored(lake: Lake, wanted: pl.Expr) -> pl.DataFrame:
    return lake.read(TABLE, SCHEMA, lambda rows: rows.filter(wanted))


def _identified(table: str, source: str, bad: pl.DataFrame, run: int, seen_at: datetime) -> pl.DataFrame:
    named = bad.with_columns(
        pl.lit(table).alias("table"),
        pl.lit(source).alias("source"),
        pl.lit(seen_at, SCHEMA["seen_at"]).alias("seen_at"),
        pl.lit(run, pl.Int64).alias("run"),
        pl.lit(None, SCHEMA["resolved_at"]).alias("resolved_at"),
        pl.lit(f"{seen_at:%Y-%m}").alias("month"),
    )
    ids = [blake2b(repr(row).encode(), digest_size=16).hexdigest() for row in named.select(_SAME).iter_rows()]
    identified = named.with_columns(id=pl.Series(ids, dtype=pl.String)).select(SCHEMA.names())
    return identified.cast(SCHEMA).unique("id", keep="first", maintain_order=True)
