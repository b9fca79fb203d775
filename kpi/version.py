"""A changed definition: its number, the day from which it judges, and why it changed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Version:
    """The `number`-th definition of a KPI (2 or more); days before `effective` keep the numbers they had."""

    number: int
    effective: date
    why: str
