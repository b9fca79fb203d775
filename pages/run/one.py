"""One run: the script that takes one through the steps, drawn once and fed by small requests of its own."""

import json
from html import escape
from pathlib import Path

import streamlit as st

from kpi.words import say, spoken
from pages.parts.head import draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_freshness, now
from pages.parts.packed import asset
from pages.parts.shell import base_path
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from pages.run.load import case_told, load_text
from pages.run.told import device_of, standing_told, steps_told, words
from pages.sops.load import load_pictures
from pages.sops.look import STYLE
from sop.procedure import Procedure
from sop.runs.answering import Progress, progress
from store.state import WrongEntry

HERE = Path(__file__).parent
PARTS = ("elements.js", "outbox.js", "sending.js", "answering.js", "run.js")

_run = st.components.v2.component(
    "procedure_run",
    html='<div class="run"></div>',
    css=asset("run.css", HERE),
    js="\n".join(asset(each, HERE) for each in PARTS),
)


def draw_run(viewer: Viewer, number: int) -> None:
    """The run, for its person and their lead; for others there is none."""
    company = load_company_of(viewer)
    found, text = _found(viewer, number)
    title = (text.title or text.key) if text else say("Run a procedure")
    told = (
        f"{case_told(found.run)} · {say('Version {name}', name=found.run.number)}" if found else company.name
    )
    draw_head(title, told, company, load_freshness(viewer), now())
    st.html(
        f'{STYLE}<a class="fl-go" href="run{language_link("?")}" target="_self">{escape(say("All runs"))}</a>'
    )
    if found is None or text is None:
        draw_state(State.EMPTY, say("No such run"), say("It is not among the runs you may look into."))
        return
    _run(data={"told": json.dumps(data_of(viewer, found), ensure_ascii=False)}, key=f"run_{number}")


def data_of(viewer: Viewer, found: Progress) -> dict[str, object]:
    """Everything the script needs, so that it goes on without a connection."""
    files = viewer.store.state.run_files.of(viewer.principal, found.run.id)
    steps = [step for step, _ in found.steps]
    return {
        "id": found.run.id, "owner": device_of(viewer.principal.name), "base": base_path(), "words": words(),
        "tag": spoken().language.tag, "mine": found.run.person == viewer.principal.name,
        "steps": steps_told(steps, load_pictures(viewer, found.procedure)), "run": standing_told(found, files),
    }  # fmt: skip


def _found(viewer: Viewer, number: int) -> tuple[Progress | None, Procedure | None]:
    state, who = viewer.store.state, viewer.principal
    try:
        text = load_text(viewer, state.procedure_runs.find(who, number))
        return (progress(state, who, number, text), text) if text else (None, None)
    except WrongEntry:
        return None, None
