"""The part of fairlead.toml about one fact table: its key, its columns, its filters."""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypedDict
from zoneinfo import ZoneInfo

from connectors.block import Block, suggestion
from connectors.personal import read_personal
from connectors.plan import (
    ROW,
    ColumnMapping,
    DateOrder,
    Duplicates,
    Keep,
    Keeping,
    Layout,
    Mode,
    TableMapping,
)
from connectors.units import units_for
from connectors.vocabulary import vocabulary
from store.contract import Field, Kind, Table, fields, key_of

LAYOUT_KEYS = (
    "encoding", "separator", "quote", "header_row", "skip_rows", "sheet", "file",
    "short_rows", "decimal", "thousands", "date_order", "null_values",
)  # fmt: skip
TABLE_KEYS = ("key", "duplicates", "mode", "columns", "keep", "query", "personal")
SQL_TABLE_KEYS = ("table", "cursor", "lookback")
HTTP_TABLE_KEYS = ("stream", "each", "worked", "gone_when", "gone_in")
COLUMN_KEYS = (
    "from", "constant", "date", "time", "map", "keep_others", "otherwise", "default", "format", "date_order",
    "timezone", "unit", "decimal", "thousands", "remove", "numbers_only", "true", "false", "empty",
)  # fmt: skip


def read_layout(block: Block, above: Layout) -> Layout:
    """The layout keys of a block over those of the block above."""
    order = block.choice("date_order", list(DateOrder))
    return replace(
        above,
        encoding=_encoding(block, above.encoding),
        short_rows=block.choice("short_rows", ("reject", "fill"), above.short_rows) or above.short_rows,
        separator=_one_character(block, "separator", above.separator),
        quote=_one_character(block, "quote", above.quote) or None,
        header_row=block.whole("header_row", 0) if "header_row" in block.values else above.header_row,
        skip_rows=block.whole("skip_rows", above.skip_rows),
        sheet=block.text("sheet", above.sheet),
        file=block.text("file", above.file),
        **_marks(block, above),
        date_order=DateOrder(order) if order else above.date_order,
        null_values=block.texts("null_values") or above.null_values,
    )


def _encoding(block: Block, default: str | None) -> str | None:
    name = block.text("encoding", default)
    try:
        return name and codecs.lookup(name).name
    except LookupError:
        raise block.wrong(
            "encoding", f"is {name!r}; write for example 'utf-8', 'cp1252', 'latin-1', 'utf-16' or 'gb18030'."
        ) from None


def _one_character(block: Block, key: str, default: str | None) -> str | None:
    value = block.text(key, default)
    if value is not None and (len(value) > 1 or not value.isascii()):
        raise block.wrong(key, f"is {value!r}; write one ASCII character, such as ';' or '\\t'.")
    return value


class _Marks(TypedDict):
    decimal: str
    thousands: str
    decimal_declared: bool


def _marks(block: Block, above: Layout) -> _Marks:
    """Decimal and thousands mark, which may not be the same."""
    decimal = block.text("decimal", above.decimal) or "."
    thousands = block.text("thousands", above.thousands) or ""
    if decimal not in (".", ","):
        raise block.wrong("decimal", f"is {decimal!r}; write '.' or ','.")
    if thousands == decimal and "thousands" in block.values:
        raise block.wrong(
            "thousands", f"is {thousands!r}, the decimal mark as well; set decimal to the other."
        )
    declared = above.decimal_declared or "decimal" in block.values
    return {
        "decimal": decimal,
        "thousands": "" if thousands == decimal else thousands,
        "decimal_declared": declared,
    }


def read_table(table: type[Table], block: Block, above: Layout, mode: Mode, kind: str) -> TableMapping:
    """The mapping of one fact table; raises ConfigError."""
    extra = {"sql": SQL_TABLE_KEYS, "http": HTTP_TABLE_KEYS}.get(kind, ())
    block.only((*TABLE_KEYS, *LAYOUT_KEYS, *extra))
    layout = read_layout(block, above)
    columns = _columns(table, block, layout)
    own = block.choice("mode", list(Mode), mode) or mode
    mapping = TableMapping(
        table=table,
        columns=columns,
        key=_key(table, block, columns),
        duplicates=_duplicates(block),
        mode=Mode(own),
        keep=(*(_keep(row) for row in block.rows("keep")), *_silent(block.block("columns"))),
        query=block.text("query"),
        layout=layout,
        options={name: block.values[name] for name in extra if name in block.values},
    )
    _check_required(mapping, block)
    return replace(mapping, personal=read_personal(mapping, block.block("personal")))


def _key(table: type[Table], block: Block, columns: tuple[ColumnMapping, ...]) -> tuple[str, ...]:
    """The source columns that make the key; empty where the key column is mapped like any other."""
    named = block.texts("key")
    stored = key_of(table)[0]
    mapped = any(column.field.name == stored for column in columns)
    if named and mapped:
        raise block.wrong("key", f"and columns.{stored} both fill {stored}; write one of them.")
    if not named and not mapped:
        raise block.wrong(
            "key",
            'is missing; write key = "Order no", a list of columns, or "_row" where the source has no key.',
        )
    return named


def _duplicates(block: Block) -> Duplicates:
    rule = (block.text("duplicates", "reject") or "reject").strip()
    if rule.startswith("last by "):
        return Duplicates(Keeping.LAST, rule.removeprefix("last by ").strip())
    if rule not in list(Keeping):
        raise block.wrong("duplicates", f"is {rule!r}; write 'reject', 'first', 'last' or 'last by COLUMN'.")
    return Duplicates(Keeping(rule))


def _keep(row: Block) -> Keep:
    row.only(("column", "in", "not_in", "not_empty"))
    keep = Keep(
        column=row.required("column", '"Status"'),
        among=row.texts("in") if "in" in row.values else None,
        not_among=row.texts("not_in") if "not_in" in row.values else None,
        not_empty=row.flag("not_empty"),
    )
    if keep.among is None and keep.not_among is None and not keep.not_empty:
        raise row.wrong("column", 'has no condition; add in = ["..."], not_in = ["..."] or not_empty = true.')
    return keep


def _columns(table: type[Table], block: Block, layout: Layout) -> tuple[ColumnMapping, ...]:
    given = {field.given_as: field for field in fields(table).values() if field.mapped}
    inner = block.block("columns")
    inner_names = list(inner.values)
    for name in inner_names:
        if name not in given:
            raise inner.wrong(
                name, f"is no column of {table.name} that can be filled. {suggestion(name, given)}"
            )
    return tuple(_column(table, given[name], inner, name, layout) for name in inner_names)


def _column(table: type[Table], field: Field, columns: Block, name: str, layout: Layout) -> ColumnMapping:
    value = columns.values[name]
    values = {"from": value} if isinstance(value, str) else columns.block(name).values
    block = Block(columns.file, f"{columns.place}.{name}", values)
    block.only(COLUMN_KEYS)
    order = block.choice("date_order", list(DateOrder))
    mapping = ColumnMapping(
        field=field,
        column=block.text("from"),
        constant=_plain(block, "constant"),
        date=block.text("date"),
        time=block.text("time"),
        map=_words(block),
        keep_others=block.flag("keep_others"),
        otherwise=_plain(block, "otherwise"),
        default=_plain(block, "default"),
        format=block.text("format"),
        date_order=DateOrder(order) if order else layout.date_order,
        timezone=_zone(block),
        unit=block.text("unit"),
        **_marks(block, Layout() if field.kind == Kind.TEXT else layout),
        minimum=getattr(table.columns()[field.name], "min", None),
        remove=block.texts("remove"),
        numbers_only=block.flag("numbers_only"),
        true=block.texts("true"),
        false=block.texts("false"),
        empty=(*layout.null_values, *block.texts("empty")),
    )
    _check_column(mapping, block)
    return mapping


def _words(block: Block) -> Mapping[str, str] | None:
    """A map that is written out, or the vocabulary of that name."""
    name = block.values.get("map")
    return vocabulary(name).codes if isinstance(name, str) else block.map("map")


def _silent(columns: Block) -> Iterator[Keep]:
    """Rows whose code is known to say nothing are left out."""
    for name, how in columns.values.items():
        if isinstance(how, dict) and isinstance(how.get("map"), str):
            inner = columns.block(name)
            column = inner.required("from", '"code"')
            yield Keep(column, not_among=vocabulary(inner.required("map", '"ups"')).silent)


def _plain(block: Block, key: str) -> str | None:
    return block.plain(key, block.values[key]) if key in block.values else None


def _zone(block: Block) -> str | None:
    name = block.text("timezone")
    try:
        return name and ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise block.wrong(
            "timezone", f"is {name!r}; write a zone such as 'Europe/Berlin' or 'UTC'."
        ) from None


def _check_column(mapping: ColumnMapping, block: Block) -> None:
    ways = [mapping.column is not None, mapping.constant is not None, mapping.date is not None]
    if sum(ways) != 1:
        raise block.wrong(
            "from", "has to be the only one of from, constant and date; write exactly one of them."
        )
    if (mapping.time is None) != (mapping.date is None):
        raise block.wrong("time", "and date go together; write both, or from alone.")
    for key, told in (("otherwise", mapping.otherwise is not None), ("keep_others", mapping.keep_others)):
        if told and mapping.map is None:
            raise block.wrong(key, "needs a map.")
    if mapping.otherwise is not None and mapping.keep_others:
        raise block.wrong("keep_others", "and otherwise both say what other words become; write one of them.")
    if mapping.date and mapping.field.kind != Kind.INSTANT:
        raise block.wrong(
            "date", f"and time fill a moment; {mapping.field.given_as} is {mapping.field.kind}."
        )
    _check_kind(mapping, block)


_ONLY_FOR: Mapping[str, tuple[Kind, ...]] = {
    "unit": (Kind.WHOLE,),
    "numbers_only": (Kind.WHOLE, Kind.AMOUNT),
    "timezone": (Kind.INSTANT,),
    "format": (Kind.DAY, Kind.INSTANT),
    "true": (Kind.FLAG,),
    "false": (Kind.FLAG,),
}


def _check_kind(mapping: ColumnMapping, block: Block) -> None:
    """Refuse keys that mean nothing for the kind of the column, and units that do not compare."""
    field = mapping.field
    for key, kinds in _ONLY_FOR.items():
        if key in block.values and field.kind not in kinds:
            raise block.wrong(
                key, f"means nothing for {field.given_as}, a column of {field.kind}s; remove it."
            )
    if mapping.unit and mapping.unit != field.unit and mapping.unit not in units_for(field.unit):
        possible = ", ".join(units_for(field.unit)) or field.unit
        raise block.wrong("unit", f"is {mapping.unit!r}; {field.given_as} can be given in {possible}.")


def _check_required(mapping: TableMapping, block: Block) -> None:
    """A required column that nothing fills or implies stops here and not row by row."""
    filled = {column.field.name for column in mapping.columns} | {key_of(mapping.table)[0]}
    for field in fields(mapping.table).values():
        if not field.required or not field.mapped or field.name in filled or field.default is not None:
            continue
        implied = getattr(field.derivation, "instant", None)
        if implied in filled:
            continue
        way = f" or columns.{implied}" if implied else ""
        raise block.wrong(f"columns.{field.given_as}", f"is missing; {mapping.table.name} needs it{way}.")


__all__ = ["LAYOUT_KEYS", "ROW", "read_layout", "read_table"]
