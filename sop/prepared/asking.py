"""What is asked for one scope: each part with its subjects, what their answers stand on, and how to find them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import polars as pl

from kpi.access import sees
from kpi.catalog import KPIS
from kpi.engine import grains
from kpi.ledger import Entry, entries
from kpi.model import Kpi
from kpi.period import Every, Span, whole_periods
from kpi.score import Judgement
from kpi.standing import Coverage
from kpi.tables import tables_of
from kpi.words import Language, speaking, spoken
from sop.adherence import Told, by_versions
from sop.diagnosis.friction import friction
from sop.friction_job import TABLE as STEP_DAYS
from sop.friction_job import step_days
from sop.library import Shelved, library
from sop.outcomes.effects import Story, Teller, majors, stories
from sop.outcomes.quadrants import Reader, places, together
from sop.outcomes.reading import counts_of, judged, sees_outcomes
from sop.outcomes.tables import EVERYTHING, table_of
from sop.prepared.tables import ALWAYS, DEFINITION, EVER, EVERYWHERE, WEEKS, Part
from sop.procedure import KpiLink, Procedure
from store.company import Company
from store.lake import Lake
from store.scope import Principal
from store.state import Edition, Freshness, State

YEAR, FIRST = timedelta(days=364), date(1970, 1, 1)
SPREADS = (0, 7, 14, 28)  # days after a version took effect on which it is told how far it has come


@dataclass(frozen=True)
class Row:
    """One answer: of which subject and choice, in which language where it holds sentences."""

    subject: str
    told: object
    weeks: int = ALWAYS
    market: str = EVERYWHERE
    language: str = ""


@dataclass(frozen=True)
class Work:
    """One part: its subjects with what their answers stand on, and what works out the rows of some of them."""

    part: Part
    wanted: Mapping[str, str]
    make: Callable[[Sequence[str]], Iterable[Row]]


@dataclass(frozen=True, eq=False)
class Asker:
    """Who asks, of what; `text_of` remembers the texts of versions for all who ask."""

    lake: Lake
    state: State
    principal: Principal
    company: Company
    covered: Coverage
    closed: date
    fresh: Sequence[Freshness]
    now: datetime
    text_of: Callable[[int], Procedure]

    @cached_property
    def day(self) -> date:
        """The evaluation day."""
        return self.covered.as_of or self.closed

    @cached_property
    def shelves(self) -> tuple[Shelved, ...]:
        """Every procedure the principal sees."""
        return library(self.state.procedures.rows(self.principal), self.company.today(self.now))

    @cached_property
    def counting(self) -> Mapping[str, Edition]:
        """The version in force of each procedure that has one."""
        return {each.key: now for each in self.shelves if (now := each.effective()) is not None}

    @cached_property
    def outcomes(self) -> Mapping[str, KpiLink]:
        """The KPI each procedure is judged by, where it says so."""
        found = ((sop, self.text_of(edition.id).outcome) for sop, edition in self.counting.items())
        return {sop: link for sop, link in found if link is not None and link.kpi in KPIS}

    def works(self) -> list[Work]:
        """Everything there is to tell."""
        return [
            Work(Part.VERDICTS, self._behind_kpis(), self._verdicts),
            Work(Part.PLACES, self._behind_places(), self._places),
            Work(Part.TOGETHER, self._behind_places(), self._together),
            Work(Part.STORIES, self._behind_stories(), self._stories),
            Work(Part.WORKED, self._behind_spread(), self._worked),
            Work(Part.FRICTION, self._behind_friction(), self._friction),
        ]

    # Verdicts, by KPI

    @cached_property
    def _driven(self) -> Mapping[str, tuple[str, ...]]:
        """The procedures in force that name a KPI, by KPI."""
        named = sorted({kpi for edition in self.counting.values() for kpi in edition.kpis if kpi in KPIS})
        able = [kpi for kpi in named if sees_outcomes(self.principal, KPIS[kpi])]
        return {
            kpi: tuple(sop for sop, edition in self.counting.items() if kpi in edition.kpis) for kpi in able
        }

    def _behind_kpis(self) -> dict[str, str]:
        known = entries(self.lake)
        return {
            kpi: digest(self.closed, self.covered.markets, sops, _told(known[table_of(kpi)]))
            for kpi, sops in self._driven.items()
            if table_of(kpi) in known
        }

    def _verdicts(self, kpis: Sequence[str]) -> Iterator[Row]:
        for kpi in kpis:
            rows = counts_of(self.lake, self.principal, kpi, self.span(max(WEEKS)))
            joined = set(rows.filter(pl.col("sop") != EVERYTHING)["market"])
            for weeks in WEEKS if joined else ():
                for market in (None, *joined.intersection(self.covered.markets)):
                    found = judged(kpi, rows, self._driven[kpi], self.span(weeks), market)
                    told = tuple(each for each in found if each.diagnosis.records)
                    if told:
                        yield Row(kpi, told, weeks, market or EVERYWHERE)

    # Adherence beside the outcome, by procedure

    def _behind_places(self) -> dict[str, str]:
        accounts = [self._stand(KPIS[each.value]) for each in (Told.CASES, Told.PASSED, Told.STEPS)]
        targets = self.state.targets.rows(self.principal)
        return {
            sop: digest(
                self.closed, self.day, accounts, link, self._stand(KPIS[link.kpi]),
                [each for each in targets if each.kpi == link.kpi],
            )
            for sop, link in self.outcomes.items()
        }  # fmt: skip

    @cached_property
    def _reader(self) -> Reader:
        targets = self.state.targets.frame(self.principal)
        return Reader(self.lake, self.principal, Judgement(targets=targets, closed=self.closed))

    def _places(self, sops: Sequence[str]) -> Iterator[Row]:
        asked = [(sop, self.outcomes[sop]) for sop in sops]
        for weeks in (*WEEKS, EVER):
            for place in places(self._reader, asked, self.span(weeks), self.day):
                yield Row(place.sop, place, weeks)

    def _together(self, sops: Sequence[str]) -> Iterator[Row]:
        year = Span(self.span(1).end - YEAR, self.span(1).end)
        for sop in sops:
            yield Row(sop, together(self._reader, sop, self.outcomes[sop], year, self.day))

    # What new versions did, by procedure

    @cached_property
    def _new(self) -> Mapping[str, tuple[Edition, ...]]:
        found = {each.key: majors(each, self.day - YEAR, self.day) for each in self.shelves}
        return {sop: editions for sop, editions in found.items() if editions}

    def _behind_stories(self) -> dict[str, str]:
        """Everything that may be said to have moved a KPI as well counts for all of them."""
        notes = [(each.id, each.version) for each in self.state.annotations.rows(self.principal)]
        pulled = [
            (each.source, each.last_ok_at and each.last_ok_at.date(), each.is_late(self.now))
            for each in self.fresh
        ]
        beside = digest(self.day, notes, pulled, self.company, self.state.procedures.mark())
        return {
            sop: digest(
                beside,
                [self._stand(KPIS[kpi]) for each in editions for kpi in sorted(each.kpis) if kpi in KPIS],
            )
            for sop, editions in self._new.items()
        }

    def _stories(self, sops: Sequence[str]) -> Iterator[Row]:
        """What else happened is told in words, so that each language has its own where there is anything to tell."""
        for sop in sops:
            found = self._told_of(sop)
            in_words = any(each.effect.confounders for each in found)
            for language in Language if in_words else ():
                with speaking(language):
                    yield Row(sop, self._told_of(sop), language=spoken().language.value)
            if found and not in_words:
                yield Row(sop, found)

    def _told_of(self, sop: str) -> tuple[Story, ...]:
        return tuple(
            story
            for edition in self._new[sop]
            for story in stories(self._teller, edition, self.text_of(edition.id), self.shelves)
        )

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.lake, self.state, self.principal, self.company, self.fresh, self.now, self.day)

    # How far the version in force has come, by procedure

    def _behind_spread(self) -> dict[str, str]:
        checks = self._stand(KPIS[Told.PASSED.value])
        return {
            sop: digest(days, edition.major, checks)
            for sop, edition in self.counting.items()
            if (days := self._days(sop))
        }

    def _days(self, sop: str) -> list[date]:
        """The days since the version in force took effect on which it is told how far it has come."""
        shelf = next(each for each in self.shelves if each.key == sop)
        major = self.counting[sop].major
        since = [
            each.effective_on for each in shelf.of(shelf.source) if each.major == major and each.effective_on
        ]
        days = [min(since) + timedelta(days=after) for after in SPREADS] if since else []
        return [each for each in days if each <= self.day]

    def _worked(self, sops: Sequence[str]) -> Iterator[Row]:
        for sop in sops:
            found = by_versions(self.lake, self.principal, sop, self.counting[sop].major, self._days(sop))
            if any(each.denominator for each in found.values()):
                yield Row(sop, found)

    # Where procedures are in the way, all at once

    def _behind_friction(self) -> dict[str, str]:
        known = entries(self.lake).get(STEP_DAYS)
        return {"": digest(self.closed, self.covered.markets, _told(known))} if known else {}

    def _friction(self, _: Sequence[str]) -> Iterator[Row]:
        days = step_days(self.lake, self.principal, self.span(EVER))
        markets = set(days["market"]).intersection(self.covered.markets)
        for weeks in (*WEEKS, EVER):
            own = days.filter(self.span(weeks).holds())
            for market in (None, *sorted(markets)):
                here = own if market is None else own.filter(pl.col("market") == market)
                if here.height:
                    yield Row("", tuple(friction(here.lazy())), weeks, market or EVERYWHERE)

    # What answers stand on

    def span(self, weeks: int) -> Span:
        """The days of a choice, as pages have them."""
        return Span(FIRST, self.closed) if weeks == EVER else whole_periods(Every.WEEK, self.closed, weeks)

    def _stand(self, kpi: Kpi) -> list[object]:
        """The components a KPI is read from, as they are now; nothing of one that is not seen."""
        if not sees(self.principal, kpi):
            return []
        known = entries(self.lake)
        names = [name for grain in grains([kpi]) for name in tables_of(grain)]
        return [
            _told(known[each])
            for each in (*names, f"definition:{kpi.key}", f"frozen:{kpi.key}")
            if each in known
        ]


def digest(*parts: object) -> str:
    """What an answer stands on, in 16 letters."""
    return hashlib.sha256(repr((DEFINITION, *parts)).encode()).hexdigest()[:16]


def _told(entry: Entry) -> tuple[object, ...]:
    return entry.name, sorted(entry.facts.items()), entry.definition, entry.as_of_day, entry.as_of_epoch
