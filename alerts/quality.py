"""Whether alerts deserve people: what became of each KPI's episodes, and who is told of too much."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from alerts.duty import WEEKLY_BUDGET, over_budget
from store.state.episode_records import Closing, Episode


@dataclass(frozen=True)
class Quality:
    """
    What became of the episodes of one subject (a KPI's key, or the segment of what is no KPI): how many there were,
    how many somebody acknowledged, acted on, called a false alarm; `ignored` ended by themselves, unacknowledged.
    """

    subject: str
    fired: int
    acknowledged: int
    actioned: int
    false: int
    ignored: int

    @property
    def is_noise(self) -> bool:
        """Nobody ever acted, and most were false or went unheard: the limits deserve a look."""
        return self.fired > 1 and self.actioned == 0 and 2 * (self.false + self.ignored) > self.fired


@dataclass(frozen=True)
class TooMuch:
    """An owner who was told of more than the budget within the week from a day on, and the KPIs it came from."""

    owner: str
    week: date
    count: int
    kpis: tuple[str, ...]


def quality(episodes: Iterable[Episode]) -> list[Quality]:
    """By subject, the noisiest first, then those that fired most."""
    groups: dict[str, list[Episode]] = defaultdict(list)
    for each in episodes:
        groups[each.kpi or each.segment].append(each)
    found = [_quality(subject, members) for subject, members in groups.items()]
    return sorted(found, key=lambda each: (not each.is_noise, -each.fired, each.subject))


def _quality(subject: str, members: Sequence[Episode]) -> Quality:
    heard = [each for each in members if each.acknowledged_by or each.action is not None]
    false = [each for each in members if each.ending == Closing.FALSE_ALARM]
    ignored = [each for each in members if each.ending == Closing.RECOVERED and each not in heard]
    actioned = [each for each in members if each.action is not None]
    return Quality(subject, len(members), len(heard), len(actioned), len(false), len(ignored))


def too_much(episodes: Iterable[Episode], budget: int = WEEKLY_BUDGET) -> list[TooMuch]:
    """
    Owners who were told of more episodes within a week (Monday to Sunday) than the budget, the latest week first.
    What another episode spoke for was not told and does not count.
    """
    told: dict[date, list[Episode]] = defaultdict(list)
    for each in episodes:
        if each.told_on is not None and each.owner:
            told[each.told_on - timedelta(days=each.told_on.weekday())].append(each)
    found = []
    for week, members in sorted(told.items(), reverse=True):
        for owner, count in over_budget([each.owner for each in members], budget).items():
            kpis = tuple(sorted({each.kpi or each.segment for each in members if each.owner == owner}))
            found.append(TooMuch(owner, week, count, kpis))
    return found
