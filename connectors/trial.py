"""The first rows of a file taken through its mapping and the gate, without storing any."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import cast

import polars as pl

from connectors.batch import Batch
from connectors.file.connector import FileSource
from connectors.mapping import Texts, shape
from connectors.plan import ROW, SourceConfig, TableMapping
from connectors.repeated import SeenKeys
from store.brought import RowTried, SheetFound
from store.company import Company
from store.gate import gate
from store.home import Store, load_context
from store.normalise import MissingColumns, UnreadColumn, normalise

ROWS, SHOWN, LONGEST = 200, 10, 60


def tried(store: Store, company: Company, config: SourceConfig, sheet: SheetFound) -> SheetFound:
    """The sheet with its first rows and what is wrong with them. Raises SourceError."""
    mapping = next((each for each in config.tables if each.table.name == sheet.wish.table), None)
    texts = FileSource(config, config.tables).first(mapping, ROWS) if mapping else None
    if mapping is None or texts is None:
        return sheet
    batch = shape(mapping, texts, SeenKeys())
    rows = _rows(mapping, texts, _reasons(store, company, mapping, batch), set(batch.rows["source_id"]))
    bad, left_out = sum(bool(each.why) for each in rows), sum(each.left_out for each in rows)
    shown = sorted(sorted(rows, key=_rank)[:SHOWN], key=lambda each: each.row)
    return replace(
        sheet,
        shown=_columns(mapping),
        rows=tuple(shown),
        tried=len(rows) - left_out,
        bad=bad,
        left_out=left_out,
    )


def _rank(row: RowTried) -> tuple[bool, bool]:
    """Problems first, rows that are passed over last."""
    return not row.why, row.left_out


def _reasons(store: Store, company: Company, mapping: TableMapping, batch: Batch) -> dict[str, str]:
    """What is wrong, by the id of the row."""
    why = dict(batch.refused.select("source_id", "reason").iter_rows())
    try:
        whole = normalise(mapping.table, batch.rows, load_context(store, company))
    except (MissingColumns, UnreadColumn) as wrong:
        return dict.fromkeys((*batch.rows["source_id"], *why), str(wrong))
    return why | dict(gate(mapping.table, whole).bad.select("source_id", "why").iter_rows())


def _columns(mapping: TableMapping) -> tuple[str, ...]:
    return mapping.source_columns[:SHOWN]


def _rows(mapping: TableMapping, texts: Texts, why: Mapping[str, str], taken: Set[str]) -> list[RowTried]:
    """The rows by number; those neither taken nor refused are passed over by a filter."""
    columns = list(_columns(mapping))
    frame = texts.frame.with_columns(pl.format("{}:{}", pl.lit(texts.place), ROW).alias("_id"))
    found = []
    for row, known, *values in frame.select(ROW, "_id", *columns).iter_rows():
        if any(values) or known in why:
            reason = (why.get(known) or "").partition(": ")
            said = reason[2] if reason[0].startswith("row ") else why.get(known, "")
            shown = tuple(_short(each) for each in values)
            left_out = known not in why and known not in taken
            found.append(RowTried(cast(int, row), shown, _short(said, 300), left_out))
    return found


def _short(text: str | None, most: int = LONGEST) -> str:
    kept = (text or "").replace("\0", "\ufffd")
    return kept if len(kept) <= most else f"{kept[:most]}…"
