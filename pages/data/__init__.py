"""The data page: what was read from where and when, what it did to each table, and what was rejected and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

import polars as pl
import streamlit as st

from kpi.exports.sheet import as_csv
from kpi.words import marked, say
from pages.data.known import load_configured, unread_of
from pages.data.rejected import build_reasons, draw_latest
from pages.data.rows import WORDS, build_counts, state
from pages.data.work import draw_work
from pages.parts.empty import draw_empty
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.files_told import say_problem
from pages.parts.format import ABSENT, age, count, moment, rows, size, words
from pages.parts.head import context_line, draw_head
from pages.parts.language import language_link
from pages.parts.load import (
    load_company_of,
    load_coverage,
    load_freshness,
    load_rejected,
    load_storage,
    now,
)
from pages.parts.tables import Cell, Column, Grid, Link, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.facts import TABLES
from store.lake import Storage
from store.state import Freshness

FEW = 8
SOURCES = (
    Column(marked("Source")),
    Column(marked("State"), "w"),
    Column(marked("Last good read"), "w"),
    Column(marked("Data until"), "w"),
    Column(marked("Latest attempt"), "w"),
    Column(marked("Message")),
)
TABLES_SHOWN = (
    Column(marked("Table")),
    Column(marked("What a row is")),
    Column(marked("Rows"), "r"),
    Column(marked("Files"), "r"),
    Column(marked("Size"), "r"),
)


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    draw_head(say("Data"), context_line(covered, None, company), company, fresh, now())
    storage = load_storage(viewer)
    unread = unread_of(load_configured(viewer), fresh)
    if not fresh and not storage and not unread:
        draw_empty(viewer)
        return
    st.header(say("Sources"), anchor=False)
    if fresh or unread:
        st.html(build_sources(fresh, now(), unread))
    if fresh:
        st.header(say("Last sync"), anchor=False)
        draw_folded(build_counts(fresh, viewer.principal), "counts")
    else:
        st.text(say("No sync has been recorded."))
    draw_rejected(viewer, load_rejected(viewer))
    st.header(say("Tables"), anchor=False)
    draw_folded(build_tables(storage), "storage")
    draw_work(viewer)


def draw_folded(grid: Grid, key: str) -> None:
    """The first rows of a long table, which say most; all of them on demand."""
    if len(grid.rows) <= FEW + 2:
        st.html(grid.html)
        return
    st.html(Grid(grid.columns, grid.rows[:FEW], grid.label).html)
    with st.expander(say("All {n} tables", n=count(len(grid.rows))), key=key, bind="query-params"):
        st.html(grid.html)


def build_sources(fresh: Sequence[Freshness], at: datetime, unread: Sequence[str] = ()) -> str:
    """Each source: fresh or late, when it was last read well, and how the latest attempt went; last the unread."""
    never: list[list[Cell]] = [
        [_link(each), f"■ {say('Never read')}", say("never"), ABSENT, ABSENT, ""] for each in unread
    ]
    return table(SOURCES, [*(_source(each, at) for each in fresh), *never], say("Sources"))


def _link(source: str) -> Link:
    return Link(source, f"source?source={quote(source)}{language_link()}")


def _source(each: Freshness, at: datetime) -> list[Cell]:
    good, latest = each.last_ok_at, each.latest
    return [
        _link(each.source),
        state(each, at),
        say("{moment} ({age} ago)", moment=moment(good), age=age(good, at)) if good else say("never"),
        moment(each.data_time) if each.data_time else ABSENT,
        f"{moment(latest.started_at)} {say(WORDS[latest.status])}",
        say_problem(latest.message),
    ]


def build_tables(storage: Mapping[str, Storage]) -> Grid:
    """Rows and room of all fact tables together, then of each, the largest first."""
    total = sum(each.bytes for each in storage.values())
    cells: list[list[Cell]] = [
        [say("All"), "", count(sum(each.rows for each in storage.values())), "", size(total)]
    ]
    for name, each in sorted(storage.items(), key=lambda pair: -pair[1].bytes):
        cells.append([words(name), _meaning(name), count(each.rows), count(each.files), size(each.bytes)])
    return Grid(TABLES_SHOWN, cells, say("Tables"))


def _meaning(name: str) -> str:
    return say(TABLES[name].about.split("\n")[0])


def draw_rejected(viewer: Viewer, rejected: pl.DataFrame) -> None:
    """How many rows were rejected for which reason, and the latest of them."""
    st.header(say("Rejected rows"), anchor=False)
    if rejected.is_empty():
        st.text(say("No row is waiting to be mended."))
        return
    told = rows(rejected.height)
    st.text(say("{rows} did not fit and were kept aside; the rest of their files was read.", rows=told))
    st.html(build_reasons(rejected))
    draw_latest(rejected)
    label = say("All {rows} as CSV", rows=told)
    draw_download(viewer, Export(label, Kind.CSV, "rejected", lambda: as_csv(rejected)), "rejected_csv")
