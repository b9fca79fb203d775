"""The control chart of one KPI: limits, what fires, in which direction, and how firm the limits are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import takewhile
from math import isnan

import numpy as np

from kpi.model import Better, Kpi
from kpi.period import Every
from kpi.signals.assurance import Assurance, assurance
from kpi.signals.baseline import Phase, State, phases
from kpi.signals.judging import Judged, Method, fitting, judged
from kpi.signals.limits import Floats
from kpi.signals.rules import Rule
from kpi.signals.series import Series
from store.state.baselines import BaselineRow

REMEMBERS = 0.3  # lag-1 autocorrelation above which points are no evidence of their own


class Direction(StrEnum):
    """Which way a signal points, by the KPI's own direction."""

    CONCERN = "concern"
    IMPROVEMENT = "improvement"


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that a point completes, which way it points, and whether people are interrupted for it."""

    rule: Rule
    direction: Direction
    interrupts: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One period: value, centre line and limits in the KPI's unit (None where there are none), and what fires.

    A point that is not `usable` neither fires nor enters a baseline; `note` says why.
    """

    start: date
    value: float | None
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    signals: tuple[Signal, ...] = ()
    assurance: Assurance | None = None
    state: State = State.TOO_FEW
    in_baseline: bool = False
    usable: bool = True
    note: str = ""

    @property
    def interrupting(self) -> Signal | None:
        """The first signal that people are interrupted for."""
        return next((each for each in self.signals if each.interrupts), None)

    @property
    def outside(self) -> bool:
        """It lies beyond its limits, whether or not anybody is interrupted for that."""
        if self.value is None or self.lower is None or self.upper is None:
            return False
        return not self.lower <= self.value <= self.upper

    @property
    def is_concern(self) -> bool:
        """It interrupts, and things got worse."""
        return self.interrupting is not None and self.interrupting.direction is Direction.CONCERN


@dataclass(frozen=True, eq=False)
class ControlChart:
    """The points of one KPI and slice, oldest first and without holes.

    `state` and `rebased` are those of the last baseline; `rebased` is the entry a person began it with.
    `autocorrelation` is that of neighbouring points of its baseline, None where it cannot be told. `weekly` says
    why these are weeks although days were asked.
    """

    kpi: Kpi
    every: Every
    method: Method
    points: tuple[Point, ...]
    state: State = State.TOO_FEW
    rebased: BaselineRow | None = None
    autocorrelation: float | None = None
    weekly: str = ""
    slice: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_weeks(self) -> str:
        """Why days of this KPI are no basis for signals; empty when they are, and for longer periods."""
        if self.every is not Every.DAY:
            return ""
        if self.state is State.TOO_FEW:
            return "fewer than eight full weeks of days"
        if remembers(self.autocorrelation):
            return f"days resemble their neighbours ({self.autocorrelation:.2f})"
        return ""

    def at(self, start: date) -> Point | None:
        """The point of the period that begins on a day."""
        return next((point for point in reversed(self.points) if point.start == start), None)

    def began(self, start: date) -> date | None:
        """Since when what interrupts at a period has lasted: the first point of the run, or of those beyond limits."""
        last = self.at(start)
        if last is None or last.interrupting is None:
            return None
        lasts = _same_side if last.interrupting.rule is Rule.RUN else _same_signal
        before = [point for point in self.points if point.start <= start and point.usable]
        return list(takewhile(lambda point: lasts(point, last), reversed(before)))[-1].start


def control_chart(
    kpi: Kpi,
    series: Series,
    baselines: Sequence[BaselineRow] = (),
    events: Mapping[date, str] | None = None,
) -> ControlChart:
    """The chart of a KPI's scores of one slice.

    `baselines` are the entries in force for the slice, by day (`store.state.baselines.of_slice`). `events` names
    days (holidays, strikes, sales) that are drawn but neither judged nor usual; they count where periods are days.
    """
    daily = series.every is Every.DAY
    labels = [(events or {}).get(start, "") if daily else "" for start in series.starts]
    quiet = np.array([bool(label) for label in labels], dtype=bool)
    method = fitting(kpi, series)
    found = phases(series, baselines, quiet)
    points: list[Point] = []
    remembered = None
    for phase in found:
        part, here = series.part(phase.first, phase.after), slice(phase.first, phase.after)
        told = judged(kpi, method, part, phase.used, part.usable & ~quiet[here])
        points += _points(kpi, part, phase, told, labels[here])
        remembered = told.autocorrelation
    last = found[-1] if found else None
    return ControlChart(
        kpi, series.every, method, tuple(points),
        state=last.state if last else State.TOO_FEW,
        rebased=last.row if last and last.rebased else None,
        autocorrelation=remembered,
    )  # fmt: skip


def _same_side(point: Point, last: Point) -> bool:
    """On the same side of the centre line."""
    gaps = [
        each.value - each.centre
        for each in (point, last)
        if each.value is not None and each.centre is not None
    ]
    return len(gaps) == 2 and gaps[0] * gaps[1] > 0


def _same_signal(point: Point, last: Point) -> bool:
    """Interrupting in the same direction."""
    mine, theirs = point.interrupting, last.interrupting
    return mine is not None and theirs is not None and mine.direction is theirs.direction


def _points(kpi: Kpi, part: Series, phase: Phase, told: Judged, labels: Sequence[str]) -> list[Point]:
    silent = _silent(kpi, part.every, told.autocorrelation)
    columns = zip(
        part.starts, _numbers(part.values), _numbers(told.centre), _numbers(told.lower), _numbers(told.upper),
        _numbers(part.targets), part.usable.tolist(), phase.used.tolist(), part.statuses, labels, strict=True,
    )  # fmt: skip
    return [
        Point(
            start, value, centre, lower, upper,
            signals=_signals(kpi.better, told, place, silent),
            assurance=_assured(kpi.better, target, lower, upper),
            state=phase.state,
            in_baseline=used,
            usable=usable and not label,
            note=label or ("" if usable else status.word.lower()),
        )
        for place, (start, value, centre, lower, upper, target, usable, used, status, label) in enumerate(columns)
    ]  # fmt: skip


def _numbers(values: Floats) -> list[float | None]:
    """Equal ones are one object: limits hardly change, and thousands of charts are kept."""
    known: dict[float, float] = {}
    return [None if isnan(value) else known.setdefault(value, value) for value in values.tolist()]


def _signals(better: Better, told: Judged, place: int, silent: frozenset[Rule]) -> tuple[Signal, ...]:
    good = 1 if better is Better.HIGHER else -1
    return tuple(
        Signal(
            rule,
            Direction.IMPROVEMENT if sides[place] == good else Direction.CONCERN,
            rule.interrupts and rule not in silent,
        )
        for rule, sides in told.patterns.items()
        if sides[place]
    )


def _silent(kpi: Kpi, every: Every, autocorrelation: float | None) -> frozenset[Rule]:
    """Rules that only annotate, where points are no evidence of their own.

    A level (stock, overdue reviews) is mostly what it was the period before, and leaves its limits by itself; weeks
    that resemble their neighbours run to one side by themselves.
    """
    if not kpi.adds_over_time:
        return frozenset(Rule)
    return frozenset({Rule.RUN}) if every is not Every.DAY and remembers(autocorrelation) else frozenset()


def remembers(autocorrelation: float | None) -> bool:
    """Whether neighbouring points of a baseline resemble each other; days are then told by week. kpi-domain 2.2."""
    return autocorrelation is not None and autocorrelation > REMEMBERS


def _assured(
    better: Better, target: float | None, lower: float | None, upper: float | None
) -> Assurance | None:
    """Against the target of the point's own period."""
    if target is None or lower is None or upper is None:
        return None
    return assurance(better, target, lower, upper)
