"""The standings of many KPIs at once: scored periods read together, for all markets or for every one, then lined up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache

import polars as pl

from kpi.freshness import Reported, reported_of
from kpi.model import Distinct, Kpi
from kpi.period import Every, Span, end_of, whole_periods
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement, Status
from kpi.signals.reading import from_baseline, known_chart
from kpi.standing import NOTHING, Coverage, Period, Standing
from store.lake import Lake
from store.scope import Principal
from store.state.baselines import BaselineRow, of_slice
from store.state.runs import Freshness

WEEKS, MONTHS = 53, 40
MARKET = "market"
COLUMNS = ("period", "status", "value", "target", "warn", "n", "immature", "numerator", "denominator")


@dataclass(frozen=True, eq=False)
class Known:
    """What standings are judged by beside the components: targets, sources, baselines, what is covered, and now."""

    covered: Coverage
    targets: pl.DataFrame | None = None
    fresh: Sequence[Freshness] = ()
    baselines: Sequence[BaselineRow] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, eq=False)
class Scored:
    """Scored periods of several KPIs by key (columns as `kpi.score.score`).

    `whole`: those for all markets together; `split`: those of each market, by KPI and market.
    """

    kpis: tuple[Kpi, ...]
    whole: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    split: Mapping[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)

    def of(self, kpi: Kpi, market: str | None) -> pl.DataFrame:
        """The periods of one KPI in one market, of all of them for None."""
        if market is None:
            return self.whole[kpi.key]
        mine = self.split[kpi.key]
        return mine.get(market, mine[""])


def standings(
    lake: Lake,
    principal: Principal,
    kpis: Sequence[Kpi],
    known: Known,
    *,
    market: str | None = None,
    weeks: int = 13,
) -> dict[str, Standing]:
    """Every KPI's standing by key; the grains are read once for weeks and once for the few monthly KPIs.

    KPIs without a market dimension stand for all markets. Distinct counts reach back `weeks` only: they cannot
    be read from components.
    """
    mine = [kpi for kpi in kpis if market is None or MARKET not in kpi.dimensions]
    whole = scored(lake, principal, mine, known, weeks=weeks)
    if market is None:
        return lined_up(whole, kpis, known)
    rest = [kpi for kpi in kpis if MARKET in kpi.dimensions]
    split = scored(lake, principal, rest, known, weeks=weeks, by_market=True)
    both = Scored(tuple(kpis), whole.whole, split.split)
    return lined_up(both, kpis, known, market=market, weeks=weeks)


def scored(
    lake: Lake,
    principal: Principal,
    kpis: Sequence[Kpi],
    known: Known,
    *,
    weeks: int = 13,
    by_market: bool = False,
    over: Span | None = None,
) -> Scored:
    """The scored periods of these KPIs for all markets, or by market, which costs little more than one of them.

    `over`: only the weeks of this span, instead of all that a standing and its usual range need.
    """
    if known.covered.closed is None:
        return Scored(tuple(kpis))
    by = (MARKET,) if by_market else ()
    found: dict[str, pl.DataFrame] = {}
    judgement = Judgement(targets=known.targets, closed=known.covered.closed)
    for batch in _batches(kpis):
        every, span = every_of(batch[0]), over or _span(batch[0], known.covered.closed, weeks)
        alone = over is not None or isinstance(batch[0], Distinct)
        read = span if alone else from_baseline(every, span, batch, known.baselines)
        question = Question(Span(read.start, span.end), every, by=by, percentiles=False)
        found |= values_of(lake, principal, batch, question, judgement)
    if not by_market:
        return Scored(tuple(kpis), whole=found)
    return Scored(tuple(kpis), split={key: _by_market(frame) for key, frame in found.items()})


def _by_market(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of each market, and of nobody, so that there is always a frame with the right columns."""
    parts = frame.partition_by(MARKET, as_dict=True, include_key=False)
    return {"": frame.clear().drop(MARKET), **{str(market): rows for (market,), rows in parts.items()}}


def lined_up(
    known_scores: Scored, kpis: Sequence[Kpi], known: Known, *, market: str | None = None, weeks: int = 13
) -> dict[str, Standing]:
    """Standings by key, of scores that were read before."""
    closed = known.covered.closed
    if closed is None:
        return {kpi.key: Standing(kpi, every_of(kpi), ()) for kpi in kpis}
    return {kpi.key: _standing(known_scores, kpi, known, market, _span(kpi, closed, weeks)) for kpi in kpis}


def _standing(scores: Scored, kpi: Kpi, known: Known, market: str | None, span: Span) -> Standing:
    every, limit = every_of(kpi), market if MARKET in kpi.dimensions else None
    rows, reported = scores.of(kpi, limit), reported_of(kpi, known.fresh, known.at)
    chart = None
    if not isinstance(kpi, Distinct):
        mine = of_slice(known.baselines, kpi.key, {MARKET: limit} if limit else {})
        chart = known_chart(kpi, every, rows, mine, reported.until)
    periods = _periods(rows, every, span, reported)
    return Standing(kpi, every, periods, limit, known.covered.until.get(kpi.key), reported.until, chart)


def weeks_of(scores: Scored, kpi: Kpi, span: Span, market: str | None) -> tuple[Period, ...]:
    """The weeks of an earlier span, scored `over` it; none of monthly KPIs, whose own periods reach back far enough."""
    if kpi.monthly:
        return ()
    return _periods(
        scores.of(kpi, market if MARKET in kpi.dimensions else None), Every.WEEK, span, Reported()
    )


def every_of(kpi: Kpi) -> Every:
    """Months for KPIs that are only told by month, else weeks."""
    return Every.MONTH if kpi.monthly else Every.WEEK


def _span(kpi: Kpi, closed: date, weeks: int) -> Span:
    every = every_of(kpi)
    count = weeks + 1 if isinstance(kpi, Distinct) else MONTHS if every is Every.MONTH else WEEKS
    return Span(whole_periods(every, closed, count).start, closed)


def _batches(kpis: Sequence[Kpi]) -> list[list[Kpi]]:
    """KPIs that can be asked in one question."""
    batches: dict[tuple[bool, bool], list[Kpi]] = {}
    for kpi in kpis:
        batches.setdefault((kpi.monthly, isinstance(kpi, Distinct)), []).append(kpi)
    return list(batches.values())


@lru_cache(maxsize=64)
def _cut(every: Every, span: Span) -> tuple[tuple[date, date], ...]:
    """First and last day of each period of the span; remembered, because every KPI of a page has the same."""
    starts = pl.date_range(span.start, span.end, every.width, eager=True)
    return tuple((start, end_of(every, start, span)) for start in starts)


def _periods(scored: pl.DataFrame, every: Every, span: Span, reported: Reported) -> tuple[Period, ...]:
    told = [name for name in scored.columns if name.startswith("excluded_")]
    rows = {row["period"]: row for row in scored.select(*COLUMNS, *told).rows(named=True)}
    closed, known = reported.closed(span.end) or span.end, Numbers()
    return tuple(
        _period(start, end, rows.get(start), closed, reported.late, told, known)
        for start, end in _cut(every, span)
    )


class Numbers(dict[float, float]):
    """Floats of which equal ones are one object: a target hardly changes, and thousands of periods are kept."""

    def of(self, value: object) -> float | None:
        """The number as a float; None for anything else."""
        if not isinstance(value, int | float):
            return None
        return self.setdefault(number := float(value), number)


def _period(
    start: date, end: date, row: Mapping[str, object] | None, closed: date, synced: date | None,
    told: Sequence[str], known: Numbers,
) -> Period:  # fmt: skip
    over = end <= closed
    late = synced is not None and end > synced and over
    if row is None:
        return Period(start, end, Status.INCOMPLETE if late else Status.NO_DATA, closed=over)
    return Period(
        start, end,
        status=_status(Status(str(row["status"])), over, late),
        value=known.of(row["value"]), target=known.of(row["target"]), warn=known.of(row["warn"]),
        n=_whole(row["n"]), immature=_whole(row["immature"]),
        numerator=known.of(row["numerator"]) or 0.0, denominator=known.of(row["denominator"]) or 0.0,
        excluded={name.removeprefix("excluded_"): _whole(row[name]) for name in told if row[name]} or NOTHING,
        closed=over,
    )  # fmt: skip


def _status(scored: Status, over: bool, late: bool) -> Status:
    """What was not reported is unknown; what nobody could have reported yet is not final."""
    if scored is Status.NO_DATA:
        return scored
    if late:
        return Status.INCOMPLETE
    return scored if over or scored in (Status.SMALL_SAMPLE, Status.INCOMPLETE) else Status.PROVISIONAL


def _whole(value: object) -> int:
    return value if isinstance(value, int) else int(str(value))
