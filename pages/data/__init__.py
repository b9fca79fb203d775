"""The data page: what was read from where and when, what it did to each table, and what was rejected and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from kpi.access import sees_table
from kpi.decisions import LATE_AFTER
from kpi.exports.sheet import as_csv
from kpi.words import marked, say
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
from pages.parts.sent import sent
from pages.parts.tables import Cell, Column, Grid, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.facts import TABLES
from store.lake import Storage
from store.scope import Principal
from store.state import Freshness, RunStatus

MOST_SHOWN, MOST_REASONS, FEW = 200, 8, 8
SOURCES = (
    Column(marked("Source")),
    Column(marked("State"), "w"),
    Column(marked("Last good read"), "w"),
    Column(marked("Data until"), "w"),
    Column(marked("Latest attempt"), "w"),
    Column(marked("Message")),
)
COUNTS = (
    Column(marked("Source")),
    Column(marked("Table")),
    Column(marked("Read"), "r"),
    Column(marked("New"), "r"),
    Column(marked("Changed"), "r"),
    Column(marked("Unchanged"), "r"),
    Column(marked("Deleted"), "r"),
    Column(marked("Rejected"), "r"),
    Column(marked("Days touched"), "r"),
)
TABLES_SHOWN = (
    Column(marked("Table")),
    Column(marked("What a row is")),
    Column(marked("Rows"), "r"),
    Column(marked("Files"), "r"),
    Column(marked("Size"), "r"),
)
WORDS = {
    RunStatus.OK: marked("went well"), RunStatus.FAILED: marked("failed"),
    RunStatus.DRIFT: marked("stopped: the source has changed"), RunStatus.RUNNING: marked("is running"),
}  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    draw_head(say("Data"), context_line(covered, None, company), company, fresh, now())
    storage = load_storage(viewer)
    if not fresh and not storage:
        draw_empty(viewer)
        return
    st.header(say("Sources"), anchor=False)
    if fresh:
        st.html(build_sources(fresh, now()))
        st.header(say("Last sync"), anchor=False)
        draw_folded(build_counts(fresh, viewer.principal), "counts")
    else:
        st.text(say("No sync has been recorded."))
    draw_rejected(viewer, load_rejected(viewer))
    st.header(say("Tables"), anchor=False)
    draw_folded(build_tables(storage), "storage")


def draw_folded(grid: Grid, key: str) -> None:
    """The first rows of a long table, which say most; all of them on demand."""
    if len(grid.rows) <= FEW + 2:
        st.html(grid.html)
        return
    st.html(Grid(grid.columns, grid.rows[:FEW], grid.label).html)
    with st.expander(say("All {n} tables", n=count(len(grid.rows))), key=key, bind="query-params"):
        st.html(grid.html)


def build_sources(fresh: Sequence[Freshness], at: datetime) -> str:
    """Each source: fresh or late, when it was last read well, and how the latest attempt went."""
    return table(SOURCES, [_source(each, at) for each in fresh], say("Sources"))


def _source(each: Freshness, at: datetime) -> list[Cell]:
    good, latest = each.last_ok_at, each.latest
    return [
        each.source,
        state(each, at),
        say("{moment} ({age} ago)", moment=moment(good), age=age(good, at)) if good else say("never"),
        moment(each.data_time) if each.data_time else ABSENT,
        f"{moment(latest.started_at)} {say(WORDS[latest.status])}",
        latest.message,
    ]


def state(each: Freshness, at: datetime) -> str:
    """Fresh, late or failed, with a shape before the word."""
    if each.last_ok_at is None:
        return f"■ {say('Never read')}"
    if at - each.last_ok_at > LATE_AFTER:
        return f"◷ {say('Late, {age} old', age=age(each.last_ok_at, at))}"
    recent = each.latest.status in (RunStatus.FAILED, RunStatus.DRIFT)
    return f"▲ {say('Last attempt failed')}" if recent else f"✓ {say('Fresh')}"


def build_counts(fresh: Sequence[Freshness], principal: Principal) -> Grid:
    """What the latest run of each source did, by table the reader sees all of: most rejected, then most read."""
    told = [
        (each.source, counts)
        for each in fresh
        for counts in each.latest.counts
        if counts.fact not in TABLES or sees_table(principal, counts.fact)
    ]
    told.sort(key=lambda pair: (-pair[1].rejected, -pair[1].read))
    cells: list[list[Cell]] = [
        [
            source, words(each.fact), *(count(number) for number in (
                each.read, each.new, each.changed, each.unchanged, each.deleted, each.rejected, each.days_touched,
            )),
        ]
        for source, each in told
    ]  # fmt: skip
    return Grid(COUNTS, cells, say("Rows of the last sync"))


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
    return say((TABLES[name].__doc__ or "").strip().split("\n")[0])


def draw_rejected(viewer: Viewer, rejected: pl.DataFrame) -> None:
    """How many rows were rejected for which reason, and the latest of them."""
    st.header(say("Rejected rows"), anchor=False)
    if rejected.is_empty():
        st.text(say("No row is waiting to be mended."))
        return
    told = rows(rejected.height)
    st.text(say("{rows} did not fit and were kept aside; the rest of their files was read.", rows=told))
    st.html(build_reasons(rejected))
    shown = rejected.head(MOST_SHOWN).select("seen_at", "source", "table", "source_id", "reason", "raw")
    st.dataframe(
        sent(shown.rename({name: words(name) for name in shown.columns})), hide_index=True, row_height=32,
        column_config={words("seen_at"): st.column_config.DatetimeColumn(format="localized", width=170)},
        height="auto", key="rejected", alt=say("The latest {rows}", rows=rows(shown.height, "rejected row")),
    )  # fmt: skip
    label = say("All {rows} as CSV", rows=told)
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
    columns = (
        Column(marked("Source")), Column(marked("Table")), Column(marked("Reason")), Column(marked("Rows"), "r"),
    )  # fmt: skip
    return table(columns, cells, say("Rejected rows by reason"))
