"""Running a procedure: begun for a case, answered as each step asks, finished once nothing is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kpi.words import say
from sop.library import Shelved, procedure_of
from sop.procedure import CheckKind, Procedure, Step
from sop.runs.standing import Stand, Standing, standings, steps_of
from store.scope import Principal
from store.state import State, WrongEntry
from store.state.run_records import Answer, Case, NewRun, Outcome, ProcedureRun, Said

LARGEST = Decimal("1e15")
EVIDENCE = (CheckKind.PHOTO, CheckKind.FILE)


@dataclass(frozen=True)
class Place:
    """Where the work of a run belongs; empty where it is not said."""

    market: str = ""
    product: str = ""
    team: str = ""


@dataclass(frozen=True)
class Progress:
    """A run with its text and where each of its steps stands."""

    run: ProcedureRun
    procedure: Procedure
    steps: tuple[tuple[Step, Standing], ...]
    answers: tuple[Answer, ...]

    @property
    def left(self) -> tuple[Step, ...]:
        """The steps of which something still has to be said."""
        return tuple(step for step, standing in self.steps if not standing.is_answered)


def start(
    state: State,
    principal: Principal,
    shelf: Shelved,
    language: str,
    case: Case,
    place: Place,
    key: str | None = None,
) -> ProcedureRun:
    """
    Run what counts today, in a language where it counts there. Raises WrongEntry where nothing counts or it has no
    step for this case, NotAllowed.
    """
    edition = shelf.effective(language) or shelf.effective()
    if edition is None:
        raise WrongEntry(say("No version of {sop} counts today; it cannot be run.", sop=shelf.key))
    new = NewRun(edition.id, case, place.market, place.product, place.team)
    if not any(each.when.applies(place.market, place.product) or not (place.market and place.product)
               for each in procedure_of(state, principal, edition.id).steps):  # fmt: skip
        raise WrongEntry(say("No step of {sop} applies there; it need not be run.", sop=shelf.key))
    return state.procedure_runs.start(principal, new, key)


def progress(state: State, principal: Principal, number: int, procedure: Procedure | None = None) -> Progress:
    """How far a run is; `procedure` where its text is at hand. Raises WrongEntry for one not to be looked into."""
    run = state.procedure_runs.find(principal, number)
    answers = tuple(state.procedure_runs.answers(principal, number))
    text = procedure or text_of(state, principal, run)
    return Progress(run, text, standings(steps_of(text, run), answers), answers)


def text_of(state: State, principal: Principal, run: ProcedureRun) -> Procedure:
    """The version a run follows."""
    return procedure_of(state, principal, run.edition)


def answer(state: State, principal: Principal, procedure: Procedure, number: int, said: Said) -> Answer:
    """
    Keep an answer, once however often it is sent. Raises WrongEntry for what the step does not ask for, and as
    `ProcedureRuns.say`.
    """
    step = procedure.step(said.step)
    second = step is not None and step.check.kind is CheckKind.TWO_PEOPLE and said.outcome is Outcome.DONE

    def check(run: ProcedureRun, _answers: Sequence[Answer]) -> None:
        if step is None or step not in steps_of(procedure, run):
            raise WrongEntry(say("This run has no step {step}.", step=said.step))
        require_answer(step, said)

    return state.procedure_runs.say(principal, number, said, check, second=second)


def finish(state: State, principal: Principal, procedure: Procedure, number: int) -> ProcedureRun:
    """Close a run. Raises WrongEntry while a step is open or waits for a second person, and as `ProcedureRuns`."""

    def check(run: ProcedureRun, answers: Sequence[Answer]) -> None:
        found = standings(steps_of(procedure, run), answers)
        if waiting := [step.title or step.key for step, each in found if each.stand is Stand.WAITING]:
            raise WrongEntry(say("A second person still has to confirm: {steps}.", steps=", ".join(waiting)))
        if left := [step.title or step.key for step, each in found if not each.is_answered]:
            raise WrongEntry(say("These steps are still open: {steps}.", steps=", ".join(left)))

    return state.procedure_runs.finish(principal, number, check)


def require_answer(step: Step, said: Said) -> None:
    """Raises WrongEntry unless the answer is one the checkpoint of the step asks for."""
    kind, is_done = step.check.kind, said.outcome is Outcome.DONE
    if said.outcome is Outcome.CONFIRMED:
        raise WrongEntry(say("A step is confirmed with its code, by another person."))
    if kind is CheckKind.VALUE and is_done and said.value is None:
        raise WrongEntry(say("Give the value that was measured."))
    if said.value is not None and (kind is not CheckKind.VALUE or not is_done):
        raise WrongEntry(say("This step asks for no value."))
    if kind in EVIDENCE and is_done and said.evidence is None:
        raise WrongEntry(
            say("Add the photo first.") if kind is CheckKind.PHOTO else say("Add the file first.")
        )


def value_of(text: str) -> Decimal:
    """A number as people type it, with a point or a comma. Raises WrongEntry."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise WrongEntry(say("'{text}' is not a number; write it like 2.5.", text=text[:40])) from None
    if not value.is_finite() or abs(value) > LARGEST or len(plain) > 40:
        raise WrongEntry(say("'{text}' is not a number; write it like 2.5.", text=text[:40]))
    return value
