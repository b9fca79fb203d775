"""A forecast for what is too young to have seasons of its own: its own level, in the shape of an older relative."""

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.methods import Method, TooShort

Series = NDArray[np.float64]


def analogue(relative: Series, before: int, season: int, window: int) -> Method:
    """The method for a series that began `before` periods after its relative (the total of all products, say).

    What is ahead is the mean of the own last `window` periods times how far the relative rose or fell from the
    same window to the same period one season ago. Only values of the relative up to the last own period are read.
    Source: forecasting by analogy, Forecasting: Principles and Practice, 4.4; the ratio form is a choice of ours.
    """

    def work(history: Series, horizon: int) -> Series:
        now = before + len(history)
        then = now - season
        base = relative[max(then - window, 0) : then]
        if not len(base) or not base.sum():
            raise TooShort(
                f"The analogue has no demand one season ({season} periods) earlier; use the moving average."
            )
        shape = np.resize(relative[then:now], horizon) / base.mean()
        return np.asarray(history[-window:].mean() * shape, dtype=np.float64)

    return Method("analogue", "Own level, shape of all products", work, max(2, season + window - before))
