"""The one function that evaluates everything: what the worker calls after each refresh of the components."""

from collections.abc import Iterable
from datetime import date, datetime

from alerts.evaluation import Evaluated, Moment, evolve
from alerts.findings import Looked, findings
from store.company import Company
from store.company_file import load_company
from store.home import Store
from store.scope import Principal
from store.state import CalendarError, State, WorkDays


def evaluate_alerts(
    store: Store, principal: Principal, now: datetime, looked: Iterable[Looked] = ()
) -> Evaluated:
    """
    Follow every alert up to the data there is and bring episodes and notices up to date, in one transaction; the
    same again changes nothing. `looked`: the procedures in force. Raises NotAllowed.
    """
    company = load_company(store.home)
    today = company.today(now)
    found = findings(store, principal, now, today, looked)
    return evolve(store.state.episodes, principal, found, moment_of(store.state, principal, company, now))


def moment_of(state: State, principal: Principal, company: Company, now: datetime) -> Moment:
    """Now, with the working days of whoever answers: of the one market they see, of the episode's, of the firm."""
    known = {plan.id: _days(state, principal, plan.id) for plan in state.calendars.rows(principal)}

    def works(markets: frozenset[str] | None, market: str | None, day: date) -> bool:
        own = next(iter(markets)) if markets is not None and len(markets) == 1 else market
        days = known.get(company.calendar_of(own))
        if days is None or not days.first <= day <= days.last:
            return day.weekday() < 5
        return bool(days.between(day, date.fromordinal(day.toordinal() + 1)))

    return Moment(now, company.today(now), works)


def _days(state: State, principal: Principal, calendar: str) -> WorkDays | None:
    try:
        return state.calendars.days(principal, calendar)
    except CalendarError:
        return None
