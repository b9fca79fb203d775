"""What a new version of the data makes necessary is worked out before anybody asks for it."""

import logging
from collections.abc import Callable

from kpi.catalog import KPIS
from kpi.decisions import needs_decision
from kpi.headline import main_kpis
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
    """How all main KPIs stand, in all markets and in each, and why those off target are."""
    covered = load_coverage(viewer)
    kpis = main_kpis(kpi for kpi in KPIS.values() if covered.has(kpi.department, [kpi]))
    for market in (None, *covered.markets):
        found = load_standings(viewer, kpis, market, WEEKS)
        load_reasons(viewer, needs_decision(found.values()), found)
