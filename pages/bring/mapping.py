"""The second step: what the file was taken for, how its first rows would fare, and the way to load it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from uuid import uuid4
from zlib import crc32

import streamlit as st

from kpi.words import listed, marked, say, say_many
from pages.bring.columns import draw_columns
from pages.bring.filtering import draw_filters
from pages.bring.reading import draw_file, draw_sheet
from pages.bring.translating import draw_words, unknown_words
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.files_told import say_problem
from pages.parts.format import count, words
from pages.parts.refusals import say_refusal
from pages.parts.rows_told import say_reason
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, table
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.brought import Bring, Found, RowTried, SheetFound, as_plain, of_plain
from store.contract import unfilled
from store.facts import TABLES
from store.state import Errand, ErrandKind, NotAllowed

Go = Callable[[int | None], None]
ROW, FATE = marked("Row"), marked("Would be")
MOST_WORDS = 6


def draw_found(viewer: Viewer, errand: Errand, found: Found, go: Go) -> None:
    """What was found; everything may be altered, and is looked at again before it can be loaded."""
    bring = of_plain(Bring, errand.asked)
    st.header(bring.title, anchor=False)
    st.text(summary(found), width=760)
    trouble = missing(found) or say_problem(found.problem)
    if trouble:
        draw_state(State.STALE, say("One thing to settle first"), trouble)
    elif words_unknown := unknown(found):
        draw_state(State.STALE, say("Some words are not known"), words_unknown)
    buttons = st.container(horizontal=True, gap="small", vertical_alignment="center")
    for sheet in found.sheets:
        if sheet.rows:
            st.html(build_rows(sheet))
    wanted = draw_wanted(errand, found, bring)
    altered = without_look(wanted) != without_look(as_found(found, bring))
    with buttons:
        draw_buttons(viewer, errand, found, wanted, altered, go)


def draw_wanted(errand: Errand, found: Found, bring: Bring) -> Bring:
    """How it is written, what goes where, what its words mean and which rows count; what is said of it now."""
    lacking = bool(missing(found))
    sheets = [(each, f"{errand.id}_{each.wish.sheet}") for each in found.sheets]
    reading, columns, translating, filtering = (
        st.expander(title, expanded=opened, key=f"{key}_{errand.id}")
        for title, opened, key in (
            (say("How the file is written"), bool(found.problem) and not lacking, "reading"),
            (say("What goes where"), lacking, "columns"),
            (say("What its words mean"), bool(unknown(found)), "words"),
            (say("Which rows are taken"), False, "filters"),
        )
    )
    with reading:
        written = draw_file(found, bring, errand.id)
    wishes = []
    for sheet, key in sheets:
        wish = sheet.wish
        for place, draw in (
            (reading, lambda sheet, _, key: draw_sheet(sheet, key)), (columns, draw_columns),
            (translating, draw_words), (filtering, draw_filters),
        ):  # fmt: skip
            with place:
                if len(sheets) > 1:
                    st.subheader(sheet.name, anchor=False)
                wish = draw(sheet, wish, key)
        wishes.append(wish)
    return Bring(bring.upload, bring.title, tuple(wishes), errand.id, written.encoding, written.separator)


def as_found(found: Found, bring: Bring) -> Bring:
    """The file as it was looked at last."""
    return replace(bring, wishes=tuple(each.wish for each in found.sheets))


def without_look(bring: Bring) -> Bring:
    """What is compared to see whether anything was altered."""
    return replace(bring, look=0)


def draw_buttons(viewer: Viewer, errand: Errand, found: Found, wanted: Bring, altered: bool, go: Go) -> None:
    """Load what was looked at, or look again at what was altered."""
    ready = not found.problem and not altered
    kind = ErrandKind.LOAD if ready else ErrandKind.LOOK
    label = say("Load these rows") if ready else say("Look again")
    visit = st.session_state.setdefault(f"visit_{errand.id}", uuid4().hex)
    ask = partial(post, viewer, kind, wanted, f"{visit}-{crc32(repr(wanted).encode()):x}", go)
    can = ready or altered
    st.button(label, type="primary", on_click=ask, disabled=not can, key=f"go_{errand.id}_{kind}")
    toml = Export(say("Mapping as TOML"), Kind.TOML, found.source, found.toml.encode)
    draw_download(viewer, toml, f"toml_{errand.id}")
    st.button(say("Another file"), on_click=go, args=(None,), type="tertiary", key=f"other_{errand.id}")


def post(viewer: Viewer, kind: ErrandKind, wanted: Bring, key: str, go: Go) -> None:
    """Ask the worker, once however often it is clicked."""
    try:
        go(viewer.store.state.errands.ask(viewer.acting(), kind, as_plain(wanted), key))
        st.session_state.pop(f"visit_{wanted.look}", None)
    except NotAllowed as why:
        tell(say("Not saved"), say_refusal(why), kind="info")


def summary(found: Found) -> str:
    """What it looks like, how the first rows fared, and whose mapping is used."""
    told = [sheet_summary(each, len(found.sheets) > 1) for each in found.sheets]
    if found.known:
        known = say(
            "The columns are mapped as {person} mapped those of {file}.",
            person=found.known_by,
            file=found.known,
        )
        told.append(known)
    return "\n".join(told)


def sheet_summary(sheet: SheetFound, several: bool) -> str:
    """One sheet in a sentence or two."""
    name = f"{sheet.name}: " if several else ""
    if not sheet.wish.table:
        return name + say("left out.")
    placed = round(sheet.share * len(sheet.columns))
    looks = say(
        "Taken for {table}; {placed} of {columns} columns have a place.",
        table=words(sheet.wish.table), placed=placed, columns=len(sheet.columns),
    )  # fmt: skip
    if not sheet.tried:
        return name + looks
    fine = say_many("The first row fits.", "The first {n} rows fit.", sheet.tried, n=count(sheet.tried))
    bad = say(
        "{bad} of the first {n} rows would be set aside with a reason, the others taken in.",
        bad=count(sheet.bad), n=count(sheet.tried),
    )  # fmt: skip
    told = f"{name}{looks} {bad if sheet.bad else fine}"
    if not sheet.left_out:
        return told
    passed = say_many(
        "{n} row is passed over.", "{n} rows are passed over.", sheet.left_out, n=count(sheet.left_out)
    )
    return f"{told} {passed}"


def unknown(found: Found) -> str:
    """Words of the file that a closed list does not know, and where to say what they mean."""
    told = [
        say(
            "{column}: {words} are not known; under “{place}” say what they mean, or those rows are set aside.",
            column=words(name), words=listed(bad[:MOST_WORDS]), place=say("What its words mean"),
        )
        for sheet in found.sheets
        for name, bad in unknown_words(sheet, sheet.wish).items()
    ]  # fmt: skip
    return " ".join(told)


def missing(found: Found) -> str:
    """The columns a table cannot do without and nothing fills, in words."""
    told = []
    for each in found.sheets:
        lacking = (
            unfilled(TABLES[each.wish.table], set(each.wish.columns or {}))
            if each.wish.table in TABLES
            else []
        )
        if lacking:
            names = listed(words(field.given_as) for field in lacking)
            need = say("{table} need: {names}.", table=words(each.wish.table), names=names)
            told.append(f"{need} {say('Choose the column that holds it, or write one value for all rows.')}")
    return " ".join(told)


def build_rows(sheet: SheetFound) -> str:
    """The first rows as they stand in the file, those with a problem marked."""
    columns: Sequence[Column] = (
        Column(ROW, "r"), Column(FATE), *(Column(name, "w", theirs=True) for name in sheet.shown),
    )  # fmt: skip
    rows: list[list[Cell]] = [[count(each.row), fate(each), *each.values] for each in sheet.rows]
    label = say("First rows of {name}", name=sheet.name or words(sheet.wish.table))
    return f'<div class="fl-told">{escape(label)}</div>{table(columns, rows, label)}'


def fate(row: RowTried) -> str:
    """What would become of a row, with a shape before the words."""
    if row.why:
        return f"▲ {say_reason(row.why)}"
    return f"○ {say('passed over')}" if row.left_out else f"✓ {say('taken in')}"
