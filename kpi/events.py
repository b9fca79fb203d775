"""Moving events as data: the known ones of `events.csv`, with what the firm says about them and about its own."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from store.company import Event, EventPlan

FILE = Path(__file__).parent / "events.csv"
KEEP_WEEKDAYS = (
    "black_friday",
    "cyber_monday",
    "easter",
)  # always on the same weekday: harmless where not felt


@cache
def known_events() -> tuple[Event, ...]:
    """Black Friday, Cyber Monday, 11.11, 6.18, Prime days, Chinese New Year, Eid al-Fitr and Easter, 2008 to 2035.

    A day of them weighs as much as any other until the firm says otherwise.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Event(
                row["name"],
                date.fromisoformat(row["day"]),
                int(row["before"]),
                int(row["after"]),
                float(row["factor"]),
                row["market"] or None,
            )
            for row in csv.DictReader(file)
        )


def events_of(plans: Iterable[EventPlan], market: str | None = None) -> tuple[Event, ...]:
    """The events a firm goes by in one market (in all where none is named), by day.

    Black Friday, Cyber Monday and Easter without being told; any other known event once a plan names it, and the
    firm's own with their days. A plan says window and factor. Raises ValueError for a plan without days whose name is
    not known.
    """
    events = {(each.name, each.day): each for each in known_events() if each.name in KEEP_WEEKDAYS}
    for plan in plans:
        if plan.market not in (None, market):
            continue
        for event in _planned(plan):
            events[event.name, event.day] = event
    return tuple(sorted(events.values(), key=lambda each: (each.day, each.name)))


def _planned(plan: EventPlan) -> list[Event]:
    known = [each for each in known_events() if each.name == plan.name]
    if not plan.days and not known:
        names = sorted({each.name for each in known_events()})
        raise ValueError(
            f"Event '{plan.name}' has no days and is none of {', '.join(names)}; give it days in fairlead.toml."
        )
    told = [Event(plan.name, day, market=plan.market) for day in plan.days] or known
    plain = known[0] if known else Event(plan.name, date.min)
    before = plain.before if plan.before is None else plan.before
    after = plain.after if plan.after is None else plan.after
    return [replace(each, before=before, after=after, factor=plan.factor) for each in told]


def factors(events: Sequence[Event], start: date, end: date) -> dict[date, float]:
    """What the days of events weigh, from `start` to `end`; the largest factor where two fall together."""
    told: dict[date, float] = {}
    for event in events:
        if start <= event.day <= end:
            told[event.day] = max(event.factor, told.get(event.day, event.factor))
    return told


def event_days(events: Sequence[Event], start: date, end: date) -> frozenset[date]:
    """Every day within the window of an event, from `start` to `end`: no basis of what is usual."""
    days = [
        event.day + timedelta(days=offset)
        for event in events
        for offset in range(-event.before, event.after + 1)
    ]
    return frozenset(day for day in days if start <= day <= end)
