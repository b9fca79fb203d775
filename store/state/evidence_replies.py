"""What people say to the evidence about their own work: written by them alone, read by them and the direct lead."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.models import EvidenceReply as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines
from store.state.leads import sees_person
from store.state.shelf import record

LONGEST = 2_000


@dataclass(frozen=True)
class EvidenceReply:
    """
    What `person` (an address) says to what runs from `first` to `last` say of their work at a step; the text as a str.
    """

    person: str
    sop: str
    step: str
    first: date
    last: date
    text: str
    at: datetime | None = None
    version: int = 0
    id: int = 0

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class EvidenceReplies:
    """The replies of the state database. For everybody but the person and the direct lead there are none."""

    engines: Engines

    def of_step(
        self, principal: Principal, person: str, sop: str, step: str, since: date
    ) -> EvidenceReply | None:
        """The latest one to evidence that reaches into the days since one."""

        def work(session: Session) -> EvidenceReply | None:
            if not sees_person(session, principal, person):
                return None
            found = _latest(session, person, sop, step, since)
            return reply_of(found) if found is not None else None

        return self.engines.ask(work)

    def write(self, principal: Principal, reply: EvidenceReply, key: str | None = None) -> EvidenceReply:
        """
        Keeps a reply to evidence about the principal, in place of the one to overlapping days that they saw. The trail
        says that they replied, not what. Raises ChangedMeanwhile when another window was faster, WrongEntry for what
        is about somebody else, has no text or too much of it.
        """
        require(principal, Permit.RUN_PROCEDURES)
        if reply.person.strip().lower() != principal.name.lower():
            raise WrongEntry("Nobody replies for somebody else.")
        text = reply.text.strip()
        if not 0 < len(text) <= LONGEST:
            raise WrongEntry(f"A reply has 1 to {LONGEST} characters; this one has {len(text)}.")

        def work(session: Session) -> int:
            stored = _latest(session, principal.name, reply.sop, reply.step, reply.first)
            if (stored.version if stored is not None else 0) != reply.version:
                theirs = reply_of(stored) if stored is not None else None
                raise ChangedMeanwhile("This reply", theirs, reply.version)
            stored = stored or Stored(person=principal.name, sop=reply.sop, step=reply.step, version=0)
            stored.first, stored.last = reply.first, reply.last
            stored.text, stored.at = text, datetime.now(UTC)
            stored.version += 1
            session.add(stored)
            session.flush()
            note(session, principal, "evidence replied to", f"procedure {reply.sop}")
            return stored.id

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: reply_of(session.get_one(Stored, number)))

    def count_old(self, before: date) -> int:
        """How many are to evidence that ended before a day. For retention."""
        query = select(func.count()).where(Stored.last < before)
        return self.engines.ask(lambda session: session.scalar(query) or 0)

    def forget_old(self, before: date) -> int:
        """Deletes those; how many. For the worker."""

        def work(session: Session) -> int:
            gone = session.scalars(select(Stored.id).where(Stored.last < before)).all()
            session.execute(delete(Stored).where(Stored.id.in_(gone)))
            return len(gone)

        return self.engines.change(work)


def reply_of(stored: Stored) -> EvidenceReply:
    """A stored row as a record."""
    return record(EvidenceReply, stored)


def _latest(session: Session, person: str, sop: str, step: str, since: date) -> Stored | None:
    own = Stored.person == person.strip().lower(), Stored.sop == sop, Stored.step == step
    return session.scalars(
        select(Stored).where(*own, Stored.last >= since).order_by(Stored.id.desc())
    ).first()
