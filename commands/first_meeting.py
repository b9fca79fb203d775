"""Last week's meeting of the made-up firm, so that newcomers meet a pack, and this week's begins with promises."""

from dataclasses import replace
from datetime import date, timedelta

from demo.meeting import CARRIED_ON, DECIDED, LASTS, PRESENT, WISH, morning, said_of
from demo.stories import CARRIER
from demo.targets import owner_of
from kpi.catalog import KPIS
from meetings.agenda import Agenda
from meetings.closing import close_meeting, uncommented
from meetings.looking import look
from store.home import Store
from store.scope import Principal
from store.state import Action, State
from store.state.meeting_records import Comment, Decision, Meeting, monday_of


def hold_last_weeks(store: Store, principal: Principal, last: date) -> Meeting | None:
    """
    Held on Monday of last week over the figures of the Sunday before; one promise of it was not kept. None where
    people have met before, or nothing was off then.
    """
    monday = monday_of(last + timedelta(days=1)) - timedelta(weeks=1)
    lead, asked = replace(principal, name=owner_of(CARRIER.department)), Meeting(CARRIER.department, monday)
    if store.state.meetings.rows(principal):
        return None
    begun = morning(monday)
    agenda = look(store, lead, asked, begun, as_of=monday - timedelta(days=1))
    if not agenda.items:
        return None
    state = store.state.at(begun)
    opened = state.meetings.open(lead, asked)
    _talk(state, lead, opened, agenda)
    seen = state.meetings.save(lead, replace(opened, present=PRESENT))
    return close_meeting(store.state.at(begun + LASTS), lead, seen, agenda, monday)


def _talk(state: State, lead: Principal, meeting: Meeting, agenda: Agenda) -> None:
    """A comment on everything that was off, a decision on the first of it, and what somebody does about that."""
    for key in uncommented(agenda, ()):
        state.meetings.comment(lead, Comment(meeting.id, key, *said_of(key)))
    first = next((each for each in agenda.items if each.kpi in CARRIER.off_target), agenda.items[0])
    state.meetings.decide(lead, Decision(meeting.id, DECIDED, first.found, first.kpi, first.sop))
    owner = owner_of(KPIS[first.kpi].department.value)
    state.actions.add(
        lead,
        Action(first.kpi, meeting.department, WISH, owner, meeting.week + CARRIED_ON, meeting=meeting.id),
    )
