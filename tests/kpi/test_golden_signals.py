"""Golden cases of limits, rules, weekday adjustment, assurance and intervals."""

import numpy as np
import polars as pl
import pytest
from golden_cases import CASES, Case
from numpy.typing import NDArray

from kpi.interval import newcombe, ratio_interval, wilson
from kpi.model import Better
from kpi.signals import limits, rules, weekday
from kpi.signals.assurance import assurance

Floats = NDArray[np.float64]


def column(case: Case, name: str) -> Floats:
    """One column of the case's series; NaN where it has nothing."""
    return np.array([row[name] for row in case.inputs["series"]], dtype=float)


def baseline(case: Case) -> NDArray[np.bool_]:
    """The points the limits are taken from."""
    points = len(case.inputs["series"])
    return np.arange(points) < case.params.get("baseline_points", points)


def outside(values: Floats, found: limits.Limits) -> list[int]:
    """The points beyond the limits, counted from 1 as in the cases."""
    return [int(n) + 1 for n in np.flatnonzero((values > found.upper) | (values < found.lower))]


def numbers(sides: rules.Sides) -> list[int]:
    return [int(n) + 1 for n in np.flatnonzero(sides)]


def pair(found: limits.Limits, place: int) -> list[float]:
    return [float(found.lower[place]), float(found.upper[place])]


def test_limits_of_a_frozen_baseline() -> None:
    """
    Twenty points around 41.8; the 24th, 56, is far outside 33.4 to 50.2.
    """
    case = CASES["spc_xmr_frozen_baseline"]
    values = column(case, "y")

    found = limits.xmr(values, baseline(case))

    assert found.centre[0] == case.close(case.expected["cl"])
    assert found.spread == case.close(case.expected["mr_bar"])
    assert pair(found, 0) == case.close([case.expected["lower"], case.expected["upper"]])
    assert found.highest_range == case.close(case.expected["upper_range_limit"])
    assert outside(values, found) == case.expected["outside"]
    upper = float(found.upper[0])
    case.refuses(three_sd_upper=upper, limits_from_all_points_upper=upper)


def test_no_moving_range_across_a_gap() -> None:
    """
    10, 12, nothing, 30, 31, 29: steps of 2, 1 and 2, and never the 18 from 12 to 30.
    """
    case = CASES["spc_xmr_gap"]

    found = limits.xmr(column(case, "y"), baseline(case))

    assert found.centre[0] == case.close(case.expected["cl"])
    assert found.spread == case.close(case.expected["mr_bar"])
    case.refuses(mr_bar_bridging_gap=float(found.spread))


def test_limits_of_a_published_series() -> None:
    """
    Montgomery's viscosities: batch 4 is outside, and from batch 25 on they run above the line.
    """
    case = CASES["spc_xmr_viscosity"]
    values = column(case, "y")

    found = limits.xmr(values, baseline(case))
    run = rules.run((values - found.centre) / found.sigma)

    assert found.centre[0] == case.close(case.expected["cl"])
    assert found.spread == case.close(case.expected["mr_bar"])
    assert pair(found, 0) == case.close([case.expected["lower"], case.expected["upper"]])
    assert outside(values, found) == case.expected["outside"]
    assert numbers(run)[0] == case.expected["run_of_8_first"]


def test_a_published_p_chart() -> None:
    """
    Orange juice cans: samples 15 and 23 have known causes.
    """
    case = CASES["spc_p_chart_published"]
    hits, of = column(case, "x"), column(case, "n")

    found = limits.p(hits, of)

    assert found.centre[0] == case.close(case.expected["p_bar"])
    assert pair(found, 0) == case.close([case.expected["lower"], case.expected["upper"]])
    assert outside(hits / of, found) == case.expected["outside"]


def test_a_published_u_chart() -> None:
    """
    Defects per 50 m² of dyed cloth: a wider roll has narrower limits, and none is outside.
    """
    case = CASES["spc_u_chart_published"]
    events, exposure = column(case, "x"), column(case, "n")

    found = limits.u(events, exposure)

    assert found.centre[0] == case.close(case.expected["u_bar"])
    pairs = [pair(found, place) for place in range(len(events))]
    assert pairs == [case.close(each) for each in case.expected["limits"]]
    assert outside(events / exposure, found) == case.expected["outside"]


def test_laney_p_prime_lets_ordinary_days_pass() -> None:
    """
    Twenty thousand a day: counting alone would flag eight of twelve days.
    """
    case = CASES["spc_laney_p_prime"]
    hits, of = column(case, "x"), column(case, "n")

    found = limits.p_prime(hits, of)

    assert found.centre[0] == case.close(case.expected["p_bar"])
    assert found.spread == case.close(case.expected["sigma_z"])
    assert pair(found, 0) == case.close(case.expected["limits_first"])
    assert outside(hits / of, found) == case.expected["outside"]
    assert outside(hits / of, limits.p(hits, of)) == case.wrong["outside_plain_p_chart"]
    case.refuses(outside_plain_p_chart=outside(hits / of, found))


def test_i_prime_scales_one_unit() -> None:
    """
    One sigma of a single unit is 2.28; of 20,000 units 141 times less.
    """
    case = CASES["spc_i_prime"]

    found = limits.i_prime(column(case, "x"), column(case, "n"))

    assert found.centre[0] == case.close(case.expected["cl"])
    assert found.spread == case.close(case.expected["sigma_per_unit"])
    assert pair(found, 0) == case.close(case.expected["limits_first"])


def test_the_adaptive_chart_keeps_both_scatters() -> None:
    """
    Days of 200 may reach 100 %, days of 2,000 may not; 176 of 200 and 1,790 of 2,000 are outside.
    """
    case = CASES["spc_adaptive_p"]
    hits, of = column(case, "x"), column(case, "n")

    found = limits.adaptive_p(hits, of, baseline(case))

    assert found.centre[0] == case.close(case.expected["cl"])
    assert found.spread == case.close(case.expected["tau"])
    assert pair(found, 0) == case.close(case.expected["limits_t1"])
    assert pair(found, 2) == case.close(case.expected["limits_t3"])
    assert outside(hits / of, found) == case.expected["outside"]


def test_western_electric_rules() -> None:
    """
    Each rule is met by the point that completes it and lies in its zone, also while it goes on.
    """
    case = CASES["spc_rules_western_electric"]
    z = column(case, "z")

    found = {
        "r1_beyond_3s": numbers(rules.beyond(z)),
        "r2_2of3_beyond_2s": numbers(rules.two_of_three(z)),
        "r3_4of5_beyond_1s": numbers(rules.four_of_five(z)),
        "r4_run_of_8": numbers(rules.run(z)),
    }

    assert found == case.expected


def test_a_monday_with_weekend_volume_is_a_signal() -> None:
    """
    60 on a Monday is usual for a Saturday: the raw chart lets it pass, the adjusted one does not.
    """
    case = CASES["spc_weekday_adjustment"]
    values, used = column(case, "y"), baseline(case)
    weekdays = column(case, "weekday").astype(np.intp)

    usual = weekday.index(values, weekdays, used)
    adjusted = values / usual[weekdays]
    weeks = case.params["baseline_points"] // 7
    found = limits.widened(limits.xmr(adjusted, used), weekday.correction(weeks))

    assert usual.tolist() == case.close(case.expected["index"])
    assert adjusted[-1] == case.close(case.expected["last_adjusted"])
    assert pair(found, -1) == case.close([case.expected["lower"], case.expected["upper"]])
    assert (29 in outside(adjusted, found)) is case.expected["last_is_signal"]
    raw = limits.xmr(values, used)
    assert float(raw.lower[0]) == case.close(case.wrong["raw_chart_lower"])
    assert (29 in outside(values, raw)) is case.wrong["raw_chart_signal"]
    case.refuses(raw_chart_lower=float(found.lower[0]), raw_chart_signal=29 in outside(adjusted, found))


def test_whether_a_process_can_reach_its_target() -> None:
    """
    95 % is below all of 96 to 99 %, above all of 90 to 94 %, and inside 92 to 97 %.
    """
    case = CASES["spc_assurance"]

    found = {
        row["kpi"]: assurance(Better(row["direction"]), row["target"], row["lower"], row["upper"]).value
        for row in case.inputs["rows"]
    }

    assert found == case.expected


def test_the_difference_of_two_rates() -> None:
    """
    56 of 70 against 48 of 80: twenty points, surely more than five.
    """
    case = CASES["st_difference_of_rates"]
    rows = pl.DataFrame(case.inputs["rows"])
    hits, of = (pl.col("x1"), pl.col("x2")), (pl.col("n1"), pl.col("n2"))

    low, high = newcombe(hits, of, case.params["confidence"])
    found = rows.select(low.alias("low"), high.alias("high"), d=hits[0] / of[0] - hits[1] / of[1]).row(0)

    expected = case.expected
    assert found == case.close((expected["lower"], expected["upper"], expected["difference"]))
    assert (found[0] > 0 or found[1] < 0) is expected["significant"]


def test_the_interval_of_a_weighted_score() -> None:
    """
    Six audits, 191 of 220 points: the audits differ more than 220 single points would.
    """
    case = CASES["st_ratio_estimator_ci"]
    audits = pl.DataFrame(case.inputs["audits"])

    found = ratio_interval(
        audits["earned"].to_list(), audits["possible"].to_list(), case.params["confidence"]
    )

    assert found is not None
    assert found.value == case.close(case.expected["value"])
    assert found.standard_error == case.close(case.expected["standard_error"])
    assert (found.lower, found.upper) == case.close((case.expected["lower"], case.expected["upper"]))
    low, _ = wilson(pl.lit(191.0), pl.lit(220.0))
    assert pl.select(low).item() == case.close(case.wrong["wilson_on_points_lower"])
    case.refuses(wilson_on_points_lower=found.lower)


def test_the_interval_of_one_unit_is_none() -> None:
    """
    One audit says nothing about how audits differ; two lists of different length are a mistake.
    """
    assert ratio_interval([45.0], [50.0]) is None
    assert ratio_interval([1.0, 2.0], [0.0, 0.0]) is None
    with pytest.raises(ValueError, match="2 numerators and 1 denominators"):
        ratio_interval([1.0, 2.0], [3.0])
