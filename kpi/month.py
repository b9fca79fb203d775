"""The running month of one KPI: how far it has come, where it is heading, and the same days a year ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from kpi.beginning import first_day, is_known
from kpi.compare import relative, year_before
from kpi.events import event_days, factors
from kpi.model import Distinct, Kpi, Total
from kpi.pacing import (
    Pace,
    Required,
    Weights,
    expected_share,
    month_of,
    pace,
    required_rate,
    weekday_weights,
)
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement, Status
from store.company import Event
from store.lake import Lake
from store.scope import Principal

BASIS_DAYS = 91
HARDLY = 0.1


@dataclass(frozen=True)
class MonthToDate:
    """The month up to a day; `value`, `before` (the same part a year ago, on the days of `earlier`) in the KPI's unit.

    A sum has a `pace`, a share or mean what the rest must bring (`required`, None without a target or rest); `low`
    and `high` are the 95 % interval of a share. `share` is the part of the month's usual weight gone by (0 to 1).
    """

    elapsed: Span
    whole: Span
    earlier: Span
    share: float
    value: float | None
    n: int
    status: Status
    target: float | None = None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    pace: Pace | None = None
    required: Required | None = None

    @property
    def relative(self) -> float | None:
        """The change from the same part a year ago, as a part of it."""
        return None if self.value is None or not self.before else relative(self.before, self.value)


def can_be_paced(kpi: Kpi) -> bool:
    """A month of it is made of its days: no distinct counts, no levels."""
    return kpi.adds_over_time and not isinstance(kpi, Distinct)


def month_to_date(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    until: date,
    *,
    where: Mapping[str, str] | None = None,
    judgement: Judgement | None = None,
    events: Sequence[Event] = (),
    holidays: frozenset[date] = frozenset(),
) -> MonthToDate:
    """The month `until` lies in, up to it, read from components; weekdays weigh what they did in the 13 weeks before.

    `holidays` weigh nothing where weekends hardly do. A sum is paced against its target only if it is a monthly KPI,
    as other targets are meant for a week. Raises ValueError for a KPI whose days do not add up (see `can_be_paced`),
    NotAllowed and SliceError as `kpi.results.values`. Source: kpi-domain sections 2.7 and 2.8.
    """
    if not can_be_paced(kpi):
        raise ValueError(f"The days of '{kpi.key}' do not add up to a month; compare whole months instead.")
    whole = month_of(until)
    elapsed = Span(whole.start, until)
    question = Question(elapsed, where=where or {}, percentiles=False)
    now = values(lake, principal, kpi, question, judgement).row(0, named=True)
    earlier = year_before(elapsed, events)
    then = values(lake, principal, kpi, replace(question, span=earlier), judgement).row(0, named=True)
    known = is_known(earlier, first_day(lake, principal, kpi))
    share = expected_share(whole, until, _weights(lake, principal, kpi, question, events, holidays))
    told = MonthToDate(
        elapsed, whole, earlier, share, now["value"], now["n"], Status(now["status"]), now["target"],
        now.get("low"), now.get("high"), then["value"] if known else None,
    )  # fmt: skip
    return _with_outlook(kpi, told, now["numerator"], now["denominator"])


def _with_outlook(kpi: Kpi, told: MonthToDate, numerator: float, denominator: float) -> MonthToDate:
    if told.value is None:
        return told
    if isinstance(kpi, Total):
        return replace(told, pace=pace(told.value, told.share, told.target if kpi.monthly else None))
    if told.target is None or told.share <= 0:
        return told
    remaining = denominator / told.share - denominator
    required = required_rate(
        told.target, numerator, denominator, remaining, kpi.better, is_share=kpi.is_share_of_rows
    )
    return replace(told, required=required)


def _weights(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    question: Question,
    events: Sequence[Event],
    holidays: frozenset[date],
) -> Weights:
    """Of a sum its own daily sums, of any other KPI its daily denominators."""
    month = question.span.start
    basis = Span(month - timedelta(days=BASIS_DAYS), month - timedelta(days=1))
    daily = values(lake, principal, kpi, replace(question, span=basis, every=Every.DAY))
    told = daily.select(
        "period", pl.col("numerator" if isinstance(kpi, Total) else "denominator").alias("sum")
    )
    known = dict(told.iter_rows())
    days = [basis.start + timedelta(days=n) for n in range(basis.days)]
    left_out = event_days(events, basis.start, basis.end) | holidays
    weekday = weekday_weights(days, [float(known.get(day, 0.0)) for day in days], left_out)
    rests = weekday[5] < HARDLY and weekday[6] < HARDLY
    end = month_of(month).end
    return Weights(weekday, factors(events, month, end), holidays if rests else frozenset())
