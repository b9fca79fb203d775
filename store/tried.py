"""A source that was asked once: what its first rows were like, table by table. Nothing of it was stored."""

from dataclasses import dataclass

CAN_BE_TRIED = ("http", "file", "sql")  # connectors that can be asked without taking anything away


@dataclass(frozen=True)
class Tried:
    """The first rows of one table: how many were read, fit, or were refused; `why`: the reason most of those share,
    or what kept the source from answering at all."""

    table: str
    answered: bool
    read: int = 0
    fit: int = 0
    refused: int = 0
    why: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it answered, with at least one row that fits where it had any."""
        return self.answered and (self.fit > 0 or not self.read)


@dataclass(frozen=True)
class Trial:
    """All tables of one source."""

    source: str
    tables: tuple[Tried, ...]
