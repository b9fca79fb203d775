"""The data page: what was read from where and when, what it did to each table, and what was rejected and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from kpi.decisions import LATE_AFTER
from kpi.exports.sheet import as_csv
from pages.parts.empty import draw_empty
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import ABSENT, age, count, moment, rows, size, words
from pages.parts.head import context_line, draw_head
from pages.parts.load import (
    load_company_of,
    load_coverage,
    load_freshness,
    load_rejected,
    load_storage,
    now,
)
from pages.parts.tables import Cell, Column, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.facts import TABLES
from store.lake import Storage
from store.scope import Scope
from store.state import Freshness, RunStatus

MOST_SHOWN, MOST_REASONS = 200, 12
SOURCES = (
    Column("Source"), Column("State", "w"), Column("Last good read", "w"), Column("Data until", "w"),
    Column("Latest attempt", "w"), Column("Message"),
)  # fmt: skip
COUNTS = (
    Column("Source"), Column("Table"), Column("Read", "r"), Column("New", "r"), Column("Changed", "r"),
    Column("Unchanged", "r"), Column("Deleted", "r"), Column("Rejected", "r"), Column("Days touched", "r"),
)  # fmt: skip
TABLES_SHOWN = (
    Column("Table"), Column("What a row is"), Column("Rows", "r"), Column("Files", "r"), Column("Size", "r"),
)  # fmt: skip
WORDS = {
    RunStatus.OK: "went well", RunStatus.FAILED: "failed", RunStatus.DRIFT: "stopped: the source has changed",
    RunStatus.RUNNING: "is running",
}  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    draw_head("Data", context_line(covered, None, company), company, fresh, now())
    storage = load_storage(viewer)
    if not fresh and not storage:
        draw_empty(viewer)
        return
    st.header("Sources", anchor=False)
    if fresh:
        st.html(build_sources(fresh, now()))
        st.header("Last sync", anchor=False)
        st.html(build_counts(fresh, viewer.principal.scope))
    else:
        st.text("No sync has been recorded.")
    draw_rejected(viewer, load_rejected(viewer))
    st.header("Tables", anchor=False)
    st.html(build_tables(storage))


def build_sources(fresh: Sequence[Freshness], at: datetime) -> str:
    """Each source: fresh or late, when it was last read well, and how the latest attempt went."""
    return table(SOURCES, [_source(each, at) for each in fresh], "Sources")


def _source(each: Freshness, at: datetime) -> list[Cell]:
    good, latest = each.last_ok_at, each.latest
    return [
        each.source,
        state(each, at),
        f"{moment(good)} ({age(good, at)} ago)" if good else "never",
        moment(each.data_time) if each.data_time else ABSENT,
        f"{moment(latest.started_at)} {WORDS[latest.status]}",
        latest.message,
    ]


def state(each: Freshness, at: datetime) -> str:
    """Fresh, late or failed, with a shape before the word."""
    if each.last_ok_at is None:
        return "■ Never read"
    if at - each.last_ok_at > LATE_AFTER:
        return f"◷ Late, {age(each.last_ok_at, at)} old"
    recent = each.latest.status in (RunStatus.FAILED, RunStatus.DRIFT)
    return "▲ Last attempt failed" if recent else "✓ Fresh"


def build_counts(fresh: Sequence[Freshness], scope: Scope) -> str:
    """What the latest run of each source did, by table of the reader's departments."""
    cells: list[list[Cell]] = [
        [
            each.source, words(told.fact), *(count(number) for number in (
                told.read, told.new, told.changed, told.unchanged, told.deleted, told.rejected, told.days_touched,
            )),
        ]
        for each in fresh
        for told in each.latest.counts
        if told.fact not in TABLES or scope.sees_department(TABLES[told.fact].department)
    ]  # fmt: skip
    return table(COUNTS, cells, "Rows of the last sync")


def build_tables(storage: Mapping[str, Storage]) -> str:
    """Rows and room of every fact table."""
    cells: list[list[Cell]] = [
        [words(name), _meaning(name), count(each.rows), count(each.files), size(each.bytes)]
        for name, each in storage.items()
    ]
    total = sum(each.bytes for each in storage.values())
    cells.append(["All", "", count(sum(each.rows for each in storage.values())), "", size(total)])
    return table(TABLES_SHOWN, cells, "Tables")


def _meaning(name: str) -> str:
    return (TABLES[name].__doc__ or "").strip().split("\n")[0]


def draw_rejected(viewer: Viewer, rejected: pl.DataFrame) -> None:
    """How many rows were rejected for which reason, and the latest of them."""
    st.header("Rejected rows", anchor=False)
    if rejected.is_empty():
        st.text("No row is waiting to be mended.")
        return
    st.text(f"{rows(rejected.height)} did not fit and were kept aside; the rest of their files was read.")
    st.html(build_reasons(rejected))
    shown = rejected.head(MOST_SHOWN).select("seen_at", "source", "table", "source_id", "reason", "raw")
    st.dataframe(
        shown.rename({name: words(name) for name in shown.columns}), hide_index=True, row_height=32, height="auto",
        key="rejected", alt=f"The latest {rows(shown.height, 'rejected row')}",
    )  # fmt: skip
    label = f"All {rows(rejected.height)} as CSV"
    draw_download(viewer, Export(label, Kind.CSV, "rejected", lambda: as_csv(rejected)), "rejected_csv")


def build_reasons(rejected: pl.DataFrame) -> str:
    """Rejected rows by source, table and reason, the most frequent first."""
    counted = (
        rejected.group_by("source", "table", "reason").len().sort("len", descending=True).head(MOST_REASONS)
    )
    cells: list[list[Cell]] = [
        [source, words(name), reason or "", count(number)]
        for source, name, reason, number in counted.iter_rows()
    ]
    columns = (Column("Source"), Column("Table"), Column("Reason"), Column("Rows", "r"))
    return table(columns, cells, "Rejected rows by reason")
