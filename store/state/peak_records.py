"""Peaks as people enter them, what they need of carriers and teams, and how far the stock reaches."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.state.edits import WrongEntry
from store.state.segments import segment_pairs, segment_text

LONGEST_NAME, LONGEST_DAYS, MOST_NEEDED = 60, 120, 10_000_000
AHEAD = timedelta(weeks=6)  # from then on a peak is prepared for
FINAL = timedelta(days=14)  # by then it has to be ready


class PeakError(WrongEntry):
    """A peak or need that cannot be right, or is not there; the message says which value and why."""


@dataclass(frozen=True)
class Peak:
    """
    The days of many orders from `begins` to `ends` in the `markets` (none named: in all). Raises PeakError without a
    name, and for days the wrong way round or more than 120 of them.
    """

    name: str
    begins: date
    ends: date
    markets: tuple[str, ...] = ()
    entered_by: str = ""
    deleted: bool = False
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "name", _line(self.name, "The peak has no name; write one such as Black Friday.")
        )
        object.__setattr__(self, "markets", tuple(sorted(set(self.markets))))
        if self.ends < self.begins:
            raise PeakError(f"The peak ends on {self.ends}, before it begins on {self.begins}.")
        if (days := (self.ends - self.begins).days + 1) > LONGEST_DAYS:
            raise PeakError(f"The peak lasts {days} days; {LONGEST_DAYS} are the most.")

    @property
    def occasion(self) -> str:
        """Under which refreshers are asked for."""
        return f"{self.name} {self.begins.year}"

    def is_near(self, day: date) -> bool:
        """Whether it is prepared for or under way on a day."""
        return self.begins - AHEAD <= day <= self.ends

    def is_in(self, market: str) -> bool:
        return not self.markets or market in self.markets

    def __str__(self) -> str:
        return f"'{self.name}' from {self.begins} to {self.ends}"


class NeedKind(StrEnum):
    """What may be missing in a peak beside goods and knowledge."""

    CARRIER = "carrier"
    STAFF = "staff"


@dataclass(frozen=True)
class Need:
    """
    What a peak takes of a carrier or team, `what`, in whole `unit`s (parcels a day, people), and how much of it is
    `promised` by the carrier or hired. Raises PeakError for numbers below 0 or beyond ten million, and without a name.
    """

    peak: int
    kind: NeedKind
    what: str
    needed: int
    promised: int = 0
    unit: str = ""
    department: str = ""
    segment: str = ""
    owner: str = ""
    entered_by: str = ""
    deleted: bool = False
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        usual = "parcels a day" if self.kind is NeedKind.CARRIER else "people"
        house = "shipping" if self.kind is NeedKind.CARRIER else "service"
        told = _line(self.what, "It says of nobody what is needed; name the carrier or the team.")
        object.__setattr__(self, "what", told)
        object.__setattr__(self, "unit", " ".join(self.unit.split())[:LONGEST_NAME] or usual)
        object.__setattr__(self, "department", self.department or house)
        object.__setattr__(self, "owner", " ".join(self.owner.split())[:LONGEST_NAME])
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))
        for name, number in (("needed", self.needed), ("promised", self.promised)):
            if not 0 <= number <= MOST_NEEDED:
                raise PeakError(f"{number:,} {self.unit} {name} cannot be; write 0 to {MOST_NEEDED:,}.")

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.promised)

    @property
    def market(self) -> str | None:
        return segment_pairs(self.segment).get("market")

    def __str__(self) -> str:
        return f"{self.what}: {self.promised:,} of {self.needed:,} {self.unit}"


@dataclass(frozen=True)
class Short:
    """
    An article at a place whose stock ends on `runs_out_on`, in or before a peak. An order placed by `order_by` would
    arrive in time at nine of ten lead times of the place; None where no lead time is known.
    """

    product: str
    location: str
    market: str | None
    on_hand: int
    runs_out_on: date
    order_by: date | None = None


@dataclass(frozen=True)
class Reach:
    """Of one market (None: of no market of its own): articles looked at, and those nobody can tell of."""

    market: str | None
    items: int
    unknown: int


@dataclass(frozen=True)
class Stock:
    """How far the stock of the evening of `day` reaches into a peak; the worst first, at most a few hundred."""

    as_of: date
    day: date | None
    reaches: tuple[Reach, ...] = ()
    short: tuple[Short, ...] = ()
    more: int = 0


def _line(text: str, empty: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise PeakError(empty)
    if len(line) > LONGEST_NAME:
        raise PeakError(f"'{line[:20]}...' has {len(line)} characters; {LONGEST_NAME} are the most.")
    return line
