"""A run of a procedure, its answers and the files that show them, as records; and who may look at which."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from store.permits import Permit
from store.scope import Principal


class RunState(StrEnum):
    """How far a run is; one that was left lying stays open until its person gives it up."""

    OPEN = "open"
    FINISHED = "finished"
    GIVEN_UP = "given up"


class Outcome(StrEnum):
    """What an answer says of a step."""

    DONE = "done"
    NOT_DONE = "not done"
    NOT_APPLICABLE = "not applicable"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Case:
    """What the work is done for: the kind, its number; `known`: the facts have it (None: there is no such table)."""

    kind: str
    id: str
    known: bool | None = None


@dataclass(frozen=True)
class NewRun:
    """What a run begins with: the version of the procedure, the case, and where the work belongs."""

    edition: int
    case: Case
    market: str = ""
    product: str = ""
    team: str = ""


@dataclass(frozen=True)
class ProcedureRun:
    """
    One run. `number`: of the version that is followed. `person` is an address; empty where the reader may know that
    there is a run, not whose.
    """

    id: int
    edition: int
    sop: str
    number: str
    department: str
    case_kind: str
    case_id: str
    case_known: bool | None
    market: str
    product: str
    team: str
    person: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    reason: str
    changed_at: datetime
    version: int

    @property
    def is_open(self) -> bool:
        return self.state is RunState.OPEN

    def __str__(self) -> str:
        return f"run {self.id} of {self.sop} {self.number} for {self.case_kind} {self.case_id} ({self.state})"


@dataclass(frozen=True)
class Said:
    """An answer as a device sends it; `key` is its own name for it, `shown_at` (the step was opened) and `done_at` its
    clock."""

    step: str
    outcome: Outcome
    key: str
    value: Decimal | None = None
    remark: str = ""
    evidence: int | None = None
    done_at: datetime | None = None
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """An answer as it is kept. `code`: by which a second person confirms it; empty where nobody has to."""

    id: int
    run: int
    step: str
    key: str
    outcome: Outcome
    value: Decimal | None
    remark: str
    evidence: int | None
    code: str
    person: str
    done_at: datetime
    saved_at: datetime
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Evidence:
    """A file that shows that a step was done: its SHA-256, what a browser is told it is, what people call it."""

    id: int
    run: int
    step: str
    sha256: str
    kind: str
    title: str
    size: int
    person: str
    added_at: datetime


def run_of(stored: Any) -> ProcedureRun:
    """A stored row as a record."""
    return ProcedureRun(**_given(ProcedureRun, stored) | {"state": RunState(stored.state)})


def answer_of(stored: Any) -> Answer:
    """A stored row as a record."""
    return Answer(**_given(Answer, stored) | {"outcome": Outcome(stored.outcome)})


def evidence_of(stored: Any) -> Evidence:
    """A stored row as a record."""
    return Evidence(**_given(Evidence, stored))


def latest(answers: Sequence[Answer], step: str) -> Answer | None:
    """What was last said of a step by whoever runs it; a confirmation is beside that."""
    own = [each for each in answers if each.step == step and each.outcome is not Outcome.CONFIRMED]
    return own[-1] if own else None


def confirmation(answers: Sequence[Answer], answer: Answer) -> Answer | None:
    """The second person's word on an answer; None while there is none."""
    found = (
        each
        for each in answers
        if each.outcome is Outcome.CONFIRMED and each.step == answer.step and each.id > answer.id
    )
    return next(found, None)


def is_in_scope(principal: Principal, run: ProcedureRun) -> bool:
    """Whether a run happens in a part of the firm that the principal sees."""
    scope = principal.scope
    return (
        scope.sees_department(run.department)
        and scope.sees_market(run.market or None)
        and scope.sees_team(run.team or None)
    )


def knows_of_runs(principal: Principal) -> bool:
    """Whether the principal may know that others' runs exist, though not whose they are nor what was answered."""
    return principal.may(Permit.AUDIT_PROCEDURES)


def _given(kind: type[Any], stored: Any) -> dict[str, Any]:
    return {each.name: getattr(stored, each.name) for each in fields(kind)}
