"""Targets as a file: all entries to take along, and a file of entries to read in."""

import streamlit as st

from kpi.catalog import UnknownKpi
from kpi.foreseen import checked
from kpi.words import say, say_many
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import count
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.database import StateError
from store.permits import Permit
from store.state import TargetError, WrongEntry, read_targets
from store.uploads import title_of

MOST_MB = 2


def draw_files(viewer: Viewer) -> None:
    """One button out; a field in, for who may set targets without a second person."""
    st.header(say("As a file"), anchor=False)
    export = Export(say("All entries as CSV"), Kind.CSV, "targets", lambda: exported(viewer))
    draw_download(viewer, export, "targets_csv")
    if viewer.principal.may(Permit.SET_TARGETS):
        with st.expander(say("Read targets from a file"), key="target_import"):
            draw_import(viewer)


def exported(viewer: Viewer) -> bytes:
    """What this reader sees of the entries, to be imported elsewhere."""
    return viewer.store.state.targets.export_rows(viewer.principal).encode()


def draw_import(viewer: Viewer) -> None:
    """A CSV or TOML file as it is exported: all of its rows, or none when one is wrong."""
    st.text(
        say("CSV or TOML with the columns of the export. All rows are entered, or none when one is wrong.")
    )
    sent = st.file_uploader(say("File of targets"), key="targets_file", max_upload_size=MOST_MB, width=720)
    if sent is None or not st.button(say("Enter these targets"), type="primary", key="enter_targets"):
        return
    try:
        rows = checked(read_targets(title_of(sent.name), sent.getvalue()))
        done = viewer.store.state.targets.import_rows(viewer.principal, rows, f"targets-{sent.file_id}")
    except (TargetError, WrongEntry, UnknownKpi, StateError, ValueError) as wrong:
        tell(say("Nothing was entered"), say_refusal(wrong), kind="info")
        return
    added = say_many("{n} target was added", "{n} targets were added", done.added, n=count(done.added))
    draw_state(State.EMPTY, added, say("{n} were there already.", n=count(done.unchanged)))
