"""The end of a meeting: its figures frozen, and beside them the words and names an erasure must reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from meetings.agenda import Agenda, as_content
from meetings.promises import Kept, Promise, met
from store.scope import Principal, Scope
from store.state import Corrective, State, segment_pairs
from store.state.meeting_records import Meeting


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
    """The words of a closed meeting; `owners`: who answered for a KPI, by its key."""

    actions: tuple[Said, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()


_ADAPTER = TypeAdapter(Words)


def close_meeting(
    state: State, principal: Principal, meeting: Meeting, agenda: Agenda, today: date, key: str | None = None
) -> Meeting:
    """
    Ends the meeting with everything it looked at; nothing of it changes any more. Raises ChangedMeanwhile, WrongEntry
    when it is gone or closed, NotAllowed.
    """
    words = words_of(state, principal, meeting, agenda, today)
    off = [key for each in agenda.items for key in (each.kpi, *each.also)]
    content: Mapping[str, object] = _ADAPTER.dump_python(words, mode="json")
    return state.meetings.close(principal, meeting, as_content(agenda), key, words=content, kpis=off)


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
        frozenset({meeting.department}),
        frozenset({market}) if market else None,
        frozenset({team}) if team else None,
    )
