"""What a pack is made of: the figures of a closed meeting, its words, and nothing that is read anew."""

from dataclasses import dataclass
from datetime import datetime

from kpi.words import say
from meetings.agenda import Agenda, of_content
from meetings.closing import Said, Words, with_actions, words_in
from meetings.promises import met
from store.scope import Principal
from store.state import State
from store.state.meeting_records import Comment, Decision, Meeting, MeetingError


@dataclass(frozen=True)
class Frozen:
    """A closed meeting with everything it looked at and decided; `genuine`: whether its figures fit their digest."""

    meeting: Meeting
    agenda: Agenda
    words: Words
    decisions: tuple[Decision, ...]
    comments: tuple[Comment, ...]
    digest: str
    made_at: datetime
    genuine: bool

    @property
    def titles(self) -> dict[str, str]:
        """What procedures were called, by key."""
        return dict(self.agenda.sops)

    @property
    def owners(self) -> dict[str, str]:
        """Who had been named for a KPI, by its key."""
        return dict(self.words.owners)

    @property
    def commented(self) -> tuple[tuple[str, Comment | None], ...]:
        """Every KPI that was off, in the order of the meeting, with what was said; then others."""
        said = {each.kpi: each for each in self.comments}
        off = [each.kpi for each in self.agenda.items]
        return tuple((kpi, said.get(kpi)) for kpi in dict.fromkeys([*off, *said]))

    @property
    def promised(self) -> tuple[Said, ...]:
        """What was promised before the meeting, in the order it was looked at."""
        place = {each.action: n for n, each in enumerate(self.agenda.promised)}
        found = [each for each in self.words.actions if each.action in place]
        return tuple(sorted(found, key=lambda each: place[each.action]))

    @property
    def actions(self) -> tuple[Said, ...]:
        """What came out of it."""
        return tuple(each for each in self.words.actions if each.here)


def frozen_of(state: State, principal: Principal, number: int) -> Frozen:
    """A closed meeting as it was frozen. Raises MeetingError while it is open, WrongEntry where it cannot be seen."""
    meeting = state.meetings.find(principal, number)
    pack = state.meetings.pack(principal, number)
    if pack is None or meeting.closed_at is None:
        raise MeetingError(
            say("Meeting {number} is not closed; close it, then its pack is there.", number=number)
        )
    agenda = of_content(pack.content)
    words = words_in(pack.words) or _words_today(state, principal, meeting, agenda)
    decisions = tuple(state.meetings.decisions(principal, number))
    comments = tuple(state.meetings.comments(principal, number))
    return Frozen(meeting, agenda, words, decisions, comments, pack.digest, pack.made_at, pack.is_genuine)


def _words_today(state: State, principal: Principal, meeting: Meeting, agenda: Agenda) -> Words:
    """Of a meeting that an older program closed without words: its actions as they read today."""
    asked = {each.action: each for each in agenda.promised}
    rows = state.actions.rows(principal)
    closed = meeting.closed_at.date() if meeting.closed_at else meeting.week
    found = met([each for each in rows if each.id in asked or each.meeting == meeting.id], closed)
    return with_actions(found, meeting)
