"""Keep the prepared facts up to date: find the keys that changed, work their rows out again, write the difference."""

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from kpi.ledger import Entry
from kpi.prepare.declared import Frames, Preparation
from store.contract import Table, business_columns, key_of, polars_schema
from store.lake import Lake
from store.upsert import upsert

DEFINITION = "5"


def prepare(lake: Lake, preparation: Preparation, known: Entry | None, *, full: bool = False) -> Entry | None:
    """Bring one prepared table up to date; returns its new ledger entry, or None when nothing changed."""
    heads = {source.name: lake.version(source.name) for source in preparation.sources}
    if all(version < 0 for version in heads.values()):
        return None
    definition = DEFINITION + preparation.told
    current = known is not None and known.definition == definition
    if current and known and dict(known.facts) == heads and not full:
        return None
    touched = _touched(lake, preparation, known.facts) if current and known and not full else None
    _write(lake, preparation, touched)
    return Entry(preparation.name, heads, definition)


def _touched(lake: Lake, preparation: Preparation, since: Mapping[str, int]) -> pl.DataFrame | None:
    """Values of the group that changed since those versions; None when that is no longer known."""
    found = [pl.DataFrame(schema={preparation.group: pl.String})]
    for source in preparation.sources:
        group = preparation.group_in(source.name)
        columns = [c for c in (group, *preparation.links) if c in source.columns()]
        version = since.get(source.name, -1)
        if lake.version(source.name) == version:
            continue
        changed = lake.changes(source.name, version, columns)
        if changed is None:
            return None
        if group in columns:
            found.append(changed.select(pl.col(group).alias(preparation.group)))
        found += [
            changed.select(named.alias(preparation.group))
            for named in preparation.named
            if set(named.meta.root_names()) <= set(columns)
        ]
        found += [_linked(lake, preparation, changed, link) for link in preparation.links if link in columns]
    touched = pl.concat(found).drop_nulls().unique()
    return _spread(lake, preparation, touched) if len(preparation.links) > 1 else touched


def _spread(lake: Lake, preparation: Preparation, touched: pl.DataFrame) -> pl.DataFrame:
    """A row reached by one link may change what another link leads to: its order counts with another parcel."""
    first = _source(lake, preparation.sources[0])
    near = first.join(touched.lazy(), on=preparation.group, how="semi").select(preparation.links).collect()
    further = [
        _siblings(first, near.select(link).drop_nulls().unique(), link).select(preparation.group).collect()
        for link in preparation.links
    ]
    return pl.concat([touched, *further]).unique()


def _linked(lake: Lake, preparation: Preparation, changed: pl.DataFrame, link: str) -> pl.DataFrame:
    values = changed.select(link).drop_nulls().unique()
    return _siblings(_source(lake, preparation.sources[0]), values, link).select(preparation.group).collect()


def _siblings(rows: pl.LazyFrame, values: pl.DataFrame, link: str) -> pl.LazyFrame:
    return rows.join(values.lazy(), on=link, how="semi")


def _source(lake: Lake, source: type[Table]) -> pl.LazyFrame:
    return lake.scan(source.name, polars_schema(source)).filter(~pl.col("deleted"))


def _sources(lake: Lake, preparation: Preparation, touched: pl.DataFrame | None) -> Frames:
    frames = {source.name: _source(lake, source) for source in preparation.sources}
    if touched is None:
        return frames
    if preparation.narrow:
        return preparation.narrow(frames, touched)
    if not preparation.links:
        return {
            name: rows.join(
                touched.lazy(), left_on=preparation.group_in(name), right_on=preparation.group, how="semi"
            )
            for name, rows in frames.items()
        }
    first = preparation.sources[0].name
    near = (
        frames[first]
        .join(touched.lazy(), on=preparation.group, how="semi")
        .select(preparation.links)
        .collect()
    )
    context = [frames[first].join(touched.lazy(), on=preparation.group, how="semi")]
    for link in preparation.links:
        context.append(_siblings(frames[first], near.select(link).drop_nulls().unique(), link))
    return {**frames, first: pl.concat(context).unique(key_of(preparation.sources[0]))}


def _write(lake: Lake, preparation: Preparation, touched: pl.DataFrame | None) -> None:
    table, name = preparation.table, preparation.table.name
    rows = _shaped(table, preparation.work(_sources(lake, preparation, touched)))
    if touched is not None:
        rows = rows.join(touched.lazy(), on=preparation.group, how="semi")
    fresh = rows.collect().sort("month", table.month_of)
    first = not _is_stored(lake, preparation)
    upsert(
        lake,
        name,
        fresh,
        key=key_of(table),
        business=business_columns(table),
        marks={"prepare": lake.version(name) + 1},
        fresh=first,
    )
    if not first:
        _drop_vanished(lake, preparation, fresh, touched)


def _is_stored(lake: Lake, preparation: Preparation) -> bool:
    """Whether the table holds any rows that this preparation fills."""
    table = preparation.table
    if lake.version(table.name) < 0 or preparation.own is None:
        return lake.version(table.name) >= 0
    stored = lake.scan(table.name, polars_schema(table)).filter(preparation.own)
    return not stored.select("month").head(1).collect().is_empty()


def _drop_vanished(
    lake: Lake, preparation: Preparation, fresh: pl.DataFrame, touched: pl.DataFrame | None
) -> None:
    """Prepared rows whose sources no longer give them are deleted."""
    table, key = preparation.table, key_of(preparation.table)
    stored = lake.scan(table.name, polars_schema(table))
    if preparation.own is not None:
        stored = stored.filter(preparation.own)
    if touched is not None:
        stored = stored.join(touched.lazy(), on=preparation.group, how="semi")
    gone = stored.select(*key, "month").join(fresh.lazy().select(key), on=key, how="anti").collect()
    if gone.height:
        lake.merge(
            table.name, fresh.clear(), key=key, marks={"prepare": lake.version(table.name) + 1}, gone=gone
        )


def _shaped(table: type[Table], rows: pl.LazyFrame) -> pl.LazyFrame:
    """The table's columns in order, with the system columns filled."""
    schema = polars_schema(table)
    month = pl.col(table.month_of).dt.strftime("%Y-%m").fill_null("none")
    filled = rows.with_columns(
        pl.lit("prepared").alias("source"),
        pl.lit(None, dtype=pl.String).alias("source_id"),
        pl.lit(datetime.now(UTC)).cast(pl.Datetime("us", "UTC")).alias("seen_at"),
        pl.lit(False).alias("deleted"),
        month.alias("month"),
    )
    return filled.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
