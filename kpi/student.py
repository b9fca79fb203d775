"""Quantiles of Student's t for whole degrees of freedom, without the third of a second and the memory scipy takes."""

from functools import lru_cache
from math import atan, cos, pi, sin, sqrt, tan

HALVINGS = 80


@lru_cache(maxsize=4096)
def quantile(freedom: int, at: float) -> float:
    """
    The value that t with so many degrees of freedom stays below with probability `at`, from one half up.

    By halving over the closed form of the distribution (Abramowitz and Stegun 26.7.3 and 26.7.4). Raises ValueError
    for less than one degree of freedom, or a probability below one half or not below one.
    """
    if freedom < 1 or not 0.5 <= at < 1:
        raise ValueError(f"t has no quantile at {at:g} with {freedom} degrees of freedom.")
    low, high, wanted = 0.0, pi / 2, 2 * at - 1
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < wanted else (low, middle)
    return sqrt(freedom) * tan((low + high) / 2)


def within(value: float, freedom: int) -> float:
    """How likely t lies between minus this value and the value."""
    return _within(atan(value / sqrt(freedom)), freedom)


def _within(angle: float, freedom: int) -> float:
    """The same by the angle whose tangent is value / root of the degrees of freedom."""
    odd, square = freedom % 2, cos(angle) ** 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for step in range(2 + odd, freedom + 1, 2):
        total += term
        term *= square * (step - 1) / step
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
