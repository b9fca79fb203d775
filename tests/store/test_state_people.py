"""Markets, users and the trail of changes."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store.company import Market
from store.database import NotKept, StateError, run_transaction
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ChangedMeanwhile, LastAdministrator, NotAllowed, Permit, Role, State, User

GERMANY = Market("DE", "Europe/Berlin", "EUR", "DE", "de", "Germany")
ANN = User(
    "ann@example.com", "Ann", Role.LEAD, departments=frozenset({"shipping"}), markets=frozenset({"DE", "FR"})
)
GERMAN_MANAGER = Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.MANAGER)


def test_markets_follow_the_configuration(state: State):
    """
    Two new, then none, then one changed; each change is in the trail.
    """
    china = Market("CN", "Asia/Shanghai", "CNY", "CN")

    assert [state.markets.follow(LOCAL_OWNER, [GERMANY, china]) for _ in range(2)] == [2, 0]
    assert state.markets.follow(LOCAL_OWNER, [GERMANY, replace(china, language="zh")]) == 1
    assert [(each.value.code, each.version) for each in state.markets.rows(LOCAL_OWNER)] == [
        ("CN", 2),
        ("DE", 1),
    ]
    assert [entry.subject for entry in state.audit.rows(LOCAL_OWNER)] == [
        "market CN",
        "market CN",
        "market DE",
    ]


def test_markets_out_of_scope_are_not_seen(state: State):
    """
    Ann sees Germany, and changes neither.
    """
    state.markets.follow(LOCAL_OWNER, [GERMANY, replace(GERMANY, code="FR")])

    assert [each.value.code for each in state.markets.rows(GERMAN_MANAGER)] == ["DE"]
    with pytest.raises(NotAllowed):
        state.markets.save(GERMAN_MANAGER, GERMANY, seen=1)


def test_the_second_editor_of_a_market_is_told(state: State):
    """
    Both saw version 1; the second one gets the first one's market to look at.
    """
    assert state.markets.save(LOCAL_OWNER, GERMANY, seen=0) == 1
    dearer = replace(GERMANY, currency="DEM")
    assert state.markets.save(LOCAL_OWNER, dearer, seen=1) == 2

    with pytest.raises(ChangedMeanwhile) as raised:
        state.markets.save(LOCAL_OWNER, GERMANY, seen=1)
    assert raised.value.theirs == dearer


def test_a_user_comes_back_as_saved(state: State):
    """
    Role, departments and markets; the address counts in any case.
    """
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    state.users.save(LOCAL_OWNER, User("bob@example.com", "Bob", Role.ADMIN), seen=0)

    found = state.users.find(LOCAL_OWNER, " Ann@Example.com")
    assert found is not None
    assert found.value == ANN
    assert found.value.principal.scope.sees_department("shipping")
    assert not found.value.principal.scope.sees_department("marketing")
    assert [each.value.markets for each in state.users.rows(LOCAL_OWNER)] == [frozenset({"DE", "FR"}), None]
    assert state.users.find(LOCAL_OWNER, "eve@example.com") is None


def test_a_manager_keeps_to_their_own_part(state: State):
    """
    The manager of Germany neither sees nor changes Ann, who also sees France, and lets nobody see all;
    Ann of Germany alone they may keep. The second editor is told.
    """
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    german = User("gus@example.com", "Gus", markets=frozenset({"DE"}))

    assert state.users.save(GERMAN_MANAGER, german, seen=0) == 1
    assert [each.value for each in state.users.rows(GERMAN_MANAGER)] == [german]
    for wider in (replace(german, markets=None), replace(german, markets=frozenset({"DE", "FR"})), ANN):
        with pytest.raises(NotAllowed, match="departments, markets or teams that Ann does not"):
            state.users.save(GERMAN_MANAGER, wider, seen=1)
    with pytest.raises(ChangedMeanwhile, match=r"User ann@example\.com was changed"):
        state.users.save(LOCAL_OWNER, ANN, seen=0)


def test_nobody_gives_more_than_they_have(state: State):
    """
    A manager makes managers, but no administrator, and cannot touch one; nor change their own role.
    """
    boss, made = User("m@example.com", "Mia", Role.MANAGER), User("x@example.com", "Xi", Role.ADMIN)
    state.users.save(LOCAL_OWNER, boss, seen=0)
    state.users.save(LOCAL_OWNER, made, seen=0)

    assert state.users.save(boss.principal, User("y@example.com", "Yu", Role.MANAGER), seen=0) == 1
    for user, seen in ((User("z@example.com", "Zo", Role.ADMIN), 0), (replace(made, active=False), 1)):
        with pytest.raises(NotAllowed, match="permits more than"):
            state.users.save(boss.principal, user, seen)
    with pytest.raises(NotAllowed, match="themselves"):
        state.users.save(boss.principal, replace(boss, role=Role.VIEWER), seen=1)
    assert state.users.save(boss.principal, replace(boss, name="Mia Ma"), seen=1) == 2


def test_one_administrator_stays(state: State):
    """
    The only one can be neither closed nor made a viewer; once there are two, one can.
    """
    ada, ben = (User(f"{name}@example.com", name, Role.ADMIN) for name in ("ada", "ben"))
    state.users.save(LOCAL_OWNER, ada, seen=0)
    for change in (replace(ada, active=False), replace(ada, role=Role.VIEWER)):
        with pytest.raises(LastAdministrator, match="somebody else one first"):
            state.users.save(LOCAL_OWNER, change, seen=1)

    state.users.save(LOCAL_OWNER, ben, seen=0)
    assert state.users.save(ben.principal, replace(ada, active=False), seen=1) == 2


@pytest.mark.parametrize("change", ["UPDATE audit_trail SET who = 'nobody'", "DELETE FROM audit_trail"])
def test_the_trail_cannot_be_changed(state: State, change: str):
    """
    The database itself refuses, whatever program asks.
    """
    state.users.save(LOCAL_OWNER, ANN, seen=0)

    with pytest.raises((StateError, IntegrityError), match="append-only"):
        run_transaction(state.engines.write, lambda session: session.execute(text(change)))
    assert [(entry.who, entry.what, entry.before) for entry in state.audit.rows(LOCAL_OWNER)] == [
        ("local owner", "user set", None)
    ]


def test_the_trail_tells_before_and_after(state: State):
    """
    Ann's market list is changed: both lists are there, sorted.
    """
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    state.users.save(LOCAL_OWNER, replace(ANN, markets=None), seen=1)

    latest, first = state.audit.rows(LOCAL_OWNER, subject="user ann@example.com")
    assert first.before is None
    assert first.after == latest.before
    assert latest.before is not None
    assert latest.after is not None
    assert (latest.before["markets"], latest.after["markets"]) == (["DE", "FR"], None)


def test_part_of_the_firm_sees_its_own_trail(state: State):
    """
    The owner sees both entries, Ann the one she made.
    """
    state.audit.add(GERMAN_MANAGER, Permit.EXPORT, "exported", "kpi on_time", {"rows": 3})
    state.audit.add(LOCAL_OWNER, Permit.EXPORT, "exported", "kpi csat")

    assert [entry.subject for entry in state.audit.rows(GERMAN_MANAGER)] == ["kpi on_time"]
    assert len(state.audit.rows(LOCAL_OWNER)) == 2


@pytest.mark.parametrize("name", ["A\0nn", "A\ud800nn"])
def test_text_that_databases_disagree_on_is_refused(state: State, name: str):
    """
    NUL ends a text on one database and is refused by the other; half a character likewise.
    """
    with pytest.raises(NotKept, match="remove it"):
        state.users.save(LOCAL_OWNER, replace(ANN, name=name), seen=0)
    assert state.users.rows(LOCAL_OWNER) == []
