"""Telling of a closed meeting: whom it concerns, and in which words; figures only in the pack a firm wants attached."""

from collections.abc import Iterable

from kpi.words import Language, say, say_many, speaking
from meetings.pack import Form, Frozen, file_name, made
from meetings.told import segment_told, week_told, whose
from store.permits import Permit
from store.scope import Principal
from store.state import State, User, WrongEntry
from worker.messages.compose import Letter, Line


def members(state: State, frozen: Frozen, users: Iterable[User]) -> list[str]:
    """
    The addresses of those who see the meeting and belong to it: who was there, owns one of its actions, opened or
    closed it, or leads its department.
    """
    meeting = frozen.meeting
    named = {
        *meeting.present,
        meeting.opened_by,
        meeting.closed_by,
        *(each.owner for each in frozen.words.actions),
    }
    known = {each.casefold() for each in named}
    found = [
        each for each in users
        if each.active and (known & {each.email.casefold(), each.name.casefold()} or _leads(each, meeting.department))
    ]  # fmt: skip
    return sorted(each.email for each in found if sees(state, each.principal, meeting.id))


def sees(state: State, principal: Principal, number: int) -> bool:
    """Whether a person or a place may read of a meeting."""
    try:
        return bool(state.meetings.find(principal, number))
    except WrongEntry:
        return False


def letter_of(key: str, frozen: Frozen, address: str, language: str, *, attach: bool) -> Letter:
    """What is said of it: how much was decided, and the link; with the pack as PDF where that is wanted."""
    meeting, found = frozen.meeting, len(frozen.actions)
    with speaking(Language(language)):
        about = " · ".join(
            [whose(meeting), *([segment_told(meeting.segment)] if meeting.segment else []),
             week_told(meeting)]
        )  # fmt: skip
        line = Line(
            0, about, say("closed by {who}", who=meeting.closed_by),
            say_many("{n} decision", "{n} decisions", len(frozen.decisions)),
            say_many("{n} action", "{n} actions", found), "", f"{address}/meeting?meeting={meeting.id}",
        )  # fmt: skip
        files = ((file_name(meeting, Form.PDF), made(frozen, Form.PDF)),) if attach else ()
        title = (
            say("Monthly meeting: {about}", about=about)
            if meeting.is_monthly
            else say("Weekly meeting: {about}", about=about)
        )
        footer = say("When and how you are told, or not at all:")
        return Letter(key, title, (line,), f"{address}/alerts?part=messages", footer, meeting.id, files)


def _leads(user: User, department: str) -> bool:
    """Whether somebody was given this department, not just the whole firm, and may hold its meetings."""
    scope = user.principal.scope
    return bool(scope.departments and department in scope.departments) and user.principal.may(
        Permit.HOLD_MEETINGS
    )
