"""Who has refreshed what a peak asks for: counted by department and market, named to themselves and their lead only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.state.owing import Standing
from store.state.owing_counts import FEWEST
from store.state.refreshers import Refresher


@dataclass(frozen=True)
class Waiting:
    """Somebody who has not refreshed a procedure."""

    person: str
    sop: str


@dataclass(frozen=True)
class Refreshed:
    """
    Of a department and market (empty: of none): the `people` asked and those `done` with all they were asked for.
    `waiting`: those of the others whom the reader leads, or is.
    """

    department: str
    market: str
    people: int
    done: int
    waiting: tuple[Waiting, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether the numbers may be shown: of fewer people they would tell of each."""
        return self.people >= FEWEST


def refreshed_of(
    standings: Iterable[Standing], asked: Sequence[Refresher], seen: Collection[str]
) -> list[Refreshed]:
    """By department and market, in order; a person counts once, where their first post is. `seen` may be named."""
    calls = {each.sop: each for each in asked}
    people: dict[str, list[Standing]] = defaultdict(list)
    for each in standings:
        call = calls.get(each.asked.edition.key)
        if call is not None and each.needs_training and call.is_for(each.person):
            people[each.person].append(each)
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person, owing in people.items():
        first = min(owing, key=lambda one: (one.post.since, one.post.department, one.post.market))
        places[first.post.department, first.post.market].append(person)
    left = {person: [one for one in owing if not _is_done(one, calls)] for person, owing in people.items()}
    return [_group(*place, names, left, seen) for place, names in sorted(places.items())]


def _group(
    department: str, market: str, people: Sequence[str], left: Mapping[str, Sequence[Standing]],
    seen: Collection[str],
) -> Refreshed:  # fmt: skip
    waiting = sorted(
        (one.person, one.asked.edition.key) for person in people if person in seen for one in left[person]
    )
    done = sum(not left[person] for person in people)
    return Refreshed(department, market, len(people), done, tuple(Waiting(*each) for each in waiting))


def _is_done(standing: Standing, calls: Mapping[str, Refresher]) -> bool:
    """Trained on the version that counts, and again since the peak was called out."""
    last = standing.last_trained
    return (
        standing.trained is not None
        and last is not None
        and last >= calls[standing.asked.edition.key].asked_on
    )
