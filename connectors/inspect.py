"""Looking at a file before a mapping exists: what it holds, what that could be, and a draft to start from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import SourceError
from connectors.file.job import Job
from connectors.file.names import column_names, snake
from connectors.file.reader import look
from connectors.file.tops import Top
from connectors.guess import Look, look_at
from connectors.layout import ROW, Layout
from connectors.synonyms import best_table, named_unit
from connectors.written import inline
from store.contract import Field, Kind, Table, fields, key_of

HEADER_WITHIN = 20
LONGEST_NAME = 120
LEAST = 0.15  # share of columns with a place, below which a sheet is no fact table


@dataclass(frozen=True, eq=False)
class Sheet:
    """One document or sheet: where its header stands, and what its columns look like."""

    top: Top
    header_row: int
    columns: tuple[Look, ...]
    table: type[Table]
    fits: Mapping[str, tuple[str, float]]

    @property
    def share(self) -> float:
        """The share of its columns that have a place in the table, weighed by how well they fit."""
        return min(1.0, sum(fit for _, fit in self.fits.values()) / max(len(self.columns), 1))


@dataclass(frozen=True, eq=False)
class Draft:
    """What was found in a file, and a draft of its mapping as TOML with remarks."""

    path: Path
    sheets: tuple[Sheet, ...]

    @property
    def toml(self) -> str:
        name = snake(self.path.name.split(".")[0]) or "source"
        best = {sheet.table: sheet for sheet in sorted(self.sheets, key=lambda sheet: sheet.share)}
        drafted = [sheet for sheet in self.sheets if best[sheet.table] is sheet and sheet.share >= LEAST]
        chosen = drafted or [max(self.sheets, key=lambda sheet: sheet.share)]
        rest = [sheet for sheet in self.sheets if sheet not in chosen]
        return "\n".join(
            [_source(self, name), *(_table(self, name, s) for s in chosen), *map(_left_out, rest)]
        )


def inspect(path: Path, layout: Layout | None = None, headers: Mapping[int, int] | None = None) -> Draft:
    """
    Look at the top of a file, in the limited child process. What `layout` says of encoding and separator, and
    `headers` of the row of the header by sheet (from 0), is not guessed. Raises SourceError.
    """
    found = [Top(**top) for top in look(Job(paths=(str(path),), folder="", layout=layout or Layout()))]
    if not found:
        raise SourceError(f"{path.name} holds nothing that can be read as a table.")
    told = headers or {}
    return Draft(path, tuple(_sheet(top, told.get(at, 0)) for at, top in enumerate(found)))


def _sheet(top: Top, declared: int = 0) -> Sheet:
    if declared > len(top.rows):
        raise SourceError(f"{top.name} ends before row {declared}, which was to be its header.")
    at = 0 if top.names is not None else declared or header_row(top.rows)
    header: Sequence[str | None] = (
        top.names if top.names is not None else (top.rows[at - 1] if top.rows else [])
    )
    names = column_names(header, top.name)
    _check_names(names, top.name)
    body = top.rows if top.names is not None else top.rows[at:]
    looks = tuple(
        look_at(name, [row[i] if i < len(row) else None for row in body]) for i, name in enumerate(names)
    )
    table, fits = best_table((each.name, each.kind) for each in looks)
    return Sheet(top, at, looks, table, fits)


def _check_names(names: Sequence[str], place: str) -> None:
    """Raises SourceError for what cannot be the name of a column, before anything is compared with it."""
    for name in names:
        if len(name) > LONGEST_NAME or not name.isprintable():
            shown = ascii(name[:40])[1:-1]
            raise SourceError(
                f"{place} has a column whose name cannot be used: {shown}. The first row that looks like a header is "
                "taken for it; export the table with a plain header."
            )


def header_row(rows: Sequence[Sequence[str | None]]) -> int:
    """The first row that is as wide as the table and holds nothing but different words; counted from 1."""
    widths = [sum(bool(cell) for cell in row) for row in rows[:50]]
    wide = max(widths, default=0)
    for at, row in enumerate(rows[:HEADER_WITHIN], 1):
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        words = [
            cell for cell in cells if not cell.replace(".", "").replace(",", "").replace("-", "").isdigit()
        ]
        if (
            len(cells) >= 0.8 * wide
            and len(words) >= 0.8 * len(cells)
            and len(set(cells)) >= 0.8 * len(cells)
        ):
            return at
    return widths.index(wide) + 1 if wide else 1


def _source(draft: Draft, name: str) -> str:
    top = draft.sheets[0].top
    lines = [f"[sources.{name}]", 'connector = "file"', f"path = {json.dumps(draft.path.name)}"]
    if top.encoding and top.encoding != "utf-8":
        lines.append(
            f'encoding = "{top.encoding}"  # {top.sure:.0%} sure: look whether the letters come out right'
        )
    if top.separator and top.separator != ",":
        lines.append(f"separator = {json.dumps(top.separator)}")
    lines.append('mode = "upsert"  # "snapshot" where the file always holds everything')
    return "\n".join(lines) + "\n"


def _table(draft: Draft, name: str, sheet: Sheet) -> str:
    table = sheet.table
    by_name = {look.name: look for look in sheet.columns}
    lines = [f"[sources.{name}.tables.{table.name}]  # {sheet.share:.0%} of the columns have a place here"]
    if sheet.top.sheet is not None and len(draft.sheets) > 1:
        lines.append(f"sheet = {json.dumps(sheet.top.sheet)}")
    if sheet.header_row > 1:
        lines.append(f"header_row = {sheet.header_row}")
    lines.append(_key(sheet))
    key = key_of(table)[0]
    given = {field.given_as: field for field in fields(table).values() if field.mapped}
    for ours, field in given.items():
        if ours in sheet.fits and ours != key:
            column, fit = sheet.fits[ours]
            lines.append(_column(field, by_name[column], fit))
        elif field.required and field.default is None and ours not in (key, *_implied(table, sheet)):
            lines.append(f'# columns.{ours} = "?"  # needed: {field.meaning}')
    unused = [
        look.name for look in sheet.columns if look.name not in {column for column, _ in sheet.fits.values()}
    ]
    if unused:
        lines.append(f"# not used: {', '.join(unused)}")
    return "\n".join(lines) + "\n"


def _left_out(sheet: Sheet) -> str:
    columns = ", ".join(look.name for look in sheet.columns)
    named = f"sheet {sheet.top.sheet!r}" if sheet.top.sheet is not None else sheet.top.name
    return f"# {named} is not mapped here, a query can join it: {columns}"


def _implied(table: type[Table], sheet: Sheet) -> list[str]:
    """Days that follow from an instant that has a column."""
    return [
        field.given_as
        for field in fields(table).values()
        if getattr(field.derivation, "instant", None) in sheet.fits
    ]


def key_column(sheet: Sheet) -> str:
    """The column that is the key: the one that fits, else one that never repeats, else the row number."""
    key = key_of(sheet.table)[0]
    if key in sheet.fits:
        return sheet.fits[key][0]
    unique = [look.name for look in sheet.columns if look.distinct and look.kind in (Kind.TEXT, Kind.WHOLE)]
    return unique[0] if unique else ROW


def _key(sheet: Sheet) -> str:
    column, fits = key_column(sheet), key_of(sheet.table)[0] in sheet.fits
    if column == ROW:
        return 'key = "_row"  # no column is filled and different in every row'
    if not fits:
        return f"key = {json.dumps(column)}  # the only sure thing is that it never repeats"
    unique = next(look.distinct for look in sheet.columns if look.name == column)
    return f"key = {json.dumps(column)}" + ("" if unique else "  # occurs more than once: see duplicates")


def column_words(field: Field, look: Look) -> dict[str, Any]:
    """How a column of the file fills a column of ours: what stands behind `columns.NAME =` in fairlead.toml."""
    words: dict[str, Any] = {"from": look.name}
    number = field.kind in (Kind.AMOUNT, Kind.WHOLE)
    if look.format and field.kind in (Kind.DAY, Kind.INSTANT):
        words["format"] = look.format
    if look.order:
        words["date_order"] = look.order.value
    if number and look.decimal == ",":
        words["decimal"] = ","
    if number and look.thousands:
        words["thousands"] = look.thousands
    if unit := named_unit(field, look.name):
        words["unit"] = unit
    if number and look.kind is Kind.TEXT:
        words["numbers_only"] = True
    if look.empty:
        words["empty"] = list(look.empty)
    return words


def _column(field: Field, look: Look, fit: float) -> str:
    """One line of the draft, with what is not certain as a remark."""
    value = inline(column_words(field, look))
    remarks = [f"name {fit:.0%}, values {look.sure:.0%}", *([look.note] if look.note else [])]
    return f"columns.{field.given_as} = {value}  # {'; '.join(remarks)}"
