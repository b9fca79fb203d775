"""Runs of procedures, on both databases: each answer is kept once, by its person, and is nobody else's business."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ChangedMeanwhile, Content, NotAllowed, State, User, WrongEntry
from store.state.run_records import Answer, Case, NewRun, Outcome, ProcedureRun, RunState, Said

TODAY = date(2026, 3, 2)
LEA = User("lea@example.com", "Lea", Role.LEAD)
FLO = User("flo@example.com", "Flo", lead=LEA.email)
PIA = User("pia@example.com", "Pia", lead=LEA.email)
MAX = User("max@example.com", "Max", Role.MANAGER)
FAR = User("far@example.com", "Far", departments=frozenset({"marketing"}))
ADMIN = Principal("admin@example.com", role=Role.ADMIN)
TEXT = Content("packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing")
ORDER = Case("order", "HP-1")


def fine(_run: ProcedureRun, _answers: Sequence[Answer]) -> None:
    """Nothing is wrong."""


@pytest.fixture
def edition(state: State) -> int:
    """A version in force, and five people: Lea leads Flo and Pia directly."""
    for user in (LEA, FLO, PIA, MAX, FAR):
        state.users.save(LOCAL_OWNER, user, seen=0)
    draft = state.procedures.start(LOCAL_OWNER, TEXT)
    review = state.procedures.submit(LOCAL_OWNER, draft.id, draft.version, "First")
    boss = Principal("boss@example.com", role=Role.APPROVER)
    return state.procedures.approve(boss, review.id, review.version, TODAY, TODAY).id


def begin(state: State, edition: int, who: User = FLO) -> ProcedureRun:
    return state.procedure_runs.start(who.principal, NewRun(edition, ORDER, "DE", team="North"))


def say(state: State, run: ProcedureRun, said: Said, who: User = FLO, *, second: bool = False) -> Answer:
    return state.procedure_runs.say(who.principal, run.id, said, fine, second=second)


def done(step: str = "weigh", **more: object) -> Said:
    return replace(Said(step, Outcome.DONE, uuid4().hex), **more)  # type: ignore[arg-type]


def test_an_answer_sent_twice_is_kept_once(state: State, edition: int) -> None:
    """
    The device did not hear that it was kept, and sends it again: the same answer with the same moment comes back. The
    same key for something else is refused.
    """
    run, said = begin(state, edition), done(value=Decimal("2.50"))
    first, again = say(state, run, said), say(state, run, said)

    assert first == again
    assert (first.value, first.person) == (Decimal("2.5"), FLO.email)
    assert state.procedure_runs.answers(FLO.principal, run.id) == [first]
    with pytest.raises(WrongEntry, match="key"):
        say(state, run, replace(said, step="label"))


def test_a_run_that_is_open_goes_on(state: State, edition: int) -> None:
    """
    On another device, by the same link: no second run for the same order, but one of somebody else's own.
    """
    run = begin(state, edition)

    assert begin(state, edition) == run
    assert begin(state, edition, PIA).id != run.id
    assert [each.id for each in state.procedure_runs.mine(FLO.principal)] == [run.id]


def test_a_finished_run_is_corrected_by_another_answer(state: State, edition: int) -> None:
    """
    It stays finished, needs a reason, and both answers stay; one that was given up takes no answer at all.
    """
    run = begin(state, edition)
    before = say(state, run, done())
    ended = state.procedure_runs.finish(FLO.principal, run.id, fine)
    assert (ended.state, ended.ended_at is not None) == (RunState.FINISHED, True)
    assert state.procedure_runs.finish(FLO.principal, run.id, fine) == ended

    wrong = Said("weigh", Outcome.NOT_DONE, uuid4().hex)
    with pytest.raises(WrongEntry, match="why the answer is corrected"):
        say(state, run, wrong)
    after = say(state, run, replace(wrong, remark="Scale was broken"))
    assert state.procedure_runs.answers(FLO.principal, run.id) == [before, after]
    assert state.procedure_runs.find(FLO.principal, run.id).state is RunState.FINISHED
    assert state.audit.rows(LOCAL_OWNER)[0].what == "answer corrected"

    other = begin(state, edition)
    with pytest.raises(WrongEntry, match="why"):
        state.procedure_runs.give_up(FLO.principal, other.id, other.version, " ")
    say(state, other, done())
    with pytest.raises(ChangedMeanwhile):
        state.procedure_runs.give_up(FLO.principal, other.id, other.version, "Order cancelled")
    seen = state.procedure_runs.find(FLO.principal, other.id)
    state.procedure_runs.give_up(FLO.principal, other.id, seen.version, "Order cancelled")
    with pytest.raises(WrongEntry, match="given up"):
        say(state, other, done("label"))
    assert [each.id for each in state.procedure_runs.mine(FLO.principal)] == []


def test_what_a_person_did_is_for_that_person_and_the_lead(state: State, edition: int) -> None:
    """
    To a peer, a manager and an administrator a run is like one that does not exist. Who audits in that part of the firm
    learns that there is one for the order, not whose. The trail does not tell what was answered.
    """
    run = begin(state, edition)
    say(state, run, Said("weigh", Outcome.NOT_DONE, uuid4().hex, remark="Scale was broken"))
    runs = state.procedure_runs
    for who in (PIA.principal, MAX.principal, ADMIN, FAR.principal):
        messages = set()
        for number in (run.id, run.id + 1):
            for ask in (runs.find, runs.answers):
                with pytest.raises(WrongEntry) as refused:
                    ask(who, number)
                messages.add(str(refused.value).replace(str(number), "N"))
        assert len(messages) == 1
    for who in (PIA.principal, FAR.principal):
        assert runs.of_case(who, "HP-1") == runs.of_department(who, ["shipping"]) == []
    (glance,) = runs.of_case(MAX.principal, "HP-1")
    assert (glance.id, glance.person, glance.reason) == (run.id, "", "")
    afar = replace(LEA, email="x@example.com", departments=frozenset({"marketing"})).principal
    assert runs.of_department(afar, ["shipping"]) == []
    assert runs.of_case(LEA.principal, " HP-1 ")[0].person == FLO.email
    assert runs.answers(LEA.principal, run.id)[0].remark == "Scale was broken"
    with pytest.raises(NotAllowed):
        say(state, run, done(), LEA)
    assert "Scale" not in str(state.audit.rows(LOCAL_OWNER))


def test_a_second_person_confirms_with_the_code(state: State, edition: int) -> None:
    """
    Never whoever did it, not their lead's page, nobody of another department, and only what stands there now.
    """
    run, runs = begin(state, edition), state.procedure_runs
    first = say(state, run, done("code"), second=True)
    assert len(first.code) == 8
    with pytest.raises(NotAllowed, match="another person"):
        runs.confirm(FLO.principal, first.code, uuid4().hex)
    with pytest.raises(WrongEntry, match="Nothing waits"):
        runs.confirm(FAR.principal, first.code, uuid4().hex)
    now = say(state, run, done("code"), second=True)
    with pytest.raises(WrongEntry, match="Nothing waits"):
        runs.waiting(PIA.principal, first.code)
    key = uuid4().hex
    word = runs.confirm(PIA.principal, now.code.lower(), key)

    assert word == runs.confirm(PIA.principal, now.code, key)
    assert (word.outcome, word.person) == (Outcome.CONFIRMED, PIA.email)
    with pytest.raises(WrongEntry, match="Nothing waits"):
        runs.waiting(MAX.principal, now.code)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (Said("weigh", Outcome.NOT_APPLICABLE, "k" * 16), "does not apply"),
        (Said("weigh", Outcome.DONE, "short"), "characters"),
        (Said("weigh", Outcome.DONE, "k" * 16, remark="x" * 2001), "2000 are the most"),
        (Said("weigh", Outcome.DONE, "k" * 16, evidence=7), "no file 7"),
    ],
    ids=["no reason", "no key", "a novel", "somebody else's file"],
)
def test_an_answer_that_cannot_be_is_refused(state: State, edition: int, said: Said, says: str) -> None:
    run = begin(state, edition)
    with pytest.raises(WrongEntry, match=says):
        say(state, run, said)
    assert state.procedure_runs.answers(FLO.principal, run.id) == []


def test_a_device_does_not_date_an_answer_into_the_future(state: State, edition: int) -> None:
    """
    Its clock counts between the beginning of the run and now, so that work done offline keeps its time.
    """
    run, now = begin(state, edition), datetime.now(UTC)
    late = say(state, run, done("a", done_at=now + timedelta(days=1)))
    early = say(state, run, done("b", done_at=now - timedelta(days=1)))
    assert late.done_at <= late.saved_at
    assert early.done_at == run.started_at


def test_a_run_begins_where_its_person_may_look(state: State, edition: int) -> None:
    part = Principal("nia@example.com", Scope(markets=frozenset({"FR"})))
    for new, error in (
        (NewRun(edition, ORDER, "DE"), NotAllowed),
        (NewRun(edition + 9, ORDER, "FR"), WrongEntry),
        (NewRun(edition, Case("order", "  "), "FR"), WrongEntry),
    ):
        with pytest.raises(error):
            state.procedure_runs.start(part, new)
    assert state.procedure_runs.start(part, NewRun(edition, ORDER, "FR")).person == part.name
