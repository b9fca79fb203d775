"""Quantiles of Student's t, against scipy and the printed table."""

import pytest
from scipy.special import stdtrit

from kpi.student import quantile, within


def test_quantiles_are_those_of_scipy() -> None:
    """
    To twelve digits, few degrees of freedom and many; 2.776 for four stands in every table.
    """
    for freedom in (*range(1, 60), 99, 364, 800):
        for at in (0.9, 0.975, 0.995):
            assert quantile(freedom, at) == pytest.approx(stdtrit(freedom, at), rel=1e-12)
    assert round(quantile(4, 0.975), 3) == 2.776


def test_a_quantile_leaves_out_what_it_says() -> None:
    """
    Between minus and plus the quantile of 97.5 % lie 95 %; of one half it is 0.
    """
    assert within(quantile(12, 0.975), 12) == pytest.approx(0.95)
    assert quantile(3, 0.5) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("freedom", "at"), [(0, 0.9), (3, 0.4), (3, 1.0)])
def test_what_is_no_probability_is_refused(freedom: int, at: float) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        quantile(freedom, at)
