"""Work by a version that did not count on its day: a deviation, whatever its steps say."""

from collections.abc import Mapping, Sequence
from datetime import date

from sop.adherence.reading import WEEK, runs_by_version
from sop.library import Shelved
from sop.share import Share
from store.lake import Lake
from store.scope import Principal
from store.state.editions import in_force


def strayed(lake: Lake, principal: Principal, shelf: Shelved, days: Sequence[date]) -> Mapping[date, Share]:
    """
    Of the seven days up to each day: checks and runs by a version that was not in force, in any language, on the day
    of the work, among all whose version is known.
    """
    done = [each for each in runs_by_version(lake, principal, shelf.key, days) if each.version]
    counting = {day: counted_on(shelf, day) for day in {each.day for each in done}}
    found = {}
    for until in days:
        near = [each for each in done if until - WEEK <= each.day <= until]
        off = sum(each.runs for each in near if each.version not in counting[each.day])
        found[until] = Share(off, sum(each.runs for each in near))
    return found


def counted_on(shelf: Shelved, day: date) -> frozenset[str]:
    """The names of the versions in force on a day, one a language at most."""
    editions = [in_force(shelf.of(each), day) for each in shelf.languages]
    return frozenset(each.name for each in editions if each is not None)
