"""Meetings in the state: one a week, decided in while open, frozen when closed, seen by who sees all it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ChangedMeanwhile, NotAllowed, RoleForbids, State, WrongEntry
from store.state.meeting_records import Comment, Decision, Meeting, MeetingError, Verdict

MONDAY = date(2026, 5, 4)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CONTENT = {"items": [{"kpi": "otif_rate", "value": 0.75}]}


def opened(state: State, segment: str = "") -> Meeting:
    return state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY, segment))


def test_a_week_has_one_meeting(state: State) -> None:
    """Whoever comes second finds the first one's; another market and another week have their own."""
    first = opened(state)

    assert opened(state) == first
    assert opened(state, "market=DE").id != first.id
    with pytest.raises(MeetingError, match="named by its Monday, and 2026-05-05 is none"):
        Meeting("shipping", MONDAY + timedelta(days=1))


def test_a_decision_is_changed_while_the_meeting_is_open(state: State) -> None:
    """Two versions of one decision; who saw the first is told; after the end nothing changes."""
    meeting = opened(state)
    made = state.meetings.decide(
        LOCAL_OWNER, Decision(meeting.id, "Train", Verdict.NOT_FOLLOWED, "otif_rate")
    )
    again = state.meetings.decide(LOCAL_OWNER, replace(made, text="Train the night shift"))

    assert (made.department, made.version, again.version) == ("shipping", 1, 2)
    with pytest.raises(ChangedMeanwhile):
        state.meetings.decide(LOCAL_OWNER, replace(made, text="Do nothing"))
    state.meetings.close(LOCAL_OWNER, meeting, CONTENT)
    for late in (again, Decision(meeting.id, "One more")):
        with pytest.raises(MeetingError, match="was closed by local owner; decide in the next one"):
            state.meetings.decide(LOCAL_OWNER, late)
    assert [each.text for each in state.meetings.decisions(LOCAL_OWNER, meeting.id)] == [
        "Train the night shift"
    ]


def test_an_owner_says_one_thing_of_a_kpi(state: State) -> None:
    """What, why and what is next, changed by who saw the last; a second comment is told of the first; then the end."""
    meeting = opened(state)
    asked = Comment(meeting.id, "otif_rate", " One lorry\nbroke down ", "No spare", "Rent one")
    made = state.meetings.comment(LOCAL_OWNER, asked)
    again = state.meetings.comment(LOCAL_OWNER, replace(made, then="Rent two"))

    assert (made.what, made.department, made.made_by) == ("One lorry broke down", "shipping", "local owner")
    assert state.meetings.comments(LOCAL_OWNER, meeting.id) == [again]
    with pytest.raises(
        MeetingError, match="local owner commented on otif_rate already: 'One lorry broke down'"
    ):
        state.meetings.comment(LOCAL_OWNER, asked)
    with pytest.raises(ChangedMeanwhile):
        state.meetings.comment(LOCAL_OWNER, replace(made, why="Snow"))
    state.meetings.close(LOCAL_OWNER, meeting, CONTENT)
    with pytest.raises(MeetingError, match="was closed"):
        state.meetings.comment(LOCAL_OWNER, replace(again, why="Snow"))


@pytest.mark.parametrize(
    ("part", "told"), [("what", "what happened"), ("why", "why"), ("then", "what is next")]
)
def test_a_comment_says_all_three(part: str, told: str) -> None:
    whole = {"what": "It rained", "why": "No roof", "then": "A roof"}
    with pytest.raises(MeetingError, match=f"does not say {told}; write a sentence"):
        Comment(1, "otif_rate", **(whole | {part: " "}))
    with pytest.raises(MeetingError, match="has 301 characters; 300 are the most"):
        Comment(1, "otif_rate", **(whole | {part: "x" * 301}))


def test_a_closed_meeting_keeps_what_it_looked_at(state: State) -> None:
    """The digest is of the content, whatever the order of its keys; another number is noticed."""
    meeting = opened(state)
    assert state.meetings.pack(LOCAL_OWNER, meeting.id) is None
    state.meetings.close(LOCAL_OWNER, meeting, CONTENT)
    pack = state.meetings.pack(LOCAL_OWNER, meeting.id)

    assert pack is not None
    assert (pack.content, pack.is_genuine) == (CONTENT, True)
    assert not replace(pack, content={"items": []}).is_genuine


def test_what_came_of_a_meeting_is_counted(state: State) -> None:
    """One decision and two actions; an open meeting is not told of."""
    meeting = opened(state)
    state.meetings.decide(LOCAL_OWNER, Decision(meeting.id, "Train"))
    for text in ("Call", "Write"):
        state.actions.add(
            LOCAL_OWNER, Action("otif_rate", "shipping", text, "Ann", MONDAY, meeting=meeting.id)
        )
    assert state.meetings.held(LOCAL_OWNER, LONG_AGO) == []
    state.meetings.close(LOCAL_OWNER, meeting, CONTENT)

    (held,) = state.meetings.held(LOCAL_OWNER, LONG_AGO)
    assert (held.meeting.id, held.decisions, held.actions) == (meeting.id, 1, 2)
    assert state.meetings.held(LOCAL_OWNER, datetime.now(UTC) + timedelta(days=1)) == []


def test_who_was_there_is_kept_once(state: State) -> None:
    meeting = opened(state)
    saved = state.meetings.save(
        LOCAL_OWNER, replace(meeting, present=(" Ann", "Bo", "Ann ", ""), notes="Short")
    )

    assert (saved.present, saved.notes, saved.version) == (("Ann", "Bo"), "Short", 2)
    assert state.meetings.find(LOCAL_OWNER, meeting.id) == saved


def test_a_meeting_is_for_who_sees_all_it_is_about(state: State) -> None:
    """Germany's lead sees the German meeting, not that of all markets, which tells of others; a viewer holds none."""
    whole, german = opened(state), opened(state, "market=DE")
    decision = state.meetings.decide(LOCAL_OWNER, Decision(whole.id, "Train"))
    lead = Principal("lea@example.com", Scope(markets=frozenset({"DE"})), Role.LEAD)
    other = Principal("max@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)

    assert state.meetings.rows(lead) == [german]
    assert (
        state.meetings.rows(other) == state.meetings.decisions(other) == state.meetings.decisions(lead) == []
    )
    assert state.meetings.decide(lead, Decision(german.id, "Call")).segment == "market=DE"
    for who in (lead, other):
        with pytest.raises(WrongEntry, match="There is no meeting"):
            state.meetings.pack(who, whole.id)
        for change in (
            lambda who=who: state.meetings.open(who, Meeting("shipping", MONDAY)),
            lambda who=who: state.meetings.save(who, whole),
            lambda who=who: state.meetings.close(who, whole, CONTENT),
            lambda who=who: state.meetings.decide(who, Decision(whole.id, "No")),
            lambda who=who: state.meetings.decide(who, decision),
        ):
            with pytest.raises(NotAllowed):
                change()
    with pytest.raises(RoleForbids):
        state.meetings.open(Principal("vic@example.com"), Meeting("shipping", MONDAY))
