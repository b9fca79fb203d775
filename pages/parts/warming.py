"""What a new version of the data makes necessary is worked out before anybody asks for it."""

import logging
from collections.abc import Callable, Sequence

from kpi.catalog import KPIS
from kpi.compare import Comparison
from kpi.decisions import needs_decision
from kpi.flow.reading import flow_slice
from kpi.headline import main_kpis
from kpi.model import Department, Distinct, Kpi
from pages.department.board import columns, dimensions_of, load_slices
from pages.flow.load import load_as_of, load_flow, load_ledger, load_slack
from pages.flow.load import load_compared as load_by
from pages.parts.comparing import load_compared
from pages.parts.filters import PERIODS
from pages.parts.load import load_coverage, load_standings, version_of
from pages.parts.reasons import load_reasons
from pages.parts.viewer import Viewer

WEEKS = 13
log = logging.getLogger("fairlead.web")
# Caches are filled outside of any session on purpose; Streamlit would warn of it each time.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)


def warm_if_new(arrive: Callable[[], Viewer], seen: str) -> str:
    """The version of the data as it stands; if it is not the one `seen`, its caches are filled for who arrives.

    A failure is logged and tried again the next time: a page would say the same with its own words.
    """
    try:
        viewer = arrive()
        version = version_of(viewer)
        if version != seen:
            warm(viewer)
    except Exception:
        log.exception("the pages could not be prepared")
        return seen
    return version


def warm(viewer: Viewer) -> None:
    """What opens first, then what a click asks for: other markets, departments, the flow, the year before."""
    covered = load_coverage(viewer)
    kpis = [kpi for kpi in KPIS.values() if covered.has(kpi.department, [kpi])]
    places = (None, *covered.markets)
    for market in places:
        found = load_standings(viewer, main_kpis(kpis), market, WEEKS)
        load_reasons(viewer, needs_decision(found.values()), found)
    for market in places:
        warm_departments(viewer, kpis, market)
        warm_flow(viewer, market)
    counted = [kpi for kpi in kpis if isinstance(kpi, Distinct)]
    for market in places:
        for weeks in PERIODS.values():  # distinct counts are read from facts, each period for itself
            load_standings(viewer, counted, market, weeks)
        load_compared(viewer, main_kpis(kpis), market, WEEKS, Comparison.YEAR)


def warm_departments(viewer: Viewer, kpis: Sequence[Kpi], market: str | None) -> None:
    """All KPIs of each department, and its main ones by what they are compared by at first."""
    for department in Department:
        mine = [kpi for kpi in kpis if kpi.department is department]
        every = load_standings(viewer, mine, market, WEEKS)
        found = {kpi.key: every[kpi.key] for kpi in main_kpis(mine)}
        for dimension in dimensions_of(department, found, market)[:1]:
            load_slices(viewer, columns(department, found, dimension), dimension)


def warm_flow(viewer: Viewer, market: str | None) -> None:
    """What the flow page shows of all lanes."""
    as_of = load_as_of(viewer)
    if as_of is None:
        return
    asked = flow_slice(as_of, WEEKS, None, market)
    if (found := load_flow(viewer, asked)) is not None and not found.is_empty:
        load_slack(viewer, asked)
        load_by(viewer, asked, "carrier")
        load_ledger(viewer, asked)
