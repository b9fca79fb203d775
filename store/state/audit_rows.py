"""An audit of how a procedure is followed, what was drawn for it and what was found, as records."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from store.models import AuditAnswer, AuditRecord, AuditSettlement, ProcedureAudit
from store.scope import Principal

Plain = Mapping[str, object]


class AuditState(StrEnum):
    """How far an audit is: asked for by nobody yet, waiting for the draw, being worked on, or at its end."""

    WANTED = "wanted"
    DRAWING = "drawing"
    OPEN = "open"
    DONE = "done"
    CALLED_OFF = "called off"


class Selection(StrEnum):
    """How its records were chosen; only random ones enter the rates."""

    RANDOM = "random"
    TARGETED = "targeted"
    COMPLAINT = "complaint"


class DrawnFrom(StrEnum):
    """What an audit looks at."""

    RUN = "run"
    TICKET = "ticket"
    ORDER = "order"
    SHIPMENT = "shipment"
    BATCH = "batch"


@dataclass(frozen=True)
class NewAudit:
    """
    What somebody plans: a version of a procedure, what is drawn from (of the days `first` to `last`, of one market or
    team unless empty), how many (`plan`) and what is asked of each (`template`). `second_percent` of the records are
    looked at by a second auditor. `seed`: any text; with the population it decides what is drawn.
    """

    sop: str
    edition: int
    number: str
    department: str
    drawn_from: DrawnFrom
    first: date
    last: date
    plan: Plain
    template: Plain
    seed: str
    selection: Selection = Selection.RANDOM
    market: str = ""
    team: str = ""
    second_percent: int = 0
    due_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class WantedAudit:
    """An audit that something asks for: the version of the procedure, the step, and the numbers that say why."""

    sop: str
    edition: int
    number: str
    department: str
    step: str
    first: date
    last: date
    because: Plain


@dataclass(frozen=True)
class Audit:
    """One audit as it is kept. `population`, `digest` and `size` say what was drawn from and how many were drawn."""

    id: int
    sop: str
    edition: int
    number: str
    department: str
    drawn_from: DrawnFrom
    first: date
    last: date
    market: str
    team: str
    selection: Selection
    plan: Plain
    template: Plain
    second_percent: int
    due_on: date | None
    reason: str
    step: str
    because: Plain | None
    seed: str
    state: AuditState
    population: int
    digest: str
    size: int
    problem: str
    asked_by: str
    asked_at: datetime
    drawn_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    ended_why: str
    changed_at: datetime
    version: int

    @property
    def is_over(self) -> bool:
        return self.state in (AuditState.DONE, AuditState.CALLED_OFF)

    def __str__(self) -> str:
        return f"audit {self.id} of {self.sop} {self.number} ({self.state})"


@dataclass(frozen=True)
class Drawn:
    """
    One record that was drawn: the `place`-th to be looked at. `about`: what it was done for, where a run was drawn.
    `person`: who did the work; empty where that is not known, or not for the reader.
    """

    place: int
    case_id: str
    day: date
    about: str = ""
    market: str = ""
    team: str = ""
    shift: str = ""
    channel: str = ""
    person: str = ""
    twice: bool = False
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """
    What an auditor found at a step. `score`: whole points, None where the step does not apply, `because` then says
    why. `value`: what was measured or seen. `version`: 0 for a new answer.
    """

    step: str
    score: int | None
    value: str = ""
    because: str = ""
    comment: str = ""
    evidence: str = ""
    answered_at: datetime | None = None
    version: int = 0

    def agrees(self, other: "Found") -> bool:
        """Whether two auditors say the same of the step."""
        return self.score == other.score

    def __str__(self) -> str:
        return "not applicable" if self.score is None else f"{self.score} points"


@dataclass(frozen=True)
class Check:
    """One auditor's look at one record, `turn` 1 or 2, with what was found so far, by step."""

    id: int
    place: int
    turn: int
    auditor: str
    begun_at: datetime
    finished_at: datetime | None
    found: Mapping[str, Found] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Settlement:
    """What counts at a step where two auditors disagreed, and why."""

    place: int
    step: str
    score: int | None
    because: str
    settled_by: str
    settled_at: datetime


@dataclass(frozen=True)
class Progress:
    """Of one audit: records that were drawn, and first checks that are finished."""

    drawn: int
    finished: int


def sees_audit(principal: Principal, department: str, market: str, team: str) -> bool:
    """Whether all that an audit looks at is the principal's to see: who sees some markets sees audits of these only."""
    scope = principal.scope
    return (
        scope.sees_department(department)
        and (scope.markets is None or market in scope.markets)
        and (scope.teams is None or team in scope.teams)
    )


def audit_of(stored: ProcedureAudit) -> Audit:
    """A stored row as a record."""
    return Audit(**_given(Audit, stored) | _kinds(stored))


def drawn_of(stored: AuditRecord) -> Drawn:
    """A stored row as a record."""
    return Drawn(**_given(Drawn, stored) | {"not_by": tuple(stored.not_by)})


def found_of(stored: AuditAnswer) -> Found:
    """A stored row as a record."""
    return Found(**_given(Found, stored))


def settlement_of(stored: AuditSettlement, place: int) -> Settlement:
    """A stored row as a record."""
    names = [each.name for each in fields(Settlement) if each.name != "place"]
    return Settlement(place=place, **{name: getattr(stored, name) for name in names})


def _kinds(stored: ProcedureAudit) -> dict[str, object]:
    return {
        "drawn_from": DrawnFrom(stored.drawn_from),
        "selection": Selection(stored.selection),
        "state": AuditState(stored.state),
    }


def _given(kind: type[Any], stored: object) -> dict[str, Any]:
    return {each.name: getattr(stored, each.name) for each in fields(kind)}
