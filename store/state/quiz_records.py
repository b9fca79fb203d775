"""Questions about steps, quizzes people take on them, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.models import QuizAttempt as StoredAttempt
from store.models import QuizQuestion as StoredQuestion
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require_part, sees_part
from store.state.shelf import Shelf

PASS_PERCENT, MOST_QUESTIONS = 80, 5
LONGEST_TEXT, LONGEST_CHOICE, MOST_CHOICES = 400, 200, 6


class QuizKind(StrEnum):
    """What a quiz is about: what changed with a major version, the whole version, or a refresher."""

    DELTA = "delta"
    WHOLE = "whole"
    REFRESHER = "refresher"


@dataclass(frozen=True)
class Question:
    """
    A question about a step of one version; `right` are the places of the right choices, `why` is shown after answering.
    It holds for later versions as long as the step is the same (`step_digest`); `gone`: nobody is asked any more.
    """

    sop: str
    step: str
    department: str
    major: int
    minor: int
    step_digest: str
    text: str
    choices: tuple[str, ...]
    right: tuple[int, ...]
    why: str = ""
    written_by: str = ""
    gone: bool = False
    version: int = 0
    id: int = 0


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is shown before it is answered: which choices are right is not in it."""

    id: int
    step: str
    text: str
    choices: tuple[str, ...]
    several: bool


@dataclass(frozen=True)
class Attempt:
    """One person's attempt at a quiz on a version; `passed` None until it is answered."""

    id: int
    person: str
    sop: str
    major: int
    minor: int
    kind: QuizKind
    questions: tuple[int, ...]
    number: int
    begun_at: datetime
    ended_at: datetime | None
    answers: Mapping[str, Sequence[int]]
    right: int
    passed: bool | None

    @property
    def name(self) -> str:
        """The number of the version as people write it."""
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question after it was answered: what was chosen, and what would have been right."""

    question: Question
    chosen: tuple[int, ...]

    @property
    def is_right(self) -> bool:
        return set(self.chosen) == set(self.question.right)


def question_of(stored: StoredQuestion) -> Question:
    """A stored row as a record."""
    return Question(
        stored.sop, stored.step, stored.department, stored.major, stored.minor, stored.step_digest, stored.text,
        tuple(stored.choices), tuple(stored.right), stored.why, stored.written_by, stored.gone, stored.version,
        stored.id,
    )  # fmt: skip


def attempt_of(stored: StoredAttempt) -> Attempt:
    """A stored row as a record."""
    return Attempt(
        stored.id, stored.person, stored.sop, stored.major, stored.minor, QuizKind(stored.kind),
        tuple(stored.questions), stored.number, stored.begun_at, stored.ended_at, stored.answers or {}, stored.right,
        stored.passed,
    )  # fmt: skip


def check(question: Question) -> None:
    """Raises WrongEntry unless it can be answered: two choices that differ, one of them right, not all of them."""
    choices = [each.strip() for each in question.choices]
    if not question.text.strip() or len(question.text) > LONGEST_TEXT:
        raise WrongEntry(f"A question has 1 to {LONGEST_TEXT} characters; this one has {len(question.text)}.")
    if not 2 <= len(choices) <= MOST_CHOICES or len(set(choices)) < len(choices) or not all(choices):
        raise WrongEntry(f"Give two to {MOST_CHOICES} choices that differ.")
    if any(len(each) > LONGEST_CHOICE for each in choices):
        raise WrongEntry(f"A choice has at most {LONGEST_CHOICE} characters.")
    right = set(question.right)
    if not right or not right <= set(range(len(choices))) or len(right) == len(choices):
        raise WrongEntry("Mark at least one choice as right, and not all of them.")


def _sees(principal: Principal, question: Question) -> bool:
    return principal.may(Permit.WRITE_PROCEDURES) and sees_part(principal, question.department, {})


def _covers(principal: Principal, question: Question) -> None:
    require_part(principal, question.department, {}, "write questions", everywhere=True)


QUESTIONS = Shelf("question", StoredQuestion, question_of, _sees, Permit.WRITE_PROCEDURES, _covers)
