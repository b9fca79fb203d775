"""The on-time number must not look best on the day things break (product rule N4)."""

from datetime import date, timedelta

import numpy as np
import pytest
from made_facts import company, made, put

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from kpi.flow.reading import flow, flow_slice
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.words import say
from pages.flow.strip import build_lead
from store.facts import Shipments
from store.lake import Lake
from store.scope import LOCAL_OWNER

LAST = date(2025, 4, 27)  # a Sunday
DAYS, A_DAY, PROMISE, BROKEN = 60, 200, 12, 16
"""200 parcels a day take nine days or so, promised in twelve; 30 % of the last sixteen days' slip by six days."""


@pytest.fixture
def broken(lake: Lake) -> tuple[Lake, float, float]:
    """The lake of the scenario; the truth of the promises due in the last week; and what delivered ones alone say."""
    rng = np.random.default_rng(2)
    rows, kept, due, came, came_in_time = [], 0, 0, 0, 0
    for back in range(DAYS):
        sent = LAST - timedelta(days=back)
        took = np.maximum(1, np.rint(rng.lognormal(np.log(9), 0.2, A_DAY)).astype(int))
        took += 6 * ((back < BROKEN) & (rng.random(A_DAY) < 0.3))
        for n, days in enumerate(took):
            promised, arrives = sent + timedelta(days=PROMISE), sent + timedelta(days=int(days))
            there = arrives <= LAST
            rows.append(
                {"shipment_id": f"{back}-{n}", "market": "DE", "origin": "CN", "shipped_day": sent,
                 "promised_day": promised, "delivered_day": arrives if there else None,
                 "status": "delivered" if there else "in_transit"}
            )  # fmt: skip
            if LAST - timedelta(days=6) <= promised <= LAST:
                due, kept = due + 1, kept + (arrives <= promised)
                came, came_in_time = came + there, came_in_time + (there and arrives <= promised)
    put(lake, Shipments, made(Shipments, rows))
    refresh(lake, AsOf.end_of(LAST), kpis=[find("on_time_delivery_rate")])
    compute_flow(lake, AsOf.end_of(LAST), company(DE="UTC"))
    return lake, kept / due, came_in_time / came


def test_the_headline_is_the_truth_of_what_fell_due(broken: tuple[Lake, float, float]) -> None:
    """
    On the KPI and on the flow page: within half a point of the truth; delivered ones alone look much better.
    """
    lake, truth, flattering = broken
    week = Span(LAST - timedelta(days=6), LAST)
    shown = values(lake, LOCAL_OWNER, find("on_time_delivery_rate"), Question(week, Every.TOTAL))[
        "value"
    ].item()
    found = flow(lake, LOCAL_OWNER, flow_slice(LAST, 1))

    assert found is not None
    assert found.on_time.rate == pytest.approx(truth, abs=0.005)
    assert shown == pytest.approx(truth, abs=0.005)
    assert found.on_time.delivered_only == pytest.approx(flattering)
    assert flattering - truth > 0.05


def test_delivered_only_stands_beside_and_never_first(broken: tuple[Lake, float, float]) -> None:
    """
    The large figure is the one by due date; the other follows in the small print, named for what it is.
    """
    found = flow(broken[0], LOCAL_OWNER, flow_slice(LAST, 1))
    assert found is not None
    told = build_lead(found)

    first, _, rest = told.partition("</strong>")
    assert first.endswith(f"{found.on_time.rate:.1%}")
    assert (
        say("of those delivered alone it would be {share}", share=f"{found.on_time.delivered_only:.1%}")
        in rest
    )
    assert found.on_time.open_late == found.on_time.due - found.on_time.delivered > 0
