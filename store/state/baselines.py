"""Where the usual range of a KPI begins: set by a named person with a reason, and undone the same way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Baseline
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require, require_own, sees_part
from store.state.engines import Engines
from store.state.segments import segment_pairs, segment_text


class BaselineError(WrongEntry):
    """A baseline that cannot be right; the message says which value and why."""


@dataclass(frozen=True)
class BaselineRow:
    """
    From the period of `starts_on` the usual range of the KPI in `segment` is taken anew, until a later entry.
    An `undone` entry takes the one of the same day away. Version 0 is not stored yet.
    Raises BaselineError without a KPI or a reason.
    """

    kpi: str
    starts_on: date
    reason: str
    segment: str = ""
    undone: bool = False
    set_by: str = ""
    recorded_at: datetime | None = None
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        if not self.kpi.strip():
            raise BaselineError("kpi is empty; name the KPI the baseline is for.")
        if not self.reason.strip():
            raise BaselineError(
                f"The baseline of '{self.kpi}' from {self.starts_on} has no reason; say what has changed, so "
                "that a later reader can judge it."
            )
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))

    @property
    def pairs(self) -> dict[str, str]:
        return segment_pairs(self.segment)


@dataclass(frozen=True)
class Baselines:
    """The baselines of the state database; `departments` tells the one of each KPI, whose rows are for its people."""

    engines: Engines
    departments: Mapping[str, str] = field(default_factory=dict)

    def rows(self, principal: Principal, kpi: str | None = None) -> list[BaselineRow]:
        """Every entry ever made, oldest first, also those that were undone."""
        found = self.engines.ask(lambda session: _stored(session, kpi))
        return [row for row in found if sees_part(principal, self.departments.get(row.kpi), row.pairs)]

    def count(self) -> int:
        """How many entries were ever made: grows with each, so that caches can be told apart."""
        return self.engines.ask(lambda session: session.scalar(select(func.count(Baseline.id))) or 0)

    def add(
        self, principal: Principal, row: BaselineRow, seen: int | None = None, key: str | None = None
    ) -> BaselineRow:
        """
        Adds an entry and returns it as stored, with the principal's name. `seen` is the version of the KPI's
        segment the editor saw (0 for none): when it has grown since, ChangedMeanwhile. Raises NotAllowed
        outside the scope and BaselineError for undoing what is not there.
        """
        require(principal, Permit.SET_BASELINES)
        require_own(principal, self.departments.get(row.kpi), row.pairs, "baselines")

        def work(session: Session) -> int:
            standing = [each for each in _stored(session, row.kpi) if each.segment == row.segment]
            last = standing[-1] if standing else None
            if seen is not None and seen != (last.version if last else 0):
                raise ChangedMeanwhile(f"The baseline of {row.kpi}", last, seen)
            _check_undo(row, standing)
            return _enter(session, principal, row, last).id

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: _row(session.get_one(Baseline, number)))

    def adopt(self, principal: Principal, rows: Sequence[BaselineRow]) -> int:
        """Adds the first baseline of KPIs that never had one, and nothing else; returns how many were added."""
        require(principal, Permit.BRING_DATA)
        for row in rows:
            require_own(principal, self.departments.get(row.kpi), row.pairs, "baselines")

        def work(session: Session) -> int:
            known = set(session.scalars(select(Baseline.kpi).distinct()))
            new = [row for row in rows if row.kpi not in known]
            for row in new:
                _enter(session, principal, row, None)
            return len(new)

        return self.engines.change(work)


def in_force(rows: Iterable[BaselineRow]) -> list[BaselineRow]:
    """The entries that count, by KPI, segment and day: the latest of each, unless it was undone."""
    latest: dict[tuple[str, str, date], BaselineRow] = {}
    for row in rows:
        latest[row.kpi, row.segment, row.starts_on] = row
    return [latest[each] for each in sorted(latest) if not latest[each].undone]


def of_slice(rows: Iterable[BaselineRow], kpi: str, slice_: Mapping[str, str]) -> list[BaselineRow]:
    """The entries in force for one KPI and slice, by day: those of the slice and of every part it lies in."""
    mine = [row for row in in_force(rows) if row.kpi == kpi and row.pairs.items() <= slice_.items()]
    return sorted(mine, key=lambda row: (row.starts_on, len(row.pairs)))


def _check_undo(row: BaselineRow, standing: Sequence[BaselineRow]) -> None:
    if row.undone and row.starts_on not in {each.starts_on for each in in_force(standing)}:
        days = ", ".join(str(each.starts_on) for each in in_force(standing)) or "none"
        raise BaselineError(
            f"'{row.kpi}' has no baseline from {row.starts_on} that could be undone; in force are: {days}."
        )


def _enter(session: Session, principal: Principal, row: BaselineRow, last: BaselineRow | None) -> Baseline:
    now = datetime.now(UTC)
    at = max(now, last.recorded_at) if last and last.recorded_at else now
    entry = replace(row, set_by=principal.name, recorded_at=at, version=(last.version if last else 0) + 1)
    values = asdict(entry)
    values.pop("id")
    stored = Baseline(**values)
    session.add(stored)
    what = "baseline undone" if row.undone else "baseline set"
    note(session, principal, what, f"baseline {row.kpi} {row.segment}".strip(), last, entry)
    session.flush()
    return stored


def _stored(session: Session, kpi: str | None) -> list[BaselineRow]:
    query = select(Baseline).order_by(Baseline.id)
    found = session.scalars(query if kpi is None else query.where(Baseline.kpi == kpi))
    return [_row(each) for each in found]


def _row(stored: Baseline) -> BaselineRow:
    return BaselineRow(**{name: getattr(stored, name) for name in BaselineRow.__dataclass_fields__})
