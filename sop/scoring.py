"""What one check of a procedure scores: weights times scores, without what did not apply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sop.share import Share


class Response(StrEnum):
    """What became of one item of a checklist."""

    SCORED = "scored"
    NOT_APPLICABLE = "not applicable"
    UNANSWERED = "unanswered"


class Result(StrEnum):
    """How a whole check ended."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Item:
    """One answered item; pass/fail items have `score` 0 or 1 of 1, a multi-select the sum of its parts.

    `weight`, `score` and `maximum` are whole points. A critical item must reach its maximum, whatever it weighs.
    Raises ValueError for a negative weight and for a score outside 0..maximum.
    """

    score: int
    maximum: int = 1
    weight: int = 1
    response: Response = Response.SCORED
    critical: bool = False

    def __post_init__(self) -> None:
        if self.weight < 0 or not 0 <= self.score <= self.maximum:
            raise ValueError(
                f"An item scores {self.score} of {self.maximum} with weight {self.weight}; a score lies between 0 "
                f"and the maximum, and a weight is not negative."
            )

    @property
    def applies(self) -> bool:
        return self.response is not Response.NOT_APPLICABLE

    @property
    def earned(self) -> int:
        """Weighted points; an unanswered item earns nothing."""
        return self.weight * self.score if self.response is Response.SCORED else 0

    @property
    def possible(self) -> int:
        """Weighted points it could earn; none where it does not apply."""
        return self.weight * self.maximum if self.applies else 0

    @property
    def failed_critically(self) -> bool:
        return (
            self.critical
            and self.applies
            and (self.response is Response.UNANSWERED or self.score < self.maximum)
        )


def within(value: float, low: float | None, high: float | None) -> int:
    """The score of a measured value: 1 inside the limits (both included, None is open), else 0."""
    return int((low is None or value >= low) and (high is None or value <= high))


@dataclass(frozen=True)
class CheckScore:
    """The points of one check, how much of it was answered, and how it ended."""

    points: Share
    answered: Share
    critical_failures: int
    result: Result

    @property
    def value(self) -> float | None:
        """Earned points of the possible ones, 0 to 1; None where nothing applied."""
        return self.points.value


def score_check(items: Sequence[Item], pass_mark: float) -> CheckScore:
    """Score one check against the pass mark (0 to 1) of the template version it was made with.

    Items that do not apply leave both sums; unanswered ones score 0. A critical failure or a score under the
    pass mark fails the check and leaves the score as it is. kpi-domain 1.6 and 6.1, SafetyCulture scoring.
    """
    applicable = [item for item in items if item.applies]
    points = Share(sum(item.earned for item in applicable), sum(item.possible for item in applicable))
    answered = sum(item.response is Response.SCORED for item in applicable)
    critical = sum(item.failed_critically for item in applicable)
    return CheckScore(
        points, Share(answered, len(applicable)), critical, _result(points, critical, pass_mark)
    )


def _result(points: Share, critical: int, pass_mark: float) -> Result:
    if points.value is None and not critical:
        return Result.NOT_APPLICABLE
    passed = points.value is not None and points.value >= pass_mark
    return Result.PASSED if passed and not critical else Result.FAILED


def roll_up(checks: Iterable[CheckScore]) -> Share:
    """Points of many checks of one version: both sums are added, never the shares averaged (kpi-domain 1.6)."""
    points = [check.points for check in checks]
    return Share(sum(each.numerator for each in points), sum(each.denominator for each in points))


def pass_rate(checks: Iterable[CheckScore]) -> Share:
    """Passed checks of those that applied (kpi-domain 1.6)."""
    results = [check.result for check in checks if check.result is not Result.NOT_APPLICABLE]
    return Share(results.count(Result.PASSED), len(results))
