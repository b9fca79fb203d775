"""How much of something was done as agreed: by whom it was told, of how many, and how sure that is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sop.share import Share

FEWEST = 30


class Told(StrEnum):
    """Where a figure comes from; the value is the KPI whose prepared sums are read."""

    STEPS = "step_adherence_rate"
    DONE = "step_adherence_of_done"
    CASES = "case_adherence_rate"
    EXACT = "exact_order_rate"
    MAIN = "main_steps_rate"
    CHECKS = "sop_adherence_rate"
    PASSED = "check_pass_rate"
    ANSWERS = "checked_step_rate"


@dataclass(frozen=True)
class Measured:
    """Points earned of those possible over `n` rows (steps, cases, checks), with 95 % bounds where they are known."""

    earned: float
    possible: float
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        """From 0 to 1, below 0 where more faults were found than points could be earned; None of nothing."""
        return self.earned / self.possible if self.possible else None

    @property
    def lost(self) -> float:
        """Points that were not earned."""
        return self.possible - self.earned

    @property
    def missing(self) -> int:
        """Rows until the figure says anything."""
        return max(0, FEWEST - self.n)


@dataclass(frozen=True)
class Followed:
    """
    One procedure, or one step of it: all cases by the systems' own record, those of them in which it was done at all,
    and what runs and random checks said; None where that is not known.
    """

    sop: str
    step: str = ""
    systems: Measured | None = None
    done: Measured | None = None
    checked: Measured | None = None

    @property
    def worst(self) -> Measured | None:
        """Of both accounts the one that says less was done, where it stands on enough rows."""
        sure = [each for each in (self.systems, self.checked) if each is not None and not each.missing]
        return min(sure, key=lambda each: each.value if each.value is not None else 1.0, default=None)


@dataclass(frozen=True)
class Misfit:
    """A step with how many of its answers said that it did not apply."""

    sop: str
    step: str
    part: Share


@dataclass(frozen=True)
class Month:
    """One month by both accounts, by its first day."""

    start: date
    systems: Measured | None = None
    checked: Measured | None = None
