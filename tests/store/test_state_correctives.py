"""Corrective actions as stored: kept whole on both databases, seen where their KPI is seen, known by their person."""

from dataclasses import replace
from datetime import date

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, Cause, Content, Corrective, Flag, FlagKind, Moves, State, User

DAY = date(2026, 3, 2)
ANN, BEN = Principal("ann@example.com", role=Role.SOP_OWNER), Principal("ben@example.com", role=Role.APPROVER)
SERVICE = Principal("Sven", Scope(departments=frozenset({"service"})), Role.LEAD)
PACKING = Content("packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing")
MEND = Corrective(
    "on_time_delivery_rate", "shipping", "Move the cut-off", ANN.name, DAY, segment="market=DE", sop="packing",
    step="print_label", cause=Cause.FLAG, reference="3", direction=Moves.UP, wanted_percent=15,
)  # fmt: skip


def packing(state: State) -> None:
    draft = state.procedures.start(ANN, PACKING)
    review = state.procedures.submit(ANN, draft.id, draft.version, "First")
    state.procedures.approve(BEN, review.id, review.version, DAY, DAY)


def test_it_comes_back_whole_beside_other_actions(state: State) -> None:
    """
    With what was found as numbers and days; another action stays what it was, and neither is told elsewhere.
    """
    packing(state)
    other = state.actions.add(LOCAL_OWNER, Action(MEND.kpi, "shipping", "Call", "Ann", DAY))
    opened = state.actions.add(ANN, MEND)
    assert isinstance(opened, Corrective)
    found = {
        "outcome": "improved",
        "difference": [0.1, 0.05, None],
        "since": "2026-01-05",
        "confounders": ["Strike"],
    }
    told = replace(
        opened, took_effect=DAY, verify_on=DAY, outcome="improved", finding=found, evaluated_on=DAY
    )
    kept = state.actions.save(ANN, told, "effect evaluated")

    assert kept == replace(told, version=2)
    assert state.actions.correctives(ANN, "packing") == [kept]
    assert state.actions.find(ANN, other.id) == other
    assert state.actions.correctives(SERVICE) == []


def test_what_a_person_said_is_taken_over_by_a_pseudonym(state: State) -> None:
    """
    Erased as a user, the reporter of a flag and the owner of an action are the same nobody.
    """
    packing(state)
    state.users.save(LOCAL_OWNER, User(ANN.name, "Ann", Role.SOP_OWNER), seen=0)
    state.flags.add(ANN, Flag("packing", "1.0", "print_label", FlagKind.SLOW, DAY))
    state.actions.add(ANN, MEND)
    state.erasures.erase_user(LOCAL_OWNER, ANN.name)

    (flag,), (action,) = state.flags.rows(LOCAL_OWNER), state.actions.correctives(LOCAL_OWNER)
    assert flag.reporter == action.owner
    assert "ann" not in flag.reporter
