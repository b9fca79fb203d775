"""The round's evaluation: what procedures owe is looked up here, because alerts do not know procedures."""

from datetime import datetime

from alerts.evaluation import Evaluated
from alerts.findings import Looked
from alerts.watching import evaluate_alerts
from sop.library import library
from sop.review_life import clocks
from store.company_file import load_company
from store.home import Store
from store.scope import Principal


def evaluate(store: Store, principal: Principal, now: datetime) -> Evaluated:
    """Every alert brought up to date; the same again changes nothing. Raises NotAllowed."""
    state, today = store.state, load_company(store.home).today(now)
    shelves = library(state.procedures.rows(principal), today, clocks(state, principal))
    looked = [
        Looked(each.key, now_there.department, each.review_due is not None and each.review_due < each.day)
        for each in shelves
        if (now_there := each.effective()) is not None
    ]
    return evaluate_alerts(store, principal, now, looked)
