"""Which procedures have gone without a review for too long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from sop.due import after_months
from sop.share import Share


class Stage(StrEnum):
    """Where a procedure is in its life; only an effective one is in force."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    RETIRED = "retired"


@dataclass(frozen=True)
class Procedure:
    """What the review clock of one procedure needs. It starts at the effective day until there was a review."""

    key: str
    stage: Stage
    effective_on: date | None = None
    last_reviewed: date | None = None
    review_months: int = 12

    @property
    def review_due(self) -> date | None:
        """The last day on which the review is in time; None unless it is effective and its clock has started."""
        start = self.last_reviewed or self.effective_on
        return (
            None
            if self.stage is not Stage.EFFECTIVE or start is None
            else after_months(start, self.review_months)
        )


@dataclass(frozen=True)
class Reviews:
    """Overdue of the effective procedures, and by how many days each."""

    overdue: Share
    days_overdue: Mapping[str, int]

    @property
    def median_days(self) -> float | None:
        """The middle of the days overdue; None when none is."""
        return median(self.days_overdue.values()) if self.days_overdue else None


def reviews(procedures: Sequence[Procedure], as_of: date) -> Reviews:
    """Effective procedures whose review was due before `as_of`; no drafts, no retired ones (kpi-domain 1.6)."""
    effective = [each for each in procedures if each.stage is Stage.EFFECTIVE]
    late = {
        each.key: (as_of - each.review_due).days
        for each in effective
        if each.review_due is not None and as_of > each.review_due
    }
    return Reviews(Share(len(late), len(effective)), late)
