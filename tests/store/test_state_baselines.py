"""Baselines as people set and undo them."""

from dataclasses import replace
from datetime import date

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import BaselineError, BaselineRow, ChangedMeanwhile, NotAllowed, State, in_force, of_slice

JANUARY, MARCH = date(2026, 1, 5), date(2026, 3, 2)
FIRST = BaselineRow("on_time", JANUARY, "First baseline")
NEW_CARRIER = BaselineRow("on_time", MARCH, "New carrier in Germany", "market=DE")
GERMAN_LEAD = Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.LEAD)


def days(state: State, **slice_: str) -> list[date]:
    """The days on which the usual range of a slice begins anew."""
    return [row.starts_on for row in of_slice(state.baselines.rows(LOCAL_OWNER), "on_time", slice_)]


def test_a_baseline_carries_a_name_and_a_reason(state: State):
    """
    Ann sets one for Germany: it is stored with her name, and in the trail.
    """
    stored = state.baselines.add(GERMAN_LEAD, NEW_CARRIER)

    assert (stored.set_by, stored.version, stored.reason) == ("Ann", 1, "New carrier in Germany")
    assert state.baselines.rows(LOCAL_OWNER) == [stored]
    (entry,) = state.audit.rows(LOCAL_OWNER)
    assert (entry.who, entry.what, entry.subject) == ("Ann", "baseline set", "baseline on_time market=DE")
    with pytest.raises(BaselineError, match="has no reason; say what has changed"):
        replace(NEW_CARRIER, reason=" ")


def test_a_slice_follows_what_holds_for_all_of_it(state: State):
    """
    The firm's baseline counts in Germany too; Germany's own counts nowhere else.
    """
    for row in (FIRST, NEW_CARRIER):
        state.baselines.add(LOCAL_OWNER, row)

    assert days(state) == [JANUARY]
    assert days(state, market="DE", carrier="DHL") == [JANUARY, MARCH]
    assert days(state, market="FR") == [JANUARY]


def test_undoing_leaves_a_trace(state: State):
    """
    The baseline of March is undone: January's counts again, all entries stand, and it can be set once more.
    """
    for row in (FIRST, NEW_CARRIER, replace(NEW_CARRIER, undone=True, reason="It was the old carrier")):
        state.baselines.add(LOCAL_OWNER, row)

    assert days(state, market="DE") == [JANUARY]
    assert [row.version for row in state.baselines.rows(LOCAL_OWNER)] == [1, 1, 2]
    state.baselines.add(LOCAL_OWNER, NEW_CARRIER, seen=2)
    assert days(state, market="DE") == [JANUARY, MARCH]


def test_what_is_not_there_cannot_be_undone(state: State):
    """
    The message names the days that could be.
    """
    state.baselines.add(LOCAL_OWNER, FIRST)

    with pytest.raises(
        BaselineError, match="no baseline from 2026-03-02 that could be undone; in force are: 2026"
    ):
        state.baselines.add(LOCAL_OWNER, replace(FIRST, starts_on=MARCH, undone=True))


def test_the_second_editor_of_a_baseline_is_told(state: State):
    """
    Both saw none; the second one gets the first one's to look at.
    """
    stored = state.baselines.add(LOCAL_OWNER, FIRST, seen=0)

    with pytest.raises(ChangedMeanwhile) as raised:
        state.baselines.add(LOCAL_OWNER, replace(FIRST, starts_on=MARCH), seen=0)
    assert raised.value.theirs == stored


def test_a_lead_sets_baselines_of_their_own_market_only(state: State):
    """
    Ann sees Germany: neither the whole firm's nor France's baseline is hers to set.
    """
    for row in (FIRST, replace(NEW_CARRIER, segment="market=FR")):
        with pytest.raises(NotAllowed, match="name one of these markets"):
            state.baselines.add(GERMAN_LEAD, row)
    assert state.baselines.rows(LOCAL_OWNER) == []


def test_a_first_baseline_is_adopted_once(state: State):
    """
    One KPI has none yet and gets one; asked again, with another day, nothing changes.
    """
    state.baselines.add(LOCAL_OWNER, FIRST)
    csat = BaselineRow("csat", JANUARY, "First baseline")

    assert state.baselines.adopt(LOCAL_OWNER, [replace(FIRST, starts_on=MARCH), csat]) == 1
    assert state.baselines.adopt(LOCAL_OWNER, [replace(csat, starts_on=MARCH)]) == 0
    assert [(row.kpi, row.starts_on) for row in in_force(state.baselines.rows(LOCAL_OWNER))] == [
        ("csat", JANUARY),
        ("on_time", JANUARY),
    ]
