"""Why lines stop: the causes ranked by minutes or by money, with how much the first few explain."""

from collections.abc import Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.pareto import Cause, pareto
from kpi.period import Span
from kpi.score import Status
from kpi.words import marked, say
from pages.parts.filters import choose
from pages.parts.format import ABSENT, figure, share
from pages.parts.load import load_values
from pages.parts.tables import Bar, Cell, Column, table
from pages.parts.viewer import Viewer

MINUTES, MONEY = "unplanned_downtime", "downtime_cost"
BY_MINUTES, BY_MONEY = marked("Minutes"), marked("Money")
COLUMNS = (
    Column(marked("Cause")), Column(BY_MINUTES, "r"), Column(BY_MONEY, "r"), Column(marked("Share")),
    Column(marked("Share"), "r"), Column(marked("Together so far"), "r"),
)  # fmt: skip
MOST = 12


def stops_html(causes: Sequence[Cause], currency: str) -> str:
    """The table: a row a cause, the largest first; bars are shares of all causes."""
    rows: list[list[Cell]] = [
        [
            each.name,
            str(figure(KPIS[MINUTES], each.first, currency)),
            ABSENT if each.second is None else str(figure(KPIS[MONEY], each.second, currency)),
            Bar(each.share, None, Status.OK),
            share(each.share),
            share(each.reached),
        ]
        for each in causes[:MOST]
    ]
    return table(COLUMNS, rows, say("Unplanned stops by cause"))


def draw_stops(viewer: Viewer, span: Span, currency: str) -> None:
    """The causes of unplanned stops in a span; the order lives in the link."""
    st.header(say("Why lines stop"), anchor=False)
    by_money = choose(say("Ranked by"), (BY_MINUTES, BY_MONEY), "stops") == BY_MONEY
    minutes, money = (load_values(viewer, KPIS[key], span, "cause", None) for key in (MINUTES, MONEY))
    causes = pareto(minutes, money, "cause", by_second=by_money)
    if not causes:
        st.text(say("No unplanned stop in these weeks."))
        return
    st.html(stops_html(causes, currency))
