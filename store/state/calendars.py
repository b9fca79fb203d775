"""Working calendars as explicit days: filled from a country's holidays, changed by hand, counted along."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.models import Calendar, CalendarDay
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require, require_everything
from store.state.engines import Engines
from store.state.workdays import CalendarError, CalendarPlan, WorkDay, days_of, working_week


@dataclass(frozen=True)
class Calendars:
    """The calendars of the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[CalendarPlan]:
        """How each calendar was filled, by id."""
        query = select(Calendar).order_by(Calendar.id)
        return self.engines.ask(lambda session: [_plan(each) for each in session.scalars(query)])

    def fill_calendar(self, principal: Principal, plan: CalendarPlan, years: Iterable[int]) -> int:
        """
        Writes every day of the years and returns how many changed. Days set by hand stay as they are.
        Raises CalendarError for an unknown country, zone or weekday.
        """
        require(principal, Permit.CHANGE_COMPANY)
        require_everything(principal, f"calendar {plan.id}")
        days = days_of(plan, years)

        def work(session: Session) -> int:
            _keep_plan(session, principal, plan)
            by_hand = select(CalendarDay.day).where(CalendarDay.calendar == plan.id, CalendarDay.by_hand)
            kept = set(session.scalars(by_hand))
            return _write(session, plan.id, [each for each in days if each.day not in kept], by_hand=False)

        return self.engines.change(work)

    def set_days(
        self, principal: Principal, calendar: str, days: Sequence[WorkDay], key: str | None = None
    ) -> int:
        """Sets days by hand: a half day, a strike, a make-up Saturday; returns how many changed."""
        require(principal, Permit.CHANGE_COMPANY)
        require_everything(principal, f"calendar {calendar}")

        def work(session: Session) -> int:
            if session.get(Calendar, calendar) is None:
                raise _unknown(calendar)
            changed = _write(session, calendar, days, by_hand=True)
            after = {str(each.day): each.label or str(each.is_working) for each in days}
            note(session, principal, "calendar days set", f"calendar {calendar}", None, after)
            return changed

        return self.engines.change(work, key)

    def table(self, principal: Principal, calendar: str) -> pl.DataFrame:
        """Columns day, is_working, opens, closes (local times; null on a day off, or midnight), label."""
        stored = self.engines.ask(lambda session: _stored(session, calendar))
        if not stored:
            raise _unknown(calendar)
        schema = {
            "day": pl.Date,
            "is_working": pl.Boolean,
            "opens": pl.Time,
            "closes": pl.Time,
            "label": pl.String,
        }
        return pl.DataFrame(dict(zip(schema, zip(*stored, strict=True), strict=True)), schema=schema)

    def days(self, principal: Principal, calendar: str) -> "WorkDays":
        """The working days of a calendar, to count along. Raises CalendarError when it was never filled."""
        stored = self.engines.ask(lambda session: _stored(session, calendar))
        if not stored:
            raise _unknown(calendar)
        working = tuple(each.day for each in stored if each.is_working)
        return WorkDays(calendar, stored[0].day, stored[-1].day, working)

    def holidays(self, principal: Principal, calendar: str) -> frozenset[date]:
        """Mondays to Fridays that are not worked; none for a calendar that was never filled."""
        query = select(CalendarDay.day).where(CalendarDay.calendar == calendar, ~CalendarDay.is_working)
        days = self.engines.ask(lambda session: session.scalars(query).all())
        return frozenset(each for each in days if each.weekday() < 5)

    def named_days_off(self, principal: Principal, calendars: Iterable[str]) -> dict[str, dict[date, str]]:
        """The days off that have a name, by calendar and day; nothing of calendars that were never filled."""
        day = CalendarDay
        query = select(day.calendar, day.day, day.label).where(
            day.calendar.in_(set(calendars)), ~day.is_working, day.label != ""
        )
        found: dict[str, dict[date, str]] = {}
        for calendar, when, label in self.engines.ask(lambda session: session.execute(query).all()):
            found.setdefault(calendar, {})[when] = label
        return found

    def working_days(self, principal: Principal, calendar: str, start: date, end: date) -> list[date]:
        """The working days from `start` up to the day before `end`."""
        return self.days(principal, calendar).between(start, end)

    def add_working_days(self, principal: Principal, calendar: str, day: date, n: int) -> date:
        """The n-th working day after `day`; the day itself (day 0) is not counted."""
        return self.days(principal, calendar).after(day, n)


@dataclass(frozen=True)
class WorkDays:
    """The working days of one calendar, which knows the days from `first` to `last`."""

    calendar: str
    first: date
    last: date
    working: tuple[date, ...]

    def between(self, start: date, end: date) -> list[date]:
        """The working days from `start` up to the day before `end`. Raises CalendarError outside."""
        if start >= end:
            return []
        if start < self.first or end.toordinal() - 1 > self.last.toordinal():
            raise self._too_short(start if start < self.first else end)
        return list(self.working[bisect_left(self.working, start) : bisect_left(self.working, end)])

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted; n = 0 is the day itself."""
        if n < 0:
            raise ValueError(f"{n} working days after {day}: count forwards, from 0.")
        place = bisect_right(self.working, day) + n - 1
        if n == 0:
            return day
        if day < self.first or place >= len(self.working):
            raise self._too_short(day)
        return self.working[place]

    def on_or_after(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is: day 0 of a promise."""
        place = bisect_left(self.working, day)
        if day < self.first or place >= len(self.working):
            raise self._too_short(day)
        return self.working[place]

    def _too_short(self, day: date) -> CalendarError:
        return CalendarError(
            f"Calendar '{self.calendar}' knows {self.first} to {self.last} and is asked about {day} "
            "or later; fill the missing years."
        )


def _keep_plan(session: Session, principal: Principal, plan: CalendarPlan) -> None:
    stored = session.get(Calendar, plan.id)
    kept = CalendarPlan(
        plan.id, plan.zone, plan.country, working_week(plan), plan.opens, plan.closes, plan.name
    )
    before = _plan(stored) if stored else None
    if before == kept:
        return
    values = {name: getattr(kept, name) for name in CalendarPlan.__dataclass_fields__}
    values["weekdays"] = list(working_week(plan))
    session.merge(Calendar(**values, version=stored.version + 1 if stored else 1))
    session.flush()
    note(session, principal, "calendar set", f"calendar {plan.id}", before, kept)


def _write(session: Session, calendar: str, days: Sequence[WorkDay], *, by_hand: bool) -> int:
    stored = {each.day: each for each in _stored(session, calendar)}
    changed = [each for each in days if stored.get(each.day) != each]
    new = [
        {"calendar": calendar, **each._asdict(), "by_hand": by_hand}
        for each in changed
        if each.day not in stored
    ]
    if new:
        session.execute(insert(CalendarDay), new)
    for each in changed:
        if each.day in stored:
            session.merge(CalendarDay(calendar=calendar, **each._asdict(), by_hand=by_hand))
    return len(changed)


def _stored(session: Session, calendar: str) -> list[WorkDay]:
    """The days in order, as plain values: a calendar has thousands."""
    columns = [getattr(CalendarDay, name) for name in WorkDay._fields]
    query = select(*columns).where(CalendarDay.calendar == calendar).order_by(CalendarDay.day)
    return [WorkDay(*each) for each in session.execute(query)]


def _plan(stored: Calendar) -> CalendarPlan:
    return CalendarPlan(
        id=stored.id,
        zone=stored.zone,
        country=stored.country,
        weekdays=tuple(stored.weekdays),
        opens=stored.opens,
        closes=stored.closes,
        name=stored.name,
    )


def _unknown(calendar: str) -> CalendarError:
    return CalendarError(f"There is no calendar '{calendar}'; fill it for the years you need first.")
