"""Properties of forecasts, errors, backtests and stock: what must hold for any history."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.forecast.analogue import analogue
from kpi.forecast.backtest import Plan, backtest, plan_for
from kpi.forecast.choice import BASELINES, Gate, beats, choose
from kpi.forecast.demand import DemandClass, demand_of
from kpi.forecast.errors import errors_of
from kpi.forecast.intermittent import adida
from kpi.forecast.levels import by_level
from kpi.forecast.methods import Method, TooShort, methods, ses, theta
from kpi.stock.classes import with_abc
from kpi.stock.cover import days_of_cover
from kpi.stock.safety import (
    Supply,
    cycle_factor,
    fill_factor,
    forecast_reorder_point,
    loss,
    order_up_to,
    reorder_point,
)

KNOWN = methods(4)
units = st.integers(0, 1000).map(float)
histories = st.lists(units, min_size=8, max_size=40).map(np.array)
any_method = st.sampled_from(sorted(KNOWN))
few = settings(max_examples=40, deadline=None)


@few
@given(any_method, st.integers(0, 500), st.integers(1, 6))
def test_what_never_changes_is_forecast_as_it_is(key: str, level: int, horizon: int) -> None:
    """
    A flat history goes on; only the correction of Syntetos and Boylan takes its 5 % off.
    """
    ahead = KNOWN[key].forecast(np.full(20, float(level)), horizon)

    assert ahead == pytest.approx(np.full(horizon, level * (0.95 if key == "sba" else 1.0)), abs=1e-6)


@few
@given(any_method, histories, st.sampled_from([2.0, 12.0, 0.5]))
def test_other_units_give_the_same_forecast(key: str, history: np.ndarray, per: float) -> None:
    """
    Pieces or dozens: the forecast is the same quantity.
    """
    ahead = KNOWN[key].forecast(history, 3)

    assert KNOWN[key].forecast(history * per, 3) == pytest.approx(ahead * per, abs=1e-6)


@few
@given(st.lists(units, min_size=4, max_size=4), st.integers(2, 5))
def test_a_pure_season_goes_on(season: list[float], times: int) -> None:
    """
    Four values repeated: the seasonal naive repeats them once more.
    """
    history = np.array(season * times)

    assert list(KNOWN["seasonal_naive"].forecast(history, 4)) == season


@few
@given(histories, histories, st.integers(1, 7))
def test_errors_add_up(actual: np.ndarray, forecast: np.ndarray, cut: int) -> None:
    """
    The errors of two parts are the errors of the whole, wherever it is cut.
    """
    size = min(len(actual), len(forecast))
    a, f = actual[:size], forecast[:size]

    assert errors_of(a[:cut], f[:cut]) + errors_of(a[cut:], f[cut:]) == errors_of(a, f)


@few
@given(any_method, histories, units)
def test_a_backtest_knows_nothing_of_what_comes_after(key: str, history: np.ndarray, other: float) -> None:
    """
    Whatever follows an origin, the forecast made there is the same.
    """
    plan = Plan((8,), 2)
    longer = np.append(history, [1.0, 2.0])
    changed = longer.copy()
    changed[8:] = other

    said = [backtest(rows, KNOWN[key], plan).forecasts for rows in (longer, changed)]

    assert said[0].tolist() == said[1].tolist()


@few
@given(st.integers(0, 300), st.sampled_from([1, 7, 12, 52]), st.sampled_from([(12, 8, 4), (28, 7), (13, 2)]))
def test_plans_leave_four_origins_a_horizon_apart(count: int, season: int, horizons: tuple[int, ...]) -> None:
    """
    A plan ends with the history, starts with eight known periods or more, and its choice knows nothing of the last.
    """
    plan = plan_for(count, season, horizons)
    if plan is None:
        assert count < 8 + 4 * min(horizons)
        return
    first, last = plan.origins[0], plan.origins[-1]

    assert last + plan.horizon == count
    assert first >= 8
    assert first + 3 * plan.horizon <= last
    assert len(plan.origins) >= 4
    assert len(plan.origins) <= 20
    assert all(known + plan.horizon <= last for known in plan.origins[plan.earlier])
    assert len(plan.origins[plan.earlier]) >= 2


@few
@given(st.lists(units, min_size=20, max_size=40).map(np.array))
def test_no_method_is_used_that_the_best_baseline_equals(history: np.ndarray) -> None:
    """
    On the origins of the choice, the chosen method is the best baseline or strictly better than all of them.
    """
    plan = plan_for(len(history), 4, (3,))
    assert plan is not None
    choice = choose(history, KNOWN, plan)
    sparse = choice.demand.kind.is_sparse
    off = {test.method.key: test.off(plan.earlier, as_total=sparse).sum() for test in choice.tests}
    best = min(off[key] for key in BASELINES)

    if choice.gate is Gate.MODEL:
        assert off[choice.method.key] < best
    else:
        assert choice.method is choice.benchmark
        assert off[choice.method.key] == best


@few
@given(st.lists(units, min_size=20, max_size=40).map(np.array), st.sampled_from([0.5, 0.8]))
def test_intervals_hold_what_they_promise_on_the_past(history: np.ndarray, level: float) -> None:
    """
    At each distance at least the promised share of past errors lies within, and they never narrow with the distance.
    """
    plan = plan_for(len(history), 4, (3,))
    assert plan is not None
    test = backtest(history, KNOWN["ses"], plan)
    wide = test.half_widths(level)
    assert wide is not None

    inside = np.abs(test.forecasts - test.actuals) <= wide
    assert (inside.mean(axis=0) >= level).all()
    assert (np.diff(wide) >= 0).all()


@few
@given(st.lists(units, min_size=1, max_size=30))
def test_cover_uses_up_exactly_the_stock(forecast: list[float]) -> None:
    """
    The forecast up to the day of the stock-out, its last day in part, is what was on hand.
    """
    on_hand = sum(forecast) * 0.6
    found = days_of_cover(on_hand, forecast)
    whole, part = int(found.days), found.days % 1
    used = sum(forecast[:whole]) + (part * forecast[whole] if part else 0.0)

    assert used == pytest.approx(on_hand, abs=1e-6)


@few
@given(
    st.floats(0.5, 0.999), st.floats(0.0, 500.0), st.floats(0.1, 90.0), st.floats(0.1, 60.0), st.floats(0.0, 10.0)
)  # fmt: skip
def test_more_uncertainty_needs_more_stock(
    level: float, demand: float, spread: float, lead: float, lead_spread: float
) -> None:
    """
    A review period, an uncertain lead time or a higher service level never lower the stock.
    """
    sure, unsure = Supply(demand, spread, lead), Supply(demand, spread, lead, lead_spread)

    assert reorder_point(unsure, level).safety_stock >= reorder_point(sure, level).safety_stock
    assert order_up_to(sure, 7, level).level >= reorder_point(sure, level).level
    assert cycle_factor(min(level + 0.0005, 0.9999)) >= cycle_factor(level)


@few
@given(st.floats(0.5, 0.9999), st.floats(1.0, 1e5), st.floats(0.1, 1e4))
def test_fill_factor_solves_its_equation(rate: float, quantity: float, sigma: float) -> None:
    """
    The pieces missing from a cycle are the share of its order that was allowed.
    """
    k = fill_factor(rate, quantity, sigma)

    assert sigma * loss(k) / quantity == pytest.approx(1 - rate, rel=1e-6, abs=1e-9)


@few
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_abc_classes_follow_each_other(values: list[int]) -> None:
    """
    From the most valuable product down the class never rises, and the first one with any value is an A.
    """
    names = [f"p{n:02}" for n in range(len(values))]
    found = with_abc(pl.DataFrame({"product": names, "value": values}))

    assert found["abc"].to_list() == sorted(found["abc"])
    assert found["abc"][0] == ("A" if sum(values) else "C")


def test_methods_agree_with_an_independent_library() -> None:
    """
    What statsforecast 2.1.1 gives for the same histories (SES 0.3, ADIDA, and the slope of its theta).
    """
    rising = np.array([10, 12, 9, 14, 11, 13, 10, 15, 12, 16, 14, 18, 15, 19], dtype=np.float64)
    sparse = np.array([0, 0, 5, 0, 0, 0, 4, 0, 6, 0, 0, 3, 0, 0, 0, 0], dtype=np.float64)

    assert ses(rising, 1, 0.3)[0] == pytest.approx(16.14735461)
    assert adida(sparse, 1)[0] == pytest.approx(1.04136667)
    assert np.diff(theta(rising, 3)) == pytest.approx([0.28351648, 0.28351648], abs=1e-7)


def test_a_young_product_takes_the_shape_of_all() -> None:
    """
    All products sold 10 a period, then 30 a season ago; ours sells 2 now, so 6 are next.
    """
    everything = np.array([10.0, 10, 30, 10, 10, 10])
    ours = np.array([2.0, 2])

    assert list(analogue(everything, before=4, season=4, window=2).forecast(ours, 2)) == [6.0, 2.0]


def test_errors_of_products_cancel_out_in_their_total() -> None:
    """
    Ten too many here, ten too few there, of 40: half off by product, nothing in sum; two weeks ahead 5 of 20 too few.
    """
    rows = [
        ("a", 1, 10.0, 10.0, 20.0),
        ("b", 1, 10.0, -10.0, 20.0),
        ("a", 2, 5.0, -5.0, 20.0),
        ("a", 0, 15.0, 5.0, 40.0),
    ]
    names = ["key", "step", "absolute", "signed", "actual"]
    tests = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        is_chosen=True, horizon=2, known_until=date(2025, 1, 5)
    )

    found = by_level(tests)

    assert found.select("step", "products", "wape_products", "wape_total", "bias").rows() == [
        (1, 2, 0.5, 0.0, 0.0),
        (2, 1, 0.25, 0.25, -0.25),
    ]


def test_a_loss_has_no_share_of_error() -> None:
    """
    Two off on a result of minus ten: there is an error, and no rate of it.
    """
    found = errors_of([-10], [-8])

    assert (found.absolute, found.wape, found.bias, found.status) == (2.0, None, None, "no_data")


def test_a_lucky_origin_passes_no_gate() -> None:
    """
    Better in sum but at one origin of three only: not used. At two of three: used. Equal: not used.
    """
    benchmark = np.array([10.0, 10, 10])

    assert not beats(np.array([0.0, 11, 11]), benchmark)
    assert beats(np.array([5.0, 5, 11]), benchmark)
    assert not beats(benchmark, benchmark)


@pytest.mark.parametrize(
    "history, kind",
    [
        ([5, 5, 5, 6], DemandClass.SMOOTH),
        ([1, 20, 1, 1], DemandClass.ERRATIC),
        ([0, 5, 0, 5], DemandClass.INTERMITTENT),
        ([0, 1, 0, 20], DemandClass.LUMPY),
        ([0, 0, 0, 0], DemandClass.NONE),
        ([5, -5, 5, -5], DemandClass.ERRATIC),
    ],
)
def test_demand_classes(history: list[int], kind: DemandClass) -> None:
    """
    Demand in most periods or not, of one size or of many.
    """
    assert demand_of(history).kind is kind


def test_stock_that_outlasts_the_forecast_says_at_least() -> None:
    """
    25 pieces, three days of 5: at least three days; a receipt of 5 on day 2 saves one day of 10.
    """
    assert (days_of_cover(25, [5, 5, 5]).days, days_of_cover(25, [5, 5, 5]).is_capped) == (3.0, True)
    assert days_of_cover(5, [5, 5, 5], {2: 5}).days == 2.0
    assert days_of_cover(0, [5, 5]).days == 0.0


def test_reorder_point_from_the_backtest() -> None:
    """
    100 forecast over the lead time and an error of 20: 50 % needs none, 97.7 % two deviations.
    """
    assert forecast_reorder_point(100, 20, 0.5).level == pytest.approx(100)
    assert forecast_reorder_point(100, 20, 0.977249868).level == pytest.approx(140)


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: KNOWN["ses"].forecast(np.ones(2), 1), "needs 3 periods of history; there are 2"),
        (lambda: KNOWN["ses"].forecast(np.ones(9), 0), "horizon of 0 periods"),
        (lambda: errors_of([1, 2], [1]), "1 forecasts cannot be compared with 2 actuals"),
        (lambda: backtest(np.ones(9), KNOWN["ses"], Plan((8,), 2)), "ends after the history of 9"),
        (lambda: backtest(np.ones(9), KNOWN["ses"], Plan((7,), 2)).sigma(3), "lead time of 3 periods"),
        (lambda: cycle_factor(95), "service level of 95"),
        (lambda: fill_factor(98, 1, 1), "fill rate of 98"),
        (lambda: fill_factor(0.98, 0, 1), "must both be above 0"),
        (lambda: days_of_cover(1, [-1]), "forecast of day 1 is -1"),
        (lambda: with_abc(pl.DataFrame({"product": ["a"], "value": [-1]})), "product 'a' is negative"),
    ],
)
def test_wrong_questions_say_what_is_wrong(wrong: object, says: str) -> None:
    """
    Each refusal names the value and the way out.
    """
    assert callable(wrong)
    with pytest.raises((ValueError, TooShort), match=says):
        wrong()


def test_a_series_too_short_to_test_takes_the_moving_average() -> None:
    """
    Ten periods leave no four origins of four: the mean of the last eight, untested and without an interval.
    """
    history = np.arange(10, dtype=np.float64)
    plan = plan_for(10, 4, (4,))
    choice = choose(history, KNOWN, plan)

    assert (choice.gate, choice.method.key, choice.tests) == (Gate.UNTESTED, "moving_average", ())


def test_an_added_method_has_to_pass_the_gate_too() -> None:
    """
    One that knows the rising history exactly is used; one that is always wrong is not.
    """
    rising = np.arange(40, dtype=np.float64)
    plan = plan_for(40, 4, (4,))
    exact = Method("exact", "Exact", lambda y, h: y[-1] + np.arange(1, h + 1))
    wrong = Method("wrong", "Wrong", lambda y, h: np.zeros(h))

    assert choose(rising, KNOWN, plan, [exact, wrong]).method is exact
    assert choose(rising, KNOWN, plan, [wrong]).method is not wrong
