"""Month to date: is the sum where it should be by now, and what must the rest of the month bring?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.model import Better
from kpi.period import Every, Span, end_of

SMALLEST_SHARE = 0.1


@dataclass(frozen=True)
class Weights:
    """What a day weighs: its weekday (0 Monday to 6 Sunday), times the factor of an event, nothing when closed."""

    weekday: Mapping[int, float]
    factors: Mapping[date, float]
    closed: frozenset[date] = frozenset()

    def of(self, day: date) -> float:
        """The weight of a day; 0 on a closed one."""
        if day in self.closed:
            return 0.0
        return self.weekday.get(day.weekday(), 0.0) * self.factors.get(day, 1.0)

    def of_span(self, span: Span) -> float:
        """The weights of the days of a span, added up."""
        return sum(self.of(span.start + timedelta(days=n)) for n in range(span.days))


@dataclass(frozen=True)
class Pace:
    """A sum part of the way: `share` of the month's weight that has gone by (0 to 1), in the KPI's unit otherwise.

    `pace` is actual over expected, and `expected` what should be there by now; both None without a target.
    """

    actual: float
    share: float
    projection: float
    target: float | None = None

    @property
    def expected(self) -> float | None:
        """What the target asks for by now, in the unit of the sum; None without a target. kpi-domain 2.7."""
        return None if self.target is None else self.target * self.share

    @property
    def pace(self) -> float | None:
        """Reached out of expected by now (1 is on pace); None without a target. kpi-domain 2.7."""
        return self.actual / self.expected if self.expected else None


@dataclass(frozen=True)
class Required:
    """What the remaining rows must bring on average; `best` is the best value the month can still have."""

    rate: float
    reachable: bool
    best: float | None


def month_of(day: date) -> Span:
    """The whole month the day lies in."""
    start = day.replace(day=1)
    return Span(start, end_of(Every.MONTH, start, Span(start, start)))


def expected_share(whole: Span, until: date, weights: Weights) -> float:
    """The share of the weight of `whole` that lies on the days up to and with `until` (0 to 1).

    Raises ValueError when no day of the span weighs anything. Source: kpi-domain section 2.7.
    """
    total = weights.of_span(whole)
    if total <= 0:
        raise ValueError(f"No day from {whole.start} to {whole.end} has a weight; give weekday weights.")
    if until < whole.start:
        return 0.0
    return weights.of_span(Span(whole.start, min(until, whole.end))) / total


def pace(actual: float, share: float, target: float | None = None) -> Pace | None:
    """The pace of a sum, in its own unit; None before a tenth of the weight has gone by.

    Source: kpi-domain section 2.7.
    """
    if share < SMALLEST_SHARE:
        return None
    return Pace(actual, share, actual / share, target)


def required_rate(
    target: float,
    numerator: float,
    denominator: float,
    remaining: float,
    better: Better = Better.HIGHER,
    *,
    is_share: bool = True,
) -> Required | None:
    """What the `remaining` denominator must bring for the whole to end at `target`; None when nothing remains.

    Sums in the KPI's unit. A share must lie between 0 and 1 to be reachable, any other ratio at or above 0.
    Source: kpi-domain section 2.7.
    """
    if remaining <= 0:
        return None
    whole = denominator + remaining
    rate = (target * whole - numerator) / remaining
    if better is Better.HIGHER:
        best = (numerator + remaining) / whole if is_share else None
        return Required(rate, not is_share or rate <= 1, best)
    return Required(rate, rate >= 0, numerator / whole)


def weekday_weights(
    days: Sequence[date], sums: Sequence[float], left_out: frozenset[date]
) -> dict[int, float]:
    """The mean of each weekday over the mean of all of them, from daily sums (any unit); event days are left out.

    Source: kpi-domain section 2.7. Equal weights where there is not one day of each weekday or nothing was ever summed.
    """
    told: dict[int, list[float]] = {weekday: [] for weekday in range(7)}
    for day, value in zip(days, sums, strict=True):
        if day not in left_out:
            told[day.weekday()].append(value)
    means = {weekday: sum(each) / len(each) for weekday, each in told.items() if each}
    overall = sum(means.values()) / 7
    if len(means) < 7 or overall <= 0:
        return dict.fromkeys(range(7), 1.0)
    return {weekday: max(0.0, mean) / overall for weekday, mean in means.items()}
