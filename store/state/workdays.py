"""Which days a country works: weekdays, public holidays and the weekends worked to make up for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from store.database import StateError

if TYPE_CHECKING:
    import holidays  # slow to load, and needed only where a calendar is filled


class CalendarError(StateError):
    """A calendar that cannot be made or does not reach far enough; the message says what to fill in."""


@dataclass(frozen=True)
class CalendarPlan:
    """
    How a calendar is filled. `country` is an ISO code with an optional part (`DE`, `DE-BY`), empty for none.
    `weekdays` are the working ones, 0 is Monday; None means those of the country. `closes` None is midnight.
    """

    id: str
    zone: str
    country: str = ""
    weekdays: tuple[int, ...] | None = None
    opens: time = time(9)
    closes: time | None = time(17)
    name: str = ""


class WorkDay(NamedTuple):
    """One local day; hours are empty on a day off."""

    day: date
    is_working: bool
    opens: time | None
    closes: time | None
    label: str = ""


def working_week(plan: CalendarPlan) -> tuple[int, ...]:
    """The plan's weekdays, or those of its country. Raises CalendarError for an unknown country."""
    if plan.weekdays is not None:
        return tuple(sorted(set(plan.weekdays)))
    weekend = _holidays(plan, [2025]).weekend if plan.country else {5, 6}
    return tuple(day for day in range(7) if day not in weekend)


def days_of(plan: CalendarPlan, years: Iterable[int]) -> list[WorkDay]:
    """Every day of the years, in order. Raises CalendarError for a wrong country, zone or weekday."""
    years = sorted(set(years))
    _check(plan)
    off = _holidays(plan, years) if plan.country else None
    made_up = off.weekend_workdays if off is not None else set[date]()
    week = working_week(plan)
    named: Mapping[date, str] = off or {}
    return [
        _work_day(plan, day, day.weekday() in week, named.get(day), day in made_up) for day in _days(years)
    ]


def _work_day(plan: CalendarPlan, day: date, usual: bool, holiday: str | None, made_up: bool) -> WorkDay:
    if made_up:
        return WorkDay(day, True, plan.opens, plan.closes, "" if usual else "Make-up working day")
    if usual and holiday is None:
        return WorkDay(day, True, plan.opens, plan.closes)
    return WorkDay(day, False, None, None, holiday or "")


def _days(years: Iterable[int]) -> Iterable[date]:
    for year in years:
        first = date(year, 1, 1)
        for n in range((date(year + 1, 1, 1) - first).days):
            yield first + timedelta(days=n)


def _holidays(plan: CalendarPlan, years: list[int]) -> "holidays.HolidayBase":
    import holidays

    country, _, part = plan.country.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None, years=years, language="en_US")
    except NotImplementedError as error:
        raise CalendarError(
            f"Calendar '{plan.id}': there are no holidays for '{plan.country}' ({error}). "
            "Write an ISO country code such as 'DE', with a part such as 'DE-BY', or leave it empty."
        ) from error


def _check(plan: CalendarPlan) -> None:
    if any(day not in range(7) for day in plan.weekdays or ()):
        raise CalendarError(f"Calendar '{plan.id}' has weekdays {plan.weekdays}; Monday is 0, Sunday is 6.")
    if plan.closes is not None and plan.closes <= plan.opens:
        raise CalendarError(
            f"Calendar '{plan.id}' closes at {plan.closes}, not after it opens at {plan.opens}; "
            "leave the closing time empty for midnight."
        )
    try:
        ZoneInfo(plan.zone)
    except (KeyError, ValueError, OSError) as error:
        raise CalendarError(
            f"Calendar '{plan.id}' has the zone '{plan.zone}'; write one such as 'Europe/Berlin'."
        ) from error
