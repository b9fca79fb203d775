"""The procedures of a firm as its readers find them: which version counts today, what is coming, what is late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kpi.words import marked, say
from sop.due import after_months
from sop.procedure import Procedure, Version
from sop.procedure.markdown import read, write
from sop.reviews import Stage
from store.scope import Principal
from store.state import Content, Edition, EditionState, State
from store.state.editions import in_force


@dataclass(frozen=True)
class Clock:
    """When a procedure was reviewed last, and by when what came up since wants the next review."""

    reviewed: date | None = None
    wanted_by: date | None = None


UNREVIEWED = Clock()


@dataclass(frozen=True)
class Shelved:
    """
    One procedure with all of its editions that the reader may see, oldest first; `day` is today. `clock`: what is
    known of its reviews.
    """

    key: str
    editions: tuple[Edition, ...]
    day: date
    clock: Clock = UNREVIEWED

    @property
    def source(self) -> str:
        """The language it is written in."""
        return next(
            (each.language for each in self.editions if not each.translates), self.editions[0].language
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The source first, then those it is translated into."""
        others = sorted({each.language for each in self.editions} - {self.source})
        return (self.source, *others)

    def of(self, language: str) -> tuple[Edition, ...]:
        """Its editions in a language, oldest first."""
        return tuple(each for each in self.editions if each.language == language)

    def effective(self, language: str | None = None) -> Edition | None:
        """What counts today, in the source language unless another is asked for."""
        return in_force(self.of(language or self.source), self.day)

    def shown(self, language: str) -> Edition:
        """What a reader of a language gets: what counts there, else in the source, else the latest decided or not."""
        own = self.effective(language) or self.effective()
        return own or max(self.of(self.source), key=lambda each: (not each.is_open, each.number))

    def draft(self, language: str | None = None) -> Edition | None:
        """What is being written or reviewed."""
        return next((each for each in self.of(language or self.source) if each.is_open), None)

    def coming(self, language: str | None = None) -> Edition | None:
        """What was approved for a later day, the nearest."""
        later = [
            each
            for each in self.of(language or self.source)
            if each.effective_on is not None and each.effective_on > self.day
        ]
        return min(later, key=lambda each: str(each.effective_on), default=None)

    def stage(self, edition: Edition) -> Stage:
        """Where one of its editions stands today; one that a later one has followed is retired."""
        if edition.state is EditionState.DRAFT:
            return Stage.DRAFT
        if edition.state is EditionState.REVIEW:
            return Stage.IN_REVIEW
        if edition.effective_on is not None and edition.effective_on > self.day:
            return Stage.APPROVED
        return Stage.EFFECTIVE if edition == self.effective(edition.language) else Stage.RETIRED

    @property
    def review_due(self) -> date | None:
        """
        The last day on which the next review is in time: its months after the last one, or after the work last
        changed; earlier where something came up. None while nothing is in force.
        """
        now = self.effective()
        if now is None or now.effective_on is None:
            return None
        begun = [each for each in self.of(self.source) if each.major == now.major and not each.is_open]
        changed = min((each.effective_on for each in begun if each.effective_on), default=now.effective_on)
        start = max(changed, self.clock.reviewed or changed)
        usual = after_months(start, now.review_months)
        return min(usual, self.clock.wanted_by or usual)

    def behind(self, edition: Edition) -> tuple[int, int]:
        """How many major and minor versions a translation is behind what counts in the source language."""
        now = self.effective()
        if now is None or not edition.translates:
            return 0, 0
        made = Version.read(edition.translates)
        majors = max(0, now.major - made.major)
        return majors, max(0, now.minor - made.minor) if not majors else 0

    def next_version(self, language: str, *, major: bool) -> Version:
        """The number of the next edition in a language."""
        last = max((each.number for each in self.of(language) if not each.is_open), default=None)
        return Version() if last is None else Version(*last).after(major=major)


STAGES = {
    Stage.DRAFT: marked("draft"), Stage.IN_REVIEW: marked("in review"), Stage.APPROVED: marked("approved"),
    Stage.EFFECTIVE: marked("effective"), Stage.RETIRED: marked("retired"),
}  # fmt: skip


def stage_told(shelf: Shelved, edition: Edition) -> str:
    """Where an edition stands, in the reader's language."""
    return say(STAGES[shelf.stage(edition)])


def library(
    editions: Iterable[Edition], day: date, clocks: Mapping[str, Clock] | None = None
) -> tuple[Shelved, ...]:
    """The procedures of these editions, by key; `clocks`: what is known of their reviews, by key."""
    ordered = sorted(editions, key=lambda each: (each.key, each.number, each.id))
    grouped = groupby(ordered, key=lambda each: each.key)
    known = clocks or {}
    return tuple(Shelved(key, tuple(each), day, known.get(key, UNREVIEWED)) for key, each in grouped)


def content_of(procedure: Procedure) -> Content:
    """What is stored of a procedure."""
    markets = procedure.scope.markets
    return Content(
        procedure.key, procedure.language, procedure.version.major, procedure.version.minor, procedure.title,
        procedure.department, procedure.owner, write(procedure),
        translates=str(procedure.translates) if procedure.translates else "",
        markets=frozenset(markets) if markets else None,
        kpis=frozenset(each.kpi for each in procedure.kpis),
        review_months=procedure.review_months,
        roles=frozenset(procedure.scope.roles) or None,
    )  # fmt: skip


def procedure_of(state: State, principal: Principal, edition: int) -> Procedure:
    """The procedure of an edition. Raises WrongEntry where there is none or the principal may not see it."""
    return read(state.procedures.text(principal, edition))


def driving(shelf: Sequence[Shelved], kpi: str) -> tuple[Shelved, ...]:
    """The procedures in force that name a KPI among those they drive."""
    return tuple(each for each in shelf if (now := each.effective()) is not None and kpi in now.kpis)
