"""Which rows of a sync are new, changed or unchanged, and writing only those that are not the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from store.keys import come_twice
from store.lake import Lake
from store.normalise.identity import TOMBSTONE

MONTH, DELETED = "month", "deleted"
_OLD = "_stored"


@dataclass(frozen=True)
class Upserted:
    """Rows of one batch: new keys, changed, unchanged (or older than stored), and deleted by it."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0


def upsert(
    lake: Lake,
    name: str,
    rows: pl.DataFrame,
    *,
    key: Sequence[str],
    business: Sequence[str],
    marks: Mapping[str, int],
    version_column: str | None = None,
    fresh: bool = False,
    told_apart: bool = False,
) -> Upserted:
    """Write the new and changed rows as one commit with `marks`; an identical batch writes nothing at all.

    A row is changed when a business column, its month or its deletion differs from the stored row of the key.
    An incoming `version_column` older than the stored one leaves the stored row. `fresh` is the caller's word
    that no key of the batch is stored yet, `told_apart` that none comes twice in it.
    A batch whose marks are applied counts as unchanged.
    Raises ValueError for a key that is empty or comes twice, and for a business column the rows lack.
    """
    rows = _checked(rows, key, business, told_apart)
    with lake.writing(name):
        if rows.is_empty() or _is_applied(lake, name, marks):
            return Upserted(unchanged=rows.height)
        if fresh or lake.version(name) < 0:
            lake.append(name, rows, marks=marks)
            return Upserted(new=rows.height)
        return _write_difference(
            lake, name, _compared(lake, name, rows, key, business, version_column), key, marks
        )


def close_snapshot(
    lake: Lake,
    name: str,
    seen_keys: pl.DataFrame,
    *,
    source: str,
    key: Sequence[str],
    marks: Mapping[str, int],
) -> int:
    """Mark as deleted what `source` sent before and is not among `seen_keys`; returns how many rows.

    Without such a row nothing is written. An empty `seen_keys` deletes all rows of the source: a caller that
    could not read a snapshot must not close it.
    """
    return _mark_deleted(lake, name, seen_keys, "anti", source, key, marks)


def delete(
    lake: Lake, name: str, keys: pl.DataFrame, *, source: str, key: Sequence[str], marks: Mapping[str, int]
) -> int:
    """Mark as deleted what `source` sent before and says is gone; returns how many rows. Without any, no commit."""
    return _mark_deleted(lake, name, keys, "semi", source, key, marks)


def _mark_deleted(
    lake: Lake,
    name: str,
    keys: pl.DataFrame,
    which: Literal["anti", "semi"],
    source: str,
    key: Sequence[str],
    marks: Mapping[str, int],
) -> int:
    with lake.writing(name):
        schema = lake.schema(name)
        if not schema or _is_applied(lake, name, marks):
            return 0
        of_source = (pl.col("source") == source) & ~pl.col(DELETED).fill_null(False)
        of_source &= ~pl.col(key[0]).cast(pl.String).str.starts_with(TOMBSTONE)  # no source knows it any more
        named = keys.select(pl.col(column).cast(schema[column]) for column in key)
        missing = lake.read(
            name,
            schema,
            lambda stored: (
                stored.filter(of_source).select(*key, MONTH).join(named.lazy(), on=list(key), how=which)
            ),
        )
        if missing.is_empty():
            return 0
        rows = _rows_at(lake, name, schema, missing, key).with_columns(pl.lit(True).alias(DELETED))
        lake.merge(name, rows, key=key, marks=marks)
        return rows.height


def _checked(
    rows: pl.DataFrame, key: Sequence[str], business: Sequence[str], told_apart: bool
) -> pl.DataFrame:
    given = rows.schema
    if lacking := [each for each in (*key, *business, MONTH) if given.get(each, pl.Null) == pl.Null]:
        raise ValueError(f"The rows lack the columns {lacking}; they have {rows.columns}.")
    keys = rows.select(key)
    if empty := keys.filter(pl.any_horizontal(pl.all().is_null())).head(1).rows(named=True):
        raise ValueError(f"A row has no key: {empty[0]}. Reject such rows before the lake.")
    if not told_apart and come_twice(rows, key):
        twice = keys.filter(keys.is_duplicated()).row(0, named=True)
        raise ValueError(f"Key {twice} comes twice in one batch. Say which row wins before the lake.")
    return rows if DELETED in rows.columns else rows.with_columns(pl.lit(False).alias(DELETED))


def _is_applied(lake: Lake, name: str, marks: Mapping[str, int]) -> bool:
    return bool(marks) and all(lake.applied(name, app) >= seq for app, seq in marks.items())


def _compared(
    lake: Lake,
    name: str,
    rows: pl.DataFrame,
    key: Sequence[str],
    business: Sequence[str],
    version_column: str | None,
) -> pl.DataFrame:
    """The rows beside what is stored of them (`…_stored`), with `_is_new` and `_is_changed`."""
    version = [version_column] if version_column else []
    compared = list(dict.fromkeys([*business, DELETED, MONTH]))
    needed = pl.Schema({column: rows.schema[column] for column in [*key, *compared, *version]})
    places = _places(lake, name, rows, key)
    stored = _rows_at(lake, name, needed, places, key)
    beside = rows.join(
        stored.select(*key, pl.all().exclude(*key).name.suffix(_OLD)),
        on=list(key),
        how="left",
        maintain_order="left",
    )
    differs = pl.any_horizontal(_differs(column) for column in compared)
    older = pl.col(version_column) < pl.col(version_column + _OLD) if version_column else pl.lit(False)
    is_new = pl.col(MONTH + _OLD).is_null()
    return beside.with_columns(_is_new=is_new, _is_changed=~is_new & differs & ~older.fill_null(False))


def _differs(column: str) -> pl.Expr:
    now, then = pl.col(column), pl.col(column + _OLD)
    if column == DELETED:
        return now.fill_null(False) != then.fill_null(False)
    return now.ne_missing(then)


def _places(lake: Lake, name: str, rows: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Key and month of the stored rows of these keys: first in the months of the rows, the rest anywhere."""
    touched = pl.col(MONTH).is_in(rows[MONTH].unique().to_list())
    found = _find(lake, name, rows.select(key), key, touched)
    rest = rows.select(key).join(found, on=list(key), how="anti")
    if rest.is_empty():
        return found
    return pl.concat([found, _find(lake, name, rest, key, ~touched)])


def _find(lake: Lake, name: str, keys: pl.DataFrame, key: Sequence[str], where: pl.Expr) -> pl.DataFrame:
    """Reads nothing but key columns, and only files whose first key column may hold one of the keys."""
    first = key[0]
    near = (pl.col(first) >= pl.lit(keys[first].min())) & (pl.col(first) <= pl.lit(keys[first].max()))
    return lake.read(
        name,
        keys.schema,
        lambda stored: stored.filter(where & near).join(keys.lazy(), on=list(key), how="semi"),
    )


def _rows_at(
    lake: Lake, name: str, schema: pl.Schema, places: pl.DataFrame, key: Sequence[str]
) -> pl.DataFrame:
    """The stored rows at these places, of `schema`; only the months of the places are read."""
    months = places[MONTH].unique().to_list()
    return lake.read(
        name,
        schema,
        lambda stored: stored.filter(pl.col(MONTH).is_in(months)).join(
            places.lazy(), on=[*key, MONTH], how="semi"
        ),
    )


def _write_difference(
    lake: Lake, name: str, compared: pl.DataFrame, key: Sequence[str], marks: Mapping[str, int]
) -> Upserted:
    is_new, is_changed = pl.col("_is_new"), pl.col("_is_changed")
    newly_deleted = is_changed & pl.col(DELETED).fill_null(False) & ~pl.col(DELETED + _OLD).fill_null(False)
    counts = compared.select(is_new.sum(), is_changed.sum(), newly_deleted.sum().alias("_is_deleted"))
    new, changed, deleted = counts.row(0)
    written = compared.filter(is_new | is_changed)
    moved = written.filter(is_changed & (pl.col(MONTH) != pl.col(MONTH + _OLD)))
    rows = written.select(pl.all().exclude(f"^.*{_OLD}$", "_is_new", "_is_changed"))
    if changed:
        gone = moved.select(*key, pl.col(MONTH + _OLD).alias(MONTH))
        lake.merge(name, rows, key=key, marks=marks, gone=gone)
    elif new:
        lake.append(name, rows, marks=marks)
    return Upserted(new, changed, compared.height - new - changed, deleted)
