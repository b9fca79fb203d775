"""Golden cases of forecasts and stock: the published and computed figures, through the public functions."""

import numpy as np
import polars as pl
from golden_cases import CASES

from kpi.forecast.backtest import Plan, backtest
from kpi.forecast.demand import demand_of
from kpi.forecast.errors import errors_of, mase, total, value_added
from kpi.forecast.intermittent import croston, sba, tsb
from kpi.forecast.methods import methods
from kpi.stock.classes import variation, with_abc, xyz
from kpi.stock.cover import days_of_cover
from kpi.stock.safety import Supply, cycle_factor, fill_factor, order_up_to, reorder_point


def column(rows: list[dict[str, float]], name: str) -> list[float]:
    return [row[name] for row in rows]


def test_wape_bias_and_value_added() -> None:
    """
    50 of 160 pieces off, 10 too many in sum; the naive was off by 45, so the forecast costs 3.125 points.
    """
    case = CASES["so_wape_bias_fva"]
    rows, expected = case.inputs["rows"], case.expected
    actual = column(rows, "actual")
    found, naive = (errors_of(actual, column(rows, name)) for name in ("forecast", "naive"))

    assert found.wape == case.close(expected["wape"])
    assert found.accuracy == case.close(expected["accuracy"])
    assert found.bias == case.close(expected["bias"])
    assert naive.wape == case.close(expected["wape_naive"])
    assert value_added(naive, found) == case.close(expected["fva_pp"])
    case.refuses(mape_skipping_zero=found.wape)


def test_no_demand_has_no_wape() -> None:
    """
    Five forecast, none sold: there is no rate, only the five pieces.
    """
    case = CASES["so_wape_zero_actuals"]
    rows = case.inputs["rows"]
    found = errors_of(column(rows, "actual"), column(rows, "forecast"))

    assert (found.wape, found.bias) == (case.expected["wape"], case.expected["bias"])
    assert found.absolute == case.expected["absolute_error"]
    assert found.status == case.expected["status"]
    case.refuses(wape=found.wape)


def test_errors_cancel_out_in_a_total() -> None:
    """
    Half off for each product, nothing off for both together.
    """
    case = CASES["so_wape_level"]
    rows = case.inputs["rows"]
    actual, forecast = column(rows, "actual"), column(rows, "forecast")
    by_product = total([errors_of([a], [f]) for a, f in zip(actual, forecast, strict=True)])

    assert by_product.wape == case.close(case.expected["sku_level"])
    assert errors_of([sum(actual)], [sum(forecast)]).wape == case.close(case.expected["total_level"])


def test_mase_by_either_scale() -> None:
    """
    Two pieces off on average; the naive changes by 3.25 a period, the seasonal naive by one.
    """
    case = CASES["so_mase"]
    history, test = column(case.inputs["train"], "y"), case.inputs["test"]
    found = errors_of(column(test, "actual"), column(test, "forecast"))

    assert mase(found, history) == case.close(case.expected["mase_naive_scale"])
    assert mase(found, history, case.params["season_length"]) == case.close(
        case.expected["mase_seasonal_scale"]
    )


def test_intermittent_rates() -> None:
    """
    Four demands in sixteen periods; only TSB sees that the last four were empty.
    """
    case = CASES["so_croston_tsb"]
    history, known = np.array(column(case.inputs["demand"], "y"), dtype=np.float64), case.params

    assert croston(history, 1, known["alpha"])[0] == case.close(case.expected["croston"])
    assert sba(history, 1, known["alpha"])[0] == case.close(case.expected["sba"])
    assert tsb(history, 1, known["alpha_d"], known["alpha_p"])[0] == case.close(case.expected["tsb"])


def test_demand_class() -> None:
    """
    A demand every fourth period, of much the same size: intermittent.
    """
    case = CASES["so_demand_class"]
    found = demand_of(column(case.inputs["demand"], "y"), case.params["adi_cut"], case.params["cv2_cut"])

    assert found.adi == case.close(case.expected["adi"])
    assert found.cv2 == case.close(case.expected["cv2"])
    assert found.kind == case.expected["demand_class"]


def test_abc_and_xyz() -> None:
    """
    The product that crosses 80 % stays an A, because the share before it decides.
    """
    case = CASES["so_abc_xyz"]
    skus, cuts = case.inputs["skus"], case.params
    products = pl.DataFrame({"product": column(skus, "sku"), "value": column(skus, "annual_value")})
    abc = dict(with_abc(products, cuts["a_cut"], cuts["b_cut"]).select("product", "abc").iter_rows())

    for sku in skus:
        told = case.expected[sku["sku"]]
        assert abc[sku["sku"]] == told["abc"]
        assert xyz(sku["monthly"], cuts["x_cut"], cuts["y_cut"]) == told["xyz"]
        assert variation(sku["monthly"]) == case.close(told["cv"])


def test_rolling_origin() -> None:
    """
    Two origins a week apart: last week again is off by 4.5 %, the mean of the week by 26 %.
    """
    case = CASES["so_rolling_origin"]
    history = np.array(column(case.inputs["series"], "y"), dtype=np.float64)
    season = case.params["season_length"]
    known, plan = methods(season, season), Plan(tuple(case.params["origins"]), case.params["horizon"])

    naive = backtest(history, known["seasonal_naive"], plan).errors()
    average = backtest(history, known["moving_average"], plan).errors()

    assert naive.wape == case.close(case.expected["wape_seasonal_naive"])
    assert average.wape == case.close(case.expected["wape_moving_average_7"])


def test_safety_stock_and_reorder_point() -> None:
    """
    343 pieces with the uncertain lead time, 99 without: the lead time is what costs.
    """
    case = CASES["so_safety_stock"]
    given, expected = case.params, case.expected
    supply = Supply(
        given["mean_daily_demand"], given["sd_daily_demand"], given["mean_lead_time_days"], given["sd_lead_time_days"]
    )  # fmt: skip
    level, review = given["service_level"], given["review_period_days"]
    continuous, periodic = reorder_point(supply, level), order_up_to(supply, review, level)

    assert cycle_factor(level) == case.close(expected["z"])
    assert continuous.safety_stock == case.close(expected["safety_stock_continuous"])
    assert continuous.level == case.close(expected["reorder_point"])
    assert periodic.safety_stock == case.close(expected["safety_stock_periodic"])
    assert periodic.level == case.close(expected["order_up_to_level"])
    case.refuses(ignoring_lead_time_variance=continuous.safety_stock)


def test_fill_rate_factor() -> None:
    """
    98 % of pieces from stock needs 1.276 deviations, not the 2.054 of 98 % of cycles.
    """
    case = CASES["so_safety_stock_fill_rate"]
    given, expected = case.params, case.expected
    k = fill_factor(given["fill_rate"], given["order_quantity"], given["sigma_lead_time_demand"])

    assert k == case.close(expected["k"])
    assert k * given["sigma_lead_time_demand"] == case.close(expected["safety_stock"])
    assert cycle_factor(expected["cycle_service_level"]) == case.close(k)


def test_days_of_cover_run_down() -> None:
    """
    30 of 100 pieces in three calm days, the other 70 in 1.75 days of the peak.
    """
    case = CASES["so_days_of_cover_forward"]
    daily = column(case.inputs["forecast_daily"], "qty")
    found = days_of_cover(case.params["on_hand"], daily, {1: case.params["open_receipts"]})

    assert found.days == case.close(case.expected["value"])
    assert not found.is_capped
    case.refuses(on_hand_over_average=found.days)
