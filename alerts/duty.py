"""Who is told next, what stays silent and until when, and when an owner is told too much."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LEAD_AFTER, HEAD_AFTER = 1, 3
WEEKLY_BUDGET = 5
REPEAT_AFTER = 5


class Duty(StrEnum):
    """Who has to know of an alert that nobody has acknowledged."""

    OWNER = "owner"
    LEAD = "lead"
    HEAD = "head of department"


def on_duty(fired: date, today: date, *, acknowledged: bool, works: Callable[[date], bool]) -> Duty:
    """The owner at firing, the lead after one working day without acknowledgement, the head after three.

    `works` says whether a day is one of the owner's working days; the day of firing does not count. kpi-domain 4.
    """
    if acknowledged:
        return Duty.OWNER
    waited = working_days(fired, today, works)
    return Duty.HEAD if waited >= HEAD_AFTER else Duty.LEAD if waited >= LEAD_AFTER else Duty.OWNER


def working_days(after: date, until: date, works: Callable[[date], bool]) -> int:
    """Working days after the first day up to and including the last."""
    return sum(works(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def repeats(last_told: date, today: date, works: Callable[[date], bool]) -> bool:
    """Whether an open alert is due to stand in the digest again: every five working days."""
    return working_days(last_told, today, works) >= REPEAT_AFTER


@dataclass(frozen=True)
class Silence:
    """No messages of one alert until a moment; the alert lives on. Raises ValueError without author or reason."""

    fingerprint: str
    starts: datetime
    ends: datetime
    author: str
    reason: str

    def __post_init__(self) -> None:
        if not self.author.strip() or not self.reason.strip():
            raise ValueError("A silence needs its author and a reason, so that the next reader knows why.")
        if self.ends <= self.starts:
            raise ValueError(
                f"The silence ends at {self.ends}, not after it starts at {self.starts}; give a later end."
            )

    def covers(self, fingerprint: str, moment: datetime) -> bool:
        return fingerprint == self.fingerprint and self.starts <= moment < self.ends


def over_budget(new_alerts: Iterable[str], budget: int = WEEKLY_BUDGET) -> Mapping[str, int]:
    """Owners (one entry for each new alert of a week) with more than the budget: time to propose wider limits."""
    return {owner: count for owner, count in sorted(Counter(new_alerts).items()) if count > budget}
