"""What words of the file mean: each word that was found, how often, and which of ours it becomes."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from kpi.words import say, say_many
from pages.parts.format import count, words
from store.brought import ColumnFound, Filled, SheetFound, Wish
from store.contract import Kind, Table, fields
from store.facts import TABLES
from store.listed import choices, is_closed, is_refused

ACROSS = 3


def draw_words(sheet: SheetFound, wish: Wish, key: str) -> Wish:
    """A choice for each word of the columns that have few; those that hold a list of ours stand there at once."""
    if wish.table not in TABLES or wish.columns is None:
        return wish
    table, found = TABLES[wish.table], {each.name: each for each in sheet.columns if each.words}
    able = {
        name: each for name, each in wish.columns.items() if each.column in found and _is_word(table, name)
    }
    at_once = [name for name, each in able.items() if choices(table, name) or each.map]
    others = [name for name in able if name not in at_once]
    columns = dict(wish.columns)
    for name in at_once:
        columns[name] = _draw_column(table, name, able[name], found[able[name].column], key)
    if others:
        more = st.multiselect(
            say("Translate the words of"), others, format_func=words, key=f"also_{key}",
            placeholder=say("another column"),
        )  # fmt: skip
        for name in more:
            columns[name] = _draw_column(table, name, able[name], found[able[name].column], key)
    if not able:
        st.text(say("No column of words is filled from this sheet."))
    return replace(wish, columns=columns)


def unknown_words(sheet: SheetFound, wish: Wish) -> Mapping[str, list[str]]:
    """By column of ours the words that a closed list would refuse."""
    if wish.table not in TABLES:
        return {}
    found = {each.name: each for each in sheet.columns}
    told: dict[str, list[str]] = {}
    for name, filled in (wish.columns or {}).items():
        seen = found[filled.column].words if filled.column in found else ()
        bad = [word for word, _ in seen if is_refused(TABLES[wish.table], name, filled.map.get(word, word))]
        if bad:
            told[name] = bad
    return told


def _is_word(table: type[Table], name: str) -> bool:
    kinds = {each.given_as: each.kind for each in fields(table).values()}
    return kinds.get(name) in (Kind.TEXT, Kind.FLAG)


def _draw_column(table: type[Table], name: str, filled: Filled, found: ColumnFound, key: str) -> Filled:
    """The words of one column, three beside each other."""
    st.text(say("{ours}, from {theirs}", ours=words(name), theirs=found.name))
    ours, chosen = choices(table, name), {}
    for start in range(0, len(found.words), ACROSS):
        for place, (word, rows) in zip(st.columns(ACROSS), found.words[start : start + ACROSS], strict=False):
            with place:
                becomes = _draw_word(table, name, ours, word, rows, filled.map.get(word, word), key)
            if becomes != word:
                chosen[word] = becomes
    unseen = {word: each for word, each in filled.map.items() if word not in dict(found.words)}
    return replace(filled, map=unseen | chosen)


def _draw_word(
    table: type[Table], name: str, ours: tuple[str, ...], word: str, rows: int, now: str, key: str
) -> str:
    """What one word becomes: itself, nothing, or a word of ours."""
    options = list(dict.fromkeys([word, *ours, now, ""]))
    told = say_many("{n} row", "{n} rows", rows, n=count(rows))
    picked = st.selectbox(
        f"{word or say('(empty)')} ({told})", options, index=options.index(now),
        format_func=lambda each: _told(table, name, word, each),
        accept_new_options=not is_closed(table, name), key=f"word_{key}_{name}_{word}",
    )  # fmt: skip
    return str(picked or "")


def _told(table: type[Table], name: str, word: str, each: str) -> str:
    if not each:
        return say("stays empty") if not word else say("nothing")
    if is_refused(table, name, each):
        return say("{word} (not known: these rows are set aside)", word=each)
    return say("{word}, as it is", word=each) if each == word else each
