"""Patterns that a process left to itself hardly ever makes: which points complete one, and on which side.

Every function takes z-scores (distance from the centre line in standard deviations), shape (…, points), oldest
first, and gives whole numbers of the same shape: 1 where a point completes the pattern above the centre line, -1
below, 0 nowhere. The point must itself lie in the zone the pattern speaks of.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kpi.signals.limits import Floats, Mask
from kpi.words import marked

Sides = NDArray[np.int8]
RUN, TREND = 8, 7


class Rule(StrEnum):
    """The patterns; the first two interrupt people, the others only annotate a chart. kpi-domain 2.2."""

    BEYOND_LIMITS = marked("beyond limits")
    RUN = marked("run of 8")
    TWO_OF_THREE = marked("2 of 3 beyond 2 sigma")
    FOUR_OF_FIVE = marked("4 of 5 beyond 1 sigma")
    TREND = marked("trend of 7")

    @property
    def interrupts(self) -> bool:
        """Whether the rule opens an episode; the others annotate."""
        return self in (Rule.BEYOND_LIMITS, Rule.RUN)


def beyond(z: Floats) -> Sides:
    """Western Electric 1: one point more than 3 sigma away."""
    return _sides(z > 3, z < -3)


def two_of_three(z: Floats) -> Sides:
    """Western Electric 2: two of three points in a row more than 2 sigma away on one side."""
    return _sides(_filled(z > 2, 2, 3), _filled(z < -2, 2, 3))


def four_of_five(z: Floats) -> Sides:
    """Western Electric 3: four of five points in a row more than 1 sigma away on one side."""
    return _sides(_filled(z > 1, 4, 5), _filled(z < -1, 4, 5))


def run(z: Floats, length: int = RUN) -> Sides:
    """Western Electric 4: `length` points in a row on one side; one on the line itself breaks the run."""
    return _sides(_filled(z > 0, length, length), _filled(z < 0, length, length))


def trend(values: Floats, points: int = TREND) -> Sides:
    """NHS "plot the dots": `points` points, each further up (1) or down (-1) than the one before."""
    step = np.diff(values, axis=-1, prepend=np.nan)
    return _sides(_filled(step > 0, points - 1, points - 1), _filled(step < 0, points - 1, points - 1))


def patterns(z: Floats, outside: Sides | None = None) -> Mapping[Rule, Sides]:
    """Every rule; `outside` says which points lie beyond limits that are not exactly 3 sigma away."""
    return {
        Rule.BEYOND_LIMITS: beyond(z) if outside is None else outside,
        Rule.RUN: run(z),
        Rule.TWO_OF_THREE: two_of_three(z),
        Rule.FOUR_OF_FIVE: four_of_five(z),
        Rule.TREND: trend(z),
    }


def _filled(inside: Mask, needed: int, window: int) -> Mask:
    """Points inside a zone that are at least the `needed`-th one there among the last `window`."""
    count = np.cumsum(inside, axis=-1)
    before = np.zeros_like(count)
    before[..., window:] = count[..., :-window]
    enough: Mask = inside & (count - before >= needed)
    return enough


def _sides(above: Mask, below: Mask) -> Sides:
    return above.astype(np.int8) - below.astype(np.int8)
