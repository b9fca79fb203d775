"""Rows as Parquet files by polars' own writer, and one Delta commit that names them.

It costs half of what `write_deltalake` does. Only work inside `DurableTable.commit` may call it: the log names each
file, so all of them are put on disk before the commit counts. A commit that replaces rows takes `written` for what
comes and a `RemoveAction` for each file that goes, and hands both to `commit`.
"""

import json
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from store.lake.hooks import HOOKS
from store.lake.shape import MONTH

INDEXED = 64  # columns with statistics in the log; Delta's default of 32 leaves out days that readers ask for
_ARROW = "ARROW:schema"  # where Parquet files keep the types of Arrow
_SAMPLE, _LONGEST, _ROW_GROUP = 4_096, 64, 1_048_576


def written(
    folder: Path,
    rows: pl.DataFrame,
    *,
    by_month: bool,
    bounded: Sequence[str] | None = None,
    plain: bool = True,
) -> list[AddAction]:
    """Write the rows as one file, or one a month, and return what a commit says of each; none without rows.

    `bounded`: the columns whose bounds the commit tells; without it, those that may spare a reader a file.
    `plain`: other engines read the files, too; what only polars and delta-rs read spares telling them the types.
    A column without any value is left out of a file: readers of the table find nulls, those of the bare file none.
    Raises OSError when the disk refuses.
    """
    bounded = _bounded(rows) if bounded is None else bounded
    return written_parts(folder, _parts(rows, by_month), bounded=bounded, plain=plain)


def written_parts(
    folder: Path, parts: Iterable[tuple[str | None, pl.DataFrame]], *, bounded: Sequence[str], plain: bool
) -> list[AddAction]:
    """As `written`, of rows that are told apart already: a month, or None, and its rows without it."""
    return [_file(folder, month, rows, bounded, plain) for month, rows in parts if rows.height]


def commit(
    target: Path,
    table: DeltaTable | None,
    schema: pl.Schema,
    actions: Sequence[AddAction | RemoveAction],
    properties: CommitProperties,
    *,
    by_month: bool,
    configuration: Mapping[str, str | None] | None = None,
) -> None:
    """One commit of files that are there (`AddAction`) and of such as go (`RemoveAction`); nothing is a commit too.

    Without `table` it is created with `schema` and `configuration`; with one the files must fit its schema.
    """
    partition = [MONTH] if by_month else []
    if table is None:
        create_table_with_add_actions(
            str(target),
            Schema.from_arrow(schema),
            [action for action in actions if isinstance(action, AddAction)],
            partition_by=partition,
            configuration=configuration,
            commit_properties=properties,
            post_commithook_properties=HOOKS,
        )
        return
    table.create_write_transaction(
        list(actions),
        mode="append",
        schema=table.schema(),
        partition_by=partition,
        commit_properties=properties,
        post_commithook_properties=HOOKS,
    )


def _parts(rows: pl.DataFrame, by_month: bool) -> Iterator[tuple[str | None, pl.DataFrame]]:
    """The rows of each month, without the month, in their order."""
    if not by_month:
        yield None, rows
        return
    months, plain = rows[MONTH], rows.drop(MONTH)
    runs = months.rle().struct.unnest()
    if runs["value"].n_unique() == runs.height:  # each month in one stretch
        ends = accumulate(runs["len"])
        yield from (
            (month, plain.slice(end - count, count))
            for month, count, end in zip(runs["value"], runs["len"], ends, strict=True)
        )
        return
    places = pl.DataFrame({MONTH: months}).with_row_index("at").group_by(MONTH, maintain_order=True)
    spans = places.agg(first=pl.col("at").min(), last=pl.col("at").max(), rows=pl.len()).rows()
    if sum(last - first + 1 for _, first, last, _ in spans) > 2 * rows.height:  # all mixed up
        parts = rows.partition_by(MONTH, include_key=False, maintain_order=True, as_dict=True)
        yield from ((month, part) for (month,), part in parts.items())
        return
    for month, first, last, count in spans:
        part, of_part = plain.slice(first, last - first + 1), months.slice(first, last - first + 1)
        yield month, part if part.height == count else _among(part, of_part == month)


def _among(rows: pl.DataFrame, ours: pl.Series) -> pl.DataFrame:
    """The rows that are `ours`; the longest stretch of nothing else is not copied."""
    others = pl.concat([pl.Series([-1]), (~ours).arg_true().cast(pl.Int64), pl.Series([rows.height])])
    longest = cast(int, others.diff(null_behavior="drop").arg_max())
    start, end = others[longest] + 1, others[longest + 1]
    before, after = (rows[part].filter(ours[part]) for part in (slice(0, start), slice(end, rows.height)))
    return pl.concat([before, rows[start:end], after], rechunk=False)


def _file(
    folder: Path, month: str | None, rows: pl.DataFrame, bounded: Sequence[str], plain: bool
) -> AddAction:
    place = f"{MONTH}={month}/" if month else ""
    name = f"{place}part-{uuid4()}.parquet"
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    filled = [column.name for column in rows if column.null_count() < rows.height]
    kept = rows if len(filled) == rows.width else rows.select(filled or rows.columns[:1])
    told = {_ARROW: _arrow_schema(kept.schema)} if plain else None
    kept = _briefly(kept) if plain else kept
    # Bounds stand in the log, and a file has few row groups: telling them again of each costs a sixth.
    kept.write_parquet(file, compression="lz4", row_group_size=_ROW_GROUP, statistics=False, metadata=told)
    return AddAction(
        path=name,
        size=file.stat().st_size,
        partition_values={MONTH: month} if month else {},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=_stats(rows, [name for name in bounded if name in filled]),
    )


def _briefly(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts that are the same in all rows as a category, which is the same in the file and encoded in a tenth."""
    texts = rows.select(pl.col(pl.String)).get_columns()
    ends = [(text, text[0]) for text in texts if text[0] is not None and text[0] == text[-1]]
    same = [text for text, first in ends if (text == first).all(ignore_nulls=False)]
    return rows.with_columns(
        pl.Series(text.name, text[:1], pl.Enum(text[:1])).new_from_index(0, rows.height) for text in same
    )


def _arrow_schema(schema: pl.Schema) -> str:
    """The types with plain texts instead of "large" ones, which some engines do not join with those of delta-rs."""
    import nanoarrow  # type: ignore[import-untyped]  # needed for writing only
    from nanoarrow import ipc

    plain = nanoarrow.c_schema(Schema.from_arrow(schema).to_arrow())
    told = BytesIO()
    with ipc.StreamWriter.from_writable(told) as stream:
        stream.write_stream(nanoarrow.Array.from_chunks([], schema=plain))
    size = int.from_bytes(told.getbuffer()[4:8], "little")  # of the first message, which is the schema
    return b64encode(told.getbuffer()[: 8 + size]).decode()


def _bounded(rows: pl.DataFrame) -> list[str]:
    """Columns whose least and largest value may spare a reader the file: whole numbers, days, instants, keys."""
    sample = rows.head(_SAMPLE)
    indexed = [name for name in rows.columns if name != MONTH][:INDEXED]
    return [column.name for column in sample.select(indexed) if _is_bounded(column)]


def _is_bounded(sample: pl.Series) -> bool:
    dtype = sample.dtype
    if isinstance(dtype, pl.String):
        return sample.n_unique() * 4 > sample.len()
    return dtype.is_integer() or dtype in (pl.Date(), pl.Datetime("us", "UTC"))


def _stats(rows: pl.DataFrame, bounded: Sequence[str]) -> str:
    """Delta's statistics of a file as JSON."""
    bounds = _bounds(rows, bounded)
    known = {name: told for name, told in bounds.items() if None not in told}
    return json.dumps(
        {
            "numRecords": rows.height,
            "minValues": {name: least for name, (least, _) in known.items()},
            "maxValues": {name: largest for name, (_, largest) in known.items()},
            "nullCount": {column.name: column.null_count() for column in rows.get_columns()[:INDEXED]},
        }
    )


def _bounds(rows: pl.DataFrame, bounded: Sequence[str]) -> dict[str, tuple[str | int | None, ...]]:
    """The least and the largest value of each column, as JSON has them."""
    if not bounded:
        return {}
    least, largest = (
        pl.col(bounded).min().name.prefix("least "),
        pl.col(bounded).max().name.prefix("largest "),
    )
    told = [_told(value) for value in rows.select(least, largest).row(0)]
    return dict(zip(bounded, zip(told, told[len(bounded) :], strict=False), strict=True))


def _told(value: Any) -> str | int | None:
    """A bound as JSON has it; None for one that would have to be cut."""
    match value:
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"
        case date():
            return value.isoformat()
        case str() if len(value) > _LONGEST:
            return None
        case str() | int():
            return value
    return None
