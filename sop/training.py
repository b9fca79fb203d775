"""Who is trained on the version that is in force, and whose refresher is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sop.due import after_months
from sop.share import Share


@dataclass(frozen=True)
class Trained:
    """One completed training: the version it was on, and its day."""

    version: str
    on: date


@dataclass(frozen=True)
class Required:
    """One person a procedure is required of (active and in the role), and the trainings of that person on it.

    `active` False: has left or changed role. `refresher_months`: how often to refresh; None never.
    """

    person: str
    trainings: tuple[Trained, ...] = ()
    active: bool = True
    on_leave: bool = False
    refresher_months: int | None = None

    def last_trained(self, as_of: date) -> date | None:
        """The latest training on any version by that day."""
        return max((each.on for each in self.trainings if each.on <= as_of), default=None)

    def refresher_due(self, as_of: date) -> date | None:
        """The last day on which the refresher is in time; None without a training or an interval."""
        last = self.last_trained(as_of)
        return (
            None
            if last is None or self.refresher_months is None
            else after_months(last, self.refresher_months)
        )


@dataclass(frozen=True)
class InForce:
    """The version in force, since when, and the earlier versions whose training still holds.

    A minor change does not ask for training again: the versions it carries on are in `also`.
    """

    version: str
    since: date
    also: frozenset[str] = frozenset()

    def holds(self, training: Trained) -> bool:
        return training.version == self.version or training.version in self.also


@dataclass(frozen=True)
class Completion:
    """Trained of those required; those already trained before the version took effect; people on leave, left out."""

    trained: Share
    before_effective: Share
    on_leave: int


def completion(people: Sequence[Required], in_force: InForce, as_of: date) -> Completion:
    """Required people trained on the version in force by `as_of` (kpi-domain 1.6).

    Training on an earlier version does not count unless every change since was minor.
    """
    active = [person for person in people if person.active]
    here = [person for person in active if not person.on_leave]
    first = [_first(person, in_force, as_of) for person in here]
    days = [day for day in first if day is not None]
    early = sum(day < in_force.since for day in days)
    return Completion(Share(len(days), len(here)), Share(early, len(here)), len(active) - len(here))


def _first(person: Required, in_force: InForce, as_of: date) -> date | None:
    """The day from which the person was trained on what is in force."""
    return min(
        (each.on for each in person.trainings if in_force.holds(each) and each.on <= as_of), default=None
    )


@dataclass(frozen=True)
class Refreshers:
    """Overdue of those ever trained; never trained (a matter of completion) and on leave stand beside."""

    overdue: Share
    never_trained: int
    on_leave: int


def refreshers(people: Sequence[Required], as_of: date) -> Refreshers:
    """People whose last training plus interval lies before `as_of`; the due day itself is in time (kpi-domain 1.6)."""
    active = [person for person in people if person.active]
    here = [person for person in active if not person.on_leave]
    ever = [person for person in here if person.last_trained(as_of) is not None]
    due = [person.refresher_due(as_of) for person in ever]
    overdue = sum(day is not None and as_of > day for day in due)
    return Refreshers(Share(overdue, len(ever)), len(here) - len(ever), len(active) - len(here))
