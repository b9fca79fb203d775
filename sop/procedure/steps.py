"""One step of a procedure: what to do, who answers for it, and how it is shown that it was done."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from sop.procedure.text import ProcedureError, block, file_name, line, name, names, require_key, web_address


class CheckKind(StrEnum):
    """How whoever does a step shows that it was done."""

    TICK = "tick"
    VALUE = "value"
    PHOTO = "photo"
    FILE = "file"
    TWO_PEOPLE = "two people"


@dataclass(frozen=True)
class Check:
    """The checkpoint of a step; `low` and `high` (both included, either may be open) and `unit` belong to a value."""

    kind: CheckKind = CheckKind.TICK
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", line(self.unit))
        if self.kind is not CheckKind.VALUE and (self.unit or self.low is not None or self.high is not None):
            raise ProcedureError(f"A checkpoint '{self.kind}' has no range and no unit; make it a value.")
        for limit in (self.low, self.high):
            if limit is not None and not limit.is_finite():
                raise ProcedureError(f"The limit {limit} is not a number.")


@dataclass(frozen=True)
class Raci:
    """Roles (or people) of a step: exactly one is accountable, `backup` stands in for it; the others may be several."""

    accountable: str = ""
    backup: str = ""
    responsible: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for each in ("accountable", "backup"):
            object.__setattr__(self, each, name(getattr(self, each)))
        for each in ("responsible", "consulted", "informed"):
            object.__setattr__(self, each, names(getattr(self, each)))


@dataclass(frozen=True)
class Condition:
    """Where a step is done: only in these markets, only for these products; empty means in all, for all."""

    markets: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "markets", names(self.markets))
        object.__setattr__(self, "products", names(self.products))

    def applies(self, market: str, product: str) -> bool:
        """Whether the step is done there."""
        here = not self.markets or market in self.markets
        return here and (not self.products or product in self.products)


@dataclass(frozen=True)
class Picture:
    """A picture beside the procedure, and what it shows, for those who do not see it."""

    file: str
    shows: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", file_name(self.file))
        object.__setattr__(self, "shows", line(self.shows))


@dataclass(frozen=True)
class Step:
    """
    One step. `key` stays the same from version to version and in every translation, whatever the title becomes.

    `instruction` and `example` are Markdown. `minutes`: time limit from when the step before it was done, None for
    none. `weight`: whole points in the score. `rule`: how systems show that it was done, in words an engine will read.
    A critical step fails the whole run.
    """

    key: str
    title: str = ""
    instruction: str = ""
    raci: Raci = field(default_factory=Raci)
    check: Check = field(default_factory=Check)
    when: Condition = field(default_factory=Condition)
    critical: bool = False
    minutes: int | None = None
    weight: int = 1
    rule: str = ""
    example: str = ""
    pictures: tuple[Picture, ...] = ()
    video: str = ""

    def __post_init__(self) -> None:
        require_key(self.key)
        for each in ("title", "rule"):
            object.__setattr__(self, each, line(getattr(self, each)))
        for each in ("instruction", "example"):
            object.__setattr__(self, each, block(getattr(self, each)))
        object.__setattr__(self, "video", web_address(self.video))
        if self.minutes is not None and self.minutes < 1:
            raise ProcedureError(f"A time limit of {self.minutes} minutes cannot be kept; leave it empty.")
        if not 0 <= self.weight <= 1000:
            raise ProcedureError(f"The weight {self.weight} is not among 0 to 1000 points.")
