"""Limits of control charts: where the points of a process that has not changed are expected to lie.

Every function takes arrays whose last axis is time, one number a period and NaN where there is none; further axes
are other series. `baseline` marks the points the limits are taken from (default: all). A moving range is the step
between two neighbouring points that are both there: gaps are never bridged.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

REACH = 3.0
MOVING_RANGE = 1.128  # mean moving range of two points in standard deviations (d2)
XMR_REACH, XMR_RANGE = 2.66, 3.268
HALF_NORMAL = float(np.sqrt(2 / np.pi))  # mean of |z|
STEPS_TO_FIT, CLOSE = 60, 1e-12
SMALLEST = 1e-200  # a variance that can still be raised to a power


@dataclass(frozen=True, eq=False)
class Limits:
    """Centre line, one standard deviation and the limits of each point, in the unit of the values.

    `spread` is what the chart measures its limits with: mean moving range (XmR), sigma of z (p'), sigma of one
    unit (I'), tau (adaptive); one number a series.
    """

    centre: Floats
    sigma: Floats
    lower: Floats
    upper: Floats
    spread: Floats

    @property
    def highest_range(self) -> Floats:
        """The upper limit of the moving ranges of an XmR chart. Wheeler 1993."""
        return XMR_RANGE * self.spread


def xmr(values: Floats, baseline: Mask | None = None) -> Limits:
    """Individuals chart of values without a denominator: mean ± 2.66 mean moving ranges. Wheeler 1993."""
    used = _used(values, baseline)
    spread = _mean(*_steps(values, used))
    centre = np.broadcast_to(_mean(values, used), values.shape)
    reach = np.broadcast_to(XMR_REACH * spread, values.shape)
    sigma = np.broadcast_to(spread / MOVING_RANGE, values.shape)
    return Limits(centre, sigma, centre - reach, centre + reach, spread[..., 0])


def p(hits: Floats, of: Floats, baseline: Mask | None = None) -> Limits:
    """p-chart of shares `hits` / `of`: the scatter of counting alone, clipped to 0 and 1. Shewhart 1931."""
    share, centre = _pooled(hits, of, baseline)
    sigma = np.sqrt(centre * (1 - centre) / _positive(of))
    spread = np.ones(share.shape[:-1])
    return clipped(_around(centre, sigma, spread))


def u(events: Floats, exposure: Floats, baseline: Mask | None = None) -> Limits:
    """u-chart of rare events per exposure (of any size): Poisson scatter alone, not below 0. Shewhart 1931."""
    rate, centre = _pooled(events, exposure, baseline)
    sigma = np.sqrt(centre / _positive(exposure))
    found = _around(centre, sigma, np.ones(rate.shape[:-1]))
    return Limits(found.centre, sigma, np.maximum(found.lower, 0), found.upper, found.spread)


def p_prime(hits: Floats, of: Floats, baseline: Mask | None = None) -> Limits:
    """p'-chart: the p-chart's limits times the scatter of its z-scores. Laney, Quality Engineering 14 (2002)."""
    share, centre = _pooled(hits, of, baseline)
    once = np.sqrt(centre * (1 - centre) / _positive(of))
    scores = np.divide(share - centre, once, out=np.full(share.shape, np.nan), where=once > 0)
    spread = _mean(*_steps(scores, _used(scores, baseline))) / MOVING_RANGE
    return clipped(_around(centre, once * spread, spread[..., 0]))


def i_prime(numerators: Floats, denominators: Floats, baseline: Mask | None = None) -> Limits:
    """I'-chart of any ratio whose denominator varies: scatter shrinks with its root. qicharts2 `qic.ip`."""
    ratio, centre = _pooled(numerators, denominators, baseline)
    step, both = _steps(ratio, _used(ratio, baseline))
    per_unit = 1 / _positive(denominators)
    together = np.sqrt(per_unit[..., 1:] + per_unit[..., :-1])
    spread = _mean(step / together / HALF_NORMAL, both)
    return _around(centre, spread * np.sqrt(per_unit), spread[..., 0])


def adaptive_p(hits: Floats, of: Floats, baseline: Mask | None = None) -> Limits:
    """Shares `hits` / `of` whose true level wanders by tau from period to period, on top of counting scatter.

    A p-chart where tau is 0, an XmR chart where `of` is very large; clipped to 0 and 1. kpi-domain 2.1.
    """
    share, pooled = _pooled(hits, of, baseline)
    within = pooled * (1 - pooled) / _positive(of)
    return clipped(adaptive(share, within, baseline))


def adaptive(values: Floats, within: Floats, baseline: Mask | None = None) -> Limits:
    """Values with a known variance `within` each point, and an unknown one, tau², between them. kpi-domain 2.1.

    Tau is where the mean moving range is what it should be; the centre weighs each point by what it tells.
    """
    used = _used(values, baseline)
    wander = _wander(values, within, used)
    variance = within + wander
    weight = np.divide(1.0, variance, out=np.ones(values.shape), where=variance > 0)
    centre = _mean(values * weight, used) / _mean(weight, used)
    return _around(centre, np.sqrt(variance), np.sqrt(wander)[..., 0])


def widened(limits: Limits, factor: float) -> Limits:
    """Limits with sigma multiplied, where something else was fitted to the same baseline; 3 sigma either way (2.4)."""
    return _around(limits.centre, limits.sigma * factor, limits.spread)


def clipped(limits: Limits) -> Limits:
    """Limits of a share, which lies between 0 and 1."""
    lower, upper = np.clip(limits.lower, 0, 1), np.clip(limits.upper, 0, 1)
    return Limits(limits.centre, limits.sigma, lower, upper, limits.spread)


def _wander(values: Floats, within: Floats, used: Mask) -> Floats:
    """Tau² ≥ 0 with mean(|step| / √(v_i + v_(i-1) + 2 tau²)) = √(2/π), by Newton steps on the power -2 of the mean.

    That power is concave and grows with tau², so the steps come from below and never pass the solution.
    """
    step, both = _steps(values, used)
    least = np.maximum(1e-9 * _mean(step, both) ** 2, SMALLEST)
    pair = np.maximum(np.where(both, within[..., 1:] + within[..., :-1], 1.0), least)
    tau2 = np.zeros((*values.shape[:-1], 1))
    for _ in range(STEPS_TO_FIT):
        total = pair + 2 * tau2
        mean = _mean(step / np.sqrt(total), both)
        slope = np.maximum(_mean(step / total**1.5, both), SMALLEST)
        further = np.maximum((mean * (mean / HALF_NORMAL) ** 2 - mean) / (2 * slope), 0.0)
        tau2 = tau2 + further
        if np.all(further <= CLOSE * tau2):
            break
    return tau2


def _pooled(tops: Floats, bottoms: Floats, baseline: Mask | None) -> tuple[Floats, Floats]:
    """The ratio of each point, and that of the baseline's sums."""
    ratio = tops / _positive(bottoms)
    used = _used(ratio, baseline)
    return ratio, _mean(tops, used) / _mean(bottoms, used)


def _around(centre: Floats, sigma: Floats, spread: Floats) -> Limits:
    middle = np.broadcast_to(centre, sigma.shape)
    return Limits(middle, sigma, middle - REACH * sigma, middle + REACH * sigma, spread)


def _positive(of: Floats) -> Floats:
    """Nothing can be said where there is nothing to divide by."""
    return np.where(of > 0, of, np.nan)


def _used(values: Floats, baseline: Mask | None) -> Mask:
    there: Mask = np.isfinite(values)
    return there if baseline is None else there & baseline


def _steps(values: Floats, used: Mask) -> tuple[Floats, Mask]:
    """The moving ranges, and which of them lie between two neighbouring points that count."""
    both = used[..., 1:] & used[..., :-1]
    step = np.where(both, np.abs(values[..., 1:] - values[..., :-1]), 0.0)
    return step, both


def _mean(values: Floats, where: Mask) -> Floats:
    """The mean over time of the points that count; NaN when there are none."""
    count = np.sum(where, axis=-1, keepdims=True)
    total = np.sum(np.where(where, values, 0.0), axis=-1, keepdims=True)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
