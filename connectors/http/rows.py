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


def named(rows: list[Any]) -> list[Any]:
    """Lists as records, under the names in the first of them; cells behind the last name have none."""
    if not rows or not isinstance(rows[0], list):
        return rows
    names = [str(name).strip() for name in rows[0]]
    return [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in rows[1:]]


Places = Sequence[Sequence[tuple[str, tuple[str, ...]]]]


def texts_of(records: list[Any], each: tuple[str, ...], worked: Worked, names: Sequence[str]) -> pl.DataFrame:
    """
    A row a record, or one for each entry of a list in it with what stands around the list: these fields as text, and
    under `_fault` what is wrong with a whole row.
    """
    if not each and not worked.picks and all(type(record) is dict for record in records):
        columns = {name: _column(records, place_of(name)) for name in names}
        return pl.DataFrame(columns | {FAULT: [None] * len(records)}, schema=_schema(names))
    rows = list(
        _rows(records, each, worked, _places([name for name in names if name not in worked.picks], each))
    )
    told = [{} if isinstance(row, str) else row for row in rows]
    columns = {name: [row.get(name) for row in told] for name in names}
    faults = [row if isinstance(row, str) else None for row in rows]
    return pl.DataFrame(columns | {FAULT: faults}, schema=_schema(names))


def _schema(names: Sequence[str]) -> pl.Schema:
    return pl.Schema(dict.fromkeys([*names, FAULT], pl.String()))


def _rows(
    records: list[Any], each: tuple[str, ...], worked: Worked, places: Places
) -> Iterator[Mapping[str, str | None] | str]:
    """The rows one by one; a text says what is wrong with the whole row."""
    for record in records:
        if not isinstance(record, dict):
            yield "is not a JSON object"
            continue
        told = worked.picked(record, each)
        for row in _spread(record, each, 0, worked, places):
            yield row if isinstance(row, str) else {**row, **told}


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
    row = _row(record, places[depth])
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


def _row(record: Mapping[str, Any], places: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, str | None]:
    return {name: _column([record], place)[0] for name, place in places}


def _column(records: Sequence[Mapping[str, Any]], place: tuple[str, ...]) -> list[str | None]:
    """A field of all records as text; a list stays JSON, an object is none."""
    values = [record.get(place[0]) for record in records]
    if len(place) > 1:
        dotted = ".".join(place)  # a name with a dot in it
        values = [
            record.get(dotted) if (inner := found_at(value, place[1:])) is None else inner
            for value, record in zip(values, records, strict=True)
        ]
    kinds = set(map(type, values))
    return (
        values if kinds <= {str, type(None)} else [None if each is None else _text(each) for each in values]
    )


def _text(value: object) -> str | None:
    match value:
        case str():
            return value
        case dict():
            return None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return json.dumps(value)


def frame_of(mapping: TableMapping, texts: pl.DataFrame, worked: Worked, place: str) -> pl.DataFrame:
    """The mapped columns as text; a field that no row has is empty, so that required ones reject their rows."""
    at = pl.int_range(1, texts.height + 1, dtype=pl.Int64, eager=True).alias(ROW)
    frame = worked.added(texts.select(at, pl.all()), FAULT)
    key = [pl.col(name) for name in mapping.key if name in frame.columns] or [pl.col(ROW).cast(pl.String)]
    known = pl.concat_str([part.fill_null("") for part in key], separator="|")
    return frame.with_columns(pl.format("{}:{}", pl.lit(place), known).alias(ID))
