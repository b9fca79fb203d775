"""What the worker does for reviews: KPIs worse than usual and failed audits bring them forward, effects are judged."""

from collections.abc import Iterable
from datetime import datetime

from kpi.catalog import KPIS
from kpi.model import Distinct
from kpi.standing import coverage
from kpi.standings import Known, standings
from sop.audits.short import reviews_asked
from sop.library import Shelved, library, procedure_of
from sop.mending import look_after
from sop.review_life import clocks, signals
from store.company_file import load_company
from store.home import Store
from store.scope import Principal


def look_at_reviews(store: Store, principal: Principal, now: datetime) -> int:
    """How many reviews were brought forward and actions judged; the same again changes nothing."""
    state, today = store.state, load_company(store.home).today(now)
    shelves = library(state.procedures.rows(principal), today, clocks(state, principal))
    judged = judged_by(store, principal, shelves)
    others = (each.effective() for each in shelves if each.key not in judged)
    wanted = {*judged.values(), *(key for each in others if each is not None for key in each.kpis)}
    kpis = [kpi for key, kpi in KPIS.items() if key in wanted and not isinstance(kpi, Distinct)]
    known = Known(
        coverage(store.lake, principal, kpis), state.targets.frame(principal), state.runs.freshness(principal),
        state.baselines.rows(principal), now,
    )  # fmt: skip
    found = standings(store.lake, principal, kpis, known) if kpis else {}
    asked = [*signals(shelves, found.values(), judged), *reviews_asked(state, principal, shelves)]
    raised = state.triggers.raise_once(principal, asked)
    return raised + look_after(store, principal, now)


def judged_by(store: Store, principal: Principal, shelves: Iterable[Shelved]) -> dict[str, str]:
    """The KPI each procedure in force is judged by, where it says so, by the procedure's key."""
    counting = [now for each in shelves if (now := each.effective()) is not None]
    texts = (procedure_of(store.state, principal, each.id) for each in counting)
    return {each.key: each.outcome.kpi for each in texts if each.outcome is not None}
