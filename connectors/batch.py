"""What every connector hands over: typed rows of one fact table, and the rows that could not be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, cast, runtime_checkable

import polars as pl

from store.contract import Table
from store.personal.concealing import Hidden

ID = "_id"
REFUSED = pl.Schema({"source_id": pl.String, "reason": pl.String, "raw": pl.String})


@dataclass(frozen=True, eq=False)
class Batch:
    """
    Some rows of one fact table as one source gives them.

    `rows` has the given columns under stored names (String, Date, Datetime, Int64, Boolean) and `source_id`;
    an instant without offset is a Datetime without zone and is read in the row's own zone at intake.
    `refused` has source_id, reason and raw (JSON of the mapped source columns).
    `texts` has `_id` (the source_id) and the mapped source columns as text, one row for each of `rows`.
    `snapshot` marks the last batch of a table that the source sends whole each time.
    `read` counts the rows seen, `left_out` those a filter or the rule for repeated keys left out.
    `gone` are the keys of rows that the source says are gone, none of which is among `rows`.
    `keys` are the keys of all rows of a snapshot seen, also of refused ones: they are still in the source.
    `distinct` promises that no key of the batch came in an earlier batch of the pull.
    `until` is the day up to which the source was read, where it is read window by window.
    `hashed` are the columns of `rows` whose texts are hashed at intake beside those that name people anyway;
    `note` is what a person should know though nothing is wrong with a row.
    `hidden` the source columns that do not stand as they are beside a rejected row, None: those of our names.
    """

    table: type[Table]
    rows: pl.DataFrame
    refused: pl.DataFrame
    texts: pl.DataFrame
    read: int
    left_out: int = 0
    keys: pl.Series | None = None
    gone: pl.Series | None = None
    distinct: bool = False
    snapshot: bool = False
    cursor: str | None = None
    until: str = ""
    hashed: frozenset[str] = frozenset()
    hidden: Hidden | None = None
    note: str = ""

    @property
    def raw(self) -> pl.DataFrame:
        """Columns source_id and raw: JSON text of the mapped source columns of each of `rows`."""
        return as_raw(self.texts)


def as_raw(texts: pl.DataFrame) -> pl.DataFrame:
    """Columns source_id and raw: the other columns as one JSON text a row."""
    named = [name for name in texts.columns if name != ID]
    raw = pl.struct(named).struct.json_encode() if named else pl.lit("{}")
    return texts.select(pl.col(ID).alias("source_id"), raw=raw)


def put_together(batches: Sequence[Batch], key: str) -> Batch:
    """Several batches of one table as one; of rows with one key the last counts."""
    if len(batches) == 1:
        return batches[0]
    rows = pl.concat([batch.rows for batch in batches], rechunk=True)
    stays = rows[key].is_last_distinct()
    return replace(
        batches[-1],
        rows=rows.filter(stays),
        refused=pl.concat([batch.refused for batch in batches]),
        texts=pl.concat([batch.texts for batch in batches]).filter(stays),
        read=sum(batch.read for batch in batches),
        left_out=sum(batch.left_out for batch in batches) + rows.height - cast(int, stays.sum()),
        keys=None if batches[0].keys is None else pl.concat([b.keys for b in batches if b.keys is not None]),
        distinct=all(batch.distinct for batch in batches),
    )


def emptied(batch: Batch) -> Batch:
    """The same without any row."""
    rows, refused, texts = batch.rows.clear(), batch.refused.clear(), batch.texts.clear()
    keys = None if batch.keys is None else batch.keys.clear()
    return replace(
        batch, rows=rows, refused=refused, texts=texts, read=0, left_out=0, keys=keys, gone=None, note=""
    )


class Connector(Protocol):
    """A source that can be pulled. Pulling twice gives the same rows."""

    @property
    def source(self) -> str:
        """Name of the source in fairlead.toml."""
        ...

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """
        The rows since the cursors (by fact table), or all of them.

        A batch with a cursor, or with `snapshot`, is the last of its table. Raises SourceError.
        """
        ...


@runtime_checkable
class Divided(Protocol):
    """A connector whose tables do not depend on each other: what is wrong with one does not stop the others."""

    def parts(self) -> Sequence[Connector]:
        """One connector of the same source for each table."""
        ...


@runtime_checkable
class Together(Protocol):
    """A connector whose batches of several tables come in turn, each with a cursor of its own."""

    @property
    def together(self) -> frozenset[str]:
        """The tables; one that was stopped does not stop the others."""
        ...


@runtime_checkable
class Tasted(Protocol):
    """A connector that keeps something beside its batches, which a trial must not."""

    def tasting(self) -> Connector:
        """The same for a trial: it keeps nothing, and its first batches come soon."""
        ...


@runtime_checkable
class Recognisable(Protocol):
    """A connector that can tell without a pull whether anything has changed."""

    def fingerprint(self) -> str | None:
        """The same fingerprint, the same rows; None where only a pull can tell. Raises SourceError."""
        ...
