"""Everything pages read, and the only place that caches it: by store, data version, scope and question."""

import gc
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import streamlit as st

from kpi.catalog import KPIS
from kpi.events import events_of
from kpi.explain import Side, explain
from kpi.forecast.stored import Outlook, outlook
from kpi.freshness import reported_until
from kpi.headline import Block, block_of, kpis_of
from kpi.ledger import data_version
from kpi.model import Kpi
from kpi.month import MonthToDate, month_to_date
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from kpi.standing import Coverage, Standing, coverage
from kpi.standings import Known, Scored, lined_up, scored
from pages.parts.viewer import Viewer
from store.company import Company
from store.company_file import load_company
from store.facts import TABLES
from store.home import Store
from store.lake import Lake, Storage
from store.rejected import rejected_rows
from store.scope import Scope
from store.state import Freshness, State


@st.cache_resource(show_spinner=False)
def opened_store(home: Path, database_url: str) -> Store:
    """The store of this process, opened once; what was loaded by then is never collected again.

    The lake is not recovered here: readers only see acknowledged commits, and pages must not wait for a writer.
    """
    home.mkdir(parents=True, exist_ok=True)
    store = Store(home, Lake(home / "lake"), State.open(database_url))
    gc.collect()
    gc.freeze()
    return store


def load_company_of(viewer: Viewer) -> Company:
    return load_company(viewer.store.home)


def load_freshness(viewer: Viewer) -> list[Freshness]:
    """Every source that was ever pulled; read anew each time, it is one query."""
    return viewer.store.state.runs.freshness(viewer.principal)


def version_of(viewer: Viewer) -> str:
    """Changes with components, targets, baselines and the latest sync: the first part of every cache key."""
    if "version" not in viewer.seen:
        viewer.seen["version"] = _version(viewer)
    return viewer.seen["version"]


def _version(viewer: Viewer) -> str:
    targets, baselines = viewer.store.state.targets.count(), viewer.store.state.baselines.count()
    latest = max((each.latest.id for each in load_freshness(viewer)), default=0)
    return f"{viewer.store.home}|{data_version(viewer.store.lake)}|{targets}|{baselines}|{latest}"


def scope_key(scope: Scope) -> str:
    """The scope as plain text."""
    told = ["*" if part is None else ",".join(sorted(part)) for part in (scope.departments, scope.markets)]
    return "|".join(told)


def load_coverage(viewer: Viewer) -> Coverage:
    """What the components cover, as far as the reader may know."""
    return _coverage(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@st.cache_resource(show_spinner=False, max_entries=50)
def _coverage(version: str, scope: str, _viewer: Viewer) -> Coverage:
    return coverage(_viewer.store.lake, _viewer.principal, list(KPIS.values()))


def load_standings(
    viewer: Viewer, kpis: Sequence[Kpi], market: str | None, weeks: int
) -> dict[str, Standing]:
    """How these KPIs stand, by key; KPIs outside the scope are left out.

    They are read a department at a time, so that all pages of one reader share them.
    """
    mine = [kpi for kpi in kpis if viewer.principal.scope.sees_department(kpi.department.value)]
    version, scope = version_of(viewer), scope_key(viewer.principal.scope)
    found: dict[str, Standing] = {}
    for block in dict.fromkeys(block_of(kpi) for kpi in mine):
        reach = weeks if block.counted else 0
        found |= _standings(version, scope, block, market, reach, viewer)
    return {kpi.key: found[kpi.key] for kpi in mine}


@st.cache_resource(show_spinner=False, max_entries=600)
def _standings(
    version: str, scope: str, block: Block, market: str | None, weeks: int, _viewer: Viewer
) -> dict[str, Standing]:
    kpis = kpis_of(block)
    there = market is None or any("market" not in kpi.dimensions for kpi in kpis)
    whole = _scores(version, scope, block, False, weeks, _viewer).whole if there else {}
    split = {} if market is None else _scores(version, scope, block, True, weeks, _viewer).split
    return lined_up(Scored(tuple(kpis), whole, split), kpis, known_of(_viewer), market=market, weeks=weeks)


@st.cache_resource(show_spinner=False, max_entries=200)
def _scores(version: str, scope: str, block: Block, by_market: bool, weeks: int, _viewer: Viewer) -> Scored:
    """For all markets, or for each of them at once: what one market costs, all of them cost."""
    kpis = [kpi for kpi in kpis_of(block) if not by_market or "market" in kpi.dimensions]
    return scored(
        _viewer.store.lake, _viewer.principal, kpis, known_of(_viewer), weeks=weeks, by_market=by_market
    )


def known_of(viewer: Viewer) -> Known:
    """What standings are judged by, read once a version."""
    return _known(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@st.cache_resource(show_spinner=False, max_entries=50)
def _known(version: str, scope: str, _viewer: Viewer) -> Known:
    state, principal = _viewer.store.state, _viewer.principal
    return Known(
        load_coverage(_viewer),
        state.targets.frame(principal),
        load_freshness(_viewer),
        state.baselines.rows(principal),
    )


def load_values(
    viewer: Viewer,
    kpi: Kpi,
    span: Span,
    by: str | tuple[str, ...] | None = None,
    market: str | None = None,
    *,
    percentiles: bool = False,
) -> pl.DataFrame:
    """One row a slice of the whole span, by one dimension or several (see `kpi.results.values`).

    Raises NotAllowed and SliceError.
    """
    names = (by,) if isinstance(by, str) else by or ()
    key = (kpi.key, span.start, span.end, names, market, percentiles)
    return _values(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@st.cache_resource(show_spinner=False, max_entries=200)
def _values(
    version: str, scope: str, key: str, start: date, end: date, by: tuple[str, ...], market: str | None,
    percentiles: bool, _viewer: Viewer,
) -> pl.DataFrame:  # fmt: skip
    where = {"market": market} if market else {}
    question = Question(Span(start, end), Every.TOTAL, by=by, where=where, percentiles=percentiles)
    store, principal = _viewer.store, _viewer.principal
    judgement = Judgement(
        targets=store.state.targets.frame(principal), closed=load_coverage(_viewer).closed,
        synced=reported_until(KPIS[key], load_freshness(_viewer)),
    )  # fmt: skip
    return values(store.lake, principal, KPIS[key], question, judgement)


def load_month(viewer: Viewer, kpi: Kpi, market: str | None, until: date) -> MonthToDate:
    """The running month (see `kpi.month.month_to_date`)."""
    key = (kpi.key, market, until)
    return _month(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@st.cache_resource(show_spinner=False, max_entries=200)
def _month(
    version: str, scope: str, key: str, market: str | None, until: date, _viewer: Viewer
) -> MonthToDate:
    store, principal, company = _viewer.store, _viewer.principal, load_company_of(_viewer)
    judgement = Judgement(targets=store.state.targets.frame(principal), closed=load_coverage(_viewer).closed)
    return month_to_date(
        store.lake, principal, KPIS[key], until, where={"market": market} if market else {}, judgement=judgement,
        events=events_of(company.events, market),
        holidays=store.state.calendars.holidays(principal, company.calendar_of(market)),
    )  # fmt: skip


def load_outlook(viewer: Viewer, kpi: Kpi, every: Every, market: str | None) -> Outlook | None:
    """The stored forecast of a KPI, if there is one the reader may see."""
    return _outlook(version_of(viewer), scope_key(viewer.principal.scope), kpi.key, every, market, viewer)


@st.cache_resource(show_spinner=False, max_entries=200)
def _outlook(
    version: str, scope: str, key: str, every: Every, market: str | None, _viewer: Viewer
) -> Outlook | None:
    return outlook(_viewer.store.lake, _viewer.principal, KPIS[key], every, market)


def load_records(viewer: Viewer, kpi: Kpi, span: Span, market: str | None, side: Side) -> pl.DataFrame:
    """The records behind a number (see `kpi.explain.explain`); raises NotAllowed and SliceError."""
    key = (kpi.key, span.start, span.end, market, side.value)
    return _records(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@st.cache_resource(show_spinner=False, max_entries=12)
def _records(
    version: str, scope: str, key: str, start: date, end: date, market: str | None, side: str, _viewer: Viewer
) -> pl.DataFrame:
    question = Question(Span(start, end), Every.TOTAL, where={"market": market} if market else {})
    return explain(_viewer.store.lake, _viewer.principal, KPIS[key], question, Side(side))


def load_storage(viewer: Viewer) -> dict[str, Storage]:
    """Room the fact tables of the reader's departments take, by table."""
    return _storage(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@st.cache_resource(show_spinner=False, max_entries=50)
def _storage(version: str, scope: str, _viewer: Viewer) -> dict[str, Storage]:
    lake, stored = _viewer.store.lake, set(_viewer.store.lake.names())
    return {
        name: lake.storage(name)
        for name, table in TABLES.items()
        if name in stored and _viewer.principal.scope.sees_department(table.department)
    }


def load_rejected(viewer: Viewer) -> pl.DataFrame:
    """Rejected rows the reader may see, latest first (see `store.rejected.rejected_rows`)."""
    return _rejected(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@st.cache_resource(show_spinner=False, max_entries=20)
def _rejected(version: str, scope: str, _viewer: Viewer) -> pl.DataFrame:
    return rejected_rows(_viewer.store.lake, _viewer.principal)


def now() -> datetime:
    return datetime.now(UTC)
