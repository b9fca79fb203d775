"""What goes where: which table a sheet is, and which of its columns fill ours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from kpi.words import say
from pages.parts.format import words
from store.brought import ColumnFound, Filled, SheetFound, Wish
from store.contract import Field, fields, key_of
from store.facts import MAPPED, TABLES

ROW_NUMBER = "_row"
NOWHERE = ""
ACROSS = 3


def draw_columns(sheet: SheetFound, wish: Wish, key: str) -> Wish:
    """The fields for one sheet; what they say now. Columns of another header are guessed first."""
    tables = [*sorted(each.name for each in MAPPED), NOWHERE]
    with st.container(horizontal=True, gap="small"):
        table = st.selectbox(
            say("The rows are"), tables, index=_place(tables, wish.table),
            format_func=lambda name: words(name) or say("left out"), key=f"table_{key}",
        )  # fmt: skip
        if table != wish.table or wish.columns is None:
            st.text(say("Look again to see which columns fit."))
            return replace(wish, table=str(table), columns=None, key="", keep=())
        if not table:
            return wish
        names = [each.name for each in sheet.columns]
        row_key = st.selectbox(
            say("A row is known by"), [*names, ROW_NUMBER], index=_place([*names, ROW_NUMBER], wish.key),
            format_func=lambda name: say("the number of its line") if name == ROW_NUMBER else name,
            key=f"key_{key}",
        )  # fmt: skip
    columns = draw_fields(sheet.columns, _fields_of(table), wish.columns, key)
    return replace(wish, key=str(row_key), columns=columns)


def draw_fields(
    columns: Sequence[ColumnFound], ours: Sequence[Field], filled: Mapping[str, Filled], key: str
) -> Mapping[str, Filled]:
    """One choice for each column of ours: those that are needed or filled, the others on demand."""
    plain = [each for each in ours if _is_needed(each) or each.given_as in filled]
    others = [each for each in ours if each not in plain]
    said = dict(filled)
    _draw_some(plain, columns, said, key)
    if others and st.toggle(say("Show the other {n} columns too", n=len(others)), key=f"more_{key}"):
        _draw_some(others, columns, said, key)
    return {each.given_as: said[each.given_as] for each in ours if each.given_as in said} | {
        name: each for name, each in said.items() if name not in {field.given_as for field in ours}
    }


def _draw_some(
    ours: Sequence[Field], columns: Sequence[ColumnFound], said: dict[str, Filled], key: str
) -> None:
    for start in range(0, len(ours), ACROSS):
        for place, field in zip(st.columns(ACROSS), ours[start : start + ACROSS], strict=False):
            with place:
                chosen = _draw_field(field, columns, said.get(field.given_as, Filled()), key)
            if chosen == Filled():
                said.pop(field.given_as, None)
            else:
                said[field.given_as] = chosen


def _draw_field(field: Field, columns: Sequence[ColumnFound], now: Filled, key: str) -> Filled:
    """A column of the file, nothing, or a value that is typed in and holds for all rows."""
    examples = {each.name: each.example for each in columns}
    options = [NOWHERE, *examples, *([now.constant] if now.constant and now.constant not in examples else [])]
    chosen = st.selectbox(
        words(field.given_as) + (" *" if _is_needed(field) else ""), options,
        index=_place(options, now.column or now.constant),
        format_func=lambda name: _told(name, examples), help=say(field.meaning), accept_new_options=True,
        key=f"fill_{key}_{field.given_as}",
    )  # fmt: skip
    if not chosen:
        return Filled()
    if chosen not in examples:
        return Filled(constant=chosen)
    return now if now.column == chosen else Filled(column=chosen)


def _told(name: str, examples: Mapping[str, str]) -> str:
    """A column with one of its values."""
    if not name:
        return say("not in the file")
    if name not in examples:
        return say("always {value}", value=name)
    example = examples[name]
    return f"{name} ({example[:24]})" if example else name


def _fields_of(table: str) -> list[Field]:
    kind = TABLES[table]
    return [each for each in fields(kind).values() if each.mapped and each.name not in key_of(kind)]


def _place(options: Sequence[str], chosen: str) -> int:
    return options.index(chosen) if chosen in options else 0


def _is_needed(field: Field) -> bool:
    return field.required and field.default is None
