"""Exponential smoothing: the level of a series, the best weight of its newest value, and the theta line on top."""

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
ALPHAS: Series = np.linspace(0.01, 0.99, 99)
CALM: Series = np.linspace(0.10, 0.30, 41)


def ses_levels(history: Series, alphas: Series) -> tuple[Series, Series]:
    """The last level and the sum of squared one-step errors for each weight; the first value starts the level."""
    level = np.full(len(alphas), history[0])
    squares = np.zeros(len(alphas))
    for value in history[1:]:
        error = value - level
        squares += error * error
        level = level + alphas * error
    return level, squares


def best_alpha(history: Series, alphas: Series = ALPHAS) -> float:
    """The weight (of 0.01 to 0.99 in hundredths) with the least squared one-step error; the smallest one on a tie.

    `CALM` are the weights for sparse demand, where the newest period says little.
    """
    _, squares = ses_levels(history, alphas)
    return float(alphas[int(np.argmin(squares))])


def ses_level(history: Series, alpha: float) -> float:
    """The smoothed level after the last period, in the unit of the history."""
    level, _ = ses_levels(history, np.array([alpha]))
    return float(level[0])


def theta_line(history: Series, horizon: int) -> Series:
    """The mean of the least-squares line and of SES of twice the history less that line.

    Source: Assimakopoulos and Nikolopoulos 2000 (theta lines 0 and 2, equal weights).
    """
    count = len(history)
    slope, start = np.polyfit(np.arange(count), history, 1)
    bent = 2 * history - (start + slope * np.arange(count))
    line = start + slope * np.arange(count, count + horizon)
    alpha = best_alpha(bent)
    ahead = ses_level(bent, alpha)
    return np.asarray((line + ahead) / 2, dtype=np.float64)
