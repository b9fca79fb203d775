"""Quizzes: asked without what is right, answered once, and four of five right is trained."""

from datetime import date, timedelta

import pytest

from store.scope import LOCAL_OWNER, Principal
from store.state import Content, Edition, Role, State, User, WrongEntry
from store.state.edits import ChangedMeanwhile
from store.state.posts import Post
from store.state.quiz_records import Question, QuizKind

OWN, BEN = Principal("Own", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
LEA = User("lea@example.com", "Lea", Role.LEAD)
PAT = User("pat@example.com", "Pat", lead=LEA.email)
STEPS = {"label": "d1", "weigh": "d2"}


def question(step: str, right: tuple[int, ...] = (0,), digest: str = "", text: str = "How?") -> Question:
    known = digest or STEPS[step]
    return Question(
        "packing", step, "shipping", 1, 0, known, text, ("So", "Or so", "Not so"), right, "Because"
    )


@pytest.fixture
def edition(state: State) -> Edition:
    """Packing 1.0 counts, Pat packs and is led by Lea."""
    for user in (LEA, PAT):
        state.users.save(LOCAL_OWNER, user, seen=0)
    day = today(state)
    state.posts.save(LOCAL_OWNER, Post(PAT.email, "Packer", "shipping", day))
    draft = state.procedures.start(
        OWN, Content("packing", "en", 1, 0, "Packing", "shipping", "Lead", "# Packing")
    )
    review = state.procedures.submit(OWN, draft.id, draft.version, "New")
    return state.procedures.approve(BEN, review.id, review.version, day, day)


def today(_state: State) -> date:
    return date.today() - timedelta(days=1)


def test_what_is_right_is_not_told_before_it_is_answered(state: State, edition: Edition) -> None:
    """Who takes the quiz gets texts and choices; the right ones after answering, and then for good."""
    one, two = (
        state.quizzes.write(OWN, question(step, right))
        for step, right in (("label", (0,)), ("weigh", (0, 2)))
    )
    pat = PAT.principal
    assert state.quizzes.questions(pat, "packing") == []
    attempt = state.quizzes.begin(pat, edition.id, QuizKind.WHOLE, STEPS)
    asked = state.quizzes.asked(pat, attempt.id)
    assert [(each.id, each.several) for each in asked] == [(one.id, False), (two.id, True)]
    assert not any("right" in str(each) or "Because" in str(each) for each in asked)
    with pytest.raises(WrongEntry, match="not answered yet"):
        state.quizzes.review(pat, attempt.id)
    with pytest.raises(WrongEntry, match="1 of 2 questions"):
        state.quizzes.answer(pat, attempt.id, {one.id: [0]}, today(state))
    assert state.quizzes.begin(pat, edition.id, QuizKind.WHOLE, STEPS) == attempt, "it goes on"

    failed = state.quizzes.answer(pat, attempt.id, {one.id: [0], two.id: [0]}, today(state))
    assert (failed.right, failed.passed, failed.number) == (1, False, 1)
    assert [each.is_right for each in state.quizzes.review(pat, attempt.id)] == [True, False]
    with pytest.raises(WrongEntry, match="answered already"):
        state.quizzes.answer(pat, attempt.id, {one.id: [0], two.id: [0, 2]}, today(state))
    assert state.standings.mine(pat, today(state))[0].trained is None


def test_a_passed_quiz_is_a_training(state: State, edition: Edition) -> None:
    """Five questions of six are asked, a step at a time first; four right is passed, the second time."""
    written = [state.quizzes.write(OWN, question(step)) for step in ("label", "weigh") for _ in range(3)]
    pat = PAT.principal
    for wrong, passed in ((2, False), (1, True)):
        attempt = state.quizzes.begin(pat, edition.id, QuizKind.WHOLE, STEPS)
        assert len(attempt.questions) == 5
        assert {each.step for each in state.quizzes.asked(pat, attempt.id)[:2]} == {"label", "weigh"}
        answers = {each: [1] if at < wrong else [0] for at, each in enumerate(attempt.questions)}
        assert state.quizzes.answer(pat, attempt.id, answers, today(state)).passed is passed
    assert len(written) == 6
    (standing,) = state.standings.mine(pat, today(state))
    assert standing.trained is not None
    assert [each.number for each in state.quizzes.attempts(LEA.principal)] == [2, 1]
    assert state.quizzes.attempts(OWN) == state.quizzes.attempts(LOCAL_OWNER) == []
    with pytest.raises(WrongEntry, match="of yours"):
        state.quizzes.asked(LEA.principal, attempt.id)


def test_a_question_holds_while_its_step_is_the_same(state: State, edition: Edition) -> None:
    """The step says something else now: nobody is asked, and without any question there is no quiz."""
    state.quizzes.write(OWN, question("label", digest="old"))
    assert state.quizzes.count(PAT.principal, "packing", STEPS) == 0
    with pytest.raises(WrongEntry, match="Nobody wrote questions"):
        state.quizzes.begin(PAT.principal, edition.id, QuizKind.DELTA, STEPS)


@pytest.mark.parametrize(
    ("choices", "right", "why"),
    [(("So",), (0,), "two to 6"), (("So", "So "), (0,), "differ"), (("So", "Or"), (), "at least one"),
     (("So", "Or"), (0, 1), "not all"), (("So", "Or"), (2,), "at least one")],
)  # fmt: skip
def test_a_question_nobody_could_answer_is_refused(
    state: State, choices: tuple[str, ...], right: tuple[int, ...], why: str
) -> None:
    wrong = Question("packing", "label", "shipping", 1, 0, "d1", "How?", choices, right)
    with pytest.raises(WrongEntry, match=why):
        state.quizzes.write(OWN, wrong)


def test_the_second_editor_of_a_question_is_told(state: State) -> None:
    kept = state.quizzes.write(OWN, question("label"))
    state.quizzes.write(OWN, kept)
    with pytest.raises(ChangedMeanwhile):
        state.quizzes.write(BEN, kept)
