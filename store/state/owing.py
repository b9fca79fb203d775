"""What one person owes one version of a procedure: to read it and to be trained on it, and how pressing that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from store.due import after_months
from store.reading_ladder import USUAL, Ladder
from store.state.editions import Edition, EditionState, in_force
from store.state.posts import Post
from store.state.readings import Answer, Reading
from store.state.refreshers import Refresher
from store.state.training_rules import Needs, TrainingRule
from store.state.trainings import Training


class Rung(IntEnum):
    """How pressing something owed is: first the person, then the lead, then owner and manager are told."""

    DONE = 0
    ASKED = 1
    SOON = 2
    OVERDUE = 3
    TO_OWNER = 4
    TO_MANAGER = 5

    @property
    def is_late(self) -> bool:
        return self >= Rung.OVERDUE


def rung_of(due: date, day: date, ladder: Ladder = USUAL) -> Rung:
    """Where something due by the end of a day stands on another."""
    late = (day - due).days
    if late <= 0:
        return Rung.SOON if late >= -ladder.soon else Rung.ASKED
    if late <= ladder.owner_after:
        return Rung.OVERDUE
    return Rung.TO_OWNER if late <= ladder.manager_after else Rung.TO_MANAGER


@dataclass(frozen=True)
class AskedVersion:
    """A major version people owe something: the edition to read now, since when it is asked, from when it counts."""

    edition: Edition
    since: date
    counts: date

    def holds(self, major: int) -> bool:
        return major == self.edition.major


@dataclass(frozen=True)
class Standing:
    """What one person owes one major version of one procedure, and where that stands on `day`."""

    person: str
    post: Post
    asked: AskedVersion
    rule: TrainingRule
    day: date
    answer: Reading | None = None
    trained: Training | None = None
    last_trained: date | None = None
    called: Refresher | None = None
    ladder: Ladder = USUAL

    @property
    def is_read(self) -> bool:
        return self.answer is not None and self.answer.answer is Answer.READ

    @property
    def read_due(self) -> date:
        """So many days after being asked; a version that counts later is read by the day it does."""
        asked = max(self.asked.since, self.post.since)
        return max(asked + timedelta(days=self.ladder.read), self.asked.counts)

    @property
    def read_rung(self) -> Rung:
        return Rung.DONE if self.is_read else rung_of(self.read_due, self.day, self.ladder)

    @property
    def needs_training(self) -> bool:
        return self.rule.needs is Needs.TRAINING

    @property
    def train_due(self) -> date:
        return max(self.asked.counts, self.post.since) + timedelta(days=self.rule.due_days)

    @property
    def refresher_due(self) -> date | None:
        """The last day on which the next refresher is in time; None for who is not trained, or where there is none."""
        if self.trained is None or self.last_trained is None:
            return None
        months = self.rule.refresher_months
        due = [after_months(self.last_trained, months)] if months is not None else []
        return min([*due, *([self.called.due_on] if self.called else [])], default=None)

    @property
    def train_rung(self) -> Rung:
        """Of the training on this version, and then of the refresher."""
        if not self.needs_training:
            return Rung.DONE
        if self.trained is None:
            return rung_of(self.train_due, self.day, self.ladder)
        refresher = self.refresher_due
        rung = Rung.DONE if refresher is None else rung_of(refresher, self.day, self.ladder)
        return Rung.DONE if rung is Rung.ASKED else rung


def asked_of(editions: Iterable[Edition], day: date) -> list[AskedVersion]:
    """What is asked of one procedure: the version in force, and an approved one to come if it is a major one."""
    source = [each for each in editions if not each.translates and _is_decided(each, day)]
    now = in_force(source, day)
    coming = max(
        (each for each in source if each.effective_on and each.effective_on > day and each.retired_on is None),
        key=lambda each: each.number, default=None,
    )  # fmt: skip
    shown = [now] if now else []
    shown += [coming] if coming and (now is None or coming.major > now.major) else []
    return [_asked(each, source) for each in shown]


def _is_decided(edition: Edition, day: date) -> bool:
    counts = edition.effective_on is not None and edition.effective_on <= day
    decided = edition.decided_at is not None and edition.decided_at.date() <= day
    return edition.state is EditionState.APPROVED and (counts or decided)


def _asked(edition: Edition, source: Sequence[Edition]) -> AskedVersion:
    """A minor version asks nobody again: what counts are the days of the first one of its major."""
    first = min((each for each in source if each.major == edition.major), key=lambda each: each.number)
    counts = first.effective_on or edition.effective_on or date.max
    since = first.decided_at.date() if first.decided_at else counts
    return AskedVersion(edition, min(since, counts), counts)
