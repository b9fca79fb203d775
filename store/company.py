"""The firm: its currency, its zone and the markets it sells to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from store.lane_budget import LaneBudget
from store.reading_ladder import USUAL, Ladder


@dataclass(frozen=True)
class Event:
    """A day that draws business to it: `before` and `after` are the days around it that it is felt on.

    `factor`: how much a day of it weighs against an ordinary one of the same weekday. No market means all of them.
    """

    name: str
    day: date
    before: int = 0
    after: int = 0
    factor: float = 1.0
    market: str | None = None


@dataclass(frozen=True)
class EventPlan:
    """What the firm says about an event: its days; without days, about the known event of that name."""

    name: str
    days: tuple[date, ...] = ()
    before: int | None = None
    after: int | None = None
    factor: float = 1.0
    market: str | None = None


@dataclass(frozen=True)
class Market:
    """One market: the zone its days are counted in, its currency, working calendar and language."""

    code: str
    timezone: str
    currency: str
    calendar: str
    language: str = "en"
    name: str = ""


@dataclass(frozen=True)
class Company:
    """What every normalisation needs to know about the firm; no `departments` means that all use Fairlead."""

    name: str = "My company"
    currency: str = "EUR"
    timezone: str = "UTC"
    week_starts: str = "monday"
    markets: Mapping[str, Market] = field(default_factory=dict)
    made_up: bool = False
    events: tuple[EventPlan, ...] = ()
    lanes: Mapping[str, LaneBudget] = field(default_factory=dict)
    departments: tuple[str, ...] = ()
    ladder: Ladder = USUAL

    def uses(self, department: str) -> bool:
        """Whether the department uses Fairlead."""
        return not self.departments or department in self.departments

    def today(self, at: datetime) -> date:
        """The day it is for the firm at a moment."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def zone_of(self, market: str | None) -> str:
        """The zone a market's local days are counted in; the company's own where no market is known."""
        known = self.markets.get(market or "")
        return known.timezone if known else self.timezone

    def calendar_of(self, market: str | None) -> str:
        """The working calendar of a market; `default` where none is set."""
        known = self.markets.get(market or "")
        return known.calendar if known else "default"
