"""What the flow page reads, kept by data version, scope and slice."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import polars as pl

from kpi.catalog import KPIS
from kpi.flow.alike import Difference, compared
from kpi.flow.consistent import consistency
from kpi.flow.funnel import Funnel
from kpi.flow.reading import Flow, Slice, carried, computed_as_of, flow, lanes, ledger, slack_now
from kpi.model import Kpi
from kpi.percentiles import percentiles_of_bins
from pages.parts.built import built as keep
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.viewer import Viewer

STRATA = ("day", "lane", "mode", "band")
Compared = tuple[dict[str, dict[str, Difference]], dict[str, tuple[float, float]]]
COARSE = 10
T = TypeVar("T")


def built(viewer: Viewer, asked: Slice, what: str, make: Callable[[], T]) -> T:
    """Something made of words from this slice, kept for the reader's language and theme; `what` names it."""
    return keep(viewer, f"flow-{what}", asked, make)


def has_flow(viewer: Viewer) -> bool:
    """There is anything to show for this reader."""
    return not load_lanes(viewer).is_empty()


def load_as_of(viewer: Viewer) -> date | None:
    """The evaluation day of the flow."""
    return _as_of(version_of(viewer), viewer)


@kept(20)
def _as_of(version: str, _viewer: Viewer) -> date | None:
    return computed_as_of(_viewer.store.lake)


def load_lanes(viewer: Viewer) -> pl.DataFrame:
    """The lanes in scope with their budgets; none outside the department."""
    return _lanes(version_of(viewer), scope_key(viewer.principal.scope), viewer)


@kept(50)
def _lanes(version: str, scope: str, _viewer: Viewer) -> pl.DataFrame:
    return lanes(_viewer.store.lake, _viewer.principal)


def load_flow(viewer: Viewer, asked: Slice) -> Flow | None:
    """The flow of a slice (see `kpi.flow.reading.flow`)."""
    return _flow(version_of(viewer), scope_key(viewer.principal.scope), asked, viewer)


@kept(200)
def _flow(version: str, scope: str, asked: Slice, _viewer: Viewer) -> Flow | None:
    return flow(_viewer.store.lake, _viewer.principal, asked)


def load_slack(viewer: Viewer, asked: Slice) -> pl.DataFrame:
    """Time burnt and saved by orders under way (see `kpi.flow.reading.slack_now`)."""
    return _slack(version_of(viewer), scope_key(viewer.principal.scope), asked, viewer)


@kept(200)
def _slack(version: str, scope: str, asked: Slice, _viewer: Viewer) -> pl.DataFrame:
    return slack_now(_viewer.store.lake, _viewer.principal, asked)


def load_compared(viewer: Viewer, asked: Slice, by: str) -> Compared:
    """Modes or carriers like for like, and the median and 90th percentile of their days from hand-over to delivery."""
    return _compared(version_of(viewer), scope_key(viewer.principal.scope), asked, by, viewer)


@kept(200)
def _compared(version: str, scope: str, asked: Slice, by: str, _viewer: Viewer) -> Compared:
    orders, transit = carried(_viewer.store.lake, _viewer.principal, asked)
    strata = [name for name in STRATA if by != "mode" or name != "mode"]
    fine = transit.lazy().with_columns(pl.col("bin") * COARSE + COARSE // 2)
    spans = percentiles_of_bins(fine, [by], 86_400).collect()
    return compared(orders, by, strata), {
        row[by]: (row["median"], row["p90"]) for row in spans.rows(named=True)
    }


def load_ledger(viewer: Viewer, asked: Slice) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums of what customs cleared and held, and the dearest holds (see `kpi.flow.reading.ledger`)."""
    return _ledger(version_of(viewer), scope_key(viewer.principal.scope), asked, viewer)


@kept(200)
def _ledger(version: str, scope: str, asked: Slice, _viewer: Viewer) -> tuple[pl.DataFrame, pl.DataFrame]:
    return ledger(_viewer.store.lake, _viewer.principal, asked)


def load_funnel(viewer: Viewer, kpi: Kpi, asked: Slice) -> Funnel | None:
    """Every market's share of a KPI with limits; raises NotAllowed outside the scope."""
    return _funnel(
        version_of(viewer), scope_key(viewer.principal.scope), kpi.key, asked.first, asked.last, viewer
    )


@kept(200)
def _funnel(version: str, scope: str, key: str, first: date, last: date, _viewer: Viewer) -> Funnel | None:
    return consistency(_viewer.store.lake, _viewer.principal, KPIS[key], first, last)
