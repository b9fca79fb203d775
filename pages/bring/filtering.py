"""Only some of the rows: simple conditions on columns of the file, all of which have to hold."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from kpi.words import marked, say, say_many
from pages.parts.format import count
from store.brought import Condition, Kept, SheetFound, Wish

NOWHERE = ""
CONDITIONS = {
    Condition.IS: marked("is"), Condition.IS_NOT: marked("is not"), Condition.FILLED: marked("is not empty"),
    Condition.EMPTY: marked("is empty"),
}  # fmt: skip
BY_WORDS = (Condition.IS, Condition.IS_NOT)
MOST = 8


def draw_filters(sheet: SheetFound, wish: Wish, key: str) -> Wish:
    """The conditions there are, and room for one more."""
    if not wish.table:
        return wish
    kept: list[Kept] = []
    for at in range(MOST):
        before = wish.keep[at] if at < len(wish.keep) else None
        now = _draw_filter(sheet, before, f"{key}_{at}", first=at == 0)
        if now is None:
            break
        kept.append(now)
    whole = tuple(each for each in kept if each.words or each.condition not in BY_WORDS)
    return wish if whole == wish.keep else replace(wish, keep=whole)


def _draw_filter(sheet: SheetFound, before: Kept | None, key: str, first: bool) -> Kept | None:
    """One condition; None where no column is chosen."""
    names = [NOWHERE, *(each.name for each in sheet.columns)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        column = st.selectbox(
            say("Only rows where") if first else say("and where"), names, key=f"where_{key}", width=260,
            index=names.index(before.column) if before and before.column in names else 0,
            format_func=lambda name: name or (say("all rows") if first else say("nothing more")),
        )  # fmt: skip
        if not column:
            return None
        conditions = list(CONDITIONS)
        condition = st.selectbox(
            say("Condition"), conditions, key=f"how_{key}", width=160,
            index=conditions.index(before.condition) if before and before.column == column else 0,
            format_func=lambda each: say(CONDITIONS[each]),
        )  # fmt: skip
        if condition not in BY_WORDS:
            return Kept(str(column), condition)
        chosen = before.words if before and before.column == column else ()
        return Kept(
            str(column), condition, _draw_chosen(_words_of(sheet, str(column)), chosen, f"{key}_{column}")
        )


def _draw_chosen(found: Mapping[str, int], chosen: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Any of the words that were found, or others that are typed in."""
    picked = st.multiselect(
        say("one of"), list(dict.fromkeys([*found, *chosen])), default=list(chosen), key=f"words_{key}", width=360,
        format_func=lambda word: _told(word, found.get(word, 0)), accept_new_options=True,
        placeholder=say("Choose or type words"),
    )  # fmt: skip
    return tuple(map(str, picked))


def _told(word: str, rows: int) -> str:
    shown = word or say("(empty)")
    return f"{shown} ({say_many('{n} row', '{n} rows', rows, n=count(rows))})" if rows else shown


def _words_of(sheet: SheetFound, column: str) -> Mapping[str, int]:
    return next((dict(each.words) for each in sheet.columns if each.name == column), {})
