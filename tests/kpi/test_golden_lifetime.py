"""Golden cases of predicted lifetime values: the published figures of BG/NBD and gamma-gamma."""

import numpy as np
from golden_cases import CASES

from kpi.lifetime.purchases import BgNbd, Floats
from kpi.lifetime.worth import GammaGamma


def column(rows: list[dict[str, float]], name: str) -> Floats:
    return np.array([row[name] for row in rows], dtype=np.float64)


def test_orders_to_come_equal_the_published_figure() -> None:
    """
    Two orders after the first, the last one 30 of 39 weeks in: 1.226 more in the next 39 weeks.
    """
    case = CASES["mk_clv_bgnbd_published"]
    told, rows = case.params, case.inputs["customers"]

    found = BgNbd(told["r"], told["alpha"], told["a"], told["b"]).expected(
        column(rows, "frequency"), column(rows, "recency"), column(rows, "T"), told["horizon_weeks"]
    )

    assert found.item() == case.close(case.expected["expected_purchases"])


def test_worth_of_an_order_equals_the_published_figures() -> None:
    """
    Two orders of 22.35 on average are drawn to 24.66; without any it is the mean of all, 35.22.
    """
    case = CASES["mk_clv_gamma_gamma_published"]
    told, rows = case.params, case.inputs["customers"]

    found = GammaGamma(told["p"], told["q"], told["v"]).expected(
        column(rows, "frequency"), column(rows, "monetary")
    )

    assert found.tolist() == case.close(case.expected["expected_value"])
