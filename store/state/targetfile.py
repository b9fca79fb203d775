"""Targets in a CSV or TOML file, read with row and column in every complaint."""

import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import polars as pl

from store.models.base import plain
from store.state.precedence import TargetError, TargetRow
from store.state.segments import SegmentError

T = TypeVar("T")

COLUMNS = (
    "kpi", "segment", "valid_from", "valid_to", "target", "warn", "stretch",
    "basis", "owner", "approver", "review_on", "reason", "withdrawn",
)  # fmt: skip
_NEEDED = ("kpi", "valid_from", "target")
_KNOWN = {*COLUMNS, "recorded_at"}
_LARGEST = 10_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_targets(name: str, data: bytes) -> list[TargetRow]:
    """
    The rows of `name` (.csv, or .toml with [[targets]] tables). Columns are those of `COLUMNS`; the
    `recorded_at` of an export is ignored. Raises TargetError naming file, row and value.
    """
    if len(data) > _LARGEST:
        raise TargetError(f"{name} has {len(data):,} bytes; a file of targets has at most {_LARGEST:,}.")
    match Path(name).suffix.lower():
        case ".csv":
            records, first = _csv(name, data), 2
        case ".toml":
            records, first = _toml(name, data), 1
        case other:
            raise TargetError(f"{name} ends in '{other}'; targets are read from .csv and .toml files.")
    return [_target(f"{name} row {number}", record) for number, record in enumerate(records, first)]


def write_targets(rows: Iterable[TargetRow]) -> str:
    """The rows as CSV; text that a spreadsheet would run as a formula is kept from it by a leading quote."""
    records = [{name: _cell(name, getattr(row, name)) for name in (*COLUMNS, "recorded_at")} for row in rows]
    return pl.DataFrame(records, schema=dict.fromkeys((*COLUMNS, "recorded_at"), pl.String)).write_csv()


def _csv(name: str, data: bytes) -> Sequence[Mapping[str, str]]:
    try:
        frame = pl.read_csv(io.BytesIO(data), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise TargetError(f"{name} cannot be read as CSV in UTF-8: {str(error).splitlines()[0]}") from error
    _check_columns(name, frame.columns)
    return frame.to_dicts()


def _toml(name: str, data: bytes) -> Sequence[Mapping[str, str]]:
    try:
        tables = tomllib.loads(data.decode(), parse_float=str).get("targets")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TargetError(f"{name} cannot be read as TOML: {error}") from error
    if not isinstance(tables, list):
        raise TargetError(f"{name} has no [[targets]] tables; start each target with that line.")
    for table in tables:
        _check_columns(name, list(table))
    return [{key: _toml_text(value) for key, value in table.items()} for table in tables]


def _check_columns(name: str, columns: list[str]) -> None:
    if unknown := [each for each in columns if each not in _KNOWN]:
        raise TargetError(f"{name} has the unknown column {unknown}; the columns are {list(COLUMNS)}.")
    if missing := [each for each in _NEEDED if each not in columns]:
        raise TargetError(f"{name} lacks {missing}; every target needs {list(_NEEDED)}.")


def _target(place: str, record: Mapping[str, str]) -> TargetRow:
    cells = _Cells(record)
    try:
        return TargetRow(
            kpi=cells.text("kpi"),
            segment=cells.text("segment"),
            valid_from=cells.filled("valid_from", cells.day("valid_from")),
            valid_to=cells.day("valid_to"),
            target=cells.filled("target", cells.level("target")),
            warn=cells.level("warn"),
            stretch=cells.level("stretch"),
            basis=cells.text("basis"),
            owner=cells.text("owner"),
            approver=cells.text("approver"),
            review_on=cells.day("review_on"),
            reason=cells.text("reason"),
            withdrawn=cells.yes("withdrawn"),
        )
    except (TargetError, SegmentError) as error:
        raise TargetError(f"{place}: {error}") from error


@dataclass(frozen=True)
class _Cells:
    """One row of a file as text, read cell by cell."""

    record: Mapping[str, str]

    def text(self, name: str) -> str:
        return _unquoted((self.record.get(name) or "").strip())

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.text(name)) if self.text(name) else None
        except ValueError as error:
            raise TargetError(f"{name} is '{self.text(name)}'; write a day as 2026-01-31.") from error

    def level(self, name: str) -> Decimal | None:
        try:
            return Decimal(self.text(name)) if self.text(name) else None
        except InvalidOperation as error:
            raise TargetError(f"{name} is '{self.text(name)}'; write a plain number such as 0.95.") from error

    def yes(self, name: str) -> bool:
        text = self.text(name).lower()
        if text not in ("true", "false", ""):
            raise TargetError(f"{name} is '{text}'; write true or false.")
        return text == "true"

    def filled(self, name: str, value: T | None) -> T:
        if value is None:
            raise TargetError(f"{name} is empty; fill it in.")
        return value


def _toml_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(name: str, value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return f"'{text}" if text.startswith(_FORMULA) else text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
