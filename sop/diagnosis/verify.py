"""How long to wait before a change is judged: as many periods as the volume makes necessary."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from kpi.interval import ratio_interval
from sop.diagnosis.effect import FEWEST
from sop.diagnosis.windows import Change, Period, last_day

LONGEST = 52
SEEN_IN, SURE = 0.8, 0.975  # four times in five, by a two-sided 95 % interval


def periods_needed(before: Sequence[Period], wanted: float) -> int | None:
    """How many periods after a change show one of `wanted` (a share of the level before, 0.4 is 40 %), four times in
    five; at least 8, and None where a year of them would not.

    From how much the periods before differ: fewer rows a period differ more. Raises ValueError unless `wanted` is
    greater than 0 and there are 8 periods before.
    """
    if wanted <= 0 or len(before) < FEWEST:
        raise ValueError(
            f"{len(before)} periods before and a wanted change of {wanted:g}; "
            f"give {FEWEST} periods and a share above 0."
        )
    level = ratio_interval([each.numerator for each in before], [each.denominator for each in before])
    if level is None or level.value == 0:
        return None
    variance = level.standard_error**2 * len(before)
    step = wanted * abs(level.value)
    return next((n for n in range(FEWEST, LONGEST + 1) if _reach(variance, len(before), n) <= step), None)


def _reach(variance: float, before: int, after: int) -> float:
    """The smallest change that shows four times in five with so many periods on either side."""
    from scipy.special import stdtrit  # here, as it takes a third of a second to load

    freedom = before + after - 2
    quantiles = float(stdtrit(freedom, SURE)) + float(stdtrit(freedom, SEEN_IN))
    return quantiles * math.sqrt(variance * (1 / before + 1 / after))


def verify_on(change: Change, needed: int, mature_days: int = 0) -> date:
    """The day on which a change can be judged: so many whole periods after it can show, and their records mature."""
    width = change.every.width
    day = pl.lit(change.shows_from)
    begun = day.dt.truncate(width)
    first = pl.when(begun == day).then(day).otherwise(begun.dt.offset_by(width))
    start: date = pl.select(first.dt.offset_by(f"{needed - 1}{width[1:]}")).item()
    return last_day(change.every, start) + timedelta(days=1 + mature_days)
