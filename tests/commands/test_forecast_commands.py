"""`fairlead forecast` and `kpi forecast`, as a person types them."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from small_company import small_store

Run = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small firm: eleven weeks with everything in time, then three with 30 of 40."""
    folder = tmp_path_factory.mktemp("firm")
    small_store(folder).close()
    return folder


@pytest.fixture
def run(run: Run, home: Path) -> Run:
    """Runs a command on the small firm."""
    return partial(run, "--home", str(home))


def test_the_weeks_ahead_with_method_and_gate(run: Run) -> None:
    """
    The mean of five weeks at 100 % and three at 75 % is 90.625 %; a share never exceeds 100 %.
    """
    rows = json.loads(run("kpi", "forecast", "on_time_delivery_rate", "--horizon", "1", "--format", "json"))

    assert [row["period"] for row in rows] == ["2025-04-28"]
    assert rows[0]["method"] == "Moving average of 8"
    assert rows[0]["gate"] == "no model beats the best baseline"
    assert rows[0]["value"] == pytest.approx(0.90625)
    assert rows[0]["high"] <= 1


def test_by_market(run: Run) -> None:
    """
    France had three weeks at half its parcels among the last eight, Germany none.
    """
    told = run(
        "kpi", "forecast", "on_time_delivery_rate", "--horizon", "1", "--by", "market", "--format", "json"
    )

    assert {row["market"]: row["value"] for row in json.loads(told)} == {"DE": 1.0, "FR": 0.8125}


@pytest.mark.parametrize(
    "words, says",
    [
        (["on_time_delivery_rate", "--every", "quarter"], "'quarter' is too long a period"),
        (["on_time_delivery_rate", "--by", "weather"], "'weather' is none of them"),
        (["active_customers"], "counts different things"),
        (["predicted_lifetime_value", "--every", "month"], "is a forecast itself"),
        (["net_sales"], "no two settled periods"),
    ],
)
def test_what_cannot_be_forecast_is_said(run: Run, words: list[str], says: str) -> None:
    """
    One line with the reason and what can be asked instead.
    """
    assert says in run("kpi", "forecast", *words, fails=True)


def test_the_job_is_done_once_a_day(run: Run) -> None:
    """
    The first run stores, the second has nothing to do, and without products there is no advice on stock.
    """
    assert "no forecasts of products" in run("forecast", "stock", fails=True).lower()
    assert "histories of KPIs and 0 of products" in run("forecast", "run")
    assert "Nothing to do" in run("forecast", "run")
    assert "histories of KPIs" in run("forecast", "run", "--again")


def test_the_backtests_behind_a_forecast(run: Run) -> None:
    """
    Which methods were tried, and which was chosen; a key nobody forecast says where to look.
    """
    run("forecast", "run", "--again")
    told = json.loads(run("forecast", "tests", "on_time_delivery_rate", "--format", "json"))

    chosen = {row["method_name"] for row in told if row["is_chosen"] and row["market"] == "(all)"}
    assert chosen == {"Moving average of 8"}
    assert "No backtest of 'cups' is stored" in run("forecast", "tests", "cups", fails=True)
    assert json.loads(run("forecast", "levels", "--format", "json")) == []
