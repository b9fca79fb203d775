"""Records of a page as a frame of texts: a row a record, or a row for each entry of a list in it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.batch import ID
from connectors.http.places import found_at, place_of
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


Places = Sequence[Sequence[tuple[str, tuple[str, ...]]]]


def rows_of(records: list[Any], each: tuple[str, ...], worked: Worked, names: Iterable[str]) -> Rows:
    """A row a record, or one for each entry of a list in it with what stands around the list; of these fields."""
    rows: Rows = []
    places = _places([name for name in names if name not in worked.picks], each)
    for record in records:
        if not isinstance(record, dict):
            rows.append("is not a JSON object")
            continue
        told = worked.picked(record, each)
        for row in _spread(record, each, 0, worked, places):
            rows.append(row if isinstance(row, str) else {**row, **told})
    return rows


def _places(names: Iterable[str], each: tuple[str, ...]) -> Places:
    """Where the fields stand: in the record, in the entries of its list, in the entries of a list in those."""
    found: list[list[tuple[str, tuple[str, ...]]]] = [[] for _ in range(len(each) + 1)]
    for name in names:
        place = place_of(name)
        depth = max(at for at in range(len(each) + 1) if place[:at] == each[:at])
        if place[depth:]:
            found[depth].append((name, place[depth:]))
    return found


def _spread(
    record: Mapping[str, Any], each: tuple[str, ...], depth: int, worked: Worked, places: Places
) -> Iterator[dict[str, str | None] | str]:
    """A row for each entry of the list, and of the list inside each entry where `each` goes further."""
    row = {name: _text(record, place) for name, place in places[depth]}
    if depth == len(each):
        yield {**row, **(worked.picked(record, each, inside=True) if each else {})}
        return
    if not isinstance(inner := record.get(each[depth]), list):
        yield f"has no list '{'.'.join(each[: depth + 1])}'"
        return
    for entry in inner:
        if not isinstance(entry, dict):
            yield "is not a JSON object"
            continue
        for below in _spread(entry, each, depth + 1, worked, places):
            yield below if isinstance(below, str) else {**row, **below}


def _text(record: Mapping[str, Any], place: tuple[str, ...]) -> str | None:
    """A field as text; a list stays JSON, an object is none."""
    value = record.get(place[0]) if len(place) == 1 else found_at(record, place)
    if value is None and len(place) > 1:
        value = record.get(".".join(place))  # a name with a dot in it
    match value:
        case None | str():
            return value
        case dict():
            return None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return json.dumps(value)


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
