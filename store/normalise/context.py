"""What normalisation needs to know beside the rows: the firm, its calendars, its rates and its secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from store.company import Company
from store.money import Rates
from store.working_time import WorkingTime, plain_hours


@dataclass(frozen=True, eq=False)
class Context:
    """`calendars` by id; `secret` keys the hash of customer ids; `erased` are hashes of people to be kept
    out, `retired` of those whose rows before a day (of each table) do not name them any more.
    """

    company: Company
    calendars: Mapping[str, WorkingTime]
    rates: Rates
    secret: bytes
    erased: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()
    retired_before: Mapping[str, date] = field(default_factory=dict)

    def working_time(self, market: str | None) -> WorkingTime:
        """The working hours of a market; office hours in its zone where it has no calendar."""
        known = self.calendars.get(self.company.calendar_of(market))
        return known or plain_hours(self.company.zone_of(market))
