"""What the adherence page reads, kept by data version, scope and what was asked."""

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.compare import Comparison, year_before
from kpi.events import events_of
from kpi.period import Every, Span, whole_periods
from pages.parts.filters import Filters
from pages.parts.kept import kept
from pages.parts.load import load_company_of, load_coverage, scope_key, version_of
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure, load_shelves
from sop.adherence import Followed, Measured, Misfit, Month, Told, followed, misfits, months, ordered, split
from sop.library import Shelved
from sop.procedure import Procedure
from sop.systems import AuditDemand, audit_demands

EVER = date(1970, 1, 1)
LEAST_MONTHS = 12
ACCOUNTS = (Told.STEPS, Told.ANSWERS, Told.CASES)


@dataclass(frozen=True)
class Asked:
    """The days shown, those they are compared with, and the market; None for all."""

    span: Span
    before: Span | None
    market: str | None


def asked_of(viewer: Viewer, closed: date, filters: Filters, ever: bool) -> Asked:
    """The closed weeks of the choice, or all days there are."""
    if ever:
        return Asked(Span(EVER, closed), None, filters.market)
    span = whole_periods(Every.WEEK, closed, filters.weeks)
    before: Span | None = None
    if filters.comparison is Comparison.BEFORE:
        before = Span(span.start - timedelta(days=span.days), span.start - timedelta(days=1))
    elif filters.comparison is Comparison.YEAR:
        before = year_before(span, events_of(load_company_of(viewer).events, filters.market))
    return Asked(span, before, filters.market)


def load_followed(
    viewer: Viewer, span: Span, market: str | None, sop: str = "", *, steps: bool = False
) -> tuple[Followed, ...]:
    """Procedures or steps by both accounts (see `sop.adherence.followed`), without those of parts not seen."""
    found = _followed(version_of(viewer), scope_key(viewer.principal.scope), span, market, sop, steps, viewer)
    return tuple(each for each in found if is_shown(viewer, each.sop))


@kept(200)
def _followed(
    version: str, scope: str, span: Span, market: str | None, sop: str, steps: bool, _viewer: Viewer
) -> tuple[Followed, ...]:
    return followed(_viewer.store.lake, _viewer.principal, span, steps=steps, sop=sop, market=market)


def load_months(
    viewer: Viewer, span: Span, market: str | None, sop: str = "", step: str = ""
) -> tuple[Month, ...]:
    """Months by both accounts (see `sop.adherence.months`): those of the days shown, and at least a year of them."""
    first = min(span.start, _months_before(span.end))
    asked = (Span(first, span.end), market, sop, step)
    return _months(version_of(viewer), scope_key(viewer.principal.scope), *asked, viewer)


def _months_before(day: date) -> date:
    return date(day.year - 1, day.month % 12 + 1, 1) if day.month < LEAST_MONTHS else date(day.year, 1, 1)


@kept(200)
def _months(
    version: str, scope: str, span: Span, market: str | None, sop: str, step: str, _viewer: Viewer
) -> tuple[Month, ...]:
    return months(_viewer.store.lake, _viewer.principal, span, sop=sop, step=step, market=market)


def load_ordered(viewer: Viewer, span: Span) -> dict[str, dict[Told, Measured]]:
    """Whole cases and their order by procedure (see `sop.adherence.ordered`)."""
    found = _ordered(version_of(viewer), scope_key(viewer.principal.scope), span, viewer)
    return {sop: told for sop, told in found.items() if is_shown(viewer, sop)}


@kept(100)
def _ordered(version: str, scope: str, span: Span, _viewer: Viewer) -> dict[str, dict[Told, Measured]]:
    return ordered(_viewer.store.lake, _viewer.principal, span)


def load_split(
    viewer: Viewer, told: Told, span: Span, by: str, sop: str, step: str = ""
) -> dict[str, Measured]:
    """One account by market, team or version (see `sop.adherence.split`)."""
    asked = (told, span, by, sop, step)
    return _split(version_of(viewer), scope_key(viewer.principal.scope), *asked, viewer)


@kept(300)
def _split(
    version: str, scope: str, told: Told, span: Span, by: str, sop: str, step: str, _viewer: Viewer
) -> dict[str, Measured]:
    return split(_viewer.store.lake, _viewer.principal, told, span, by, sop, step)


def load_misfits(viewer: Viewer, span: Span, sop: str) -> tuple[Misfit, ...]:
    """Steps by how often they did not apply (see `sop.adherence.misfits`)."""
    found = _misfits(version_of(viewer), scope_key(viewer.principal.scope), span, sop, viewer)
    return tuple(each for each in found if is_shown(viewer, each.sop))


@kept(100)
def _misfits(version: str, scope: str, span: Span, sop: str, _viewer: Viewer) -> tuple[Misfit, ...]:
    return misfits(_viewer.store.lake, _viewer.principal, span, sop)


def load_demands(viewer: Viewer, day: date) -> tuple[AuditDemand, ...]:
    """Steps that checklists tell otherwise than systems; none for who sees only some markets or teams."""
    if viewer.principal.scope.parts:
        return ()
    found = _demands(version_of(viewer), scope_key(viewer.principal.scope), day, viewer)
    return tuple(each for each in found if is_shown(viewer, each.sop))


@kept(20)
def _demands(version: str, scope: str, day: date, _viewer: Viewer) -> tuple[AuditDemand, ...]:
    return audit_demands(_viewer.store.lake, _viewer.principal, day)


def has_adherence(viewer: Viewer) -> bool:
    """Whether anything was ever judged or checked that this reader may see."""
    return any(each.value in load_coverage(viewer).until for each in ACCOUNTS)


def shelves(viewer: Viewer) -> dict[str, Shelved]:
    """The procedures the reader sees, by key."""
    return viewer.once("shelves_by_key", lambda: {each.key: each for each in load_shelves(viewer)})


def is_shown(viewer: Viewer, sop: str) -> bool:
    """
    A procedure of the reader's departments; one that only data know is nobody's, and for who sees all departments.
    """
    return sop in shelves(viewer) or viewer.principal.scope.departments is None


def title_of(viewer: Viewer, sop: str) -> str:
    """What a procedure is called, else its key."""
    shelf = shelves(viewer).get(sop)
    return (shelf.shown("").title if shelf else "") or sop


def text_of(viewer: Viewer, sop: str) -> Procedure | None:
    """The text that counts today, else the latest."""
    shelf = shelves(viewer).get(sop)
    return load_procedure(viewer, shelf.shown("")) if shelf else None


def step_titles(viewer: Viewer, sop: str) -> dict[str, str]:
    """What the steps are called, by key, in the order of the procedure."""
    text = text_of(viewer, sop)
    return {each.key: each.title or each.key for each in text.steps} if text else {}


def versions_of(viewer: Viewer, sop: str) -> tuple[tuple[date, str], ...]:
    """From when each version of a procedure counted, in the language it is written in."""
    shelf = shelves(viewer).get(sop)
    own = shelf.of(shelf.source) if shelf else ()
    return tuple((each.effective_on, each.name) for each in own if each.effective_on is not None)
