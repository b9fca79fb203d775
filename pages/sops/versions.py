"""The versions of a procedure: who wrote and approved each, and what is new from one to another."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.words import marked, say
from pages.parts.choices import pick
from pages.parts.format import ABSENT
from pages.parts.tables import Column, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure
from pages.sops.told import place_told, value_told
from sop.library import Shelved
from sop.procedure import Procedure
from sop.procedure.diff import Became, Difference, differences, words
from sop.procedure.paper import SIGNED, approvals
from store.state import Edition

BECAME = {
    Became.ADDED: marked("added"), Became.REMOVED: marked("removed"), Became.CHANGED: marked("changed"),
    Became.SAME: "",
}  # fmt: skip


def draw_versions(viewer: Viewer, shelf: Shelved, edition: Edition) -> None:
    """The table of approvals, and under it a comparison with another version."""
    st.header(say("Versions and approvals"), anchor=False)
    signed = approvals(shelf, edition.language)
    columns = tuple(Column(each) for each in SIGNED)
    rows = [[str(cell) for cell in row] for row in signed.rows]
    st.html(table(columns, rows, signed.label))
    others = [each for each in shelf.of(edition.language) if each.id != edition.id]
    if not others:
        return
    names = {"": say("Nothing")} | {
        each.name: say("Version {name}", name=each.name) for each in reversed(others)
    }
    chosen = pick(say("Compare with"), names, "against")
    other = next((each for each in others if each.name == chosen), None)
    if other is not None:
        older, newer = sorted((edition, other), key=lambda each: each.number)
        draw_difference(load_procedure(viewer, older), load_procedure(viewer, newer), older, newer)


def draw_difference(before: Procedure, after: Procedure, older: Edition, newer: Edition) -> None:
    """What is new from the older to the newer one."""
    st.subheader(say("From {old} to {new}", old=older.name, new=newer.name), anchor=False)
    found = differences(before, after)
    if not found:
        st.text(say("They say the same."))
        return
    st.html("".join(build_change(each, before, after) for each in found))


def build_change(each: Difference, before: Procedure, after: Procedure) -> str:
    """One difference: where, what happened, and word by word how."""
    where = place_told(each.place, (after, before))
    old, new = value_told(each.before), value_told(each.after)
    return (
        f'<div class="fl-sop-change"><b>{escape(where)}</b><span>{escape(say(BECAME[each.became]))}</span>'
        f'<div class="fl-sop-diff">{build_words(words(old, new))}</div></div>'
    )


def build_words(pieces: Sequence[tuple[Became, str]]) -> str:
    """Removed and added words as HTML knows them, for eyes and screen readers."""
    tags = {Became.REMOVED: "del", Became.ADDED: "ins"}
    told = [
        f"<{tags[became]}>{escape(text)}</{tags[became]}>" if became in tags else escape(text)
        for became, text in pieces
    ]
    return "".join(told) or ABSENT
