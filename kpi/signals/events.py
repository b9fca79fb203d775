"""Days that are not like others: public holidays and events, drawn but neither judged nor usual."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from store.company import Event
from store.scope import Principal
from store.state import State


def holidays(state: State, principal: Principal, calendars: Sequence[str]) -> dict[date, str]:
    """The named days off of at least half of these calendars, with their name; unknown calendars are left out."""
    known = {plan.id for plan in state.calendars.rows(principal)}
    asked = [calendar for calendar in calendars if calendar in known]
    names: dict[date, str] = {}
    off: Counter[date] = Counter()
    named = state.calendars.named_days_off(principal, asked)
    for calendar in asked:
        for day, label in named.get(calendar, {}).items():
            off[day] += 1
            names.setdefault(day, label)
    return {day: names[day] for day, count in off.items() if 2 * count >= len(asked)}


def event_days(events: Iterable[Event]) -> dict[date, str]:
    """The days on which events are felt, with the event's name; those that weigh like any other day are left out."""
    return {
        each.day + timedelta(days=n): each.name
        for each in events
        if each.factor != 1
        for n in range(-each.before, each.after + 1)
    }
