"""Did a version help? Each KPI a procedure drives, before and after the day its new version took effect."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from kpi.access import sees
from kpi.annotations import Diary, annotations_of, diary
from kpi.catalog import KPIS
from kpi.model import Distribution, Kpi, Ratio
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from kpi.words import say
from sop.diagnosis.effect import FEWEST, MOST, Effect, effect_of
from sop.diagnosis.verify import periods_needed, verify_on
from sop.diagnosis.windows import Change, Other, Period, last_day, others_of
from sop.library import Shelved
from sop.procedure import KpiLink, Procedure
from store.company import Company
from store.lake import Lake
from store.scope import Principal
from store.state import Edition, Freshness, State

WANTED = (
    0.2  # a version is expected to move its KPI by a fifth of what it was, as long as nobody says otherwise
)
BACK = timedelta(weeks=MOST + 1)


@dataclass(frozen=True)
class Story:
    """
    What a version did to one KPI; `needed` whole periods after it show a change of a fifth four times in five, and
    `verify_on` is the day on which they are over.
    """

    sop: str
    version: str
    since: date
    kpi: str
    outcome: bool
    effect: Effect
    needed: int
    verify_on: date


@dataclass(frozen=True, eq=False)
class Teller:
    """Who asks, of what; `day` is the evaluation day."""

    lake: Lake
    state: State
    principal: Principal
    company: Company
    fresh: Sequence[Freshness]
    now: datetime
    day: date

    def diary(self, span: Span) -> Diary:
        """What else happened in these days."""
        return diary(self.state, self.principal, self.company, span, None, self.fresh, self.now)


def majors(shelf: Shelved, since: date, day: date) -> tuple[Edition, ...]:
    """The versions by which people work otherwise that took effect from `since` to `day`, the latest first."""
    own = [
        each
        for each in shelf.of(shelf.source)
        if each.effective_on is not None and since <= each.effective_on <= day and each.number[1] == 0
    ]
    return tuple(sorted(own, key=lambda each: each.number, reverse=True))


def stories(
    teller: Teller, edition: Edition, procedure: Procedure, shelves: Iterable[Shelved]
) -> tuple[Story, ...]:
    """
    Of every KPI the version names that is a ratio and that the principal sees. `shelves`: whose versions may be behind
    a change as well; a version of another procedure that drives the same KPI lasts, as a note of one day does.
    """
    since = edition.effective_on
    if since is None:
        return ()
    known = teller.diary(Span(since - BACK, max(teller.day, since)))
    others = list(shelves)
    found = []
    for link in procedure.kpis:
        kpi = KPIS.get(link.kpi)
        if isinstance(kpi, Ratio | Distribution) and kpi.adds_over_time and sees(teller.principal, kpi):
            found.append(
                _story(teller, edition, since, link, kpi, _beside(teller, known, kpi, edition, others))
            )
    return tuple(found)


def _story(
    teller: Teller, edition: Edition, since: date, link: KpiLink, kpi: Kpi, others: Sequence[Other]
) -> Story:
    every = Every.MONTH if kpi.monthly else Every.WEEK
    change = Change(since, link.lag_days, every)
    periods = _periods(teller, kpi, every, since)
    before = [each for each in periods if last_day(every, each.start) < since]
    needed = FEWEST
    if len(before) >= FEWEST:
        needed = min(periods_needed(before[-MOST:], WANTED) or MOST, MOST)
    effect = effect_of(periods, change, kpi.better, others, needed=needed)
    return Story(
        edition.key, edition.name, since, kpi.key, link.outcome, effect, needed, verify_on(change, needed)
    )


def _periods(teller: Teller, kpi: Kpi, every: Every, since: date) -> list[Period]:
    """Whole periods whose records are mature."""
    first = since - (BACK if every is Every.WEEK else timedelta(days=31 * MOST))
    first -= timedelta(days=first.weekday() if every is Every.WEEK else first.day - 1)
    asked = Question(Span(first, max(teller.day, first)), every, percentiles=False)
    rows = values(teller.lake, teller.principal, kpi, asked, Judgement())
    whole = rows.filter(pl.col("denominator") > 0, pl.col("immature") == 0)
    return [
        Period(row["period"], float(row["numerator"]), float(row["denominator"]))
        for row in whole.rows(named=True)
        if last_day(every, row["period"]) <= teller.day
    ]


def _beside(teller: Teller, known: Diary, kpi: Kpi, own: Edition, shelves: Iterable[Shelved]) -> list[Other]:
    """What else may have moved the KPI."""
    notes = teller.state.annotations.rows(teller.principal, known.span.start, known.span.end)
    versions = [
        Other(each.effective_on, say("version {name} of {title}", name=each.name, title=each.title or each.key))
        for shelf in shelves
        for each in majors(shelf, known.span.start, known.span.end)
        if each.effective_on is not None and kpi.key in each.kpis and (each.key, each.number) != (own.key, own.number)
    ]  # fmt: skip
    return [*others_of(annotations_of(known, teller.principal, kpi, notes)), *versions]
