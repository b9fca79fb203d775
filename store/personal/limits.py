"""How long rows may name people: what fairlead.toml says, kept beside the lake for intake and pages."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from store.contract import people_of
from store.facts import MAPPED
from store.private_files import write_private

NAME = "retention.json"
LIMITED = tuple(table.name for table in MAPPED if people_of(table))


@dataclass(frozen=True)
class Retention:
    """
    `months` by fact table: how many whole months its rows name people; a table without stays as it is for ever.
    Uploads nobody loaded are kept `uploads_days`, pages of systems as they came `pages_days`, what signing in leaves
    `sign_ins_days`, what people replied to evidence `replies_days` after its last day.
    """

    months: Mapping[str, int] = field(default_factory=dict)
    uploads_days: int = 1
    sign_ins_days: int = 90
    replies_days: int = 365
    pages_days: int = 14

    def before(self, table: str, today: date) -> date | None:
        """Rows of the days before this one do not name people; None: all may."""
        if table not in self.months:
            return None
        month = today.year * 12 + today.month - 1 - self.months[table]
        return date(month // 12, month % 12 + 1, 1)

    def limits(self, today: date) -> dict[str, date]:
        """The same for all tables that have a limit."""
        found = {table: self.before(table, today) for table in self.months}
        return {table: day for table, day in found.items() if day is not None}


def save_retention(home: Path, retention: Retention) -> None:
    """Keep it, whole or not at all; nothing is written where it is the same."""
    if load_retention(home) != retention:
        write_private(home / NAME, json.dumps(asdict(retention)))


def load_retention(home: Path) -> Retention:
    """As the last round knew it; keep for ever before the first."""
    file = home / NAME
    return Retention(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else Retention()
