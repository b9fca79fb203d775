"""Markets are told apart when one is worse, and left alone when only chance differs."""

import numpy as np
import pytest

from kpi.flow.funnel import Floats, funnel

MARKETS = [f"M{n}" for n in range(12)]
VOLUMES = np.array([40, 60, 90, 130, 200, 300, 450, 700, 1_000, 1_500, 2_200, 3_300])
WEEKS = 13
RUNS = 300


def weeks(rng: np.random.Generator, shares: Floats, wander: float = 0.0) -> tuple[Floats, Floats]:
    """Thirteen weeks of each market, whose level moves by `wander` from week to week."""
    of = np.maximum(1, VOLUMES[:, None] // WEEKS + rng.integers(0, 2, (12, WEEKS))).astype(float)
    level = np.clip(shares[:, None] + wander * rng.standard_normal((12, WEEKS)), 0, 1)
    return rng.binomial(of.astype(int), level).astype(float), of


def runs_with_any_apart(share: float, wander: float) -> float:
    rng = np.random.default_rng(7)
    told = [funnel(MARKETS, *weeks(rng, np.full(12, share), wander)) for _ in range(RUNS)]
    return float(np.mean([bool(each and each.apart) for each in told]))


@pytest.mark.parametrize("share", [0.8, 0.95, 0.99])
def test_twelve_equal_markets_are_left_alone(share: float) -> None:
    """
    Whatever their volumes, none is told apart in at least 97 of 100 runs.
    """
    assert runs_with_any_apart(share, 0.0) <= 0.03


def test_weeks_that_wander_do_not_tell_equal_markets_apart() -> None:
    """
    Service that moves by three points from week to week everywhere needs wider limits, and gets them.
    """
    assert runs_with_any_apart(0.9, 0.03) <= 0.03


def test_a_worse_market_is_found() -> None:
    """
    The largest but two keeps 88 instead of 95 of 100: it alone is told apart, and no good one with it.
    """
    shares = np.full(12, 0.95)
    shares[9] = 0.88
    rng = np.random.default_rng(3)

    found = [funnel(MARKETS, *weeks(rng, shares)) for _ in range(50)]

    told = [[place.name for place in each.apart] for each in found if each]
    assert sum(names == ["M9"] for names in told) >= 48


def test_a_small_market_is_not_told_apart_by_noise() -> None:
    """
    34 of 40 is 85 % against 95 %, as chance allows; 850 of 1,000 is not.
    """
    names = ["small", "large", "rest"]

    few = funnel(names, np.array([[34.0], [950], [9_500]]), np.array([[40.0], [1_000], [10_000]]))
    many = funnel(names, np.array([[38.0], [850], [9_500]]), np.array([[40.0], [1_000], [10_000]]))

    assert few is not None
    assert many is not None
    assert few.apart == ()
    assert [place.name for place in many.apart] == ["large"]


def test_the_bad_market_does_not_make_the_good_ones_look_better() -> None:
    """
    A third of all orders keeps 80 of 100, two others 95: the common share is that of the two.
    """
    found = funnel(["A", "B", "C"], np.array([[800.0], [950], [950]]), np.full((3, 1), 1_000.0))

    assert found is not None
    assert found.centre == pytest.approx(0.95)
    assert [(place.name, place.side) for place in found.apart] == [("A", -1)]


def test_the_limits_close_with_volume_and_hold_the_share() -> None:
    """
    At ten times the volume the limits are nearer, and a share at the limit is where the side changes.
    """
    found = funnel(["A", "B"], np.array([[900.0], [9_000]]), np.array([[1_000.0], [10_000]]))

    assert found is not None
    small, large = found.places
    assert small.lower < large.lower < 0.9 < large.upper < small.upper
    lower, upper = found.limits([1_000])
    assert (lower[0], upper[0]) == (pytest.approx(small.lower), pytest.approx(small.upper))


def test_spread_and_what_is_beyond_chance() -> None:
    """
    90 and 94 % are four points apart; with ten rows each that is nothing, with ten thousand nearly all of it is real.
    """
    few = funnel(["A", "B"], np.array([[90.0], [94]]), np.full((2, 1), 100.0))
    many = funnel(["A", "B"], np.array([[9_000.0], [9_400]]), np.full((2, 1), 10_000.0))

    assert few is not None
    assert many is not None
    assert (few.spread, many.spread) == (pytest.approx(0.04), pytest.approx(0.04))
    assert few.beyond_chance == pytest.approx(0.0, abs=0.01)
    assert many.beyond_chance == pytest.approx(0.02 * 2**0.5, abs=0.002)


def test_one_market_is_no_comparison() -> None:
    """
    With a single market, or none that has rows, there is no funnel.
    """
    assert funnel(["A", "B"], np.array([[9.0], [0]]), np.array([[10.0], [0]])) is None
