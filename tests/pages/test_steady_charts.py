"""Charts on their way to the browser: the same spec whatever the data say, and the same picture as ever."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import vl_convert
from test_decisions import MONDAY, ON_TIME, bad, good

from kpi.chart import Event
from kpi.chart.model import Chart, Spec
from kpi.period import Every
from kpi.standing import Period, Standing
from pages.parts.charts import Beside, build_trend
from pages.parts.steady import sent, steady

HOUSE = Path(__file__).parents[2]
TODAY = MONDAY + timedelta(days=90)
STRIKE = Event(MONDAY + timedelta(days=8), "Strike")


def chart(*periods: Period, events: tuple[Event, ...] = (STRIKE,)) -> Chart:
    standing = Standing(ON_TIME, Every.WEEK, periods, until=TODAY)
    return build_trend(standing, "EUR", TODAY, 13, "light", beside=Beside(events=events)).chart


def drawn(spec: Spec, datasets: dict[str, pl.DataFrame]) -> str:
    """As the browser puts both together."""
    named = {name: rows.to_dicts() for name, rows in datasets.items()}
    whole = {**spec, "width": 500, "data": {"name": "rows"}, "datasets": named}
    return vl_convert.vegalite_to_svg(whole)


FEW = chart(good(0), bad(1))
MANY = chart(*(good(n) for n in range(6)), bad(6), events=(replace(STRIKE, day=date(1999, 1, 1)),))


def test_another_period_sends_the_same_spec() -> None:
    """
    Two weeks or seven, with an event or without one in reach: only the data differ, so nothing is built anew.
    """
    few, many = (json.dumps({**sent(each), "datasets": None}) for each in (FEW, MANY))

    assert few == many
    assert sent(FEW)["datasets"] != sent(MANY)["datasets"]


@pytest.mark.parametrize("shown", [FEW, MANY], ids=["few", "many"])
def test_the_picture_is_the_same(shown: Chart) -> None:
    """
    Line by line what the chart draws that tells everything itself, as files of charts do.
    """
    itself = {**shown.spec, "width": 500, "data": {"values": shown.rows.to_dicts()}}

    assert drawn(*steady(shown)) == vl_convert.vegalite_to_svg(itself)


def test_what_is_sent_is_made_once() -> None:
    """
    The streams hold the rows, the reach beside them; the same chart is not written again.
    """
    rows = pl.read_ipc_stream(BytesIO(sent(FEW)["datasets"]["rows"]))

    assert rows["day"].to_list() == FEW.rows["day"].to_list()
    assert rows["y_from"].to_list() == [89.5, None]
    assert sent(FEW) is sent(FEW)


def test_a_chart_without_rows_is_drawn_too() -> None:
    """
    There is no first row to ask then: the spec keeps its own values.
    """
    nothing = replace(FEW, rows=FEW.rows.clear())

    assert steady(nothing)[0]["params"] == FEW.spec["params"]
    assert "<svg" in drawn(*steady(nothing))


def test_a_chart_is_sent_without_pyarrow() -> None:
    """
    It takes 20 to 40 MB of every web process, and polars writes the same bytes.
    """
    drawing = """
import sys, polars as pl
from kpi.chart.model import Chart
from pages.parts.steady import draw_vega
draw_vega(Chart(pl.DataFrame({"day": ["2025-04-07"]}), {"layer": [{"mark": {"type": "point"}}]}, "A dot"), "dot")
print("pyarrow" in sys.modules)
"""
    ran = subprocess.run(
        [sys.executable, "-c", drawing], capture_output=True, text=True, check=True, cwd=HOUSE
    )

    assert ran.stdout.split() == ["False"]
