"""The pictures of a step that is being written: sent, described, taken out."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from kpi.words import keeping, say
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.sops import build
from pages.sops.load import load_pictures
from pages.sops.work import Work, field
from sop.procedure import Picture, ProcedureError, Step
from store.database import StateError
from store.state import WrongEntry
from store.uploads import title_of

LONGEST, MOST_MB = 160, 6


def draw_pictures(viewer: Viewer, work: Work, step: Step) -> None:
    """Those it has, and a field for one more; a picture belongs to the draft once the draft is saved."""
    shown = load_pictures(viewer, work.mine)
    for number, each in enumerate(step.pictures):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.html(build.build_picture(each, shown))
            st.button(
                say("Take the picture out"), on_click=keeping(taking_out(work, step.key, each)), type="tertiary",
                key=f"{work.key}_{step.key}_picture_{number}",
            )  # fmt: skip
    own = f"{step.key}_picture_{len(step.pictures)}"
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        sent = st.file_uploader(
            say("A picture (PNG, JPEG, GIF, WebP, HEIC)"),
            key=f"{work.key}_{own}_file",
            max_upload_size=MOST_MB,
            width=420,
        )
        told = st.text_input(
            say("What it shows, for those who do not see it"),
            max_chars=LONGEST,
            key=field(work, f"{own}_shows", ""),
        )
        wanted = st.button(
            say("Add the picture"), disabled=sent is None or not told.strip(), key=f"{work.key}_{own}_add"
        )
    if sent is not None and wanted:
        add(viewer, work, step, title_of(sent.name), sent.getvalue(), told)


def add(viewer: Viewer, work: Work, step: Step, name: str, content: bytes, shows: str) -> None:
    """Keep the picture and name it in the step."""
    try:
        file = viewer.store.state.pictures.add(viewer.principal, work.mine.key, name, content)
        picture = Picture(file, shows)
    except (StateError, WrongEntry, ProcedureError) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    work.change_step(replace(step, pictures=(*step.pictures, picture)))
    st.rerun()


def taking_out(work: Work, key: str, picture: Picture) -> Callable[[], None]:
    """A callback after which the step no longer names the picture."""

    def take() -> None:
        step = work.mine.step(key)
        if step is not None:
            left = tuple(each for each in step.pictures if each != picture)
            work.change_step(replace(step, pictures=left))

    return take
