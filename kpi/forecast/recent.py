"""Whether a method keeps up with the last periods: its errors one period ahead beside those of the last value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.methods import Method

ORIGINS, MOST = 6, 1.5
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Recent:
    """Absolute errors added up over the last six periods, each forecast from the ones before it.

    `off` is that of the method, `repeated` that of saying the last value again, both in the unit of the series.
    """

    off: float
    repeated: float

    @property
    def keeps_up(self) -> bool:
        """At most half as much again as the last value would have been off.

        A method that looks back a year does not see that the level has shifted; repeating the last value does. Chance
        alone makes it up to twice as bad as a good method, so that only a shift is caught.
        """
        return self.off <= MOST * self.repeated + 1e-12


def recent(history: Series, method: Method) -> Recent | None:
    """The check on the last six periods; None where the method needs a longer history than is left before them."""
    origins = range(len(history) - ORIGINS, len(history))
    if origins.start < max(method.least, 1):
        return None
    off = [abs(float(method.forecast(history[:known], 1)[0]) - float(history[known])) for known in origins]
    repeated = [abs(float(history[known - 1]) - float(history[known])) for known in origins]
    return Recent(sum(off), sum(repeated))
