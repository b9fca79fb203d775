"""Targets as people enter them: entries are only added, the later one counts, the trail names who did it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Target
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, note, require, require_own, sees_part
from store.state.engines import Engines
from store.state.precedence import TargetRow, effective, frame_of
from store.state.targetfile import write_targets


@dataclass(frozen=True)
class Imported:
    """What an import did: rows added, rows of series that already were as the file says."""

    added: int
    unchanged: int


@dataclass(frozen=True)
class Targets:
    """The targets of the state database; `departments` tells the one of each KPI, whose rows are for its people."""

    engines: Engines
    departments: Mapping[str, str] = field(default_factory=dict)

    def rows(self, principal: Principal, kpi: str | None = None) -> list[TargetRow]:
        """Every entry ever made, oldest first, also those a later one covers."""
        found = self.engines.ask(lambda session: _stored(session, kpi))
        return [row for row in found if sees_part(principal, self.departments.get(row.kpi), row.pairs)]

    def count(self) -> int:
        """How many rows were ever entered: grows with each, so that caches can be told apart."""
        return self.engines.ask(lambda session: session.scalar(select(func.count(Target.id))) or 0)

    def frame(self, principal: Principal) -> pl.DataFrame:
        """The targets in force, as columns (see `precedence.FRAME`)."""
        return frame_of(self.rows(principal))

    def frame_after(self, principal: Principal, proposed: Sequence[TargetRow]) -> pl.DataFrame:
        """What `frame` would be after importing these rows; nothing is stored."""
        standing = self.rows(principal)
        latest = max((row.recorded_at for row in standing if row.recorded_at), default=datetime.now(UTC))
        later = [
            replace(row, recorded_at=max(latest, datetime.now(UTC)), version=1 << 32 | n)
            for n, row in enumerate(proposed)
        ]
        return frame_of([*standing, *later])

    def add(
        self, principal: Principal, row: TargetRow, seen: int | None = None, key: str | None = None
    ) -> TargetRow:
        """
        Adds an entry and returns it as stored. `seen` is the version of the KPI's segment the editor saw
        (0 for none): when it has grown since, ChangedMeanwhile. Raises NotAllowed outside the scope.
        """
        require(principal, Permit.SET_TARGETS)
        require_own(principal, self.departments.get(row.kpi), row.pairs, "targets")

        def work(session: Session) -> int:
            standing = [each for each in _stored(session, row.kpi) if each.segment == row.segment]
            if seen is not None and seen != (standing[-1].version if standing else 0):
                raise ChangedMeanwhile(f"The target of {row.kpi}", standing[-1] if standing else None, seen)
            return enter(session, principal, row, standing[-1] if standing else None).id

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: _row(session.get_one(Target, number)))

    def import_rows(
        self, principal: Principal, rows: Sequence[TargetRow], key: str | None = None
    ) -> Imported:
        """
        Adds all rows or none. A KPI's segment whose targets are already as the rows say is left alone, so
        importing a file twice adds nothing.
        """
        require(principal, Permit.SET_TARGETS)
        for row in rows:
            require_own(principal, self.departments.get(row.kpi), row.pairs, "targets")

        def work(session: Session) -> int:
            return sum(_import_series(session, principal, list(series)) for series in _by_series(rows))

        added = self.engines.change(work, key)
        return Imported(added, len(rows) - added)

    def export_rows(self, principal: Principal) -> str:
        """All entries as CSV, in the order they were made; importing it elsewhere gives the same targets."""
        return write_targets(self.rows(principal))


def _import_series(session: Session, principal: Principal, series: list[TargetRow]) -> int:
    kpi, segment = series[0].kpi, series[0].segment
    standing = [each for each in _stored(session, kpi) if each.segment == segment]
    version = standing[-1].version if standing else 0
    now = _no_earlier(standing[-1] if standing else None)
    proposed = [replace(row, recorded_at=now, version=version + n) for n, row in enumerate(series, 1)]
    if _said(effective([*standing, *proposed])) == _said(effective(standing)):
        return 0
    last = standing[-1] if standing else None
    for row in series:
        last = _row(enter(session, principal, row, last))
    return len(series)


def standing_of(session: Session, row: TargetRow) -> TargetRow | None:
    """The latest entry of the same KPI and segment."""
    standing = [each for each in _stored(session, row.kpi) if each.segment == row.segment]
    return standing[-1] if standing else None


def enter(session: Session, principal: Principal, row: TargetRow, last: TargetRow | None) -> Target:
    """Add an entry after the latest one of its KPI and segment, with its trail; whoever may is asked before."""
    entry = replace(row, recorded_at=_no_earlier(last), version=(last.version if last else 0) + 1)
    values = asdict(entry)
    values.pop("id")
    stored = Target(**values)
    session.add(stored)
    what = "target withdrawn" if row.withdrawn else "target set"
    note(session, principal, what, f"target {row.kpi} {row.segment}".strip(), last, entry)
    session.flush()
    return stored


def renew(session: Session, principal: Principal, row: TargetRow) -> None:
    """Enters a row once more, after all others of its KPI and segment, within a transaction."""
    standing = [each for each in _stored(session, row.kpi) if each.segment == row.segment]
    enter(session, principal, row, standing[-1] if standing else None)


def _no_earlier(last: TargetRow | None) -> datetime:
    """Now, but never before the last entry: a clock set back must not age a new entry."""
    now = datetime.now(UTC)
    return max(now, last.recorded_at) if last and last.recorded_at else now


def _stored(session: Session, kpi: str | None) -> list[TargetRow]:
    query = select(Target).order_by(Target.id)
    return [_row(each) for each in session.scalars(query if kpi is None else query.where(Target.kpi == kpi))]


def _row(stored: Target) -> TargetRow:
    return TargetRow(**{name: getattr(stored, name) for name in TargetRow.__dataclass_fields__})


def _by_series(rows: Iterable[TargetRow]) -> list[list[TargetRow]]:
    ordered = sorted(rows, key=lambda row: (row.kpi, row.segment))
    return [list(series) for _, series in groupby(ordered, key=lambda row: (row.kpi, row.segment))]


def _said(rows: list[TargetRow]) -> list[TargetRow]:
    return [replace(row, recorded_at=None, version=0, id=0) for row in rows]
