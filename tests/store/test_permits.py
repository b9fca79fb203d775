"""Roles decide in the data layer: what each permits, and that everything which changes the state asks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from store.company import Market
from store.permits import PERMITS, Permit, Role, roles_with
from store.scope import LOCAL_OWNER, Principal
from store.state import Action, Note, RoleForbids, State, TargetRow

DAY, NOON = date(2025, 6, 2), datetime(2025, 6, 2, 12, tzinfo=UTC)
VIEWER = Principal("vic@example.com")


def test_roles_only_add_up() -> None:
    """Every role may what a viewer may, an administrator everything, and each permit belongs to somebody."""
    assert all(PERMITS[Role.VIEWER] <= PERMITS[role] for role in Role)
    assert PERMITS[Role.ADMIN] == set(Permit)
    assert PERMITS[Role.LEAD] < PERMITS[Role.APPROVER] < PERMITS[Role.MANAGER] < PERMITS[Role.ADMIN]
    assert roles_with(Permit.READ_AUDIT) == (Role.MANAGER, Role.ADMIN)


def test_nobody_in_particular_only_looks() -> None:
    """A principal without a role is a viewer; whoever sits at the machine may everything."""
    assert VIEWER.role is Role.VIEWER
    assert [permit for permit in Permit if VIEWER.may(permit)] == [
        Permit.EXPORT, Permit.KEEP_VIEWS, Permit.RUN_PROCEDURES,
    ]  # fmt: skip
    assert all(LOCAL_OWNER.may(permit) for permit in Permit)


def test_a_refusal_says_who_may() -> None:
    said = str(RoleForbids(VIEWER, Permit.READ_AUDIT))

    assert said == (
        "vic@example.com has the role viewer and may not read the audit trail; these roles may: manager, admin. "
        "Ask one of them, or an administrator for another role."
    )


def test_a_viewer_changes_nothing(state: State) -> None:
    """Not even what somebody else left open, and nothing of it is stored."""
    action = state.actions.add(LOCAL_OWNER, Action("otif", "shipping", "Call", "Ann", DAY))
    note = state.annotations.add(LOCAL_OWNER, Note(DAY, DAY, "Strike", "shipping"))
    before = len(state.audit.rows(LOCAL_OWNER))
    germany = Market("DE", "Europe/Berlin", "EUR", "DE", "de", "Germany")
    for change in (
        lambda: state.actions.add(VIEWER, Action("otif", "shipping", "Call", "Vic", DAY)),
        lambda: state.actions.save(VIEWER, replace(action, owner="Vic"), "action changed"),
        lambda: state.annotations.add(VIEWER, Note(DAY, DAY, "Rain", "shipping")),
        lambda: state.annotations.remove(VIEWER, note),
        lambda: state.targets.add(VIEWER, TargetRow("otif", DAY, Decimal("0.9"))),
        lambda: state.targets.import_rows(VIEWER, []),
        lambda: state.markets.save(VIEWER, germany, seen=0),
        lambda: state.runs.start_run(VIEWER, "parcels"),
        lambda: state.accounts.invite(VIEWER, "ann@example.com", NOON),
        lambda: state.audit.add(VIEWER, Permit.OPERATE, "backup made", "b.zip"),
        lambda: state.audit.rows(VIEWER),
    ):
        with pytest.raises(RoleForbids, match=r"vic@example.com has the role viewer"):
            change()
    assert len(state.audit.rows(LOCAL_OWNER)) == before
