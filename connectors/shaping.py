"""From pieces of text to batches of a good size, table by table, whatever the kind of source."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from connectors.batch import Batch, put_together
from connectors.ending import ending
from connectors.mapping import PLACE, Texts, shape
from connectors.plan import Mode, TableMapping
from connectors.repeated import SeenKeys, needs_whole_table
from store.contract import key_of

ROWS_A_BATCH = 200_000


def batches(mapping: TableMapping, texts: Iterator[Texts], row_key: str = "") -> Iterator[Batch]:
    """
    The batches of one table. `row_key` stands before a row number that is the key, with {} for the place.

    Raises SourceError.
    """
    with ending(texts):
        pieces = _whole(texts) if needs_whole_table(mapping) else texts
        shaped = _shaped(mapping, pieces, row_key)
        yield from _last_marked(_grouped(shaped, key_of(mapping.table)[0]), mapping.mode)


def _shaped(mapping: TableMapping, texts: Iterator[Texts], row_key: str) -> Iterator[Batch]:
    """Batch by batch; where files replace each other's rows, a key may come again in the next file."""
    seen, place, distinct = SeenKeys(), "", True
    for piece in texts:
        if mapping.mode is Mode.UPSERT and place not in ("", piece.place):
            seen.clear()
            distinct = False
        place = piece.place
        batch = shape(mapping, replace(piece, row_key=row_key.format(place)), seen)
        keys = batch.keys if mapping.mode is Mode.SNAPSHOT else None
        yield replace(batch, keys=keys, distinct=distinct)


def _whole(texts: Iterator[Texts]) -> Iterator[Texts]:
    """All pieces as one, each row knowing its place."""
    pieces = list(texts)
    if not pieces:
        return
    frames = [piece.frame.with_columns(pl.lit(piece.place).alias(PLACE)) for piece in pieces]
    yield replace(pieces[0], frame=pl.concat(frames, how="diagonal"))


def _grouped(batches: Iterator[Batch], key: str) -> Iterator[Batch]:
    """Batches of many small files put together, so that each is not a commit of its own."""
    held: list[Batch] = []
    for batch in batches:
        rows = sum(each.rows.height for each in held) + batch.rows.height
        if held and (rows > ROWS_A_BATCH or batch.rows.schema != held[0].rows.schema):
            yield put_together(held, key)
            held = []
        held.append(batch)
    if held:
        yield put_together(held, key)


def _last_marked(batches: Iterator[Batch], mode: Mode) -> Iterator[Batch]:
    """The last batch of a snapshot says so."""
    held: Batch | None = None
    for batch in batches:
        if held is not None:
            yield held
        held = batch
    if held is not None:
        yield replace(held, snapshot=mode is Mode.SNAPSHOT)
