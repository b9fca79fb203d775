"""Everything pages read, and the only place that caches it: by store, data version, scope and question."""

import gc
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zlib import crc32

import polars as pl
import streamlit as st

from kpi.access import sees, sees_table
from kpi.catalog import DEPARTMENTS, KPIS
from kpi.events import events_of
from kpi.explain import Side, explain
from kpi.forecast.stored import Outlook, outlook
from kpi.freshness import Reported, reported_of
from kpi.headline import Block, block_of, kpis_of
from kpi.ledger import data_version
from kpi.model import Kpi
from kpi.month import MonthToDate, month_to_date
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement
from kpi.standing import Coverage, Standing, coverage
from kpi.standings import Known, Scored, lined_up, scored
from pages.parts.kept import kept
from pages.parts.viewer import Viewer
from store.company import Company
from store.company_file import load_company
from store.facts import TABLES
from store.home import Store
from store.lake import Lake, Storage
from store.rejected import rejected_rows
from store.scope import Scope
from store.state import Freshness, Stamp, State


@st.cache_resource(show_spinner=False)
def opened_store(home: Path, database_url: str) -> Store:
    """The store of this process, opened once; what was loaded by then is never collected again.

    The lake is not recovered here: readers only see acknowledged commits, and pages must not wait for a writer.
    """
    home.mkdir(parents=True, exist_ok=True)
    lake = Lake(home / "lake", keeps_open=False)  # a hundred open tables take 10 MB
    store = Store(home, lake, State.open(database_url, departments=DEPARTMENTS))
    gc.collect()
    gc.freeze()
    return store


def load_company_of(viewer: Viewer) -> Company:
    """The firm as the last sync knew it, read once a run."""
    return viewer.once("company", lambda: load_company(viewer.store.home))


def load_freshness(viewer: Viewer) -> list[Freshness]:
    """Every source that was ever pulled; read anew when a sync has started or ended."""
    stamp = stamp_of(viewer)
    return viewer.once("freshness", lambda: list(_freshness(str(viewer.store.home), stamp.runs, viewer)))


@kept(20)
def _freshness(home: str, runs: str, _viewer: Viewer) -> tuple[Freshness, ...]:
    return tuple(_viewer.store.state.runs.freshness(_viewer.principal))


def stamp_of(viewer: Viewer) -> Stamp:
    """How far the state database has grown, asked once a run."""
    return viewer.once("stamp", viewer.store.state.stamp)


def version_of(viewer: Viewer) -> str:
    """The first part of every cache key: changes with components, targets, baselines, and what makes figures Unknown.

    A sync that brought nothing leaves it as it is, unless it is the first good one of its source on that day.
    """
    return viewer.once("version", lambda: _version(viewer))


def _version(viewer: Viewer) -> str:
    stamp, reported = stamp_of(viewer), reports_of(load_freshness(viewer), now())
    told = f"{stamp.targets}|{stamp.baselines}|{reported:x}"
    return f"{viewer.store.home}|{data_version(viewer.store.lake)}|{told}"


def reports_of(fresh: Sequence[Freshness], at: datetime) -> int:
    """A number that changes with the day of a source's last good pull, when it gets late, and with its facts."""
    told = [
        (each.source, each.last_ok_at and each.last_ok_at.date(), sorted(each.facts), each.is_late(at),
         each.expected.rhythm) for each in fresh
    ]  # fmt: skip
    return crc32(repr(told).encode())


def scope_key(scope: Scope) -> str:
    """The scope as plain text."""
    parts = (scope.departments, scope.markets, scope.teams)
    told = ["*" if part is None else repr(sorted(part)) for part in parts]
    return "|".join(told)


def load_coverage(viewer: Viewer) -> Coverage:
    """What the components cover, as far as the reader may know."""
    return _coverage(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@kept(50)
def _coverage(version: str, scope: str, _viewer: Viewer) -> Coverage:
    return coverage(_viewer.store.lake, _viewer.principal, list(KPIS.values()))


def load_standings(
    viewer: Viewer, kpis: Sequence[Kpi], market: str | None, weeks: int
) -> dict[str, Standing]:
    """How these KPIs stand, by key; KPIs outside the scope are left out.

    They are read a department at a time, so that all pages of one reader share them.
    """
    mine = [kpi for kpi in kpis if sees(viewer.principal, kpi)]
    version, scope = version_of(viewer), scope_key(viewer.principal.scope)
    found: dict[str, Standing] = {}
    for block in dict.fromkeys(block_of(kpi) for kpi in mine):
        reach = weeks if block.counted else 0
        found |= _standings(version, scope, block, market, reach, viewer)
    return {kpi.key: found[kpi.key] for kpi in mine}


@kept(600)
def _standings(
    version: str, scope: str, block: Block, market: str | None, weeks: int, _viewer: Viewer
) -> dict[str, Standing]:
    kpis = [kpi for kpi in kpis_of(block) if sees(_viewer.principal, kpi)]
    if market is None:
        whole = _scores(version, scope, block, False, weeks, _viewer)
        return lined_up(whole, kpis, known_of(_viewer), weeks=weeks)
    by_market = [kpi for kpi in kpis if "market" in kpi.dimensions]
    everywhere = {} if by_market == kpis else _standings(version, scope, block, None, weeks, _viewer)
    split = _scores(version, scope, block, True, weeks, _viewer)
    return everywhere | lined_up(split, by_market, known_of(_viewer), market=market, weeks=weeks)


@kept(200)
def _scores(version: str, scope: str, block: Block, by_market: bool, weeks: int, _viewer: Viewer) -> Scored:
    """For all markets, or for each of them at once: what one market costs, all of them cost."""
    kpis = [
        kpi
        for kpi in kpis_of(block)
        if sees(_viewer.principal, kpi) and (not by_market or "market" in kpi.dimensions)
    ]
    return scored(
        _viewer.store.lake, _viewer.principal, kpis, known_of(_viewer), weeks=weeks, by_market=by_market
    )


def known_of(viewer: Viewer) -> Known:
    """What standings are judged by, read once a version."""
    return _known(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@kept(50)
def _known(version: str, scope: str, _viewer: Viewer) -> Known:
    state, principal = _viewer.store.state, _viewer.principal
    return Known(
        load_coverage(_viewer),
        state.targets.frame(principal),
        load_freshness(_viewer),
        state.baselines.rows(principal),
        now(),
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
    key = ((kpi.key,), span, names, market, percentiles)
    return _values(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)[kpi.key]


def load_values_of(
    viewer: Viewer, kpis: Sequence[Kpi], span: Span, by: str, market: str | None = None
) -> dict[str, pl.DataFrame]:
    """The same of several KPIs by key, without percentiles; they are read together."""
    key = (tuple(kpi.key for kpi in kpis), span, (by,), market, False)
    return _values(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(600)
def _values(
    version: str, scope: str, keys: tuple[str, ...], span: Span, by: tuple[str, ...], market: str | None,
    percentiles: bool, _viewer: Viewer,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    where = {"market": market} if market else {}
    question = Question(span, Every.TOTAL, by=by, where=where, percentiles=percentiles)
    alike: dict[Reported, list[Kpi]] = {}
    for key in keys:
        alike.setdefault(reported_of(KPIS[key], load_freshness(_viewer), now()), []).append(KPIS[key])
    found: dict[str, pl.DataFrame] = {}
    for reported, kpis in alike.items():
        judgement = judgement_of(_viewer, reported)
        found |= values_of(_viewer.store.lake, _viewer.principal, kpis, question, judgement)
    return found


def judgement_of(viewer: Viewer, reported: Reported | None = None) -> Judgement:
    """What periods are judged by; `reported`: until when the sources behind them have reported."""
    told, closed = reported or Reported(), load_coverage(viewer).closed
    return Judgement(targets=known_of(viewer).targets, closed=told.closed(closed), synced=told.late)


def load_month(viewer: Viewer, kpi: Kpi, market: str | None, until: date) -> MonthToDate:
    """The running month (see `kpi.month.month_to_date`)."""
    key = (kpi.key, market, until)
    return _month(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(200)
def _month(
    version: str, scope: str, key: str, market: str | None, until: date, _viewer: Viewer
) -> MonthToDate:
    store, principal, company = _viewer.store, _viewer.principal, load_company_of(_viewer)
    return month_to_date(
        store.lake, principal, KPIS[key], until, where={"market": market} if market else {},
        judgement=judgement_of(_viewer),
        events=events_of(company.events, market),
        holidays=store.state.calendars.holidays(principal, company.calendar_of(market)),
    )  # fmt: skip


def load_outlook(viewer: Viewer, kpi: Kpi, every: Every, market: str | None) -> Outlook | None:
    """The stored forecast of a KPI, if there is one the reader may see."""
    return _outlook(version_of(viewer), scope_key(viewer.principal.scope), kpi.key, every, market, viewer)


@kept(200)
def _outlook(
    version: str, scope: str, key: str, every: Every, market: str | None, _viewer: Viewer
) -> Outlook | None:
    return outlook(_viewer.store.lake, _viewer.principal, KPIS[key], every, market)


def load_records(viewer: Viewer, kpi: Kpi, span: Span, market: str | None, side: Side) -> pl.DataFrame:
    """The records behind a number (see `kpi.explain.explain`); raises NotAllowed and SliceError."""
    key = (kpi.key, span.start, span.end, market, side.value)
    return _records(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(12)
def _records(
    version: str, scope: str, key: str, start: date, end: date, market: str | None, side: str, _viewer: Viewer
) -> pl.DataFrame:
    question = Question(Span(start, end), Every.TOTAL, where={"market": market} if market else {})
    return explain(_viewer.store.lake, _viewer.principal, KPIS[key], question, Side(side))


def load_storage(viewer: Viewer) -> dict[str, Storage]:
    """Room the fact tables take that the reader sees all of, by table."""
    return _storage(_synced(viewer), scope_key(viewer.principal.scope), viewer)


def _synced(viewer: Viewer) -> str:
    """The version of what a sync changes before anything is computed from it."""
    return f"{version_of(viewer)}|{stamp_of(viewer).runs}"


@kept(50)
def _storage(version: str, scope: str, _viewer: Viewer) -> dict[str, Storage]:
    lake, stored = _viewer.store.lake, set(_viewer.store.lake.names())
    return {
        name: lake.storage(name)
        for name, table in TABLES.items()
        if name in stored and sees_table(_viewer.principal, name)
    }


def load_rejected(viewer: Viewer) -> pl.DataFrame:
    """Rejected rows the reader may see, latest first (see `store.rejected.rejected_rows`)."""
    return _rejected(_synced(viewer), scope_key(viewer.principal.scope), viewer)


@kept(20)
def _rejected(version: str, scope: str, _viewer: Viewer) -> pl.DataFrame:
    return rejected_rows(_viewer.store.lake, _viewer.principal)


def now() -> datetime:
    return datetime.now(UTC)
