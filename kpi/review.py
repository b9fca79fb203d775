"""The review block of one KPI: six weeks, twelve months and the running periods, each against the year before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import polars as pl

from kpi.beginning import first_day, is_known
from kpi.compare import Amount, Changes, changes, elapsed, relative, year_before
from kpi.model import Better, Kpi, Total
from kpi.path import points_of, status_path
from kpi.period import Every, Span, end_of, whole_periods
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement, Status
from kpi.words import marked
from store.company import Event
from store.lake import Lake
from store.scope import Principal

WEEKS, MONTHS = 6, 12
RUNNING = (Every.MONTH, Every.QUARTER, Every.YEAR)
NAMES = {
    Every.MONTH: marked("Month to date"), Every.QUARTER: marked("Quarter to date"),
    Every.YEAR: marked("Year to date"),
}  # fmt: skip
Working = Callable[[Span], int | None]
Row = Mapping[str, object]
NOTHING: Row = {"value": None, "n": 0, "status": Status.NO_DATA.value}


class Block(StrEnum):
    """The three parts of the block."""

    WEEK = "week"
    MONTH = "month"
    TO_DATE = "to date"


@dataclass(frozen=True)
class Line:
    """One period and the one of the year before; values in the KPI's unit, None without data.

    `changes`, of sums only: relative changes in total, for each day and for each working day.
    """

    block: Block
    name: str
    span: Span
    earlier: Span
    value: float | None
    before: float | None
    n: int
    status: Status
    changes: Changes | None = None

    @property
    def difference(self) -> float | None:
        """The change in the KPI's unit."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def relative(self) -> float | None:
        """The change as a part of the value before."""
        return None if self.value is None or self.before is None else relative(self.before, self.value)


@dataclass(frozen=True, eq=False)
class Review:
    """The lines of one KPI, oldest first in each block; `path` is the status path of the six weeks."""

    kpi: Kpi
    lines: tuple[Line, ...]
    path: tuple[Status, ...]

    def of(self, block: Block) -> tuple[Line, ...]:
        """The lines of one block, in their order."""
        return tuple(line for line in self.lines if line.block is block)


def review(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    until: date,
    *,
    where: Mapping[str, str] | None = None,
    judgement: Judgement | None = None,
    events: Sequence[Event] = (),
    working: Working = lambda _: None,
) -> Review:
    """Six whole weeks and twelve whole months that are over by `until`; month, quarter and year up to it.

    Weeks are compared 364 days back or along with a moving event, months with the same month, running periods with
    the same first days of the year before; what was not known from its first day on is none. `working` counts the
    working days of a span. Raises NotAllowed and SliceError as `kpi.results.values`. Source: kpi-domain section 2.8;
    the 6-12 chart of weekly business reviews.
    """
    ask = Question(Span(until, until), where=where or {}, percentiles=False)

    def scored(span: Span, every: Every) -> pl.DataFrame:
        return values(lake, principal, kpi, replace(ask, span=span, every=every), judgement)

    pairs = [*_weeks(until, events), *_months(until), *_running(until)]
    first = first_day(lake, principal, kpi)
    spans = {pair[2] for pair in pairs} | {pair[3] for pair in pairs if is_known(pair[3], first)}
    found = _read(spans, scored)
    lines = [_line(kpi, *pair, found[pair[2]], found.get(pair[3]), working) for pair in pairs]
    weeks = scored(whole_periods(Every.WEEK, until, WEEKS), Every.WEEK)
    return Review(kpi, tuple(lines), _path(kpi, weeks, judgement))


def _read(spans: Iterable[Span], scored: Callable[[Span, Every], pl.DataFrame]) -> dict[Span, Row]:
    """The score of each span; whole weeks and months that follow each other are read together."""
    found: dict[Span, Row] = {}
    left = set(spans)
    for every in (Every.WEEK, Every.MONTH):
        whole = sorted((span for span in left if _is_whole(span, every)), key=lambda span: span.start)
        for run in _runs(whole):
            rows = scored(Span(run[0].start, run[-1].end), every).rows(named=True)
            by_start = {row["period"]: row for row in rows}
            found |= {span: by_start.get(span.start, NOTHING) for span in run}
        left -= set(whole)
    return found | {span: scored(span, Every.TOTAL).row(0, named=True) for span in left}


def _is_whole(span: Span, every: Every) -> bool:
    """Exactly one week from Monday, or one month."""
    begins = span.start.weekday() == 0 if every is Every.WEEK else span.start.day == 1
    return begins and end_of(every, span.start, span) == span.end


def _runs(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans in their order, parted wherever one does not begin the day after the one before."""
    runs: list[list[Span]] = []
    for span in spans:
        if runs and (span.start - runs[-1][-1].end).days == 1:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _path(kpi: Kpi, scored: pl.DataFrame, judgement: Judgement | None) -> tuple[Status, ...]:
    minimum = kpi.minimum if judgement is None or judgement.minimum is None else judgement.minimum
    return tuple(status_path(points_of(scored), Better(kpi.better), minimum=minimum))


Pair = tuple[Block, str, Span, Span]


def _weeks(until: date, events: Sequence[Event]) -> list[Pair]:
    spans = _periods(Every.WEEK, until, WEEKS)
    return [(Block.WEEK, f"Week of {each.start}", each, year_before(each, events)) for each in spans]


def _months(until: date) -> list[Pair]:
    spans = _periods(Every.MONTH, until, MONTHS)
    return [
        (Block.MONTH, f"{each.start:%B %Y}", each, _same_period(Every.MONTH, each.start)) for each in spans
    ]


def _running(until: date) -> list[Pair]:
    told: list[Pair] = []
    for every in RUNNING:
        start: date = pl.select(pl.lit(until).dt.truncate(every.width)).item()
        whole = Span(start, end_of(every, start, Span(start, start)))
        now, then = elapsed(whole, until, _same_period(every, start))
        told.append((Block.TO_DATE, NAMES[every], now, then))
    return told


def _periods(every: Every, until: date, count: int) -> list[Span]:
    whole = whole_periods(every, until, count)
    starts = pl.date_range(whole.start, whole.end, every.width, eager=True)
    return [Span(start, end_of(every, start, whole)) for start in starts]


def _same_period(every: Every, start: date) -> Span:
    """The month, quarter or year of the same name a year earlier."""
    first = start.replace(year=start.year - 1)
    return Span(first, end_of(every, first, Span(first, first)))


def _line(
    kpi: Kpi,
    block: Block,
    name: str,
    span: Span,
    earlier: Span,
    now: Row,
    then: Row | None,
    working: Working,
) -> Line:
    value, before = _number(now["value"]), _number(then["value"] if then else None)
    line = Line(block, name, span, earlier, value, before, int(str(now["n"])), Status(str(now["status"])))
    if not isinstance(kpi, Total) or value is None or before is None:
        return line
    told = Amount(before, earlier.days, working(earlier)), Amount(value, span.days, working(span))
    return replace(line, changes=changes(*told))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
