"""Steps that checklists tell otherwise than systems do: each of them asks for an audit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.catalog import find
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from kpi.words import say
from store.lake import Lake
from store.scope import Principal

POINTS, WEEKS, FEWEST, LOOKED_BACK = 5, 8, 30, 26
BY_SYSTEMS, BY_CHECKLIST = "step_adherence_rate", "checked_step_rate"
Step = tuple[str, str]
Weeks = dict[Step, dict[date, "Counted"]]


@dataclass(frozen=True)
class Counted:
    """How much of it was done as agreed, and in how many rows that was seen."""

    earned: int
    possible: int
    n: int

    @property
    def rate(self) -> float:
        return self.earned / self.possible

    def differs(self, other: "Counted") -> bool:
        """By more than five points; in whole numbers, so that five points are not more than five."""
        gap = abs(self.earned * other.possible - other.earned * self.possible)
        return gap * 100 > POINTS * self.possible * other.possible

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.earned + other.earned, self.possible + other.possible, self.n + other.n)


NOTHING = Counted(0, 0, 0)


@dataclass(frozen=True)
class AuditDemand:
    """
    A step (its key) of a procedure whose checklists and systems differ over the eight weeks from `first` to `last`;
    `since`: Monday of the first week of the latest unbroken row of weeks in which they differed.
    """

    sop: str
    step: str
    by_systems: Counted
    by_checklist: Counted
    first: date
    last: date
    since: date

    @property
    def points(self) -> float:
        """Percentage points by which the checklists are above the systems; below 0 where they are below."""
        return 100 * (self.by_checklist.rate - self.by_systems.rate)

    @property
    def reason(self) -> str:
        """Why an audit is asked for, in the reader's language."""
        return say(
            "Checklists say {checked} % ({n_checked}), systems {seen} % ({n_seen}), since {since}: audit the step.",
            checked=f"{100 * self.by_checklist.rate:.1f}", n_checked=self.by_checklist.n,
            seen=f"{100 * self.by_systems.rate:.1f}", n_seen=self.by_systems.n, since=self.since.isoformat(),
        )  # fmt: skip


def audit_demands(lake: Lake, principal: Principal, day: date) -> tuple[AuditDemand, ...]:
    """
    The steps that differ by more than five points over the last eight weeks that were over on `day`, where both rates
    stand on 30 rows or more; the widest gap first. Reads components only.

    Raises NotAllowed for a principal who may not see the rates of all markets and teams.
    """
    last = day - timedelta(days=(day.weekday() + 1) % 7)
    first = last - timedelta(days=7 * WEEKS - 1)
    asked = Span(last - timedelta(days=7 * LOOKED_BACK - 1), last)
    seen, checked = (_weekly(lake, principal, key, asked) for key in (BY_SYSTEMS, BY_CHECKLIST))
    found = [
        _demand(step, seen[step], checked[step], Span(first, last))
        for step in sorted(seen.keys() & checked.keys())
    ]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: -abs(each.points)))


def _weekly(lake: Lake, principal: Principal, kpi: str, span: Span) -> Weeks:
    rows = values(
        lake, principal, find(kpi), Question(span, Every.WEEK, ("sop", "step")), Judgement(minimum=0)
    )
    found: Weeks = {}
    for row in rows.filter(rows["denominator"] > 0).rows(named=True):
        counted = Counted(round(row["numerator"]), round(row["denominator"]), row["n"])
        found.setdefault((row["sop"], row["step"]), {})[row["period"]] = counted
    return found


def _demand(
    step: Step, seen: dict[date, Counted], checked: dict[date, Counted], span: Span
) -> AuditDemand | None:
    by_systems, by_checklist = (
        sum((counted for week, counted in each.items() if week >= span.start), NOTHING)
        for each in (seen, checked)
    )
    if min(by_systems.n, by_checklist.n) < FEWEST or not by_systems.differs(by_checklist):
        return None
    weeks = sorted(week for week in seen.keys() & checked.keys() if week <= span.end)
    apart = _last_run(weeks, (seen[week].differs(checked[week]) for week in weeks))
    sop, name = step
    return AuditDemand(sop, name, by_systems, by_checklist, span.start, span.end, apart or span.start)


def _last_run(weeks: Sequence[date], differ: Iterable[bool]) -> date | None:
    """The first week of the latest unbroken row in which they differed."""
    began, was_apart = None, False
    for week, apart in zip(weeks, differ, strict=True):
        began = week if apart and not was_apart else began
        was_apart = apart
    return began
