"""What a lane promises, and how its stages share the time; the shares add up to the promise or it is no budget."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.facts.flow import FLOW_STAGES

BUDGETED = FLOW_STAGES[:-1]
DAY_S, HOUR_S = 86_400, 3_600


class BudgetError(ValueError):
    """A lane's budget that does not add up, or names a stage nobody knows."""


@dataclass(frozen=True)
class LaneBudget:
    """The promise of a lane in days, and the hours each stage may take; a stage that is not named takes none.

    Raises BudgetError, which names the lane, the sum and the promise.
    """

    lane: str
    promise_days: float
    hours: Mapping[str, float]

    def __post_init__(self) -> None:
        for stage, told in self.hours.items():
            if stage not in BUDGETED:
                raise BudgetError(
                    f"Lane '{self.lane}' budgets '{stage}', which is no stage before the delivery; "
                    f"use {', '.join(BUDGETED)}."
                )
            if told < 0:
                raise BudgetError(f"Lane '{self.lane}' gives {told:g} h to {stage}; give 0 or more.")
        if self.promise_days <= 0:
            raise BudgetError(f"Lane '{self.lane}' promises {self.promise_days:g} days; promise more than 0.")
        if (total := sum(self.seconds.values())) != self.promise_s:
            raise BudgetError(
                f"The stages of lane '{self.lane}' add up to {total / HOUR_S:g} h, its promise of "
                f"{self.promise_days:g} days is {self.promise_s / HOUR_S:g} h; make them equal."
            )

    @property
    def promise_s(self) -> int:
        """The promise in seconds."""
        return round(self.promise_days * DAY_S)

    @property
    def seconds(self) -> Mapping[str, int]:
        """Seconds of each stage before the delivery, in their order."""
        return {stage: round(self.hours.get(stage, 0) * HOUR_S) for stage in BUDGETED}
