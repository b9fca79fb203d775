"""Whether a process as it is can be relied on to reach its target."""

from enum import StrEnum

from kpi.model import Better


class Assurance(StrEnum):
    """What may be expected of a target if nothing changes."""

    MEETS = "consistently_meets"
    FAILS = "consistently_fails"
    HIT_OR_MISS = "hit_or_miss"


def assurance(better: Better, target: float, lower: float, upper: float) -> Assurance:
    """A target on the good side of both limits is met by chance only, one on the bad side is missed by chance only.

    All in the unit of the KPI; limits and target of the same period. NHS Making Data Count.
    """
    if lower <= target <= upper:
        return Assurance.HIT_OR_MISS
    within_reach = target < lower if better is Better.HIGHER else target > upper
    return Assurance.MEETS if within_reach else Assurance.FAILS
