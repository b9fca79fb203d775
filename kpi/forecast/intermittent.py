"""Methods for demand with many zeros: what they forecast is a rate a period, not a quantity of any one period."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.smoothing import CALM, best_alpha, ses_level

Series = NDArray[np.float64]


def croston(history: Series, horizon: int, alpha: float = 0.1) -> Series:
    """Smoothed size over smoothed interval, both renewed only when there is demand; zeros when there was none.

    Source: Croston 1972. `alpha` weighs the newest demand; the first size and interval start the smoothing.
    """
    places = np.flatnonzero(history)
    if not len(places):
        return np.zeros(horizon)
    intervals = np.diff(np.r_[-1, places]).astype(np.float64)
    rate = ses_level(history[places], alpha) / ses_level(intervals, alpha)
    return np.full(horizon, rate)


def sba(history: Series, horizon: int, alpha: float = 0.1) -> Series:
    """Croston times 1 − alpha/2, which takes its bias out (Syntetos and Boylan 2005)."""
    return (1 - alpha / 2) * croston(history, horizon, alpha)


def tsb(history: Series, horizon: int, alpha_d: float = 0.2, alpha_p: float = 0.2) -> Series:
    """Smoothed size times smoothed chance of demand; the chance falls every period without, so dead items fade.

    Source: Teunter, Syntetos and Babai 2011. `alpha_d` weighs the newest size, `alpha_p` the newest period.
    """
    places = np.flatnonzero(history)
    if not len(places):
        return np.zeros(horizon)
    chance = ses_level((history != 0).astype(np.float64), alpha_p)
    return np.full(horizon, ses_level(history[places], alpha_d) * chance)


def adida(history: Series, horizon: int, buckets: int | None = None) -> Series:
    """SES of sums over whole buckets as long as the mean interval, spread evenly over the bucket.

    Source: Nikolopoulos et al. 2011. The oldest periods that fill no bucket are left out.
    """
    width = min(buckets or ceil(mean_interval(history)), len(history))
    whole = history[len(history) % width :].reshape(-1, width).sum(axis=1)
    return np.full(horizon, ses_level(whole, best_alpha(whole, CALM)) / width)


def imapa(history: Series, horizon: int) -> Series:
    """The mean of ADIDA over every bucket from one period to the mean interval (Petropoulos and Kourentzes 2015)."""
    widest = min(ceil(mean_interval(history)), len(history))
    return np.asarray(np.mean([adida(history, horizon, n) for n in range(1, widest + 1)], axis=0))


def mean_interval(history: Series) -> float:
    """Mean number of periods from one demand to the next (the first counts from the start); 1 without any."""
    places = np.flatnonzero(history)
    return float(np.diff(np.r_[-1, places]).mean()) if len(places) else 1.0
