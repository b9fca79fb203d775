"""The rules of steps as values; the text of each is the line that stands in a procedure's file."""

from dataclasses import dataclass
from decimal import Decimal

UNITS = {"d": 86_400, "h": 3_600, "min": 60}


class RuleError(ValueError):
    """A rule or a case that cannot be read or judged; the message says which words, and the way out."""


@dataclass(frozen=True)
class Column:
    """A column of the table whose rows are the cases."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Event:
    """Something that `process_events` tells of the case under this name; its first time where it happened twice."""

    name: str

    def __str__(self) -> str:
        return f'"{self.name}"'


@dataclass(frozen=True)
class Start:
    """The moment the case began."""

    def __str__(self) -> str:
        return "start"


Moment = Column | Event | Start


@dataclass(frozen=True)
class ExistsRule:
    """It is there: a column that is not empty (a flag that says yes), an event that happened."""

    first: Column | Event

    def __str__(self) -> str:
        return f"{self.first} exists"


@dataclass(frozen=True)
class BeforeRule:
    """One comes before the other; with `or_at_once` at the same moment (or on the same day) is early enough."""

    first: Column | Event
    then: Column | Event
    or_at_once: bool = False

    def __str__(self) -> str:
        return f"{self.first} {'by' if self.or_at_once else 'before'} {self.then}"


@dataclass(frozen=True)
class WithinRule:
    """It comes after another moment, and not later than so many seconds after it."""

    first: Column | Event
    seconds: int
    of: Moment

    def __str__(self) -> str:
        return f"{self.first} within {duration(self.seconds)} of {self.of}"


@dataclass(frozen=True)
class InTimeRule:
    """An event happened by the limit that came with it."""

    first: Event

    def __str__(self) -> str:
        return f"{self.first} in time"


@dataclass(frozen=True)
class RangeRule:
    """A number lies within limits, both included; either may be open."""

    first: Column
    low: Decimal | None = None
    high: Decimal | None = None

    def __str__(self) -> str:
        low = "" if self.low is None else f" from {self.low}"
        return f"{self.first}{low}" + ("" if self.high is None else f" to {self.high}")


@dataclass(frozen=True)
class FollowedRule:
    """Each time the one event happens, the next event of the case is the other."""

    first: Event
    then: Event

    def __str__(self) -> str:
        return f"{self.first} followed directly by {self.then}"


Rule = ExistsRule | BeforeRule | WithinRule | InTimeRule | RangeRule | FollowedRule


def named(rule: Rule) -> tuple[Moment, ...]:
    """Everything a rule names, what it is about first."""
    match rule:
        case BeforeRule() | FollowedRule():
            return rule.first, rule.then
        case WithinRule():
            return rule.first, rule.of
        case _:
            return (rule.first,)


def columns_of(rule: Rule) -> tuple[str, ...]:
    """The columns a rule names."""
    return tuple(each.name for each in named(rule) if isinstance(each, Column))


def events_of(rule: Rule) -> tuple[str, ...]:
    """The events a rule names."""
    return tuple(each.name for each in named(rule) if isinstance(each, Event))


def duration(seconds: int) -> str:
    """Whole seconds of whole minutes in the largest unit that divides them: `2 h`."""
    unit, size = next((unit, size) for unit, size in UNITS.items() if seconds % size == 0)
    return f"{seconds // size} {unit}"
