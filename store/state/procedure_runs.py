"""Runs of procedures: begun, answered step by step, finished or given up; answers are added, never changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import ProcedureRun as Stored
from store.models import ProcedureVersion, RunAnswer
from store.permits import Permit
from store.scope import Principal
from store.state.editions import sees
from store.state.edits import ChangedMeanwhile, NotAllowed, WrongEntry, note, require
from store.state.engines import Engines
from store.state.leads import seen_people
from store.state.procedures import edition_of
from store.state.run_records import (
    Answer,
    NewRun,
    Outcome,
    ProcedureRun,
    RunState,
    Said,
    answer_of,
    is_in_scope,
    knows_of_runs,
    run_of,
)
from store.state.run_rules import (
    LONGEST_REMARK,
    add_answer,
    answers_of,
    found_again,
    kept_as,
    new_code,
    own_run,
    require_answerable,
    running,
    waiting_for,
)

LONGEST_ID, PAGE = 120, 50
Check = Callable[[ProcedureRun, Sequence[Answer]], None]


@dataclass(frozen=True)
class ProcedureRuns:
    """
    The runs of the state database. A run and its answers are for its person and their direct lead; who audits may know
    that there is one. For everybody else there is nothing.
    """

    engines: Engines

    def mine(self, principal: Principal, *, only_open: bool = True) -> list[ProcedureRun]:
        """The principal's own runs, the latest first."""
        states = [RunState.OPEN] if only_open else list(RunState)
        return self._rows(principal, Stored.person == principal.name, Stored.state.in_(states))

    def of_case(self, principal: Principal, id: str) -> list[ProcedureRun]:
        """The runs for an order, shipment, ticket or batch, the latest first; see `seen`."""
        return self._rows(principal, Stored.case_id == id.strip())

    def of_department(
        self, principal: Principal, departments: Sequence[str], state: RunState = RunState.OPEN
    ) -> list[ProcedureRun]:
        """The latest runs of departments; see `seen`."""
        return self._rows(principal, Stored.department.in_(departments), Stored.state == state)

    def find(self, principal: Principal, number: int) -> ProcedureRun:
        """One run, whole. Raises WrongEntry where there is none that the principal may look into."""
        return self.engines.ask(lambda session: run_of(own_run(session, principal, number)))

    def answers(self, principal: Principal, number: int) -> list[Answer]:
        """What was answered, the oldest first. Raises as `find`."""

        def work(session: Session) -> list[Answer]:
            own_run(session, principal, number)
            return answers_of(session, number)

        return self.engines.ask(work)

    def waiting(self, principal: Principal, code: str) -> tuple[ProcedureRun, Answer]:
        """The answer that waits to be confirmed with this code. Raises WrongEntry where there is none."""
        require(principal, Permit.RUN_PROCEDURES)
        return self.engines.ask(lambda session: waiting_for(session, principal, code))

    def start(self, principal: Principal, new: NewRun, key: str | None = None) -> ProcedureRun:
        """
        A run begins; one that the same person has open for the same version and case goes on instead. Raises
        WrongEntry for a version the principal does not see or that is not approved, NotAllowed.
        """
        require(principal, Permit.RUN_PROCEDURES)
        case = replace(new.case, id=new.case.id.strip())
        if not 0 < len(case.id) <= LONGEST_ID:
            raise WrongEntry(f"Give the number of the {case.kind}, at most {LONGEST_ID} characters.")

        def work(session: Session) -> int:
            edition = session.get(ProcedureVersion, new.edition)
            if edition is None or not sees(principal, edition_of(edition)) or edition.effective_on is None:
                raise WrongEntry(f"There is no procedure {new.edition} in force; look at the list.")
            same = select(Stored.id).where(
                Stored.person == principal.name, Stored.state == RunState.OPEN, Stored.edition == edition.id,
                Stored.case_kind == case.kind, Stored.case_id == case.id,
            )  # fmt: skip
            if (known := session.scalar(same.limit(1))) is not None:
                return known
            now = datetime.now(UTC)
            stored = Stored(
                edition=edition.id, sop=edition.key, number=f"{edition.major}.{edition.minor}",
                department=edition.department, case_kind=case.kind, case_id=case.id, case_known=case.known,
                market=new.market, product=new.product, team=new.team, person=principal.name, state=RunState.OPEN,
                started_at=now, ended_at=None, reason="", changed_at=now, version=1,
            )  # fmt: skip
            if not is_in_scope(principal, run_of(stored)):
                raise NotAllowed(
                    f"{principal.name} does not see {new.market or new.team} and runs nothing there."
                )
            session.add(stored)
            session.flush()
            _note(session, principal, "procedure run started", stored)
            return stored.id

        return self._stored(self.engines.change(work, key))

    def say(self, principal: Principal, number: int, said: Said, check: Check, *, second: bool) -> Answer:
        """
        Keep an answer, once however often it is sent. `second`: another person has to confirm it. After the run is
        finished it is a correction and needs a remark. `check` sees the run and its answers and raises WrongEntry for
        what cannot be right. Raises NotAllowed for who does not run it.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            stored = own_run(session, principal, number)
            run, known = run_of(stored), kept_as(session, said.key)
            if known is not None:
                return found_again(known, run, said, principal)
            require_answerable(principal, run, said)
            check(run, answers_of(session, number))
            return add_answer(session, principal, stored, said, new_code() if second else "")

        return self._answer(self.engines.change(work))

    def confirm(self, principal: Principal, code: str, key: str) -> Answer:
        """
        A second person, signed in as themselves, confirms the answer with this code. Raises WrongEntry for a code
        that nothing waits for, NotAllowed for the person who gave the answer.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            if (known := kept_as(session, key)) is not None and known.person == principal.name:
                return known.id
            run, answer = waiting_for(session, principal, code)
            stored = session.get_one(Stored, run.id)
            return add_answer(session, principal, stored, Said(answer.step, Outcome.CONFIRMED, key), "")

        return self._answer(self.engines.change(work))

    def finish(self, principal: Principal, number: int, check: Check) -> ProcedureRun:
        """
        Close a run; one that is finished stays so. `check` raises WrongEntry while a step is open. Raises
        WrongEntry for one that was given up, NotAllowed for who does not run it.
        """

        def work(session: Session) -> int:
            stored = running(session, principal, number)
            if stored.state != RunState.FINISHED:
                check(run_of(stored), answers_of(session, number))
                _end(session, principal, stored, RunState.FINISHED, "")
            return stored.id

        return self._stored(self.engines.change(work))

    def give_up(self, principal: Principal, number: int, seen: int, reason: str) -> ProcedureRun:
        """
        End an open run without finishing it. Raises WrongEntry without a reason or for one that has ended,
        ChangedMeanwhile when it was answered on another device since, NotAllowed.
        """
        said = reason.strip()
        if not said:
            raise WrongEntry("Say why the run is given up.")

        def work(session: Session) -> int:
            stored = running(session, principal, number)
            if stored.state != RunState.OPEN:
                raise WrongEntry(f"Run {number} has ended already ({stored.state}).")
            if stored.version != seen:
                raise ChangedMeanwhile(f"Run {number}", run_of(stored), seen)
            _end(session, principal, stored, RunState.GIVEN_UP, said[:LONGEST_REMARK])
            return stored.id

        return self._stored(self.engines.change(work))

    def finished_since(self, since: datetime) -> list[tuple[ProcedureRun, list[Answer]]]:
        """The finished runs that changed since a moment with their answers, by number. For the worker."""

        def work(session: Session) -> list[tuple[ProcedureRun, list[Answer]]]:
            changed = Stored.changed_at >= since, Stored.state == RunState.FINISHED
            runs = session.scalars(select(Stored).where(*changed).order_by(Stored.id)).all()
            mine = select(Stored.id).where(*changed)
            query = select(RunAnswer).where(RunAnswer.run.in_(mine)).order_by(RunAnswer.id)
            by_run: dict[int, list[Answer]] = {each.id: [] for each in runs}
            for each in session.scalars(query):
                by_run[each.run].append(answer_of(each))
            return [(run_of(each), by_run[each.id]) for each in runs]

        return self.engines.ask(work)

    def _rows(self, principal: Principal, *where: ColumnElement[bool]) -> list[ProcedureRun]:
        """At most a page of runs; those of people the principal does not see are nobody's, and only who audits finds
        them."""

        def work(session: Session) -> list[ProcedureRun]:
            people = seen_people(session, principal)
            query = select(Stored).where(*where)
            if not knows_of_runs(principal):
                query = query.where(Stored.person.in_(people))
            found = [run_of(each) for each in session.scalars(query.order_by(Stored.id.desc()).limit(PAGE))]
            return [
                each if each.person in people else replace(each, person="", reason="")
                for each in found
                if each.person in people or is_in_scope(principal, each)
            ]

        return self.engines.ask(work)

    def _stored(self, number: int) -> ProcedureRun:
        return self.engines.ask(lambda session: run_of(session.get_one(Stored, number)))

    def _answer(self, number: int) -> Answer:
        return self.engines.ask(lambda session: answer_of(session.get_one(RunAnswer, number)))


def _end(session: Session, principal: Principal, stored: Stored, state: RunState, reason: str) -> None:
    now = datetime.now(UTC)
    stored.state, stored.reason, stored.ended_at, stored.changed_at = state, reason, now, now
    stored.version += 1
    _note(session, principal, f"procedure run {state}", stored)


def _note(session: Session, principal: Principal, what: str, stored: Stored) -> None:
    """That it happened; what was answered is for the person and their lead, and not for who reads the trail."""
    told = {"sop": stored.sop, "version": stored.number, stored.case_kind: stored.case_id}
    note(session, principal, what, f"run {stored.id}", None, told)
