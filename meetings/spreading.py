"""The new versions of procedures that have become four weeks old since the meeting before: told once, in one pack."""

from collections.abc import Iterable
from datetime import date, timedelta

from meetings.agenda import Spreading
from sop.adherence.reading import by_versions
from sop.library import Shelved
from sop.outcomes.spreading import first_day, spread
from store.home import Store
from store.scope import Principal
from store.state.meeting_records import Meeting

FOUR_WEEKS = timedelta(days=28)


def spreads_of(
    store: Store, principal: Principal, shelves: Iterable[Shelved], meeting: Meeting, today: date
) -> tuple[Spreading, ...]:
    """Of the procedures of the department, or of all of them; a meeting about one market tells of none."""
    if meeting.segment:
        return ()
    found = (_told(store, principal, each, today) for each in shelves if _is_due(each, meeting, today))
    return tuple(each for each in found if each is not None)


def _is_due(shelf: Shelved, meeting: Meeting, today: date) -> bool:
    now = shelf.effective()
    if now is None or not (meeting.is_monthly or now.department == meeting.department):
        return False
    on = first_day(shelf) + FOUR_WEEKS
    return meeting.last_time <= on < meeting.week and on <= today


def _told(store: Store, principal: Principal, shelf: Shelved, today: date) -> Spreading | None:
    now, first = shelf.effective(), first_day(shelf)
    if now is None:
        return None
    on = first + FOUR_WEEKS
    worked = by_versions(store.lake, principal, shelf.key, now.major, [on])
    days = spread(store.state, principal, shelf.key, first, worked, today)
    for each in days:
        if each.on == on:
            people = each.curve
            return Spreading(
                shelf.key, now.name, first, people.people if people else None, people.read if people else None,
                people.trained if people else None, each.worked.numerator, each.worked.denominator,
            )  # fmt: skip
    return None
