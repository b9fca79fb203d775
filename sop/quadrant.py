"""Is a procedure followed, and does following it go with the result it is for?"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.interval import wilson
from sop.share import Share

MOST_CHECKS = 100_000


class Standing(StrEnum):
    """What an interval says about a target."""

    ABOVE = "above"
    BELOW = "below"
    UNCLEAR = "unclear"


class Adherence(StrEnum):
    """Whether a procedure is followed as much as it should be."""

    HIGH = "high"
    LOW = "low"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """Whether the result the procedure is for is as it should be."""

    GOOD = "good"
    BAD = "bad"
    UNCLEAR = "unclear"


class Move(StrEnum):
    """What to do next with a procedure; association is not proof."""

    SUSTAIN = "sustain"
    REFINE_SOP = "refine_sop"
    TRAIN_OR_ENFORCE = "train_or_enforce"
    QUESTION_SOP = "question_sop"
    COLLECT_MORE_EVIDENCE = "collect_more_evidence"


FOLLOWED = {
    Standing.ABOVE: Adherence.HIGH,
    Standing.BELOW: Adherence.LOW,
    Standing.UNCLEAR: Adherence.UNCLEAR,
}
RESULT = {Standing.ABOVE: Outcome.GOOD, Standing.BELOW: Outcome.BAD, Standing.UNCLEAR: Outcome.UNCLEAR}
MOVES = {
    (Adherence.HIGH, Outcome.GOOD): Move.SUSTAIN,
    (Adherence.HIGH, Outcome.BAD): Move.REFINE_SOP,
    (Adherence.LOW, Outcome.BAD): Move.TRAIN_OR_ENFORCE,
    (Adherence.LOW, Outcome.GOOD): Move.QUESTION_SOP,
}


@dataclass(frozen=True)
class Quadrant:
    """Where a procedure stands, what to do, and how many more checks at the same share would decide (None: no
    number of them, or nothing is missing)."""

    adherence: Adherence
    outcome: Outcome
    move: Move
    checks_missing: int | None = None
    outcomes_missing: int | None = None


def quadrant(
    adherence: Share,
    outcome: Share,
    *,
    adherence_target: float,
    outcome_target: float,
    confidence: float = 0.95,
) -> Quadrant:
    """Adherence × outcome of one team or procedure, targets from 0 to 1 (kpi-domain 6.4).

    `outcome` is good results of all, of the KPI the procedure declares, taken `outcome_lag_days` after the checks.
    High or good when the Wilson lower bound reaches the target, low or bad when the upper one stays under it.
    """
    followed = FOLLOWED[standing(adherence, adherence_target, confidence)]
    good = RESULT[standing(outcome, outcome_target, confidence)]
    return Quadrant(
        followed, good, MOVES.get((followed, good), Move.COLLECT_MORE_EVIDENCE),
        missing(adherence, adherence_target, confidence), missing(outcome, outcome_target, confidence),
    )  # fmt: skip


def standing(share: Share, target: float, confidence: float = 0.95) -> Standing:
    """What the Wilson interval of a share says about a target; nothing counted is unclear."""
    if not share.denominator:
        return Standing.UNCLEAR
    low, high = _bounds(share.numerator, share.denominator, confidence)
    return Standing.ABOVE if low >= target else Standing.BELOW if high < target else Standing.UNCLEAR


def missing(share: Share, target: float, confidence: float = 0.95) -> int | None:
    """How many further rows would decide if they turned out like those so far; None if decided or undecidable."""
    value = share.value
    if value is None or standing(share, target, confidence) is not Standing.UNCLEAR:
        return None
    low, high = share.denominator, MOST_CHECKS
    if not _decides(value, high, target, confidence):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _decides(value, middle, target, confidence) else (middle, high)
    return high - share.denominator


def _decides(value: float, checks: int, target: float, confidence: float) -> bool:
    low, high = _bounds(value * checks, checks, confidence)
    return low >= target or high < target


def _bounds(hits: float, of: int, confidence: float) -> tuple[float, float]:
    low, high = pl.select(*_named(hits, of, confidence)).row(0)
    return low, high


def _named(hits: float, of: int, confidence: float) -> tuple[pl.Expr, pl.Expr]:
    low, high = wilson(pl.lit(hits), pl.lit(of), confidence)
    return low.alias("low"), high.alias("high")
