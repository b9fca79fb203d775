"""From a visit to an order: how many came how far, from sums that KPIs already keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.words import marked


@dataclass(frozen=True)
class Step:
    """One step: how many reached it, as the numerator or denominator of a KPI in the same days and slice.

    `less`: the numerator counts those who left, so that who came further is the rest.
    """

    name: str
    kpi: str
    side: str = "denominator"
    less: bool = False


@dataclass(frozen=True)
class Reached:
    """How many reached a step, as a share of the step before (None at the first, or where that is unknown).

    `before`: how many did in the period it is compared with.
    """

    step: Step
    count: float
    of_last: float | None
    before: float | None = None


VISITS = (
    Step(marked("Sessions"), "conversion_rate"),
    Step(marked("Carts begun"), "cart_abandonment_rate"),
    Step(marked("Checkouts begun"), "checkout_abandonment_rate"),
    Step(marked("Orders from checkouts"), "checkout_abandonment_rate", "numerator", less=True),
)
ADS = (
    Step(marked("Ad clicks"), "ad_click_conversion_rate"),
    Step(marked("Conversions the ad platform reports"), "ad_click_conversion_rate", "numerator"),
)


@dataclass(frozen=True)
class Sums:
    """Numerator and denominator of a KPI in some days and slice, as counts."""

    numerator: float
    denominator: float


def reached(
    steps: Sequence[Step], sums: Mapping[str, Sums], before: Mapping[str, Sums] | None = None
) -> list[Reached]:
    """Each step whose KPI has sums, in order; the shares divide sums, they are never averaged."""
    told: list[Reached] = []
    for step in steps:
        if step.kpi not in sums:
            continue
        count, last = _count(step, sums[step.kpi]), told[-1].count if told else 0.0
        earlier = before.get(step.kpi) if before else None
        told.append(
            Reached(step, count, count / last if last else None, _count(step, earlier) if earlier else None)
        )
    return told


def _count(step: Step, sums: Sums) -> float:
    if step.less:
        return sums.denominator - sums.numerator
    return sums.numerator if step.side == "numerator" else sums.denominator
