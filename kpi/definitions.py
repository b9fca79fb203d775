"""Versions of definitions: a fingerprint of what decides a number, and the file in which every version stands.

`python -m kpi.definitions` brings docs/definitions.csv up to date; it refuses a definition that changed without a
new `Version` in its catalogue file. `--same` stamps all anew where no meaning changed (a library writes expressions
in another way).
"""

import csv
import hashlib
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from kpi.catalog import KPIS
from kpi.engine import Part, measures, state
from kpi.levels import AsOfDay
from kpi.model import Composite, Distinct, Distribution, Kpi, Ratio
from kpi.rolled import Rolled

FILE = Path(__file__).parent.parent / "docs" / "definitions.csv"
COLUMNS = ("kpi", "version", "effective", "fingerprint", "why")
FIRST = "first definition"


class Unversioned(ValueError):
    """A definition changed and its catalogue file does not say so."""


@lru_cache(maxsize=4096)
def fingerprint_of(kpi: Kpi) -> str:
    """Sixteen hexadecimal digits that change when a number or a status could: measures, days, reasons, unit, minimum.

    Words, owner, goal, SOPs and targets are no part of it; targets have a history of their own.
    """
    told: list[object] = [
        type(kpi).__name__, kpi.unit.value, kpi.better.value, kpi.dimensions, kpi.minimum, kpi.incomplete_if,
        kpi.shown_per, kpi.flag,
    ]  # fmt: skip
    for number, rows in enumerate(kpi.sides):
        part = Part(kpi, rows, number)
        days = (
            rows.fact.name,
            rows.day,
            rows.known_day,
            rows.waiting_day,
            rows.due,
            rows.waits,
            rows.over_time,
        )
        told += [days, tuple(rows.excluded), repr(state(part)), repr(sorted(measures(part).items()))]
    match kpi:
        case Distribution():
            told += [kpi.bin, repr(kpi.open), kpi.started]
        case Distinct():
            told += [kpi.of]
        case Composite():
            told += [kpi.factors]
        case Rolled():
            told += [kpi.along]
        case Ratio():
            told += [kpi.scaled.value]
        case AsOfDay():
            told += [kpi.until, kpi.state]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def version_of(kpi: Kpi) -> int:
    """The number of the definition in force."""
    return kpi.versions[-1].number if kpi.versions else 1


def effective_of(kpi: Kpi) -> date | None:
    """The day from which the definition in force judges; None for the first one, which has always done."""
    return kpi.versions[-1].effective if kpi.versions else None


def version_on(kpi: Kpi, day: date) -> int:
    """The number of the definition that judges a day."""
    return max((each.number for each in kpi.versions if each.effective <= day), default=1)


@dataclass(frozen=True)
class Line:
    """One version of one definition as it stands in the file."""

    kpi: str
    version: int
    effective: str
    fingerprint: str
    why: str


def lines_of(text: str) -> list[Line]:
    """The lines of the file's text."""
    return [
        Line(row["kpi"], int(row["version"]), row["effective"], row["fingerprint"], row["why"])
        for row in csv.DictReader(io.StringIO(text))
    ]


def updated(lines: Sequence[Line], kpis: Iterable[Kpi], *, same: bool = False) -> list[Line]:
    """The lines with every KPI's definition in force; older versions stay as they were written.

    Raises Unversioned for a definition that is not the one its version was stamped with, unless `same`.
    """
    kept = {(line.kpi, line.version): line for line in lines}
    for kpi in kpis:
        _check_order(kpi)
        now = _line(kpi)
        before = kept.get((kpi.key, now.version))
        if before is not None and before.fingerprint != now.fingerprint and not same:
            raise Unversioned(
                f"The definition of '{kpi.key}' is no longer its version {now.version}. Add "
                f"Version({now.version + 1}, effective=..., why=...) to its `versions`, then `make docs`; or, if no "
                "number can change, `python -m kpi.definitions --same`."
            )
        kept[kpi.key, now.version] = now
    known = {kpi.key for kpi in kpis}
    return sorted(
        (line for line in kept.values() if line.kpi in known), key=lambda each: (each.kpi, each.version)
    )


def _check_order(kpi: Kpi) -> None:
    numbers = [each.number for each in kpi.versions]
    days = [each.effective for each in kpi.versions]
    if numbers != list(range(2, len(numbers) + 2)) or days != sorted(set(days)):
        raise Unversioned(f"The versions of '{kpi.key}' must count 2, 3, ... with later and later days.")


def _line(kpi: Kpi) -> Line:
    last = kpi.versions[-1] if kpi.versions else None
    effective, why = (last.effective.isoformat(), last.why) if last else ("", FIRST)
    return Line(kpi.key, version_of(kpi), effective, fingerprint_of(kpi), why)


def written(lines: Iterable[Line]) -> str:
    """The text of the file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((line.kpi, line.version, line.effective, line.fingerprint, line.why) for line in lines)
    return out.getvalue()


def main(arguments: Sequence[str]) -> None:
    """Bring the file up to date."""
    before = lines_of(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    lines = updated(before, tuple(KPIS.values()), same="--same" in arguments)
    FILE.write_text(written(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
