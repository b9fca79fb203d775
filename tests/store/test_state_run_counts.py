"""What half a year of runs says of one person and one step: to that person and the direct lead, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from sop.diagnosis.onboarding import Onboarding
from sop.outcomes.newcomers import beginnings, half, paces
from sop.outcomes.one_person import evidence_of, people_of, reply
from sop.people import Finding
from store.company import Company
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import (
    Answer,
    ChangedMeanwhile,
    Content,
    Flag,
    FlagKind,
    FlagState,
    State,
    User,
    WrongEntry,
)
from store.state.posts import Post
from store.state.quiz_records import Question, QuizKind
from store.state.run_counts import Since, StepSeen
from store.state.run_records import Case, NewRun, Outcome, Said
from store.state.trainings import How

DAY = datetime.now(UTC).date()
NEXT = DAY + timedelta(days=1)
LEA = User("lea@example.com", "Lea", Role.LEAD)
FLO = User("flo@example.com", "Flo", lead=LEA.email)
PIA = User("pia@example.com", "Pia", lead=LEA.email)
MAX = User("max@example.com", "Max", Role.MANAGER)
ADMIN = Principal("admin@example.com", role=Role.ADMIN)
TEXT = Content("packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing")


@pytest.fixture
def firm(state: State) -> State:
    """Flo leaves the step out in 8 of 10 runs, corrected in one of them; Pia in none of 30, and one did not apply."""
    for user in (LEA, FLO, PIA, MAX):
        state.users.save(LOCAL_OWNER, user, seen=0)
    draft = state.procedures.start(LOCAL_OWNER, TEXT)
    review = state.procedures.submit(LOCAL_OWNER, draft.id, draft.version, "First")
    boss, day = Principal("boss@example.com", role=Role.APPROVER), review.changed_at.date()
    edition = state.procedures.approve(boss, review.id, review.version, day, day).id
    for n in range(10):
        _run(state, FLO, edition, f"F{n}", [Outcome.NOT_DONE if n < 8 else Outcome.DONE])
    _run(state, FLO, edition, "F10", [Outcome.NOT_DONE, Outcome.DONE])
    for n in range(30):
        _run(state, PIA, edition, f"P{n}", [Outcome.DONE])
    _run(state, PIA, edition, "P30", [Outcome.NOT_APPLICABLE])
    return state


def _run(state: State, who: User, edition: int, order: str, said: list[Outcome]) -> None:
    run = state.procedure_runs.start(who.principal, NewRun(edition, Case("order", order), "DE", team="North"))
    for each in said:
        state.procedure_runs.say(
            who.principal,
            run.id,
            Said("weigh", each, uuid4().hex, remark="Because"),
            lambda *_: None,
            second=False,
        )
    state.procedure_runs.finish(who.principal, run.id, lambda *_: None)


def test_the_person_and_the_direct_lead_see_the_evidence(firm: State) -> None:
    """
    8 of 11 left out, others none of 30: beyond chance, and before anybody talks a check of competence is asked for.
    """
    for who in (FLO, LEA):
        found = evidence_of(firm, who.principal, FLO.email, "packing", "weigh", DAY)
        assert found is not None
        assert (found.evidence.checks, found.evidence.fails) == (11, 8)
        assert found.evidence.peers is not None
        assert (found.evidence.peers.numerator, found.evidence.peers.denominator) == (0, 30)
        assert found.judged.finding is Finding.COMPETENCE_CHECK_NEED
        assert PIA.email not in repr(found)


def test_everybody_else_gets_what_there_is_where_there_is_nothing(firm: State) -> None:
    """
    A peer, a manager, an administrator: the same as of somebody without a single run.
    """
    for who in (PIA.principal, MAX.principal, ADMIN, LOCAL_OWNER):
        assert evidence_of(firm, who, FLO.email, "packing", "weigh", DAY) is None
        assert firm.run_counts.of_step(who, FLO.email, "packing", "weigh", _long_ago()) == []
        assert firm.run_counts.steps(who, FLO.email, _long_ago()) == []
        assert firm.run_counts.first_runs(who, [Since(FLO.email, "packing", _long_ago())]) == []
    assert [each.address for each in people_of(firm, MAX.principal)] == [MAX.email]
    assert {each.address for each in people_of(firm, LEA.principal)} == {LEA.email, FLO.email, PIA.email}
    assert evidence_of(firm, LEA.principal, LEA.email, "packing", "weigh", DAY) is None


def test_a_sign_off_and_a_quiz_decide_what_comes_next(firm: State) -> None:
    """
    Signed off by the lead, it is something to talk about; with the last quiz failed, a matter of training before that.
    """
    edition = firm.procedures.rows(LOCAL_OWNER, "packing")[0].id
    firm.trainings.enter(LEA.principal, edition, [FLO.email], How.ALONE, DAY, today=NEXT)
    found = evidence_of(firm, LEA.principal, FLO.email, "packing", "weigh", NEXT)
    assert found is not None
    assert found.judged.finding is Finding.ACCOUNTABILITY_CONVERSATION

    asked = Question("packing", "weigh", "shipping", 1, 0, "as it is", "How?", ("So", "Not so"), (0,))
    known = firm.quizzes.write(LOCAL_OWNER, asked)
    attempt = firm.quizzes.begin(FLO.principal, edition, QuizKind.WHOLE, {"weigh": "as it is"})
    firm.quizzes.answer(FLO.principal, attempt.id, {known.id: [1]}, DAY)
    found = evidence_of(firm, FLO.principal, FLO.email, "packing", "weigh", NEXT)
    assert found is not None
    assert found.judged.finding is Finding.TRAINING_NEED


def test_a_tool_that_was_missing_is_no_matter_of_a_person(firm: State) -> None:
    """
    Pia says in one tap that the scale is not there: what Flo left out is one of the system, to Flo and to the lead;
    declined, or of another step, it changes nothing.
    """
    said = Flag("packing", "1.0", "weigh", FlagKind.LACKING, DAY)
    other = firm.flags.add(PIA.principal, replace(said, step="seal"))
    assert not firm.flags.lacking(LEA.principal, "packing", "weigh", DAY)
    kept = firm.flags.add(PIA.principal, said)
    for who in (FLO, LEA):
        found = evidence_of(firm, who.principal, FLO.email, "packing", "weigh", DAY)
        assert found is not None
        assert found.judged.finding is Finding.SOP_OR_SYSTEM_ISSUE
    assert not firm.flags.lacking(Principal("x", Scope(frozenset({"service"}))), "packing", "weigh", DAY)

    firm.flags.settle(LOCAL_OWNER, [kept], Answer(FlagState.DECLINED, "It stands there since May"), DAY)
    found = evidence_of(firm, LEA.principal, FLO.email, "packing", "weigh", DAY)
    assert found is not None
    assert found.judged.finding is Finding.COMPETENCE_CHECK_NEED
    assert firm.flags.find(PIA.principal, other.id).state is FlagState.OPEN


def test_the_person_tells_their_side_and_nobody_for_them(firm: State) -> None:
    """
    It stands beside the evidence of its days for the two who see that; whoever has no evidence has nothing to reply to.
    """
    said = reply(firm, FLO.principal, "packing", "weigh", " The scale is broken. ", DAY)
    again = reply(firm, FLO.principal, "packing", "weigh", "It was broken.", DAY, seen=said.version)
    assert (said.id, said.text, again.id, again.text) == (
        again.id,
        "The scale is broken.",
        said.id,
        "It was broken.",
    )
    for who in (FLO, LEA):
        found = evidence_of(firm, who.principal, FLO.email, "packing", "weigh", DAY)
        assert found is not None
        assert found.reply == again
        assert found.judged.finding is Finding.COMPETENCE_CHECK_NEED
    with pytest.raises(ChangedMeanwhile, match="It was broken"):
        reply(firm, FLO.principal, "packing", "weigh", "From another window", DAY, seen=said.version)
    for who in (LEA.principal, ADMIN, LOCAL_OWNER):
        with pytest.raises(WrongEntry, match="No finished run of yours"):
            reply(firm, who, "packing", "weigh", "For Flo", DAY)
        with pytest.raises(WrongEntry, match="somebody else"):
            firm.evidence_replies.write(who, replace(again, text="For Flo"))
    with pytest.raises(WrongEntry, match="1 to 2000"):
        reply(firm, FLO.principal, "packing", "weigh", "  ", DAY, seen=again.version)

    trail = [str(each) for each in firm.audit.rows(ADMIN)]
    assert sum("evidence replied to" in each for each in trail) == 2
    assert not any("broken" in each for each in trail)


def test_a_reply_goes_with_the_evidence_and_with_the_person(firm: State) -> None:
    """
    It is not shown beside later evidence, ends with its time, and is deleted when the person is erased.
    """
    reply(firm, FLO.principal, "packing", "weigh", "It was broken.", DAY)
    reply(firm, PIA.principal, "packing", "weigh", "All well.", DAY)
    replies = firm.evidence_replies
    assert replies.of_step(LEA.principal, FLO.email, "packing", "weigh", NEXT) is None
    assert (replies.count_old(DAY), replies.forget_old(DAY)) == (0, 0)

    firm.erasures.erase_user(ADMIN, FLO.email)
    assert replies.count_old(NEXT) == 1
    assert replies.forget_old(NEXT) == 1
    assert replies.of_step(PIA.principal, PIA.email, "packing", "weigh", DAY) is None


def test_days_to_independent_work(firm: State) -> None:
    """
    Both began 30 days ago and were signed off today: Pia's first ten runs alone are sound, Flo's eleven are not. Their
    lead sees both, each of them themselves, nobody else anything; two people are too few to tell a pace.
    """
    edition = firm.procedures.rows(LOCAL_OWNER, "packing")[0].id
    for who in (FLO, PIA):
        firm.posts.save(LOCAL_OWNER, Post(who.email, "Packer", "shipping", DAY - timedelta(days=30)))
    company = Company()
    assert [each.days for each in _found(firm, LEA, company)] == [None, None]
    firm.trainings.enter(LEA.principal, edition, [FLO.email, PIA.email], How.ALONE, DAY, today=NEXT)

    flo, pia = _found(firm, LEA, company)
    assert (flo.days, flo.progress[0].runs_alone, flo.progress[0].followed.value) == (None, 11, 0.3)
    assert pia.days in (30, 31)
    assert pia.progress[0].followed.value == 1.0
    assert [each.person for each in _found(firm, PIA, company)] == [PIA.email]
    assert _found(firm, MAX, company) == []
    assert beginnings(firm, ADMIN, NEXT, company) == ()
    (pace,) = paces(beginnings(firm, LEA.principal, NEXT, company))
    assert (pace.role, pace.sop, pace.people, pace.days, pace.missing) == ("Packer", "packing", 2, None, 3)
    assert firm.run_counts.steps(FLO.principal, FLO.email, _long_ago()) == [
        StepSeen("packing", "weigh", 11, 8)
    ]


def test_half_have_arrived() -> None:
    """
    Of five, one after 10, 20 and 40 days, two still on the way: 4/5, then 3/5, then half of those who got to day 40.
    """
    times = [(10, True), (20, True), (30, False), (40, True), (50, False)]
    assert half(times) == 40
    assert half([(10, True), (20, False), (30, False)]) is None


def _found(state: State, who: User, company: Company) -> list[Onboarding]:
    return [each.found for each in beginnings(state, who.principal, NEXT, company)]


def _long_ago() -> datetime:
    return datetime(2000, 1, 1, tzinfo=UTC)
