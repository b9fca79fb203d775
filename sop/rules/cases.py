"""What the cases of a procedure are: the rows of which table, from when to when, and how long they may take."""

from dataclasses import dataclass

from sop.rules.model import Column, Event, duration

EVENTS = "process_events"


@dataclass(frozen=True)
class Cases:
    """
    A case is a row of `table`, or everything `process_events` tells of one case under the procedure's key.

    It begins at `begins` (with its first event, where cases are events) and is over at `ends`, or `seconds` after it
    began, whichever is earlier: what should be there is missed from then on. Without either it is over at once.
    """

    table: str
    begins: Column | None = None
    ends: Column | Event | None = None
    seconds: int | None = None

    @property
    def of_events(self) -> bool:
        return self.table == EVENTS

    def __str__(self) -> str:
        told = [self.table]
        told += [f"from {self.begins}"] if self.begins else []
        told += [f"to {self.ends}"] if self.ends else []
        told += [f"within {duration(self.seconds)}"] if self.seconds is not None else []
        return " ".join(told)
