"""Counting what may come in floods: few of many are worth a line, and none costs memory for long."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

MOST = 10_000  # subjects at once


@dataclass(eq=False)
class Flood:
    """Attempts by subject within a window, in the memory of this process."""

    window: timedelta
    _counts: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, subject: str, now: datetime) -> int | None:
        """How many there were in this window, where that is 1, 10, 100 and so on; else None."""
        with self._lock:
            since, many = self._counts.pop(subject, (now, 0))
            if now - since >= self.window:
                since, many = now, 0
            self._counts[subject] = since, many + 1
            if len(self._counts) > MOST:
                self._counts.pop(next(iter(self._counts)))
        return many + 1 if str(many + 1).strip("0") == "1" else None
