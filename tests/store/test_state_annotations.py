"""Notes as stored: for the company, a department or a KPI, changed under a lock, removed but kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from store.database import make_engine
from store.migrations import migrate
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import (
    ChangedMeanwhile,
    NotAllowed,
    Note,
    NoteError,
    RunStatus,
    State,
    WrongEntry,
)

MAY = date(2026, 5, 4)
OLD_ACTION = """INSERT INTO actions (kpi, department, segment, text, owner, due, opened_at, opened_by, status,
closed_by, note, version) VALUES ('csat_score', 'service', '', 'Hire', 'Ann', :due, :now, 'Ann', 'open', '', '', 1)"""
STRIKE = Note(MAY, date(2026, 5, 6), "Port strike", "shipping", "on_time_delivery_rate", "market=DE")
MOVED = Note(MAY, MAY, "The office has moved")
LINE = Note(date(2026, 5, 1), MAY, "Line 8 rebuilt", "manufacturing")
SHIPPING = Principal("Ann", Scope(departments=frozenset({"shipping"})), role=Role.LEAD)
GERMANY = Principal(
    "Bob", Scope(departments=frozenset({"shipping"}), markets=frozenset({"DE"})), role=Role.LEAD
)
FRANCE = Principal("Zoé", Scope(markets=frozenset({"FR"})), role=Role.LEAD)


def test_a_note_carries_its_author(state: State) -> None:
    """
    Bob writes one on Germany; it comes back whole, and the trail tells of it.
    """
    stored = state.annotations.add(GERMANY, STRIKE)

    assert (stored.author, stored.version, stored.text) == ("Bob", 1, "Port strike")
    assert state.annotations.rows(LOCAL_OWNER) == [stored]
    (entry,) = state.audit.rows(LOCAL_OWNER)
    assert (entry.who, entry.what, entry.subject) == ("Bob", "note written", f"note {stored.id}")


def test_notes_are_asked_by_their_days(state: State) -> None:
    """
    The line was rebuilt from 1 to 4 May, the strike was from 4 to 6 May.
    """
    strike, line = (state.annotations.add(LOCAL_OWNER, each) for each in (STRIKE, LINE))

    assert state.annotations.rows(LOCAL_OWNER) == [line, strike]
    assert state.annotations.rows(LOCAL_OWNER, start=date(2026, 5, 5)) == [strike]
    assert state.annotations.rows(LOCAL_OWNER, end=date(2026, 5, 3)) == [line]
    assert state.annotations.rows(LOCAL_OWNER, date(2026, 5, 7), date(2026, 5, 8)) == []


def test_a_removed_note_stays_in_the_table(state: State) -> None:
    """
    It is no longer shown, and who removed it is in the trail; changing it afterwards finds another version.
    """
    seen = state.annotations.add(LOCAL_OWNER, STRIKE)
    removed = state.annotations.remove(LOCAL_OWNER, seen)

    assert state.annotations.rows(LOCAL_OWNER) == []
    assert state.annotations.rows(LOCAL_OWNER, removed=True) == [removed]
    assert state.audit.rows(LOCAL_OWNER)[0].what == "note removed"
    with pytest.raises(ChangedMeanwhile):
        state.annotations.save(LOCAL_OWNER, replace(seen, text="Strike"))


def test_the_second_editor_of_a_note_is_told(state: State) -> None:
    """
    Both saw version 1; the second one reads the first one's.
    """
    seen = state.annotations.add(LOCAL_OWNER, STRIKE)
    later = state.annotations.save(LOCAL_OWNER, replace(seen, text="Port strike in Hamburg"))

    with pytest.raises(
        ChangedMeanwhile, match="'Port strike in Hamburg' on 2026-05-04 to 2026-05-06"
    ) as raised:
        state.annotations.save(LOCAL_OWNER, replace(seen, text="Strike"))
    assert raised.value.theirs == later


def test_each_sees_their_own_and_the_companys(state: State) -> None:
    """
    Shipping reads of the strike and the move, not of the line; France neither of Germany.
    """
    strike, moved, line = (state.annotations.add(LOCAL_OWNER, each) for each in (STRIKE, MOVED, LINE))

    assert state.annotations.rows(SHIPPING) == [strike, moved]
    assert state.annotations.rows(FRANCE) == [line, moved]
    with pytest.raises(WrongEntry, match=f"There is no note {line.id};"):
        state.annotations.find(SHIPPING, line.id)


def test_only_who_sees_all_writes_for_all(state: State) -> None:
    """
    A lead of one department writes there; of one market, with the market named; nobody elsewhere, nor by a disguise.
    """
    moved, line = (state.annotations.add(LOCAL_OWNER, each) for each in (MOVED, LINE))

    for who, what in (
        (SHIPPING, MOVED),
        (SHIPPING, LINE),
        (GERMANY, replace(STRIKE, segment="")),
        (FRANCE, STRIKE),
    ):
        with pytest.raises(NotAllowed):
            state.annotations.add(who, what)
    with pytest.raises(NotAllowed):
        state.annotations.remove(SHIPPING, replace(moved, department="shipping"))
    with pytest.raises(WrongEntry):
        state.annotations.save(SHIPPING, replace(line, department="shipping"))


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"text": "\n"}, "The note is empty"),
        ({"text": "x" * 121}, "has 121 characters; 120 are the most"),
        ({"ends_on": date(2026, 5, 3)}, "ends on 2026-05-03, before it begins"),
        ({"department": ""}, "names no department"),
    ],
)
def test_a_wrong_note_is_refused(wrong: dict[str, str], said: str) -> None:
    """
    Empty, too long, the wrong way round, or on a KPI of no department.
    """
    with pytest.raises(NoteError, match=said):
        replace(STRIKE, **wrong)  # type: ignore[arg-type]


def test_good_pulls_are_told_by_source(state: State) -> None:
    """
    Two good ones of the shop and one that failed: the two, oldest first; nothing of other sources or before.
    """
    for source, status in (
        ("shop", RunStatus.OK), ("shop", RunStatus.FAILED), ("shop", RunStatus.OK), ("desk", RunStatus.OK),
    ):  # fmt: skip
        state.runs.finish_run(LOCAL_OWNER, state.runs.start_run(LOCAL_OWNER, source), status)
    now = datetime.now(UTC)

    pulls = state.runs.good_pulls(LOCAL_OWNER, ["shop"], now - timedelta(hours=1))
    assert list(pulls) == ["shop"]
    assert len(pulls["shop"]) == 2
    assert pulls["shop"] == sorted(pulls["shop"])
    assert state.runs.good_pulls(LOCAL_OWNER, ["shop"], now + timedelta(hours=1)) == {}


def test_actions_outlive_the_step(empty_url: str) -> None:
    """
    A database with an action gets the table of notes and keeps the action.
    """
    engine = make_engine(empty_url)
    migrate(engine, upto="0003")
    assert "annotations" not in inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(text(OLD_ACTION), {"now": datetime(2026, 5, 4, tzinfo=UTC), "due": MAY})
    state = State.on(engine)
    assert migrate(engine)[0] == "0004"

    with engine.begin() as connection:
        assert connection.execute(text("SELECT kpi, text, owner FROM actions")).all() == [
            ("csat_score", "Hire", "Ann")
        ]
    assert state.annotations.add(LOCAL_OWNER, MOVED).version == 1
    engine.dispose()
