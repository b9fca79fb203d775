"""What may be said in a run, by whom and when; asked within the transaction that keeps it."""

from datetime import UTC, datetime
from secrets import choice

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedureRun as Stored
from store.models import RunAnswer, RunEvidence
from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed, WrongEntry, note, require
from store.state.leads import seen_people
from store.state.run_records import (
    Answer,
    Outcome,
    ProcedureRun,
    RunState,
    Said,
    answer_of,
    confirmation,
    is_in_scope,
    latest,
    run_of,
)

LETTERS, CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 8
LARGEST = 2**31  # numbers of rows
LONGEST_REMARK, SHORTEST_KEY, LONGEST_KEY = 2_000, 16, 64


def own_run(session: Session, principal: Principal, number: int) -> Stored:
    """A run the principal may look into. Raises WrongEntry as for one that does not exist."""
    stored = session.get(Stored, number) if 0 < number < LARGEST else None
    if stored is None or stored.person not in seen_people(session, principal):
        raise WrongEntry(f"There is no run {number}; look at the list of your runs.")
    return stored


def running(session: Session, principal: Principal, number: int) -> Stored:
    """A run of the principal. Raises WrongEntry, NotAllowed for the run of somebody they lead."""
    require(principal, Permit.RUN_PROCEDURES)
    stored = own_run(session, principal, number)
    if stored.person != principal.name:
        raise NotAllowed(f"{principal.name} does not run {number}; only its person answers and ends it.")
    return stored


def answers_of(session: Session, number: int) -> list[Answer]:
    """The answers of a run, the oldest first."""
    query = select(RunAnswer).where(RunAnswer.run == number).order_by(RunAnswer.id)
    return [answer_of(each) for each in session.scalars(query)]


def kept_as(session: Session, key: str) -> Answer | None:
    """The answer that is kept under a device's name for it. Raises WrongEntry for what is no such name."""
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise WrongEntry(f"The key of an answer has {SHORTEST_KEY} to {LONGEST_KEY} characters.")
    stored = session.scalar(select(RunAnswer).where(RunAnswer.key == key))
    return answer_of(stored) if stored is not None else None


def found_again(known: Answer, run: ProcedureRun, said: Said, principal: Principal) -> int:
    """The number of what was kept already. Raises WrongEntry where the key belongs to another answer."""
    if (known.run, known.step, known.outcome, known.person) != (
        run.id, said.step, said.outcome, principal.name,
    ):  # fmt: skip
        raise WrongEntry("Another answer has this key already; give every answer its own.")
    return known.id


def require_answerable(principal: Principal, run: ProcedureRun, said: Said) -> None:
    """Raises NotAllowed for who does not run it, WrongEntry for one given up or a correction that says nothing."""
    if run.person != principal.name:
        raise NotAllowed(f"{principal.name} does not run {run.id}; only its person answers and ends it.")
    if run.state is RunState.GIVEN_UP:
        raise WrongEntry(f"Run {run.id} was given up; start another one.")
    if run.state is RunState.FINISHED and not said.remark.strip():
        raise WrongEntry("The run is finished: say why the answer is corrected.")
    if said.outcome is Outcome.NOT_APPLICABLE and not said.remark.strip():
        raise WrongEntry("Say why the step does not apply.")
    if len(said.remark) > LONGEST_REMARK:
        raise WrongEntry(f"The remark has {len(said.remark)} characters; {LONGEST_REMARK} are the most.")


def waiting_for(session: Session, principal: Principal, code: str) -> tuple[ProcedureRun, Answer]:
    """
    The answer that a second person confirms with this code, with its run. Raises WrongEntry where nothing waits for
    it any more, NotAllowed for who gave the answer.
    """
    nothing = WrongEntry("Nothing waits for this code; ask for the one that is shown now.")
    wanted = code.strip().upper()
    stored = session.scalar(select(RunAnswer).where(RunAnswer.code == wanted)) if wanted else None
    if stored is None:
        raise nothing
    run, answer = run_of(session.get_one(Stored, stored.run)), answer_of(stored)
    if answer.person == principal.name:
        raise NotAllowed(f"{principal.name} did the step; another person has to confirm it.")
    answers = answers_of(session, run.id)
    superseded = latest(answers, answer.step) != answer or confirmation(answers, answer) is not None
    if superseded or run.state is RunState.GIVEN_UP or not is_in_scope(principal, run):
        raise nothing
    return run, answer


def add_answer(session: Session, principal: Principal, stored: Stored, said: Said, code: str) -> int:
    """One more answer of a run; the number it got. The file it names must be one of the same step."""
    now = datetime.now(UTC)
    if said.evidence is not None:
        file = session.get(RunEvidence, said.evidence)
        if file is None or (file.run, file.step) != (stored.id, said.step):
            raise WrongEntry(f"There is no file {said.evidence} for this step; send it again.")
    done_at = min(max(said.done_at or now, stored.started_at), now)
    shown_at = min(max(said.shown_at, stored.started_at), done_at) if said.shown_at else None
    answer = RunAnswer(
        run=stored.id, step=said.step, key=said.key, outcome=said.outcome, value=said.value,
        remark=said.remark.strip(), evidence=said.evidence, code=code, person=principal.name,
        shown_at=shown_at, done_at=done_at, saved_at=now,
    )  # fmt: skip
    session.add(answer)
    stored.changed_at, stored.version = now, stored.version + 1
    session.flush()
    if stored.state == RunState.FINISHED:
        note(session, principal, "answer corrected", f"run {stored.id}", None, {"sop": stored.sop})
    return answer.id


def new_code() -> str:
    """What somebody reads to a colleague: eight letters and digits that are not taken for one another."""
    return "".join(choice(LETTERS) for _ in range(CODE_LENGTH))
