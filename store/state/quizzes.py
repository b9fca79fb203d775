"""Quizzes: which questions are asked, answered once, and what was right only after that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import QuizAttempt as StoredAttempt
from store.models import QuizQuestion as StoredQuestion
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, note, require
from store.state.engines import Engines
from store.state.leads import seen_people
from store.state.procedures import seen_edition
from store.state.quiz_records import (
    MOST_QUESTIONS,
    PASS_PERCENT,
    QUESTIONS,
    AnsweredQuestion,
    AskedQuestion,
    Attempt,
    Question,
    QuizKind,
    attempt_of,
    check,
    question_of,
)
from store.state.trainings import passed_quiz

Answers = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Quizzes:
    """The questions and attempts of the state database. A person's attempts are for that person and the direct lead."""

    engines: Engines

    def questions(self, principal: Principal, sop: str) -> list[Question]:
        """Those of a procedure with their right answers, for who writes it; nothing for others."""
        order = (StoredQuestion.step, StoredQuestion.id)
        where = StoredQuestion.sop == sop, StoredQuestion.gone.is_(False)
        return QUESTIONS.rows(self.engines, principal, order, *where)

    def write(self, principal: Principal, question: Question, key: str | None = None) -> Question:
        """A new question (`id` 0), or another text of the one the editor saw. Raises as a shelf, and WrongEntry."""
        check(question)
        kept = replace(question, written_by=principal.name)

        def work(session: Session) -> int:
            put = QUESTIONS.saving if question.id else QUESTIONS.adding
            return put(session, principal, kept, "question written")

        return QUESTIONS.stored(self.engines, self.engines.change(work, key))

    def count(self, principal: Principal, sop: str, steps: Mapping[str, str]) -> int:
        """How many questions a quiz on these steps (with their digests) would ask."""
        return self.engines.ask(lambda session: len(_chosen(session, sop, steps)))

    def about(self) -> frozenset[str]:
        """The procedures somebody wrote questions about."""
        query = select(StoredQuestion.sop).where(StoredQuestion.gone.is_(False)).distinct()
        return self.engines.ask(lambda session: frozenset(session.scalars(query)))

    def begin(
        self, principal: Principal, edition: int, kind: QuizKind, steps: Mapping[str, str], key: str | None = None
    ) -> Attempt:  # fmt: skip
        """
        The principal's own attempt at a quiz on these steps of a version; the one that is open goes on. Raises
        WrongEntry where nobody wrote a question that still holds.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            asked = seen_edition(session, principal, edition)
            mine = [
                StoredAttempt.person == principal.name, StoredAttempt.sop == asked.key,
                StoredAttempt.major == asked.major,
            ]  # fmt: skip
            unfinished = select(StoredAttempt.id).where(*mine, StoredAttempt.ended_at.is_(None))
            if (known := session.scalars(unfinished).first()) is not None:
                return known
            chosen = _chosen(session, asked.key, steps)
            if not chosen:
                raise WrongEntry(
                    f"Nobody wrote questions about these steps of {asked.key} yet; ask its owner."
                )
            before = session.scalar(select(func.count()).select_from(StoredAttempt).where(*mine)) or 0
            stored = StoredAttempt(
                person=principal.name, sop=asked.key, major=asked.major, minor=asked.minor, kind=kind, refresher=None,
                questions=[each.id for each in chosen], number=before + 1, begun_at=datetime.now(UTC), ended_at=None,
                answers=None, right=0, passed=None,
            )  # fmt: skip
            session.add(stored)
            session.flush()
            return stored.id

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: attempt_of(session.get_one(StoredAttempt, number)))

    def asked(self, principal: Principal, attempt: int) -> list[AskedQuestion]:
        """The questions of one's own attempt, without what is right. Raises WrongEntry for another one."""

        def work(session: Session) -> list[AskedQuestion]:
            found = _questions(session, _own(session, principal, attempt))
            return [
                AskedQuestion(each.id, each.step, each.text, each.choices, len(each.right) > 1)
                for each in found
            ]

        return self.engines.ask(work)

    def answer(
        self, principal: Principal, attempt: int, answers: Answers, today: date, key: str | None = None
    ) -> Attempt:
        """
        All answers at once, for good; four of five right is passed, and then the person is trained on the version.
        Raises WrongEntry for another's attempt, for one that is over, or where a question is left open.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> None:
            stored = _own(session, principal, attempt)
            if stored.ended_at is not None:
                raise WrongEntry("This quiz was answered already; begin another one.")
            questions = _questions(session, stored)
            left = sum(not answers.get(each.id) for each in questions)
            if left:
                raise WrongEntry(f"{left} of {len(questions)} questions have no answer yet.")
            _grade(stored, questions, answers)
            if stored.passed:
                passed_quiz(session, principal, (stored.sop, stored.major, stored.minor), today)
            note(session, principal, "quiz answered", f"procedure {stored.sop} {stored.major}.{stored.minor}")

        self.engines.change(work, key)
        return self.engines.ask(lambda session: attempt_of(session.get_one(StoredAttempt, attempt)))

    def review(self, principal: Principal, attempt: int) -> list[AnsweredQuestion]:
        """One's own answers beside what is right, once they were given. Raises WrongEntry before that."""

        def work(session: Session) -> list[AnsweredQuestion]:
            stored = _own(session, principal, attempt)
            if stored.ended_at is None:
                raise WrongEntry("The quiz is not answered yet.")
            given = stored.answers or {}
            return [
                AnsweredQuestion(each, tuple(given.get(str(each.id), ())))
                for each in _questions(session, stored)
            ]

        return self.engines.ask(work)

    def attempts(self, principal: Principal) -> list[Attempt]:
        """Those of the principal and of whom they lead, the latest first."""

        def work(session: Session) -> list[Attempt]:
            own = StoredAttempt.person.in_(seen_people(session, principal))
            query = select(StoredAttempt).where(own).order_by(StoredAttempt.id.desc())
            return [attempt_of(each) for each in session.scalars(query)]

        return self.engines.ask(work)

    def ended_since(self, since: datetime) -> list[Attempt]:
        """Everybody's that were answered at or after a moment. For the worker."""
        query = select(StoredAttempt).where(StoredAttempt.ended_at >= since).order_by(StoredAttempt.id)
        return self.engines.ask(lambda session: [attempt_of(each) for each in session.scalars(query)])


def _chosen(session: Session, sop: str, steps: Mapping[str, str]) -> list[Question]:
    """At most five that hold for the steps as they are: one a step in their order, then a second one."""
    query = select(StoredQuestion).where(StoredQuestion.sop == sop, StoredQuestion.gone.is_(False))
    found = [question_of(each) for each in session.scalars(query.order_by(StoredQuestion.id.desc()))]
    holding = [each for each in found if steps.get(each.step) == each.step_digest]
    places = {step: place for place, step in enumerate(steps)}
    turns = dict[str, int]()
    ordered = list[tuple[int, int, Question]]()
    for each in holding:
        turns[each.step] = turns.get(each.step, -1) + 1
        ordered.append((turns[each.step], places[each.step], each))
    ordered.sort(key=lambda one: one[:2])
    return [each for _, _, each in ordered[:MOST_QUESTIONS]]


def _own(session: Session, principal: Principal, attempt: int) -> StoredAttempt:
    stored = session.get(StoredAttempt, attempt)
    if stored is None or stored.person != principal.name:
        raise WrongEntry(f"There is no quiz {attempt} of yours.")
    return stored


def _questions(session: Session, stored: StoredAttempt) -> list[Question]:
    """In the order they were asked; one that was taken away meanwhile stays in a quiz that began with it."""
    rows = session.scalars(select(StoredQuestion).where(StoredQuestion.id.in_(stored.questions)))
    found = {each.id: question_of(each) for each in rows}
    return [found[each] for each in stored.questions]


def _grade(stored: StoredAttempt, questions: Sequence[Question], answers: Answers) -> None:
    given = {str(each.id): sorted(set(answers[each.id])) for each in questions}
    stored.answers = given
    stored.right = sum(set(given[str(each.id)]) == set(each.right) for each in questions)
    stored.passed = 100 * stored.right >= PASS_PERCENT * len(questions)
    stored.ended_at = datetime.now(UTC)
