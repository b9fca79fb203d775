"""Taking rows in: normalised, split into good and rejected, and the good ones written to the lake."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import polars as pl

from store.contract import Kind, LocalDay, Table, business_columns, fields, key_of, people_of
from store.gate import Gated, gate
from store.home import Store
from store.normalise import Context, MissingColumns, UnreadColumn, normalise
from store.normalise.identity import MARK
from store.personal.concealing import Hidden, concealed
from store.personal.staying_out import kept_out, nameless
from store.personal.treatment import hidden_by_contract
from store.rejected import keep
from store.upsert import Upserted, upsert

__all__ = ["Context", "Drift", "MissingColumns", "Taken", "UnreadColumn", "take_in"]

log = logging.getLogger(__name__)

DRIFT_SHARE, DRIFT_ROWS = 0.2, 20
NEAR = timedelta(days=2)
_REASONS = 3
_BAD = pl.Schema(dict.fromkeys(("source_id", "key", "market", "reason", "raw"), pl.String()))


class Drift(Exception):
    """Too many rows of a batch are bad: the source changed, or the mapping is wrong. Nothing was taken in."""


@dataclass(frozen=True)
class Taken:
    """What one batch did to one table, in rows; `days` are the distinct days its changes touched.

    `latest` is the latest business moment among its good rows, none of the future; a day counts from its midnight.
    """

    table: str
    read: int
    new: int
    changed: int
    unchanged: int
    deleted: int
    rejected: int
    days: int
    latest: datetime | None = field(default=None, compare=False)


def take_in(
    store: Store,
    context: Context,
    table: type[Table],
    rows: pl.DataFrame,
    *,
    source: str,
    sequence: int,
    refused: pl.DataFrame | None = None,
    raw: pl.DataFrame | None = None,
    fresh: bool = False,
    hidden: Hidden | None = None,
) -> Taken:
    """One batch into the lake: given columns in, counts out. Taking the same rows in again changes nothing.

    `sequence` must grow from batch to batch of a source and table: a batch whose number was already committed
    is skipped. `refused` are rows that could not be read (source_id, reason, raw). `raw` has, one for each of
    `rows`, source_id and either the JSON text `raw` or the source's own columns, to keep beside a rejected
    row. `fresh` promises that no key of the batch is stored yet. `hidden` are the fields of `raw` that tell about
    people; without it, those our contract knows.

    Raises Drift when more than 20 % of at least 20 rows are bad; MissingColumns; UnreadColumn; what the lake
    raises. Then nothing of the batch is committed.
    """
    seen_at = datetime.now(UTC)
    gated = gate(table, normalise(table, rows, context, source=source, seen_at=seen_at))
    gated = kept_out(store.lake, table, gated, context)
    bad = _all_bad(table, gated, refused, raw)
    bad = concealed(bad, hidden or Hidden(hidden_by_contract(table)), context.secret)
    bad = nameless(bad, context.erased)
    read = rows.height + (0 if refused is None else refused.height)
    _stop_on_drift(table, source, bad, read)
    good = _by_day(table, gated.good)
    passed = good.lazy().select("source_id", key=_key(table))
    keep(store.lake, table.name, source, bad, passed, run=sequence, seen_at=seen_at)
    done, days = _write(store, table, good, {f"{source}/{table.name}": sequence}, fresh)
    latest = latest_moment(table, good, seen_at)
    return Taken(
        table.name, read, done.new, done.changed, done.unchanged, done.deleted, bad.height, days, latest
    )


def latest_moment(table: type[Table], rows: pl.DataFrame, seen_at: datetime) -> datetime | None:
    """The latest instant of an event in the rows, or day of one (from its midnight, UTC), up to `seen_at`.

    Events are the instants of the table, the days read off them, and the day of its partition where it is given;
    promises and other plain days are not.
    """
    events = [
        field.name
        for field in fields(table).values()
        if field.kind is Kind.INSTANT
        or isinstance(field.derivation, LocalDay)
        or (field.name == table.month_of and field.mapped)
    ]
    last = rows.select(pl.col(events).max().cast(pl.Datetime("us", "UTC")))
    ahead = [name for name in events if (moment := last[name][0]) is not None and moment > seen_at]
    moments = pl.col(ahead).cast(pl.Datetime("us", "UTC"))
    past = last.drop(ahead).hstack(rows.select(moments.filter(moments <= seen_at).max()) if ahead else [])
    return max((found for found in past.row(0) if found is not None), default=None)


def _by_day(table: type[Table], rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by day, so that a file's statistics tell readers which days it holds; exports mostly are.

    A day or two out of order, as in a list by UTC of places round the world, is order enough.
    """
    days = rows[table.month_of]
    return rows if not days.has_nulls() and _is_nearly_sorted(days) else rows.sort(table.month_of)


def _is_nearly_sorted(days: pl.Series) -> bool:
    back = (days.cum_max() - days).max()
    return back is None or cast(timedelta, back) <= NEAR


def _all_bad(
    table: type[Table], gated: Gated, refused: pl.DataFrame | None, raw: pl.DataFrame | None
) -> pl.DataFrame:
    """source_id, key, market, reason and raw of everything that is not taken in."""
    unknown = pl.lit(None, pl.String)
    market = pl.col("market") if "market" in gated.bad.columns else unknown
    told = {"key": _key(table), "market": market, "reason": pl.col("why"), "raw": _as_json(table)}
    parts = [gated.bad.select("source_id", **told)]
    if raw is not None and gated.bad.height:
        parts = [_with_raw(parts[0], raw)]
    if refused is not None:
        parts.append(refused.select("source_id", "reason", "raw", key=unknown, market=unknown))
    return pl.concat([part.select(_BAD.names()).cast(_BAD) for part in parts])


def _key(table: type[Table]) -> pl.Expr:
    """The key as one text; null where it is empty."""
    return pl.concat_str(key_of(table), separator="|").replace("", None)


def _as_json(table: type[Table]) -> pl.Expr:
    """The given columns as stored: what is kept where the source's own text is not at hand."""
    people = people_of(table)
    told = [
        pl.concat_str(pl.lit(MARK), name).alias(name) if name in people else pl.col(name)
        for name, field in fields(table).items()
        if field.mapped
    ]
    return pl.struct(told).struct.json_encode()


def _with_raw(bad: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The source's own text in place of ours, found by source_id and encoded for the bad rows only."""
    of_bad = raw.join(bad.drop_nulls("source_id"), on="source_id", how="semi").unique(
        "source_id", keep="first"
    )
    if set(of_bad.columns) != {"source_id", "raw"}:
        of_bad = of_bad.select("source_id", raw=pl.struct(pl.exclude("source_id")).struct.json_encode())
    return bad.join(
        of_bad.select("source_id", original="raw"), on="source_id", how="left", maintain_order="left"
    ).with_columns(raw=pl.coalesce("original", "raw"))


def _stop_on_drift(table: type[Table], source: str, bad: pl.DataFrame, read: int) -> None:
    if read < DRIFT_ROWS or bad.height <= read * DRIFT_SHARE:
        return
    reasons = bad["reason"].value_counts(sort=True).head(_REASONS).rows()
    told = "; ".join(f"{count} x {reason}" for reason, count in reasons)
    raise Drift(
        f"Source '{source}', table '{table.name}': {bad.height} of {read} rows are bad, more than "
        f"{DRIFT_SHARE:.0%}, so nothing was taken in. Mend the source or its mapping. Most often: {told}."
    )


def _write(
    store: Store, table: type[Table], good: pl.DataFrame, marks: dict[str, int], fresh: bool
) -> tuple[Upserted, int]:
    before = store.lake.version(table.name)
    business = [name for name in business_columns(table) if name not in key_of(table)]
    done = upsert(
        store.lake,
        table.name,
        good,
        key=key_of(table),
        business=business,
        marks=marks,
        fresh=fresh,
        told_apart=True,
    )
    return done, _days(store, table, good, done, before)


def _days(store: Store, table: type[Table], good: pl.DataFrame, done: Upserted, before: int) -> int:
    """Distinct business days of the rows that were written, old and new values alike."""
    if not (done.new or done.changed):
        return 0
    if before < 0 or done.new == good.height:
        return good[table.month_of].drop_nulls().n_unique()
    changed = store.lake.changes(table.name, before, [table.month_of])
    days = good[table.month_of] if changed is None else changed[table.month_of]
    return days.drop_nulls().n_unique()
