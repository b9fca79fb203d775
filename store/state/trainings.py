"""Trainings of people on versions, entered by who held them; huddles, and the days of the first week with a mentor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import Post as StoredPost
from store.models import TrainingEvent as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed, WrongEntry, note, require
from store.state.engines import Engines
from store.state.leads import seen_people
from store.state.posts import SHELF as POSTS
from store.state.posts import post_of
from store.state.procedures import seen_edition


class How(StrEnum):
    """How somebody was trained; `SHOWN` and `TOGETHER` are days on the way to doing it alone."""

    SHOWN = "shown"
    TOGETHER = "together"
    ALONE = "alone"
    SESSION = "session"
    HUDDLE = "huddle"
    QUIZ = "quiz"


BY_MENTOR = (How.SHOWN, How.TOGETHER, How.ALONE)
COUNTING = (How.ALONE, How.SESSION, How.HUDDLE, How.QUIZ)


@dataclass(frozen=True)
class Training:
    """One training of one person on one version of a procedure."""

    id: int
    person: str
    sop: str
    major: int
    minor: int
    how: How
    held_on: date
    note: str
    entered_by: str

    @property
    def name(self) -> str:
        """The number of the version as people write it."""
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True)
class Trainings:
    """
    The trainings of the state database. A person's are for that person and the direct lead; a mentor sees those of the
    people they walk through their first week.
    """

    engines: Engines

    def rows(self, principal: Principal) -> list[Training]:
        """Those of the principal, of whom they lead and of whom they mentor, the latest first."""

        def work(session: Session) -> list[Training]:
            seen = seen_people(session, principal) | mentored(session, principal)
            return trainings_of(session, Stored.person.in_(seen))[::-1]

        return self.engines.ask(work)

    def entered(self, principal: Principal) -> list[Training]:
        """Those the principal entered for others and has not withdrawn, the latest first; no quizzes."""
        own = Stored.entered_by == principal.name, Stored.how != How.QUIZ
        return self.engines.ask(lambda session: trainings_of(session, *own)[::-1])

    def counting(self) -> list[Training]:
        """Everybody's that count as trained. For the worker."""
        counting = Stored.how.in_(COUNTING)
        return self.engines.ask(lambda session: trainings_of(session, counting))

    def enter(
        self, principal: Principal, edition: int, people: Collection[str], how: How, on: date, remark: str = "",
        *, today: date, key: str | None = None,
    ) -> int:  # fmt: skip
        """
        People were at a session or huddle on a version, or had a day of it with their mentor; how many. Raises
        NotAllowed for who may not, WrongEntry for oneself, for nobody, for a day to come, for who has no post there.
        """
        _check(principal, people, how, on, today)

        def work(session: Session) -> int:
            asked = seen_edition(session, principal, edition)
            for person in sorted(people):
                _require_over(session, principal, person, how)
                _add(session, principal, (asked.key, asked.major, asked.minor), person, how, on, remark)
            named = f"procedure {asked.key} {asked.name}"
            note(session, principal, "training entered", named, None, {"how": how, "people": len(people)})
            return len(people)

        return self.engines.change(work, key)

    def withdraw(self, principal: Principal, number: int, key: str | None = None) -> None:
        """Takes back a training somebody entered by mistake. Raises WrongEntry for none of theirs, or for a quiz."""
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> None:
            stored = session.get(Stored, number)
            mine = stored is not None and stored.entered_by == principal.name and stored.how != How.QUIZ
            if stored is None or not mine or stored.withdrawn_at is not None:
                raise WrongEntry(f"There is no training {number} that you entered.")
            stored.withdrawn_by, stored.withdrawn_at = principal.name, datetime.now(UTC)
            note(session, principal, "training withdrawn", f"procedure {stored.sop}")

        self.engines.change(work, key)


def passed_quiz(session: Session, principal: Principal, edition: tuple[str, int, int], on: date) -> None:
    """Who passed the quiz on a version is trained on it."""
    _add(session, principal, edition, principal.name, How.QUIZ, on, "")


def trainings_of(session: Session, *where: ColumnElement[bool]) -> list[Training]:
    """Trainings that were not withdrawn, as records, the oldest first."""
    query = select(Stored).where(*where, Stored.withdrawn_at.is_(None)).order_by(Stored.held_on, Stored.id)
    return [training_of(each) for each in session.scalars(query)]


def training_of(stored: Stored) -> Training:
    """A stored row as a record."""
    return Training(
        stored.id, stored.person, stored.sop, stored.major, stored.minor, How(stored.how), stored.held_on, stored.note,
        stored.entered_by,
    )  # fmt: skip


def mentored(session: Session, principal: Principal) -> frozenset[str]:
    """The addresses of the people the principal is the mentor of."""
    return frozenset(session.scalars(select(StoredPost.person).where(StoredPost.mentor == principal.name)))


def _check(principal: Principal, people: Collection[str], how: How, on: date, today: date) -> None:
    require(principal, Permit.RUN_PROCEDURES if how in BY_MENTOR else Permit.TRAIN_PEOPLE)
    if how is How.QUIZ:
        raise WrongEntry("A quiz is passed by who takes it; nobody enters it.")
    if not people or principal.name in people:
        raise WrongEntry("Choose who was there; nobody enters their own training.")
    if on > today:
        raise WrongEntry(f"{on} is still to come; enter the training once it was held.")


def _require_over(session: Session, principal: Principal, person: str, how: How) -> None:
    """A mentor signs for whom they walk along, a lead for theirs; a session is for anybody who works there."""
    if how in BY_MENTOR:
        able = mentored(session, principal) | seen_people(session, principal)
        if person not in able:
            raise NotAllowed(
                f"{principal.name} is neither mentor nor lead of {person} and signs nothing for them."
            )
        return
    posts: Sequence[StoredPost] = session.scalars(select(StoredPost).where(StoredPost.person == person)).all()
    if not any(POSTS.sees(principal, post_of(each)) for each in posts):
        raise WrongEntry(f"{person} has no post in what {principal.name} sees; give the person one first.")


def _add(
    session: Session, principal: Principal, edition: tuple[str, int, int], person: str, how: How, on: date,
    remark: str,
) -> None:  # fmt: skip
    sop, major, minor = edition
    session.add(
        Stored(
            person=person, sop=sop, major=major, minor=minor, how=how, held_on=on, note=remark.strip(),
            entered_by=principal.name, entered_at=datetime.now(UTC), withdrawn_by="", withdrawn_at=None,
        )
    )  # fmt: skip
