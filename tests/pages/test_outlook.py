"""The forecast on the page of a KPI: drawn on with the trend, said in words, and absent where none is stored."""

from datetime import date, timedelta
from pathlib import Path

import altair as alt
import numpy as np
from small_company import LAST, small_store
from test_decisions import ON_TIME, good
from test_pages_open import opened, read

from kpi.chart import domain
from kpi.engine import AsOf
from kpi.forecast.job import forecast_all
from kpi.forecast.methods import Method
from kpi.forecast.recent import Recent, recent
from kpi.forecast.stored import Outlook, Point
from kpi.period import Every
from kpi.standing import Standing
from pages.kpi.outlook import expectation, sentence
from pages.parts.charts import Beside, Trend, build_trend
from pages.parts.viewer import Viewer
from store.home import SYSTEM
from store.scope import LOCAL_OWNER

TODAY = date(2025, 4, 27)
KNOWN = Standing(ON_TIME, Every.WEEK, tuple(good(n) for n in range(13)), until=TODAY)
NEXT = KNOWN.periods[-1].start + timedelta(weeks=1)
WEEKS = [NEXT + timedelta(weeks=n) for n in range(8)]


def expected(low: float = 0.90, high: float = 0.96) -> Outlook:
    points = tuple(Point(week, 0.94, low, high) for week in WEEKS)
    return Outlook("Theta", "model beats the best baseline", 0.05, NEXT - timedelta(days=1), TODAY, points)


def continued(outlook: Outlook | None) -> Trend:
    return build_trend(KNOWN, "EUR", TODAY, 13, "light", beside=Beside(outlook=outlook))


def test_the_line_goes_on_from_the_last_known_week() -> None:
    """
    Thirteen known weeks leave room for four more: one dashed line from the last value, with its band.
    """
    chart = continued(expected()).chart

    ahead = chart.rows.select("day", "ahead", "ahead_low", "ahead_high").drop_nulls()
    assert ahead["day"].to_list() == [day.isoformat() for day in [KNOWN.periods[-1].start, *WEEKS[:4]]]
    assert ahead["ahead"].to_list() == [95.0, 94.0, 94.0, 94.0, 94.0]
    assert chart.rows["shown"].to_list()[-1] == "94.0\u00a0% (90.0\u00a0% – 96.0\u00a0%)"
    assert chart.rows["value"].to_list()[-4:] == [None] * 4
    assert alt.Chart.from_dict({**chart.spec, "data": {"values": []}}).to_dict()


def test_a_far_forecast_does_not_flatten_the_trend() -> None:
    """
    The range grows by a third at most; the band ends at the edge.
    """
    before = domain(continued(None).chart.rows)
    rows = continued(expected(0.0, 1.0)).chart.rows
    low, high = domain(rows)

    assert before[0] - low <= 0.36 * (before[1] - before[0])
    assert high - before[1] <= 0.36 * (before[1] - before[0])
    assert rows["ahead_low"].min() == low


def test_the_next_period_is_said_in_words() -> None:
    """
    For those who cannot see the dashed line.
    """
    told = expectation(KNOWN, expected(), "EUR").replace("\u00a0", " ")

    assert told == f"Expected for {NEXT.day} {NEXT:%b %Y}: 94.0 %, likely between 90.0 % and 96.0 %."


def test_the_sentence_says_method_gate_and_error() -> None:
    """
    A model that earned its place needs no excuse; a baseline says that no model was better.
    """
    told = sentence(expected())

    assert (
        "by theta. When last tested it was off by 5.0% of the value. The band held 80 % of past errors."
        in told
    )


def test_the_page_does_not_show_a_forecast_that_missed_a_shift(tmp_path: Path) -> None:
    """
    Before the job the page says nothing of the future. After it: over 100, 100, 100, 75, 75, 75 % the moving average
    of eight was off by 65.6 points, the last value repeated by 25, so none is shown, and why.
    """
    store = small_store(tmp_path)
    viewer = Viewer(store, LOCAL_OWNER)
    assert "forecast" not in read(opened("pages.kpi", viewer, kpi="on_time_delivery_rate")).lower()

    forecast_all(store.lake, SYSTEM, AsOf.end_of(LAST))
    page = opened("pages.kpi", viewer, kpi="on_time_delivery_rate")

    assert not page.exception
    assert "No forecast is shown: over the last six periods the best method was 2.6 times as far off" in read(
        page
    )
    steady = read(opened("pages.kpi", viewer, kpi="csat_score"))
    assert "by moving average of 8; no model beats the best baseline" in steady
    store.close()


def test_repeating_the_last_value_is_the_measure() -> None:
    """
    Six periods of 10, 10, 10, 5, 5, 5 after many of 10: saying 10 is off by 15, repeating by 5; of an even series
    both are never off, which keeps up.
    """
    shifted = np.array([10.0] * 20 + [5.0] * 3)
    always = Method("ten", "Ten", lambda history, horizon: np.full(horizon, 10.0), 2)

    found = recent(shifted, always)

    assert found == Recent(15.0, 5.0)
    assert not found.keeps_up
    even = recent(np.full(20, 10.0), always)
    assert even is not None
    assert even.keeps_up
    assert recent(np.array([10.0] * 7), always) is None
