"""Properties of limits that hold whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kpi.signals import limits

counted = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=2, max_size=30)


def arrays(pairs: list[tuple[int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hits and rows; never more hits than rows."""
    of = np.array([all_ for _, all_ in pairs], dtype=float)
    return np.minimum([hits for hits, _ in pairs], of), of


@settings(max_examples=60, deadline=None)
@given(counted)
def test_limits_surround_the_centre(pairs: list[tuple[int, int]]) -> None:
    """
    On every chart, also of shares that are all 0 or all 1.
    """
    hits, of = arrays(pairs)

    for found in (
        limits.p(hits, of),
        limits.adaptive_p(hits, of),
        limits.i_prime(hits, of),
        limits.xmr(hits),
    ):
        assert (found.lower <= found.centre + 1e-9).all()
        assert (found.upper >= found.centre - 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(counted, st.integers(2, 9))
def test_series_side_by_side_are_as_alone(pairs: list[tuple[int, int]], baseline: int) -> None:
    """
    A thousand series at once or one: the same numbers.
    """
    hits, of = arrays(pairs)
    used = np.arange(len(of)) < baseline

    together = limits.adaptive_p(np.stack([hits, of - hits]), np.stack([of, of]), used)

    assert together.lower[0] == pytest.approx(limits.adaptive_p(hits, of, used).lower, nan_ok=True)
    assert together.spread[0] == pytest.approx(together.spread[1], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(counted)
def test_the_wander_explains_the_moving_range(pairs: list[tuple[int, int]]) -> None:
    """
    With tau, steps are as long on average as they should be; without, they are shorter than counting makes them.
    """
    hits, of = arrays(pairs)
    share, pooled = hits / of, hits.sum() / of.sum()
    tau = float(limits.adaptive_p(hits, of).spread)
    within = pooled * (1 - pooled) / of
    pair = within[1:] + within[:-1] + 2 * tau**2
    if not pair.all():
        return

    mean = float(np.mean(np.abs(np.diff(share)) / np.sqrt(pair)))

    assert (
        mean == pytest.approx(limits.HALF_NORMAL, rel=1e-6) if tau > 0 else mean <= limits.HALF_NORMAL + 1e-9
    )
