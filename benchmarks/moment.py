"""The moment everything is evaluated at, and where a tool without Delta finds the facts; imports nothing heavy."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
DAY_BEFORE = LAST - timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """The end of a day."""

    day: date

    @property
    def epoch(self) -> int:
        """Seconds since 1970 at its end."""
        after = self.day + timedelta(days=1)
        return int(datetime(after.year, after.month, after.day, tzinfo=UTC).timestamp())


def read_files(lists: Path) -> dict[str, list[str]]:
    """The Parquet files of each fact table, as they were written down."""
    found: dict[str, list[str]] = json.loads(lists.read_text())
    return found
