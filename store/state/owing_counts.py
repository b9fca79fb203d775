"""How procedures stand in teams, as numbers: nobody is named, and of a few people nothing is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.state.owing import Standing
from store.state.readings import Answer

FEWEST = 5  # a team of fewer people is not told apart


@dataclass(frozen=True)
class Count:
    """How a procedure stands in a team, as numbers. An empty team: all those too small to be told apart."""

    sop: str
    title: str
    version: str
    department: str
    team: str
    people: int
    read: int
    declined: int
    questions: int
    read_late: int
    to_train: int
    trained: int
    train_late: int

    @property
    def is_enough(self) -> bool:
        """Whether the numbers may be shown: of fewer people they would tell of each."""
        return self.people >= FEWEST


@dataclass(frozen=True)
class CurveDay:
    """How many of the people a version was for had read it, and were trained on it, by the end of a day."""

    day: date
    read: int
    trained: int
    people: int


def counted(standings: Iterable[Standing]) -> list[Count]:
    """By procedure, version and team; small teams together."""
    by_version = defaultdict[tuple[str, int], list[Standing]](list)
    for each in standings:
        by_version[each.asked.edition.key, each.asked.edition.major].append(each)
    return [count for _, each in sorted(by_version.items()) for count in _by_team(each)]


def _by_team(standings: Sequence[Standing]) -> list[Count]:
    teams = defaultdict[str, list[Standing]](list)
    for each in standings:
        teams[each.post.team].append(each)
    small = [team for team, each in teams.items() if len(each) < FEWEST]
    if small and len(teams) > 1:
        together = [each for team in small for each in teams.pop(team)]
        teams[""] = teams.get("", []) + together
        if len(teams[""]) < FEWEST and len(teams) > 1:
            least = min((team for team in teams if team), key=lambda team: len(teams[team]))
            teams[""] += teams.pop(least)
    return [_count(team, teams[team]) for team in sorted(teams)]


def _count(team: str, standings: Sequence[Standing]) -> Count:
    edition, owing = standings[0].asked.edition, [each for each in standings if each.needs_training]
    said = [each.answer.answer for each in standings if each.answer is not None]
    return Count(
        edition.key, edition.title, edition.name, edition.department, team, len(standings),
        sum(each.is_read for each in standings), said.count(Answer.DECLINED), said.count(Answer.QUESTION),
        sum(each.read_rung.is_late for each in standings), len(owing),
        sum(each.trained is not None for each in owing), sum(each.train_rung.is_late for each in owing),
    )  # fmt: skip


def curve(standings: Sequence[Standing], day: date, days: int) -> list[CurveDay]:
    """Of the last version that counts; whoever came after its first day is a newcomer and not part of it."""
    latest = max((each.asked.edition.major for each in standings), default=0)
    people = [each for each in standings if each.asked.holds(latest) and each.post.since <= each.asked.counts]
    if len(people) < FEWEST:
        return []
    first = people[0].asked.counts
    read = [each.answer.at.date() for each in people if each.is_read and each.answer]
    trained = [each.trained.held_on for each in people if each.trained]
    shown = [first + timedelta(days=n) for n in range(min(days, (day - first).days) + 1)]
    return [
        CurveDay(on, sum(each <= on for each in read), sum(each <= on for each in trained), len(people))
        for on in shown
    ]
