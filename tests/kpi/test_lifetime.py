"""Predicted lifetime values: learnt from orders, tested on what was not seen, or honestly not told."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from made_facts import Row, made, put

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.lifetime.job import last_run, predict_lifetimes
from kpi.lifetime.purchases import BgNbd, fit_purchases
from kpi.lifetime.worth import fit_worth
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from store.contract import polars_schema
from store.facts import CustomerPredictions, Orders
from store.lake import Lake
from store.scope import LOCAL_OWNER

END = date(2025, 6, 30)
KPI = find("predicted_lifetime_value")


def customers(number: int, weeks: int, seed: int = 3) -> list[Row]:
    """Customers who order every five weeks on average and leave one time in six; an order earns 20 on average."""
    dice = np.random.default_rng(seed)
    rows: list[Row] = []
    for customer in range(number):
        day, worth = END - timedelta(days=int(dice.integers(7, weeks * 7))), 5 * dice.gamma(6, 4 / 6)
        rate, leaves = dice.gamma(2, 0.1), dice.beta(1.5, 7)
        while day <= END:
            rows.append(_order(len(rows), customer, day, round(float(worth * dice.gamma(8, 1 / 8)), 2)))
            if dice.random() < leaves:
                break
            day += timedelta(days=1 + int(dice.exponential(1 / rate) * 7))
    return rows


def _order(number: int, customer: int, day: date, margin: float | None) -> Row:
    return {"order_id": f"o{number}", "customer_id": f"c{customer}", "market": "DE", "channel": "web",
            "ordered_day": day, "net": 50, "margin": margin, "currency": "EUR"}  # fmt: skip


def ordered(lake: Lake, rows: Sequence[Row]) -> Lake:
    put(lake, Orders, made(Orders, rows))
    return lake


def stored(lake: Lake) -> pl.DataFrame:
    return lake.read(CustomerPredictions.name, polars_schema(CustomerPredictions))


def test_the_fit_finds_what_made_the_orders() -> None:
    """
    Simulated customers: the parameters come back near the true ones, in weeks and in days alike.
    """
    dice = np.random.default_rng(1)
    age = dice.uniform(20, 80, 1_500)
    repeats, recency = np.zeros(1_500), np.zeros(1_500)
    for n, (rate, leaves) in enumerate(
        zip(dice.gamma(0.8, 1 / 8, 1_500), dice.beta(0.8, 2.5, 1_500), strict=True)
    ):
        now = dice.exponential(1 / rate)
        while now <= age[n]:
            repeats[n], recency[n] = repeats[n] + 1, now
            now = np.inf if dice.random() < leaves else now + dice.exponential(1 / rate)

    weeks, days = fit_purchases(repeats, recency, age), fit_purchases(repeats, recency * 7, age * 7)

    assert (weeks.r / weeks.alpha, weeks.a / (weeks.a + weeks.b)) == pytest.approx((0.1, 0.24), rel=0.25)
    assert days.alpha == pytest.approx(weeks.alpha * 7, rel=1e-3)
    orders = np.array([1.0, 2.0, 3.0] * 100)
    worth = fit_worth(orders, 20 * dice.gamma(6, 1 / 6, 300))
    assert worth.expected(np.array([0.0]), np.array([0.0])).item() == pytest.approx(20, rel=0.1)


def test_who_is_silent_has_left() -> None:
    """
    Five orders in five weeks and then none for a year: hardly a customer; the same a week ago: surely one.
    """
    model = BgNbd(0.8, 8, 0.8, 2.5)
    repeats, recency, age = np.array([5.0, 5.0]), np.array([5.0, 5.0]), np.array([57.0, 6.0])

    silent, fresh = model.alive(repeats, recency, age)

    assert silent < 0.01
    assert fresh > 0.7
    assert np.all(np.diff(model.expected(repeats, recency, age, 52.0)) > 0)


def test_predictions_are_stored_once_and_read_as_a_kpi(lake: Lake) -> None:
    """
    Every customer has one, with the data it was made from; the mean of them is the KPI, the same for a second reader.
    """
    ordered(lake, customers(400, 60))

    run = predict_lifetimes(lake, AsOf.end_of(END))
    refresh(lake, AsOf.end_of(END), kpis=[KPI])

    assert run is not None
    assert run.reason == ""
    assert run.predicted == pytest.approx(run.actual, rel=0.3)
    assert predict_lifetimes(lake, AsOf.end_of(END)) is None
    assert last_run(lake) == run
    rows = stored(lake)
    assert (rows.height, rows["predicted_day"].unique().to_list()) == (400, [END])
    assert rows["data_version"].unique().to_list() == [run.data_version]
    month = Question(Span(date(2025, 6, 1), END), Every.MONTH)
    (found,) = values(lake, LOCAL_OWNER, KPI, month).rows(named=True)
    mean = rows["margin_12m_micros"].mean()
    assert isinstance(mean, float)
    assert (found["n"], found["value"]) == (400, pytest.approx(mean / 1e6))


def test_a_later_run_of_the_month_replaces_the_earlier(lake: Lake) -> None:
    """
    Run on the 20th and on the 30th of June: one prediction for each customer known by then, of the 30th.
    """
    ordered(lake, customers(400, 60))

    predict_lifetimes(lake, AsOf.end_of(date(2025, 6, 20)))
    predict_lifetimes(lake, AsOf.end_of(END))

    assert stored(lake).height == 400
    assert stored(lake)["predicted_day"].unique().to_list() == [END]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (customers(150, 60), "Not enough evidence: 150 customers"),
        ([_order(n, n, date(2025, 1, 1), 5) for n in range(300)], "0 who came back"),
        ([{**row, "margin": None} for row in customers(400, 60)], "100% of the orders have no margin"),
        ([*customers(400, 60), *(_order(9_000 + n, n % 400, END - timedelta(days=n % 20), 5) for n in range(4_000))],
         "The model fails its test"),
    ],
    ids=["few customers", "nobody came back", "no margin", "a sudden rush"],
)  # fmt: skip
def test_without_enough_evidence_nothing_is_said(lake: Lake, rows: list[Row], reason: str) -> None:
    """
    No prediction is stored, the run says why, and the KPI has no data.
    """
    ordered(lake, rows)

    run = predict_lifetimes(lake, AsOf.end_of(END))
    refresh(lake, AsOf.end_of(END), kpis=[KPI])

    assert run is not None
    assert reason in run.reason
    assert stored(lake).is_empty()
    found = values(lake, LOCAL_OWNER, KPI, Question(Span(date(2025, 6, 1), END), Every.MONTH))
    assert found.is_empty()


def test_without_orders_there_is_nothing_to_do(lake: Lake) -> None:
    """
    No orders table, no run.
    """
    assert predict_lifetimes(lake, AsOf.end_of(END)) is None
    assert last_run(lake) is None
