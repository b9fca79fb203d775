"""Records of a page as a frame of texts: a row a record, or a row for each entry of a list in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from connectors.batch import ID
from connectors.file.records import flat
from connectors.http.worked import Worked
from connectors.mapping import FAULT
from connectors.plan import ROW, TableMapping

Rows = list[Mapping[str, str | None] | str]  # a text says what is wrong with the whole row


def named(rows: list[Any]) -> list[Any]:
    """Lists as records, under the names in the first of them; cells behind the last name have none."""
    if not rows or not isinstance(rows[0], list):
        return rows
    names = [str(name).strip() for name in rows[0]]
    return [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in rows[1:]]


def rows_of(records: list[Any], each: tuple[str, ...], worked: Worked) -> Rows:
    """A row a record, or a row for each entry of a list in it, with what stands around the list."""
    rows: Rows = []
    for record in records:
        if not isinstance(record, dict):
            rows.append("is not a JSON object")
            continue
        told = worked.picked(record, each)
        for row in _spread(record, each, (), worked):
            rows.append(row if isinstance(row, str) else {**row, **told})
    return rows


def _spread(
    record: Mapping[str, Any], each: tuple[str, ...], above: tuple[str, ...], worked: Worked
) -> Iterator[dict[str, str | None] | str]:
    """A row for each entry of the list, and of the list inside each entry where `each` goes further."""
    place = "".join(f"{name}." for name in above)
    if not each:
        yield {**dict(flat(record, place)), **(worked.picked(record, above, inside=True) if above else {})}
        return
    if not isinstance(inner := record.get(each[0]), list):
        yield f"has no list '{place}{each[0]}'"
        return
    outer = dict(flat({key: value for key, value in record.items() if key != each[0]}, place))
    for entry in inner:
        if not isinstance(entry, dict):
            yield "is not a JSON object"
            continue
        for row in _spread(entry, each[1:], (*above, each[0]), worked):
            yield row if isinstance(row, str) else {**outer, **row}


def frame_of(mapping: TableMapping, rows: Rows, worked: Worked, place: str) -> pl.DataFrame:
    """The mapped columns as text; a field that no row has is empty, so that required ones reject their rows."""
    names = worked.needed(mapping.source_columns)
    told = [{} if isinstance(row, str) else row for row in rows]
    columns = {name: pl.Series([row.get(name) for row in told], dtype=pl.String) for name in names}
    at = pl.int_range(1, len(rows) + 1, dtype=pl.Int64, eager=True)
    faults = pl.Series([row if isinstance(row, str) else None for row in rows], dtype=pl.String)
    frame = worked.added(pl.DataFrame({ROW: at, **columns, FAULT: faults}), FAULT)
    key = [pl.col(name) for name in mapping.key if name in frame.columns] or [pl.col(ROW).cast(pl.String)]
    known = pl.concat_str([part.fill_null("") for part in key], separator="|")
    return frame.with_columns(pl.format("{}:{}", pl.lit(place), known).alias(ID))
