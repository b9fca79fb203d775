"""Meetings as people open, hold and close them; what was decided in them, and what they looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.models import Action as StoredAction
from store.models import Meeting as StoredMeeting
from store.models import MeetingComment as StoredComment
from store.models import MeetingDecision as StoredDecision
from store.models import MeetingPack as StoredPack
from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed, require, require_part, sees_part
from store.state.engines import Engines
from store.state.meeting_records import (
    Comment,
    Decision,
    Filed,
    Held,
    Meeting,
    MeetingError,
    Pack,
    Verdict,
    digest_of,
    monday_of,
)
from store.state.segments import segment_pairs
from store.state.shelf import Shelf, record

NO_WORDS: Mapping[str, object] = {}


def _sees(principal: Principal, thing: Meeting | Decision | Comment) -> bool:
    """Who sees only some markets or teams sees the meetings of those alone: one of the whole tells of others."""
    pairs, scope = segment_pairs(thing.segment), principal.scope
    whole = all(pairs.get(column) in names for column, names in scope.parts.items())
    return whole and sees_part(principal, thing.department, pairs)


def _covers(principal: Principal, thing: Meeting | Decision | Comment) -> None:
    require_part(principal, thing.department, segment_pairs(thing.segment), "hold a meeting")
    if not _sees(principal, thing):
        raise NotAllowed(
            f"{principal.name} sees a part of {thing.department} only; hold the meeting of that part."
        )


def _meeting(stored: StoredMeeting) -> Meeting:
    return record(Meeting, stored, present=tuple(stored.present))


def _decision(stored: StoredDecision) -> Decision:
    return record(Decision, stored, verdict=Verdict(stored.verdict))


def _comment(stored: StoredComment) -> Comment:
    return record(Comment, stored)


_MEETINGS = Shelf("meeting", StoredMeeting, _meeting, _sees, Permit.HOLD_MEETINGS, _covers)
_DECISIONS = Shelf("decision", StoredDecision, _decision, _sees, Permit.HOLD_MEETINGS, _covers)

_COMMENTS = Shelf("comment", StoredComment, _comment, _sees, Permit.HOLD_MEETINGS, _covers)


@dataclass(frozen=True)
class Meetings:
    """The meetings of the state database."""

    engines: Engines

    def rows(self, principal: Principal, department: str | None = None, *, most: int = 60) -> list[Meeting]:
        """The last ones the principal may see, the newest first; optionally of one department only."""
        where = [] if department is None else [StoredMeeting.department == department]
        order = (StoredMeeting.week.desc(), StoredMeeting.id.desc())
        return _MEETINGS.rows(self.engines, principal, order, *where)[:most]

    def find(self, principal: Principal, number: int) -> Meeting:
        """One meeting; raises WrongEntry for one that does not exist or that the principal may not see."""
        return _MEETINGS.find(self.engines, principal, number)

    def held(self, principal: Principal, since: datetime) -> list[Held]:
        """Those closed since a moment, the latest first, with how much came of them."""
        order, recent = (StoredMeeting.closed_at.desc(),), StoredMeeting.closed_at >= since
        found = _MEETINGS.rows(self.engines, principal, order, recent)
        if not found:
            return []
        numbers = [each.id for each in found]
        decisions = self._counts(StoredDecision.meeting, numbers)
        actions = self._counts(StoredAction.meeting, numbers)
        return [Held(each, decisions.get(each.id, 0), actions.get(each.id, 0)) for each in found]

    def _counts(self, column: InstrumentedAttribute[Any], numbers: list[int]) -> dict[int, int]:
        """How many rows each of the meetings has."""
        query = select(column, func.count()).where(column.in_(numbers)).group_by(column)
        return self.engines.ask(lambda session: {int(row[0]): row[1] for row in session.execute(query)})

    def open(self, principal: Principal, meeting: Meeting, key: str | None = None) -> Meeting:
        """
        Opens the meeting of a week, or returns the one that was opened already. Raises NotAllowed outside the scope.
        """
        opened = replace(meeting, opened_at=self.engines.now(), opened_by=principal.name)

        def work(session: Session) -> int:
            require(principal, Permit.HOLD_MEETINGS)
            known = session.scalar(
                select(StoredMeeting.id).where(
                    StoredMeeting.department == opened.department, StoredMeeting.segment == opened.segment,
                    StoredMeeting.week == opened.week,
                )
            )  # fmt: skip
            if known is not None and _sees(principal, _meeting(session.get_one(StoredMeeting, known))):
                return known
            return _MEETINGS.adding(session, principal, opened, "meeting opened")

        return _MEETINGS.stored(self.engines, self.engines.change(work, key))

    def save(self, principal: Principal, meeting: Meeting, key: str | None = None) -> Meeting:
        """Who was there, and notes. Raises ChangedMeanwhile, WrongEntry when it is gone or closed, NotAllowed."""

        def work(session: Session) -> int:
            _open_one(session, principal, meeting.id)
            return _MEETINGS.saving(session, principal, meeting, "meeting changed")

        return _MEETINGS.stored(self.engines, self.engines.change(work, key))

    def close(
        self,
        principal: Principal,
        seen: Meeting,
        content: Mapping[str, object],
        key: str | None = None,
        words: Mapping[str, object] = NO_WORDS,
        kpis: Sequence[str] = (),
    ) -> Meeting:
        """
        Ends the meeting and freezes what it looked at, with the words that belong to it and the keys of what was off;
        nothing of it changes any more. Raises as `save`.
        """
        at = self.engines.now()
        closed = replace(seen, closed_at=at, closed_by=principal.name)

        def work(session: Session) -> int:
            _open_one(session, principal, seen.id)
            number = _MEETINGS.saving(session, principal, closed, "meeting closed")
            session.add(
                StoredPack(
                    meeting=number, made_at=at, content=content, digest=digest_of(content), words=dict(words),
                    kpis=list(kpis),
                )
            )  # fmt: skip
            return number

        return _MEETINGS.stored(self.engines, self.engines.change(work, key))

    def pack(self, principal: Principal, number: int) -> Pack | None:
        """What a meeting looked at; None before it is closed. Raises WrongEntry."""
        self.find(principal, number)

        def work(session: Session) -> Pack | None:
            stored = session.scalar(select(StoredPack).where(StoredPack.meeting == number))
            return Pack(stored.content, stored.digest, stored.made_at, stored.words) if stored else None

        return self.engines.ask(work)

    def filed(
        self,
        principal: Principal,
        department: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> list[Filed]:
        """The closed ones of a department (None: all) in the weeks from one day to another, the newest first."""
        where: list[ColumnElement[bool]] = [StoredMeeting.closed_at.is_not(None)]
        if department is not None:
            where.append(StoredMeeting.department == department)
        if since is not None:
            where.append(StoredMeeting.week >= monday_of(since))
        if until is not None:
            where.append(StoredMeeting.week <= until)
        order = (StoredMeeting.week.desc(), StoredMeeting.id.desc())
        found = _MEETINGS.rows(self.engines, principal, order, *where)
        query = select(StoredPack.meeting, StoredPack.kpis).where(
            StoredPack.meeting.in_([each.id for each in found])
        )
        off = self.engines.ask(lambda session: {int(row[0]): tuple(row[1]) for row in session.execute(query)})
        return [Filed(each, off.get(each.id, ())) for each in found]

    def before(self, principal: Principal, meeting: Meeting) -> Meeting | None:
        """The meeting of the same department and part that was closed last in an earlier week."""
        where = (
            StoredMeeting.department == meeting.department, StoredMeeting.segment == meeting.segment,
            StoredMeeting.week < meeting.week, StoredMeeting.closed_at.is_not(None),
        )  # fmt: skip
        found = _MEETINGS.rows(self.engines, principal, (StoredMeeting.week.desc(),), *where)
        return found[0] if found else None

    def decisions(self, principal: Principal, number: int | None = None) -> list[Decision]:
        """What was decided, the first first; optionally in one meeting only."""
        where = [] if number is None else [StoredDecision.meeting == number]
        return _DECISIONS.rows(self.engines, principal, (StoredDecision.id,), *where)

    def decide(self, principal: Principal, decision: Decision, key: str | None = None) -> Decision:
        """
        Records a decision of an open meeting, or changes the version the editor saw. Raises ChangedMeanwhile,
        MeetingError for a meeting that is closed or not there, NotAllowed.
        """

        def work(session: Session) -> int:
            meeting = _open_one(session, principal, decision.meeting)
            whole = replace(decision, department=meeting.department, segment=meeting.segment)
            if decision.id:
                return _DECISIONS.saving(session, principal, whole, "decision changed")
            made = replace(whole, made_at=self.engines.now(), made_by=principal.name)
            return _DECISIONS.adding(session, principal, made, "decision made")

        return _DECISIONS.stored(self.engines, self.engines.change(work, key))

    def comments(self, principal: Principal, number: int | None = None) -> list[Comment]:
        """What owners said of their KPIs, the first first; optionally in one meeting only."""
        where = [] if number is None else [StoredComment.meeting == number]
        return _COMMENTS.rows(self.engines, principal, (StoredComment.id,), *where)

    def comment(self, principal: Principal, comment: Comment, key: str | None = None) -> Comment:
        """
        Records what is said of a KPI in an open meeting, or changes the version the editor saw. Raises
        ChangedMeanwhile, MeetingError for a meeting that is closed or not there and for a second comment on the same
        KPI, NotAllowed.
        """

        def work(session: Session) -> int:
            meeting = _open_one(session, principal, comment.meeting)
            whole = replace(comment, department=meeting.department, segment=meeting.segment)
            if comment.id:
                return _COMMENTS.saving(session, principal, whole, "comment changed")
            _refuse_second(session, whole)
            made = replace(whole, made_at=self.engines.now(), made_by=principal.name)
            return _COMMENTS.adding(session, principal, made, "comment made")

        return _COMMENTS.stored(self.engines, self.engines.change(work, key))


def _refuse_second(session: Session, comment: Comment) -> None:
    found = select(StoredComment).where(
        StoredComment.meeting == comment.meeting, StoredComment.kpi == comment.kpi
    )
    if (known := session.scalar(found)) is not None:
        raise MeetingError(
            f"{known.made_by} commented on {comment.kpi} already: '{known.what}'; change that one."
        )


def _open_one(session: Session, principal: Principal, number: int) -> Meeting:
    require(principal, Permit.HOLD_MEETINGS)
    stored = session.get(StoredMeeting, number)
    if stored is None:
        raise MeetingError(f"There is no meeting {number}; look at the list of those there are.")
    meeting = _meeting(stored)
    _covers(principal, meeting)
    if not meeting.is_open:
        raise MeetingError(f"Meeting {number} was closed by {meeting.closed_by}; decide in the next one.")
    return meeting
