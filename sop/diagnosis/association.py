"""Do teams or weeks in which a procedure is followed more have better outcomes? Association, not proof."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from kpi.figures import decimal
from kpi.words import say

FEWEST = 20
FURTHEST = 0.999_999  # where an interval still has a width


@dataclass(frozen=True)
class Association:
    """The rank correlation of `pairs` pairs, -1 to 1, with its bounds; None where nothing can be said."""

    pairs: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sentence(self) -> str:
        """What was seen, in the reader's language."""
        if self.value is None or self.low is None or self.high is None:
            return say(
                "{n} pairs of adherence and outcome that differ are not enough; {needed} are needed.",
                n=self.pairs, needed=FEWEST,
            )  # fmt: skip
        return say(
            "Rank correlation of adherence and outcome {value} ({low} to {high}): association, not proof.",
            value=decimal(self.value), low=decimal(self.low), high=decimal(self.high),
        )  # fmt: skip


def association(pairs: Sequence[tuple[float, float]], confidence: float = 0.95) -> Association:
    """Spearman's rank correlation of (adherence, outcome) over teams or weeks, from 20 pairs on (kpi-domain 6.4).

    Ties share their middle rank; None where one side never differs. Interval by Fisher's z with the variance of Bonett
    and Wright, Psychometrika 65 (2000).
    """
    count = len(pairs)
    if count < FEWEST:
        return Association(count)
    frame = pl.DataFrame(list(pairs), schema=["adherence", "outcome"], orient="row")
    value = frame.select(pl.corr(pl.col("adherence").rank(), pl.col("outcome").rank())).item()
    if value is None or math.isnan(value):
        return Association(count)
    middle = math.atanh(max(-FURTHEST, min(FURTHEST, value)))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt((1 + value**2 / 2) / (count - 3))
    return Association(count, value, math.tanh(middle - reach), math.tanh(middle + reach))
