"""The periods before and after a change that can be compared, once everything else that happened is taken out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.annotations import Annotation, Kind
from kpi.period import Every, Span, end_of

LASTING = frozenset({Kind.NOTE, Kind.DEFINITION})
DAYS = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 30, Every.QUARTER: 91, Every.YEAR: 365}
PASSING = frozenset({Kind.NOTE, Kind.EVENT, Kind.OUTAGE})


@dataclass(frozen=True)
class Period:
    """The two sums of one closed and mature week or month, in the KPI's unit, by its first day."""

    start: date
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Change:
    """A change of the work, usually a version of a procedure: since when, and after how many days it can show."""

    effective: date
    lag_days: int = 0
    every: Every = Every.WEEK

    @property
    def shows_from(self) -> date:
        return self.effective + timedelta(days=self.lag_days)


@dataclass(frozen=True)
class Other:
    """Something else that happened: from `day` on for good, or until `until`."""

    day: date
    what: str
    until: date | None = None


@dataclass(frozen=True)
class Windows:
    """What is compared, oldest first. `cut_before`: what ended the time before; `cut_after`: what ends the time after
    so early that it will never be long enough."""

    before: tuple[Period, ...]
    after: tuple[Period, ...]
    cut_before: Other | None = None
    cut_after: Other | None = None


def windows(
    periods: Iterable[Period], change: Change, others: Iterable[Other], needed: int, most: int
) -> Windows:
    """The latest `most` whole periods before the change, and the first `most` in which it can show.

    What passes takes its periods out. What lasts ends the side it lies on: before the change only later periods
    count, after it only earlier ones, `needed` of which there have to be.
    """
    others = list(others)
    passing = [each for each in others if each.until is not None]
    lasting = sorted((each for each in others if each.until is None), key=lambda each: each.day)
    kept = sorted(
        (each for each in periods if each.denominator and not _touched(each, change.every, passing)),
        key=lambda each: each.start,
    )
    early = next((each for each in reversed(lasting) if each.day < change.effective), None)
    late = next((each for each in lasting if each.day >= change.effective), None)
    before = [each for each in kept if last_day(change.every, each.start) < change.effective]
    since = [each for each in before if early is None or each.start >= early.day]
    after = [
        each
        for each in kept
        if each.start >= change.shows_from and (late is None or last_day(change.every, each.start) < late.day)
    ]
    return Windows(
        tuple(since[-most:]), tuple(after[:most]), early if len(since) < len(before) else None,
        late if late is not None and _ends_it(late, kept, change, needed) else None,
    )  # fmt: skip


def _ends_it(late: Other, kept: Sequence[Period], change: Change, needed: int) -> bool:
    """Whether no further period will come before it, or never as many as needed."""
    passed = any(each.start >= late.day for each in kept)
    return passed or (late.day - change.shows_from).days // DAYS[change.every] < needed


def last_day(every: Every, start: date) -> date:
    """The last day of the period that begins then."""
    return end_of(every, start, Span(start, date.max))


def _touched(period: Period, every: Every, passing: Sequence[Other]) -> bool:
    last = last_day(every, period.start)
    return any(each.day <= last and (each.until or each.day) >= period.start for each in passing)


def others_of(annotations: Iterable[Annotation], own: frozenset[int] = frozenset()) -> list[Other]:
    """What the diary of a KPI has that could have moved it; `own`: ids of the notes on the change itself.

    A note of one day and another definition last; a note of several days, events and outages pass. Targets,
    baselines and single holidays move nothing. Who wrote a note is left out: what is found is kept for long.
    """
    return [
        Other(each.start, each.note.text if each.note else each.text, None if _lasts(each) else each.end)
        for each in annotations
        if each.kind in LASTING | PASSING and not (each.note is not None and each.note.id in own)
    ]


def _lasts(annotation: Annotation) -> bool:
    return annotation.kind in LASTING and annotation.start == annotation.end
