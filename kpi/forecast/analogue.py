"""A forecast for what is too young to have seasons of its own: its own level, in the shape of an older relative."""

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.methods import Method

Series = NDArray[np.float64]


def analogue(relative: Series, before: int, season: int, window: int) -> Method:
    """The method for a series that began `before` periods after its relative (the total of all products, say).

    What is ahead is the mean of the own last `window` periods times how far the relative rose or fell from the
    same window to the same period one season ago. Only values of the relative up to the last own period are read;
    where it had nothing then, the own level goes on. Source: forecasting by analogy, Forecasting: Principles and
    Practice, 4.4; the ratio form is a choice of ours.
    """

    def work(history: Series, horizon: int) -> Series:
        now = before + len(history)
        then = now - season
        base = relative[max(then - window, 0) : then]
        level = history[-window:].mean()
        if not len(base) or not base.sum():
            return np.full(horizon, level)
        return np.asarray(level * np.resize(relative[then:now], horizon) / base.mean(), dtype=np.float64)

    return Method("analogue", "Own level, shape of all products", work, max(2, season + window - before))
