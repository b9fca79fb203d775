"""Who answers for what: named by managers, reported for who leaves, handed over in one step."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import (
    Action,
    ChangedMeanwhile,
    NotAllowed,
    Owned,
    Owner,
    Role,
    RoleForbids,
    State,
    TargetRow,
    User,
    View,
    WrongEntry,
)
from store.state.leaving import Leaving

SOON = date.today() + timedelta(days=7)
ANN = User("ann@example.com", "Ann", Role.LEAD, departments=frozenset({"shipping"}))
BOB = User("bob@example.com", "Bob", Role.LEAD)
CY = User("cy@example.com", "Cy", Role.LEAD, departments=frozenset({"service"}))
OTIF = Owner(Owned.KPI, "otif", "shipping", ANN.email)
DEPARTMENTS = {"otif": "shipping"}


@pytest.fixture
def peopled(state: State) -> State:
    for user in (ANN, BOB, CY):
        state.users.save(LOCAL_OWNER, user, seen=0)
    return state


def test_a_person_answers_for_a_kpi(peopled: State) -> None:
    """Ann, then Bob in her place, then nobody; the trail has all three."""
    owners = peopled.owners
    first = owners.assign(LOCAL_OWNER, OTIF)
    second = owners.assign(LOCAL_OWNER, replace(OTIF, person=BOB.email, version=first.version))

    assert [(each.subject, each.person) for each in owners.rows(LOCAL_OWNER)] == [("otif", BOB.email)]
    owners.assign(LOCAL_OWNER, replace(OTIF, person="", version=second.version))
    assert owners.rows(LOCAL_OWNER) == []
    assert [each.what for each in peopled.audit.rows(LOCAL_OWNER)][:3] == ["owner named"] * 3


def test_the_second_who_names_somebody_is_told(peopled: State) -> None:
    """Both saw nobody; the second one is shown whom the first one named. A repeated form names once."""
    peopled.owners.assign(LOCAL_OWNER, OTIF, key="one form")
    peopled.owners.assign(LOCAL_OWNER, OTIF, key="one form")

    with pytest.raises(ChangedMeanwhile, match=r"ann@example\.com for KPI otif"):
        peopled.owners.assign(LOCAL_OWNER, replace(OTIF, person=BOB.email))


def test_who_answers_is_an_active_person_who_sees_it(peopled: State) -> None:
    peopled.users.save(LOCAL_OWNER, replace(BOB, active=False), seen=1)
    for person, why in (
        (CY.email, "does not see shipping"),
        (BOB.email, "No active"),
        ("x@y.de", "No active"),
    ):
        with pytest.raises(WrongEntry, match=why):
            peopled.owners.assign(LOCAL_OWNER, replace(OTIF, person=person))


def test_managers_name_within_their_departments(peopled: State) -> None:
    manager = Principal("Mia", Scope(departments=frozenset({"service"})), Role.MANAGER)
    with pytest.raises(NotAllowed):
        peopled.owners.assign(manager, OTIF)
    with pytest.raises(RoleForbids):
        peopled.owners.assign(ANN.principal, OTIF)
    peopled.owners.assign(LOCAL_OWNER, OTIF)
    assert peopled.owners.rows(manager) == []


def left_behind(state: State) -> None:
    """Ann answers for a KPI, an open and a closed action, a target, a shared and a private view."""
    state.owners.assign(LOCAL_OWNER, OTIF)
    for text in ("Call", "Write"):
        state.actions.add(ANN.principal, Action("otif", "shipping", text, ANN.email, SOON))
    (call, _) = state.actions.rows(LOCAL_OWNER)
    state.actions.save(LOCAL_OWNER, replace(call, owner="somebody else"), "action changed")
    state.targets.add(LOCAL_OWNER, TargetRow("otif", date(2025, 1, 1), Decimal("0.9"), owner=ANN.email))
    state.views.add(ANN.principal, View("Ours", "kpi", "", shared=True))
    state.views.add(ANN.principal, View("Mine", "kpi", ""))


def test_the_report_on_who_leaves(peopled: State) -> None:
    left_behind(peopled)
    found = Leaving(peopled.engines, DEPARTMENTS).report(LOCAL_OWNER, ANN.email)

    assert [each.subject for each in found.owned] == ["otif"]
    assert [each.text for each in found.actions] == ["Write"]
    assert [each.kpi for each in found.targets] == ["otif"]
    assert [each.name for each in found.views] == ["Ours"]
    assert found.count == 4
    with pytest.raises(RoleForbids):
        peopled.leaving.report(ANN.principal, ANN.email)


def test_all_of_it_is_handed_over_at_once(peopled: State) -> None:
    """A double click hands over once; then nothing is left, and each thing has its line in the trail."""
    left_behind(peopled)
    leaving = Leaving(peopled.engines, DEPARTMENTS)

    assert leaving.hand_over(LOCAL_OWNER, ANN.email, BOB.email, key="form") == 4
    assert leaving.hand_over(LOCAL_OWNER, ANN.email, BOB.email, key="form") in (0, 4)
    assert leaving.report(LOCAL_OWNER, ANN.email).count == 0
    taken = leaving.report(LOCAL_OWNER, BOB.email)
    assert (taken.count, taken.targets[0].target) == (4, Decimal("0.9"))
    told = [each.subject for each in peopled.audit.rows(LOCAL_OWNER) if each.what == "handed over"]
    assert sorted(told) == ["action 2", "owner 1", "user ann@example.com", "view 1"]


def test_nothing_goes_to_who_cannot_see_it(peopled: State) -> None:
    """Cy sees service only: the whole hand-over is refused, and Ann keeps everything."""
    left_behind(peopled)
    leaving = Leaving(peopled.engines, DEPARTMENTS)

    with pytest.raises(NotAllowed, match="does not see shipping"):
        leaving.hand_over(LOCAL_OWNER, ANN.email, CY.email)
    assert leaving.report(LOCAL_OWNER, ANN.email).count == 4


def test_colleagues_who_can_be_given_something(peopled: State) -> None:
    """Active, of that department, and no viewers."""
    peopled.users.save(LOCAL_OWNER, User("vi@example.com", "Vi"), seen=0)

    assert [each.name for each in peopled.users.colleagues(ANN.principal, "shipping")] == ["Ann", "Bob"]
    assert [each.name for each in peopled.users.colleagues(ANN.principal, "service")] == ["Bob", "Cy"]


def test_people_are_called_by_their_names_where_they_are_seen(peopled: State) -> None:
    """Ann answers for OTIF; who sees service only learns nothing of it."""
    peopled.owners.assign(LOCAL_OWNER, OTIF)

    assert peopled.owners.names(LOCAL_OWNER) == {"otif": "Ann"}
    assert peopled.owners.names(CY.principal) == {}
    assert peopled.owners.names(LOCAL_OWNER, Owned.SOP) == {}
