"""The first step: choosing a file. The page keeps its bytes under a random name and reads none of them."""

from collections.abc import Callable, Iterable

import streamlit as st

from kpi.catalog import KPIS
from kpi.freshness import facts_behind
from kpi.words import marked, say
from pages.parts.format import count, words
from pages.parts.refusals import say_refusal
from pages.parts.tables import Column, table
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.brought import Bring, as_plain
from store.facts import MAPPED, TABLES
from store.state import ErrandKind
from store.uploads import MOST_MB, UploadRefused, keep_upload

Go = Callable[[int | None], None]
WAKES = (
    Column(marked("A file of"), "w"),
    Column(marked("What a row is")),
    Column(marked("KPIs it feeds"), "r"),
)
MOST_TABLES = 12


def draw_sending(viewer: Viewer, go: Go) -> None:
    """The field for a file, and which files wake most KPIs."""
    st.text(
        say(
            "An export of your own system: CSV, Excel, JSON or Parquet, up to {most} MB. Its first lines are looked "
            "at, and nothing is loaded before you have seen what would become of it.",
            most=MOST_MB,
        ),
        width=720,
    )
    sent = st.file_uploader(say("File"), key="brought", max_upload_size=MOST_MB, width=720)
    if sent is not None:
        try:
            upload = keep_upload(viewer.store.home, sent.getvalue(), sent.name)
        except UploadRefused as why:
            tell(say("This file was not kept"), say_refusal(why), kind="info")
        else:
            asked = as_plain(Bring(upload.id, upload.title))
            go(viewer.store.state.errands.ask(viewer.principal, ErrandKind.LOOK, asked))
            st.rerun()
    with st.expander(say("Which files help most"), key="which_files"):
        st.html(build_wanted(viewer.store.lake.names()))


def build_wanted(known: Iterable[str]) -> str:
    """The fact tables that feed most KPIs, those nobody has sent first."""
    read = set(known)
    feeds = {each.name: sum(each.name in facts_behind(kpi) for kpi in KPIS.values()) for each in MAPPED}
    order = sorted(feeds, key=lambda name: (name in read, -feeds[name], name))
    rows = [
        [
            words(name) + (f" ({say('is there')})" if name in read else ""),
            say(TABLES[name].about.split("\n")[0]),
            count(feeds[name]),
        ]
        for name in order[:MOST_TABLES]
    ]
    return table(WAKES, rows, say("Which files help most"))
