"""What the page of one KPI is about: handed to each of its tabs, so that none reads the link or the store for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.figures import day, month
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.standing import Coverage, Period, Standing
from kpi.words import say
from pages.parts.filters import Filters
from pages.parts.viewer import Viewer
from store.state.runs import Freshness


@dataclass(frozen=True, eq=False)
class Shown:
    """The KPI, how it stands, what it is narrowed to, and for whom; `today` is the evaluation day."""

    viewer: Viewer
    standing: Standing
    filters: Filters
    covered: Coverage
    fresh: Sequence[Freshness]
    currency: str
    today: date

    @property
    def kpi(self) -> Kpi:
        """The KPI itself."""
        return self.standing.kpi

    @property
    def market(self) -> str | None:
        """What its figures are limited to; None also where it is not split by market."""
        return self.standing.market

    @property
    def closed(self) -> list[Period]:
        """The periods that can be looked into, the current one first and then the latest."""
        current = self.standing.current
        recent = [each for each in self.standing.recent(self.filters.weeks) if each.closed]
        return (
            [] if current is None else [current, *reversed([each for each in recent if each is not current])]
        )


def period_label(standing: Standing, period: Period) -> str:
    """`Week of 9 Nov 2026` or `November 2026`."""
    if standing.every is Every.MONTH:
        return month(period.start)
    return say("Week of {day}", day=day(period.start))


def span_of(period: Period) -> Span:
    """Its days."""
    return Span(period.start, period.end)


def span_label(span: Span, today: date) -> str:
    """`19 Oct – 15 Nov`; the year where it is not that of `today`."""
    return f"{day(span.start, today)} – {day(span.end, today)}"
