"""Did a change of the work show in its KPI: improved, worsened, nothing detectable, too early, or confounded?"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kpi.interval import RatioInterval, ratio_interval
from kpi.model import Better
from kpi.signals.limits import Floats
from kpi.words import marked, say
from sop.diagnosis.verdict import Bounded
from sop.diagnosis.windows import Change, Other, Period, Windows, windows

FEWEST, MOST = 8, 26
STICKY, MOST_ALIKE = 0.3, 0.8  # neighbouring periods alike beyond this count for fewer (kpi-domain 2.2)
SURE, VERY_SURE = 0.95, 0.99
UNKNOWN = Bounded(None, None, None)


class Outcome(StrEnum):
    """What the periods before and after say (N5 of the product's requirements)."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NONE = "no_detectable_change"
    TOO_EARLY = "too_early"
    CONFOUNDED = "confounded"
    NO_BASELINE = "nothing_to_compare_with"

    @property
    def heading(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(HEADINGS[self])


HEADINGS = {
    Outcome.IMPROVED: marked("Improved"),
    Outcome.WORSENED: marked("Got worse"),
    Outcome.NONE: marked("No detectable change"),
    Outcome.TOO_EARLY: marked("Too early to say"),
    Outcome.CONFOUNDED: marked("Cannot be told apart"),
    Outcome.NO_BASELINE: marked("Nothing to compare with"),
}
ALREADY_MOVING = marked("it was already moving before")


@dataclass(frozen=True)
class Effect:
    """What was found. `difference` is after minus before in the KPI's unit, `relative` the same as a share of before.

    `missing`: periods until there is an answer. `confounders`: what else happened, or that it was moving before.
    """

    outcome: Outcome
    seen: Windows
    before: RatioInterval | None = None
    after: RatioInterval | None = None
    difference: Bounded = UNKNOWN
    relative: Bounded = UNKNOWN
    missing: int = 0
    confounders: tuple[str, ...] = ()


def effect_of(
    periods: Iterable[Period],
    change: Change,
    better: Better,
    others: Iterable[Other] = (),
    *,
    needed: int = FEWEST,
    most: int = MOST,
) -> Effect:
    """Compare the periods before a change with those after it.

    Periods, not rows, are the units: weeks differ by more than counting explains. Each side's ratio of sums, the
    Welch interval of their difference (95 %), wider where neighbouring periods resemble each other. Confounded where
    something else leaves too few periods on a side, or the KPI was moving before already.
    """
    seen = windows(periods, change, others, needed, max(most, needed))
    early = _unready(seen, needed)
    if early is not None:
        return early
    before, after = _ratio(seen.before), _ratio(seen.after)
    if before is None or after is None:
        return Effect(Outcome.NO_BASELINE, seen)
    if _moving(seen.before):
        return Effect(Outcome.CONFOUNDED, seen, before, after, confounders=(say(ALREADY_MOVING),))
    gap, reach, relative = _apart(seen, before, after)
    low, high = gap - reach, gap + reach
    return Effect(_outcome(low, high, better), seen, before, after, Bounded(gap, low, high), relative)


def _unready(seen: Windows, needed: int) -> Effect | None:
    """The answer where a side has too few periods."""
    short_before, short_after = len(seen.before) < FEWEST, len(seen.after) < needed
    cuts = (seen.cut_before if short_before else None, seen.cut_after if short_after else None)
    told = tuple(each.what for each in cuts if each is not None)
    if told:
        return Effect(Outcome.CONFOUNDED, seen, confounders=told)
    if short_before:
        return Effect(Outcome.NO_BASELINE, seen, missing=FEWEST - len(seen.before))
    if short_after:
        return Effect(Outcome.TOO_EARLY, seen, missing=needed - len(seen.after))
    return None


def _ratio(side: Sequence[Period]) -> RatioInterval | None:
    return ratio_interval([each.numerator for each in side], [each.denominator for each in side], SURE)


def _apart(seen: Windows, before: RatioInterval, after: RatioInterval) -> tuple[float, float, Bounded]:
    """The difference with half its width, and the relative difference."""
    stretch = _stretch(seen)
    variances = [(each.standard_error**2) * stretch for each in (before, after)]
    reach = _welch(variances, [len(seen.before), len(seen.after)])
    gap = after.value - before.value
    if before.value <= 0 or after.value <= 0:
        return gap, reach, UNKNOWN
    logs = [variance / side.value**2 for variance, side in zip(variances, (before, after), strict=True)]
    middle, wide = np.log(after.value / before.value), _welch(logs, [len(seen.before), len(seen.after)])
    return gap, reach, Bounded(*(float(np.expm1(each)) for each in (middle, middle - wide, middle + wide)))


def _welch(variances: Sequence[float], counts: Sequence[int]) -> float:
    """Half the width of the 95 % interval of a difference of two means with these variances."""
    from scipy.special import stdtrit  # here, as it takes a third of a second to load

    total = sum(variances)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(each**2 / (n - 1) for each, n in zip(variances, counts, strict=True))
    quantile = float(stdtrit(freedom, (1 + SURE) / 2))
    return quantile * math.sqrt(total)


def _stretch(seen: Windows) -> float:
    """By how much the variance grows because neighbouring periods are alike: (1 + r) / (1 - r) beyond r = 0.3.

    Few periods show too small an r; (1 + 4 r) / n is what they lack on average (Kendall, Biometrika 41, 1954).
    """
    sides = [_residuals(side) for side in (seen.before, seen.after)]
    squares = sum(float(each @ each) for each in sides)
    if squares == 0:
        return 1.0
    shown = sum(float(each[1:] @ each[:-1]) for each in sides) / squares
    alike = min(shown + (1 + 4 * shown) * 2 / sum(map(len, sides)), MOST_ALIKE)
    return (1 + alike) / (1 - alike) if alike > STICKY else 1.0


def _residuals(side: Sequence[Period]) -> Floats:
    """Each period's distance from its side's ratio, weighed by the root of its denominator."""
    top, bottom = (
        np.array(each, float) for each in ([p.numerator for p in side], [p.denominator for p in side])
    )
    away: Floats = (top / bottom - top.sum() / bottom.sum()) * np.sqrt(np.abs(bottom))
    return away


def _moving(before: Sequence[Period]) -> bool:
    """Whether a straight line through the periods before rises or falls beyond chance (99 %, weighed by rows)."""
    from scipy.special import stdtrit

    value = np.array([each.numerator / each.denominator for each in before])
    weight = np.abs(np.array([each.denominator for each in before], float))
    days = np.array([each.start.toordinal() for each in before], float)
    days = days - np.average(days, weights=weight)
    spread = float((weight * days**2).sum())
    slope = float((weight * days * value).sum()) / spread
    rest = value - np.average(value, weights=weight) - slope * days
    error = math.sqrt(float((weight * rest**2).sum()) / (len(before) - 2) / spread)
    limit = float(stdtrit(len(before) - 2, (1 + VERY_SURE) / 2))
    return abs(slope) > limit * error


def _outcome(low: float, high: float, better: Better) -> Outcome:
    if low <= 0 <= high:
        return Outcome.NONE
    return Outcome.IMPROVED if (low > 0) == (better is Better.HIGHER) else Outcome.WORSENED
