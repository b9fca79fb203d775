"""Runs that were made before they came here: brought along once, with their own people, days and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedureRun as Stored
from store.models import RunAnswer
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require
from store.state.engines import Engines
from store.state.run_records import NewRun, Outcome, RunState


@dataclass(frozen=True)
class PastAnswer:
    """What was answered to a step, when and by whom; without a person it was whoever ran it."""

    step: str
    outcome: Outcome
    at: datetime
    value: Decimal | None = None
    remark: str = ""
    person: str = ""
    shown_at: datetime | None = None


@dataclass(frozen=True)
class PastRun:
    """A run with its procedure's key and version; still open where it has no end, given up where it has a reason."""

    new: NewRun
    sop: str
    number: str
    department: str
    person: str
    started_at: datetime
    answers: tuple[PastAnswer, ...]
    ended_at: datetime | None = None
    reason: str = ""

    @property
    def state(self) -> RunState:
        if self.ended_at is None:
            return RunState.OPEN
        return RunState.GIVEN_UP if self.reason else RunState.FINISHED


def bring_runs_along(engines: Engines, principal: Principal, runs: Iterable[PastRun]) -> int:
    """
    Enters the runs that are not here yet (of the same person, version, case and beginning), in one transaction; how
    many. Raises NotAllowed for all but administrators, because it states answers in the names of others.
    """
    require(principal, Permit.CHANGE_COMPANY)
    wanted = list(runs)

    def work(session: Session) -> int:
        return sum(_enter(session, principal, each) for each in wanted)

    return engines.change(work)


def _enter(session: Session, principal: Principal, run: PastRun) -> bool:
    same = select(Stored.id).where(
        Stored.person == run.person, Stored.edition == run.new.edition, Stored.case_id == run.new.case.id,
        Stored.started_at == run.started_at,
    )  # fmt: skip
    if session.scalar(same.limit(1)) is not None:
        return False
    last = max((each.at for each in run.answers), default=run.started_at)
    changed = datetime.now(UTC) if run.ended_at else last  # what is finished becomes a fact from now on
    stored = Stored(
        edition=run.new.edition, sop=run.sop, number=run.number, department=run.department,
        case_kind=run.new.case.kind, case_id=run.new.case.id, case_known=run.new.case.known, market=run.new.market,
        product=run.new.product, team=run.new.team, person=run.person, state=run.state, started_at=run.started_at,
        ended_at=run.ended_at, reason=run.reason, changed_at=changed, version=1 + len(run.answers),
    )  # fmt: skip
    session.add(stored)
    session.flush()
    session.add_all(_answer(stored.id, place, each, run.person) for place, each in enumerate(run.answers))
    note(session, principal, "procedure run brought along", f"run {stored.id}", None, {"sop": run.sop})
    return True


def _answer(run: int, place: int, answer: PastAnswer, person: str) -> RunAnswer:
    return RunAnswer(
        run=run, step=answer.step, key=f"brought-along-{run}-{place}", outcome=answer.outcome, value=answer.value,
        remark=answer.remark, evidence=None, code="", person=answer.person or person, shown_at=answer.shown_at,
        done_at=answer.at, saved_at=answer.at,
    )  # fmt: skip
