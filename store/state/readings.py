"""Answers to being asked to read a version: read, declined, or a question to its owner; none is ever changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import Reading as Stored
from store.models import ReadingReply
from store.permits import Permit
from store.scope import Principal
from store.state.editions import Edition, EditionState
from store.state.edits import WrongEntry, note, require, require_part
from store.state.engines import Engines
from store.state.leads import seen_people
from store.state.procedures import seen_edition


class Answer(StrEnum):
    """What somebody says who is asked to read a version."""

    READ = "read"
    DECLINED = "declined"
    QUESTION = "question"


@dataclass(frozen=True)
class Reading:
    """`person` answered for exactly this text (`digest`) of this version in this language; `said` is why, or what."""

    id: int
    person: str
    sop: str
    major: int
    minor: int
    language: str
    digest: str
    answer: Answer
    said: str
    at: datetime

    @property
    def name(self) -> str:
        """The number of the version as people write it."""
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True)
class Question:
    """A question somebody put to the owner of a procedure, and the reply to it; empty while there is none."""

    reading: Reading
    reply: str = ""
    replied_by: str = ""


@dataclass(frozen=True)
class Readings:
    """The answers of the state database. A person's are for that person and the direct lead."""

    engines: Engines

    def answer(
        self, principal: Principal, edition: int, answer: Answer, said: str = "", key: str | None = None
    ) -> Reading:
        """
        The principal's own answer for one approved edition, in the language they read. Confirmed once, it stays so.
        Raises WrongEntry for a draft or without a reason or question, NotAllowed.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            asked = seen_edition(session, principal, edition)
            _check(asked, answer, said)
            mine = Stored.person == principal.name, Stored.sop == asked.key, Stored.digest == asked.digest
            known = session.scalars(select(Stored.id).where(*mine, Stored.answer == Answer.READ)).first()
            return known or _add(session, principal, asked, answer, said)

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: reading_of(session.get_one(Stored, number)))

    def rows(self, principal: Principal) -> list[Reading]:
        """Those of the principal and of whom they lead, the latest first."""

        def work(session: Session) -> list[Reading]:
            return readings_of(session, Stored.person.in_(seen_people(session, principal)))[::-1]

        return self.engines.ask(work)

    def questions(self, principal: Principal, sop: str) -> list[Question]:
        """
        The questions about a procedure: one's own, and all of them for who writes it. A question is put to the owner,
        by name. The latest first.
        """

        def work(session: Session) -> list[Question]:
            seen = Stored.person == principal.name
            where = [] if principal.may(Permit.WRITE_PROCEDURES) else [seen]
            asked = readings_of(session, Stored.sop == sop, Stored.answer == Answer.QUESTION, *where)
            numbers = [each.id for each in asked]
            replies = session.scalars(select(ReadingReply).where(ReadingReply.reading.in_(numbers)))
            told = {each.reading: (each.said, each.by) for each in replies}
            return [Question(each, *told.get(each.id, ("", ""))) for each in reversed(asked)]

        return self.engines.ask(work)

    def reply(
        self, principal: Principal, reading: int, department: str, said: str, key: str | None = None
    ) -> None:
        """The owner's word on a question, once. Raises NotAllowed, WrongEntry where none is open."""
        require(principal, Permit.WRITE_PROCEDURES)
        require_part(principal, department, {}, "answer questions", everywhere=True)

        def work(session: Session) -> None:
            asked = session.get(Stored, reading)
            known = session.scalars(select(ReadingReply).where(ReadingReply.reading == reading)).first()
            if asked is None or asked.answer != Answer.QUESTION or known is not None:
                raise WrongEntry("There is no such question, or it has its answer; look at the page again.")
            if not said.strip():
                raise WrongEntry("The reply is empty; write what answers the question.")
            session.add(
                ReadingReply(reading=reading, said=said.strip(), by=principal.name, at=datetime.now(UTC))
            )
            note(session, principal, "question answered", f"procedure {asked.sop}")

        self.engines.change(work, key)


def readings_of(session: Session, *where: ColumnElement[bool]) -> list[Reading]:
    """Answers as records, the oldest first."""
    return [reading_of(each) for each in session.scalars(select(Stored).where(*where).order_by(Stored.id))]


def reading_of(stored: Stored) -> Reading:
    """A stored row as a record."""
    return Reading(
        stored.id, stored.person, stored.sop, stored.major, stored.minor, stored.language, stored.digest,
        Answer(stored.answer), stored.said, stored.at,
    )  # fmt: skip


def _check(asked: Edition, answer: Answer, said: str) -> None:
    if asked.state is not EditionState.APPROVED:
        raise WrongEntry(f"{asked.key} {asked.name} is not approved; there is nothing to confirm yet.")
    if answer is not Answer.READ and not said.strip():
        raise WrongEntry("Say why, or what the question is.")


def _add(session: Session, principal: Principal, asked: Edition, answer: Answer, said: str) -> int:
    """The trail tells that somebody answered; what, is for that person and the lead."""
    stored = Stored(
        person=principal.name, sop=asked.key, major=asked.major, minor=asked.minor, language=asked.language,
        digest=asked.digest, answer=answer, said=said.strip(), at=datetime.now(UTC),
    )  # fmt: skip
    session.add(stored)
    session.flush()
    note(session, principal, "procedure answered", f"procedure {asked.key} {asked.name}")
    return stored.id
