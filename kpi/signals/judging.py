"""One baseline's arithmetic: weekdays taken out, limits taken, rules tried, all put back in the KPI's unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kpi.model import Composite, Distribution, Kpi, Ratio, Unit
from kpi.period import Every
from kpi.signals import rules, weekday
from kpi.signals.limits import Floats, Limits, Mask, adaptive_p, i_prime, widened, xmr
from kpi.signals.rules import Rule, Sides
from kpi.signals.series import Series
from kpi.words import marked

EVEN = 1e-6  # a baseline that scatters less than this share of its centre has no limits
OF_COUNTS = (Unit.PERCENT, Unit.PER_MILLION)


class Method(StrEnum):
    """The charts that are drawn."""

    ADAPTIVE_P = marked("adaptive p")
    I_PRIME = "I'"
    XMR = "XmR"


def method_of(kpi: Kpi) -> Method:
    """The chart for a KPI's kind: shares of things counted, other ratios, and what has no denominator.

    Rates a million are shares of their opportunities. Measured in kpi-domain 2.1.
    """
    match kpi:
        case Ratio() if (
            kpi.unit in OF_COUNTS and kpi.shown_per == 1 and kpi.over is None and kpi.adds_over_time
        ):
            return Method.ADAPTIVE_P
        case Ratio() | Composite() | Distribution():
            return Method.I_PRIME
        case _:
            return Method.XMR


def fitting(kpi: Kpi, series: Series) -> Method:
    """The chart of its kind, unless a share of it is no share: more hits than rows, or fewer than none."""
    method = method_of(kpi)
    shares = series.values[series.usable] / kpi.unit.denominator_divisor
    if method is Method.ADAPTIVE_P and bool(np.any((shares < 0) | (shares > 1))):
        return Method.I_PRIME
    return method


@dataclass(frozen=True, eq=False)
class Judged:
    """Centre line and limits of each point in the KPI's unit, NaN where there are none; which rules it completes."""

    centre: Floats
    lower: Floats
    upper: Floats
    patterns: Mapping[Rule, Sides]
    autocorrelation: float | None


@dataclass(frozen=True, eq=False)
class _Usual:
    """What a weekday adds to, or multiplies, each point; and how much fitting it has narrowed the limits."""

    times: Floats
    plus: Floats
    widen: float


def judged(kpi: Kpi, method: Method, part: Series, used: Mask, candidates: Mask) -> Judged:
    """The periods of one baseline; only `candidates` complete patterns, others are passed over."""
    if not used.any():
        nothing = np.full(len(part.starts), np.nan)
        return Judged(nothing, nothing, nothing, {}, None)
    scale = kpi.unit.denominator_divisor if method is Method.ADAPTIVE_P else 1
    bottoms = part.denominators * scale
    tops = part.values * part.denominators  # and not the numerators: turns and days of stock are scaled
    usual = _usual(method, part, used, tops, bottoms)
    values, found = _limits(method, part, used, tops, bottoms, usual)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(_scatters(found), (values - found.centre) / found.sigma, np.nan)
        outside = np.sign(z) * ((values > found.upper) | (values < found.lower))
    places = np.flatnonzero(candidates & np.isfinite(z))
    patterns = rules.patterns(z[places], outside[places].astype(np.int8))
    back = [
        np.where(_scatters(found), (each * usual.times + usual.plus) * scale, np.nan)
        for each in (found.centre, found.lower, found.upper)
    ]
    return Judged(
        back[0], back[1], back[2],
        {rule: _spread(sides, places, len(z)) for rule, sides in patterns.items()},
        _autocorrelation(z, used),
    )  # fmt: skip


def _limits(
    method: Method, part: Series, used: Mask, tops: Floats, bottoms: Floats, usual: _Usual
) -> tuple[Floats, Limits]:
    """The values without what is usual for their weekday, and the limits of these."""
    tops = tops - usual.plus * bottoms
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = tops / np.where(bottoms > 0, bottoms, np.nan)
    match method:
        case Method.ADAPTIVE_P:
            return ratio, _between(widened(adaptive_p(tops, bottoms, used), usual.widen), usual.plus)
        case Method.I_PRIME:
            return ratio, widened(i_prime(tops, bottoms, used), usual.widen)
        case Method.XMR:
            values = part.values / usual.times
            found = xmr(values, used)
            return values, widened(found, usual.widen) if usual.widen > 1 else found


def _between(found: Limits, plus: Floats) -> Limits:
    """Limits of a share that lie between 0 and 1 once what is usual is put back."""
    lower, upper = (np.clip(each + plus, 0, 1) - plus for each in (found.lower, found.upper))
    return Limits(found.centre, found.sigma, lower, upper, found.spread)


def _usual(method: Method, part: Series, used: Mask, tops: Floats, bottoms: Floats) -> _Usual:
    points = len(part.starts)
    times, plus = np.ones(points), np.zeros(points)
    if part.every is not Every.DAY:
        return _Usual(times, plus, 1.0)
    days = np.array([start.weekday() for start in part.starts], dtype=np.intp)
    weeks = int(used.sum()) // len(set(days[used].tolist()))
    if method is Method.XMR:
        times = weekday.index(part.values, days, used)[days]
        times = np.where(times > 0, times, np.nan)
    else:
        plus = weekday.shift(tops, bottoms, days, used)[days]
    return _Usual(times, plus, weekday.correction(max(weeks, 2)))


def _scatters(found: Limits) -> Mask:
    """Whether a point has limits at all: a baseline without any scatter gives none."""
    with np.errstate(invalid="ignore"):
        scatters: Mask = found.sigma > EVEN * np.abs(found.centre)
    return scatters


def _spread(sides: Sides, places: weekday.Weekdays, points: int) -> Sides:
    whole = np.zeros(points, dtype=np.int8)
    whole[places] = sides
    return whole


def _autocorrelation(z: Floats, used: Mask) -> float | None:
    """Lag-1 autocorrelation of the baseline's points around their centre; None with fewer than three neighbours."""
    there = used & np.isfinite(z)
    both = there[1:] & there[:-1]
    scatter = float(np.mean(z[there] ** 2)) if there.any() else 0.0
    if both.sum() < 3 or scatter == 0:
        return None
    return float(np.mean(z[1:][both] * z[:-1][both]) / scatter)
