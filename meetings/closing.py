"""The end of a meeting: its figures frozen, and beside them the words and names an erasure must reach."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pydantic import TypeAdapter

from kpi.words import listed, say
from meetings.agenda import Agenda, as_content
from meetings.promises import Kept, Promise, met
from meetings.told import name_told
from store.scope import Principal, Scope
from store.state import Corrective, State, segment_pairs
from store.state.meeting_records import LONGEST_DECISION, Meeting, MeetingError


@dataclass(frozen=True)
class Said:
    """
    An action in words as it stood at the end of the meeting, with what had become of it; `percent`: by how much its KPI
    must get better, 0 promises no effect. `here`: whether it came out of this meeting.
    """

    action: int
    kpi: str
    text: str
    owner: str
    due: date
    kept: Kept
    weeks: int
    percent: int = 0
    here: bool = False


@dataclass(frozen=True)
class Words:
    """
    The words of a closed meeting; `owners`: who answered for a KPI, by its key; `uncommented`: why it ended although
    something that was off had no comment.
    """

    actions: tuple[Said, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    uncommented: str = ""


_ADAPTER = TypeAdapter(Words)


def close_meeting(
    state: State,
    principal: Principal,
    meeting: Meeting,
    agenda: Agenda,
    today: date,
    key: str | None = None,
    *,
    uncommented_why: str = "",
) -> Meeting:
    """
    Ends the meeting with everything it looked at; nothing of it changes any more. What is off has a comment, or there
    is a reason for the lack of one.
    Raises MeetingError without either, ChangedMeanwhile, WrongEntry when it is gone or closed, NotAllowed.
    """
    words = words_of(state, principal, meeting, agenda, today)
    said = {each.kpi for each in state.meetings.comments(principal, meeting.id)}
    if missing := uncommented(agenda, said):
        words = replace(words, uncommented=_reason(missing, uncommented_why))
    off = [key for each in agenda.items for key in (each.kpi, *each.also)]
    content: Mapping[str, object] = _ADAPTER.dump_python(words, mode="json")
    return state.meetings.close(principal, meeting, as_content(agenda), key, words=content, kpis=off)


def uncommented(agenda: Agenda, said: Container[str]) -> list[str]:
    """The keys of what is off target or worse than usual and nobody has said anything of."""
    return [each.kpi for each in agenda.items if (each.off_target or each.signal) and each.kpi not in said]


def _reason(missing: Iterable[str], why: str) -> str:
    line = " ".join(why.split())
    if not line:
        names = listed(map(name_told, missing))
        raise MeetingError(
            say(
                "Nobody has said what happened to {names}. Write the comment, or why the meeting ends without it.",
                names=names,
            )
        )
    if len(line) > LONGEST_DECISION:
        raise MeetingError(f"The reason has {len(line)} characters; {LONGEST_DECISION} are the most.")
    return line


def words_of(state: State, principal: Principal, meeting: Meeting, agenda: Agenda, today: date) -> Words:
    """The promises the meeting looked at and the actions that came out of it, as everybody may see them who sees it."""
    asked = {each.action for each in agenda.promised}
    reader = Principal(principal.name, _scope(meeting), principal.role)
    rows = [each for each in state.actions.rows(reader) if each.id in asked or each.meeting == meeting.id]
    named, off = state.owners.names(principal), [each.kpi for each in agenda.items]
    said = tuple(_said(each, meeting) for each in met(rows, today))
    return Words(said, tuple((kpi, named[kpi]) for kpi in off if kpi in named))


def words_in(content: Mapping[str, object]) -> Words | None:
    """As they were frozen; None of a meeting that an older program closed."""
    return _ADAPTER.validate_python(dict(content)) if content else None


def with_actions(found: Iterable[Promise], meeting: Meeting) -> Words:
    """The words of a meeting that was closed without any, from the actions as they are now."""
    return Words(tuple(_said(each, meeting) for each in found))


def _said(each: Promise, meeting: Meeting) -> Said:
    action = each.action
    percent = action.wanted_percent if isinstance(action, Corrective) else 0
    return Said(
        action.id, action.kpi, action.text, action.owner, action.due, each.kept, each.weeks, percent,
        action.meeting == meeting.id,
    )  # fmt: skip


def _scope(meeting: Meeting) -> Scope:
    """What who sees just this meeting sees."""
    pairs = segment_pairs(meeting.segment)
    market, team = pairs.get("market"), pairs.get("team")
    return Scope(
        None if meeting.is_monthly else frozenset({meeting.department}),
        frozenset({market}) if market else None,
        frozenset({team}) if team else None,
    )
