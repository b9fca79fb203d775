"""What only the page of a KPI reads, cached by store, data version, scope and question like everything else."""

from datetime import date

import polars as pl

from kpi.catalog import KPIS
from kpi.comparison import start_a_year_before
from kpi.events import events_of
from kpi.freshness import reported_of
from kpi.model import Distribution, Kpi
from kpi.percentiles import bin_counts
from kpi.period import Every, Span, end_of
from kpi.question import Question
from kpi.results import values
from kpi.review import Review, review
from kpi.score import Judgement
from kpi.standing import Standing
from kpi.why import Limits, Why, why_moved
from pages.parts.kept import kept
from pages.parts.load import judgement_of, load_company_of, load_freshness, now, scope_key, version_of
from pages.parts.viewer import Viewer

Slice = tuple[tuple[str, str], ...]


def load_why(
    viewer: Viewer, kpi: Kpi, earlier: Span, later: Span, market: str | None, limits: Limits | None
) -> Why:
    """Why it moved, by every dimension (see `kpi.why.why_moved`); raises NotAdditive and NoChange."""
    key = (kpi.key, earlier, later, _slice(market), limits)
    return _why(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(200)
def _why(
    version: str, scope: str, key: str, earlier: Span, later: Span, where: Slice, limits: Limits | None,
    _viewer: Viewer,
) -> Why:  # fmt: skip
    lake, principal = _viewer.store.lake, _viewer.principal
    judgement = _judgement(_viewer, KPIS[key])
    return why_moved(
        lake, principal, KPIS[key], earlier, later, where=dict(where), limits=limits, judgement=judgement
    )


def load_year_before(viewer: Viewer, standing: Standing, weeks: int) -> tuple[float | None, ...]:
    """The value a year before each of `standing.recent(weeks)`, matched as the figures of the page are."""
    every, periods = standing.every, standing.recent(weeks)
    known = {each.start: each.value for each in standing.periods}
    events = events_of(load_company_of(viewer).events, standing.market)
    starts = [start_a_year_before(every, Span(each.start, each.end), events) for each in periods]
    if starts and not all(start in known for start in starts):
        first, last = min(starts), max(starts)
        span = Span(first, end_of(every, last, Span(first, last)))
        key = (standing.kpi.key, span, standing.every, _slice(standing.market))
        known = _past(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)
    return tuple(known.get(start) for start in starts)


@kept(200)
def _past(
    version: str, scope: str, key: str, span: Span, every: Every, where: Slice, _viewer: Viewer
) -> dict[date, float | None]:
    question = Question(span, every, where=dict(where), percentiles=False)
    found = values(_viewer.store.lake, _viewer.principal, KPIS[key], question)
    return dict(found.select("period", "value").iter_rows())


def load_review(viewer: Viewer, kpi: Kpi, until: date, market: str | None) -> Review:
    """Six weeks, twelve months and the running periods (see `kpi.review.review`)."""
    key = (kpi.key, until, _slice(market))
    return _review(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(200)
def _review(version: str, scope: str, key: str, until: date, where: Slice, _viewer: Viewer) -> Review:
    events = events_of(load_company_of(_viewer).events, dict(where).get("market"))
    lake, principal = _viewer.store.lake, _viewer.principal
    return review(
        lake,
        principal,
        KPIS[key],
        until,
        where=dict(where),
        judgement=_judgement(_viewer, KPIS[key]),
        events=events,
    )


def load_bins(viewer: Viewer, kpi: Distribution, span: Span, market: str | None) -> pl.DataFrame:
    """Rows by 1 % bin of seconds (see `kpi.percentiles.bin_counts`)."""
    key = (kpi.key, span, _slice(market))
    return _bins(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(200)
def _bins(version: str, scope: str, key: str, span: Span, where: Slice, _viewer: Viewer) -> pl.DataFrame:
    kpi = KPIS[key]
    if not isinstance(kpi, Distribution):
        raise TypeError(f"'{key}' is no duration and has no bins.")
    return bin_counts(_viewer.store.lake, _viewer.principal, kpi, Question(span, where=dict(where)))


def _judgement(viewer: Viewer, kpi: Kpi) -> Judgement:
    return judgement_of(viewer, reported_of(kpi, load_freshness(viewer), now()))


def _slice(market: str | None) -> Slice:
    return (("market", market),) if market else ()
