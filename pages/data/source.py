"""One source: how fresh it is, what its latest runs did, which of its rows were set aside."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape
from uuid import uuid4

import polars as pl
import streamlit as st

from kpi.access import sees_table
from kpi.exports.sheet import as_csv
from kpi.source_told import due, say_quota
from kpi.words import listed, marked, say, say_many
from pages.data.known import load_configured
from pages.data.personal import draw_personal
from pages.data.rejected import build_reasons, draw_latest
from pages.data.rhythm import ORIGINS, draw_rhythm
from pages.data.rows import WORDS, build_counts, state
from pages.data.standing import draw_fields, draw_standings
from pages.data.trying import draw_trial, may_try
from pages.parts.errands import STYLE, draw_waiting, errand_of, go_on
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.files_told import say_problem
from pages.parts.format import ABSENT, age, count, moment, rows, words
from pages.parts.head import context_line, draw_head
from pages.parts.language import language_link
from pages.parts.load import (
    load_company_of,
    load_coverage,
    load_freshness,
    load_rejected,
    now,
)
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, facts, table
from pages.parts.trouble import guarded, tell
from pages.parts.viewer import Viewer
from store.brought import Loaded, of_plain
from store.configured import Configured
from store.facts import TABLES
from store.observed import Quota, observed_of
from store.permits import Permit
from store.state import ErrandKind, Freshness, NotAllowed, Run

ASKED, LATEST = "source", 20
RUNS = (
    Column(marked("Started"), "w"), Column(marked("Took"), "r"), Column(marked("State"), "w"),
    Column(marked("Read"), "r"), Column(marked("New"), "r"), Column(marked("Changed"), "r"),
    Column(marked("Rejected"), "r"), Column(marked("Message")),
)  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?source=NAME`."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    name = st.query_params.get(ASKED, "")
    known = next((each for each in fresh if each.source == name), None)
    source = next((each for each in load_configured(viewer) if each.name == name), None)
    draw_head(
        say("Source {name}", name=name) if known or source else say("Source"),
        context_line(covered, None, company), company, fresh, now(),
    )  # fmt: skip
    st.html(STYLE)
    st.html(
        f'<a class="fl-go" href="data{language_link("?")}" target="_self">{escape(say("All sources"))}</a>'
    )
    if known is None and source is None:
        draw_state(State.EMPTY, say("No such source"), say("Nothing of that name was ever read."))
        return
    observed = observed_of(viewer.store.state, viewer.principal, name)
    st.html(
        facts(
            [
                *configured(viewer, source),
                *(told(known, now()) if known else never()),
                *planned(viewer, name, observed.quota),
            ]
        )
    )
    if known:
        draw_rhythm(viewer, known)
    if source and may_try(viewer, source):
        draw_trial(viewer, source)
    draw_standings(viewer, name, source, known)
    draw_fields(viewer, observed)
    if known:
        draw_read(viewer, known)


def draw_read(viewer: Viewer, known: Freshness) -> None:
    """What came of reading it."""
    draw_rejected(viewer, known.source)
    st.header(say("Latest runs"), anchor=False)
    runs = viewer.store.state.runs.last_runs(viewer.principal, known.source, LATEST)
    st.html(build_runs(viewer, runs))
    st.header(say("Rows by table"), anchor=False)
    st.html(build_counts([known], viewer.principal).html)
    draw_personal(viewer, known)


def never() -> list[tuple[str, str]]:
    """How fresh a source is that is configured and was not read yet."""
    return [(say("State"), f"■ {say('Never read')}"), (say("Last good read"), say("never"))]


def planned(viewer: Viewer, name: str, quota: Quota | None) -> list[tuple[str, str]]:
    """When the worker reads it next, and how often its host may still be asked, where either is known."""
    at = due(viewer.store.state, viewer.principal, name)
    return [
        *(
            [(say("Next read"), moment(at) if at > now() else say("now, as soon as the worker can"))]
            if at
            else []
        ),
        *([(say("Requests"), told_of)] if (told_of := say_quota(quota, now())) else []),
    ]


def configured(viewer: Viewer, source: Configured | None) -> list[tuple[str, str]]:
    """What fairlead.toml says of it, as far as the reader sees its tables; nothing of a file that was brought."""
    if source is None:
        return []
    mine = [each for each in source.tables if sees_table(viewer.principal, each)]
    return [
        (say("Connector"), f"{source.connector} ({source.system})" if source.system else source.connector),
        *([(say("Tables"), listed(words(each) for each in mine))] if mine else []),
    ]


def told(known: Freshness, at: datetime) -> list[tuple[str, str]]:
    """How fresh it is, in words."""
    good = known.last_ok_at
    read = say("{moment} ({age} ago)", moment=moment(good), age=age(good, at)) if good else say("never")
    return [
        (say("State"), state(known, at)),
        (say("Last good read"), read),
        (say("Data until"), moment(known.data_time) if known.data_time else ABSENT),
        (say("Expected"), f"{say(known.expected.rhythm.value)} ({say(ORIGINS[known.expected.origin])})"),
        (say("Message"), say_problem(known.latest.message)),
    ]


def build_runs(viewer: Viewer, runs: Sequence[Run]) -> str:
    """One line a run, the latest first; rows of tables the reader sees all of."""
    return table(RUNS, [_run(viewer, each) for each in runs], say("Latest runs"))


def _run(viewer: Viewer, run: Run) -> list[Cell]:
    mine = [each for each in run.counts if each.fact not in TABLES or sees_table(viewer.principal, each.fact)]
    sums = [sum(getattr(each, name) for each in mine) for name in ("read", "new", "changed", "rejected")]
    took = age(run.started_at, run.finished_at) if run.finished_at else ABSENT
    return [moment(run.started_at), took, say(WORDS[run.status]), *map(count, sums), say_problem(run.message)]


def draw_rejected(viewer: Viewer, source: str) -> None:
    """Its rejected rows with their reasons, to take along and to take in again."""
    st.header(say("Rejected rows"), anchor=False)
    errand = errand_of(viewer, ErrandKind.REPLAY)
    if errand is not None and not errand.state.ended:
        draw_waiting(viewer, errand)
        return
    if errand is not None:
        draw_replayed(say_problem(errand.message), of_plain(Loaded, errand.answer) if errand.answer else None)
    rejected = load_rejected(viewer).filter(pl.col("source") == source)
    if rejected.is_empty():
        st.text(say("No row is waiting to be mended."))
        return
    st.html(build_reasons(rejected))
    draw_latest(rejected)
    draw_buttons(viewer, source, rejected)


def draw_buttons(viewer: Viewer, source: str, rejected: pl.DataFrame) -> None:
    """All of them as a file, and the wish to take them in again."""
    with st.container(horizontal=True, gap="small"):
        label = say("All {rows} as CSV", rows=rows(rejected.height))
        export = Export(label, Kind.CSV, f"rejected-{source}", lambda: as_csv(rejected))
        draw_download(viewer, export, "rejected_csv")
        if viewer.principal.scope.is_whole and viewer.principal.may(Permit.BRING_DATA):
            visit = st.session_state.setdefault(f"replay_{source}", uuid4().hex)
            again = partial(replay, viewer, source, visit)
            st.button(
                say("Take these rows in again"), on_click=again, key="replay",
                help=say("With the mapping, rates and calendars of today; what still does not fit stays here."),
            )  # fmt: skip


def replay(viewer: Viewer, source: str, visit: str) -> None:
    """Ask the worker, once however often it is clicked."""
    try:
        go_on(viewer.store.state.errands.ask(viewer.acting(), ErrandKind.REPLAY, {"source": source}, visit))
        st.session_state.pop(f"replay_{source}", None)
    except NotAllowed as why:
        tell(say("Not saved"), say_refusal(why), kind="info")


def draw_replayed(message: str, done: Loaded | None) -> None:
    """What became of the rows that were taken in again."""
    if done is None:
        draw_state(State.FAILED, say("The rows could not be taken in again"), message)
        return
    taken = sum(each.new + each.changed + each.unchanged for each in done.tables)
    title = say_many("{n} row was taken in", "{n} rows were taken in", taken, n=count(taken))
    rest = (
        say("What is left below does not fit yet.") if not taken else say("The KPIs count them from now on.")
    )
    draw_state(State.EMPTY, title, say_problem(done.message) or rest)
