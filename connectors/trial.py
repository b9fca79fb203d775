"""The first rows of a file taken through its mapping and the gate, without storing any."""

from dataclasses import replace
from typing import cast

import polars as pl

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
    why = _reasons(store, company, mapping, texts)
    rows = _rows(mapping, texts, why)
    bad = sum(bool(each.why) for each in rows)
    shown = sorted(sorted(rows, key=lambda each: not each.why)[:SHOWN], key=lambda each: each.row)
    return replace(sheet, shown=_columns(mapping), rows=tuple(shown), tried=len(rows), bad=bad)


def _reasons(store: Store, company: Company, mapping: TableMapping, texts: Texts) -> dict[str, str]:
    """What is wrong, by the id of the row."""
    batch = shape(mapping, texts, SeenKeys())
    why = dict(batch.refused.select("source_id", "reason").iter_rows())
    try:
        whole = normalise(mapping.table, batch.rows, load_context(store, company))
    except (MissingColumns, UnreadColumn) as wrong:
        return dict.fromkeys((*batch.rows["source_id"], *why), str(wrong))
    return why | dict(gate(mapping.table, whole).bad.select("source_id", "why").iter_rows())


def _columns(mapping: TableMapping) -> tuple[str, ...]:
    return mapping.source_columns[:SHOWN]


def _rows(mapping: TableMapping, texts: Texts, why: dict[str, str]) -> list[RowTried]:
    columns = list(_columns(mapping))
    frame = texts.frame.with_columns(pl.format("{}:{}", pl.lit(texts.place), ROW).alias("_id"))
    found = []
    for row, known, *values in frame.select(ROW, "_id", *columns).iter_rows():
        if any(values) or known in why:
            reason = (why.get(known) or "").partition(": ")
            said = reason[2] if reason[0].startswith("row ") else why.get(known, "")
            found.append(RowTried(cast(int, row), tuple(_short(each) for each in values), _short(said, 300)))
    return found


def _short(text: str | None, most: int = LONGEST) -> str:
    kept = (text or "").replace("\0", "\ufffd")
    return kept if len(kept) <= most else f"{kept[:most]}…"
