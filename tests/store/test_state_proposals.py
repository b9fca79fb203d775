"""Targets by two pairs of eyes: proposed by one, decided by another, counted only when approved."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ChangedMeanwhile, NotAllowed, ProposalState, Series, State, TargetRow, WrongEntry

ANN, BEN = Principal("Ann", role=Role.LEAD), Principal("Ben", role=Role.APPROVER)
VERA = Principal("Vera", role=Role.VIEWER)
MINE = Principal("Mia", Scope(departments=frozenset({"shipping"}), markets=frozenset({"DE"})), Role.APPROVER)
KPI = "on_time_delivery_rate"
ROW = TargetRow(KPI, date(2026, 1, 1), Decimal("0.95"), reason="A new carrier")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(
        f"sqlite:///{tmp_path / 'state.db'}", departments={KPI: "shipping", "csat": "service"}
    ) as state:
        yield state


def propose(state: State, row: TargetRow = ROW, who: Principal = ANN) -> int:
    return state.proposals.propose(who, row, state.proposals.series(who, row.kpi, row.segment))


def test_only_what_was_approved_counts(state: State) -> None:
    """
    Ann proposes 95 %: no target is in force. Ben approves: it is, entered in his name as approver.
    """
    number = propose(state)
    assert state.targets.rows(LOCAL_OWNER) == []

    state.proposals.approve(BEN, number)

    (row,) = state.targets.rows(LOCAL_OWNER)
    assert (row.target, row.approver, row.version) == (Decimal("0.95"), "Ben", 1)
    (decided,) = state.proposals.rows(ANN)
    assert (decided.state, decided.decided_by) == (ProposalState.APPROVED, "Ben")


def test_the_author_is_never_the_approver(state: State) -> None:
    """
    Ben may approve, but not what he proposed himself; not even an administrator may.
    """
    for who in (BEN, LOCAL_OWNER):
        number = propose(state, replace(ROW, segment=f"carrier={who.name}"), who)
        with pytest.raises(NotAllowed, match="somebody else"):
            state.proposals.approve(who, number)
    assert state.targets.rows(LOCAL_OWNER) == []


def test_who_comes_second_sees_both(state: State) -> None:
    """
    Ann and Mo open the same target; Ann proposes first. Mo is told what she proposed, and may then propose beside it.
    """
    opened = state.proposals.series(ANN, KPI, "")
    state.proposals.propose(ANN, ROW, opened)
    mo = Principal("Mo", role=Role.LEAD)

    with pytest.raises(ChangedMeanwhile) as told:
        state.proposals.propose(mo, replace(ROW, target=Decimal("0.9")), opened)

    now = told.value.theirs
    assert isinstance(now, Series)
    assert [each.proposed_by for each in now.proposed] == ["Ann"]
    state.proposals.propose(mo, replace(ROW, target=Decimal("0.9")), now)
    assert len(state.proposals.rows(ANN)) == 2


def test_a_target_that_changed_since_is_not_overrun(state: State) -> None:
    """
    Two proposals stand; once the first is approved, the second rests on a target that is gone.
    """
    first, second = propose(state), propose(state, replace(ROW, target=Decimal("0.9")))
    state.proposals.approve(BEN, first)

    with pytest.raises(WrongEntry, match="has changed since"):
        state.proposals.approve(BEN, second)
    assert len(state.targets.rows(LOCAL_OWNER)) == 1


def test_a_double_click_saves_once(state: State) -> None:
    """
    Eight clicks at once, on proposing and on approving: one proposal, one entry.
    """
    seen = Series()
    with ThreadPoolExecutor(8) as clicks:
        numbers = set(clicks.map(lambda _: state.proposals.propose(ANN, ROW, seen, "form"), range(8)))
        (number,) = numbers
        entries = set(clicks.map(lambda _: state.proposals.approve(BEN, number, key="yes"), range(8)))

    assert len(entries) == 1
    assert len(state.proposals.rows(ANN)) == len(state.targets.rows(LOCAL_OWNER)) == 1


def test_a_decision_is_for_good(state: State) -> None:
    """
    Rejected with a remark, a proposal can be neither approved nor taken back; the remark is kept.
    """
    number = propose(state)
    with pytest.raises(WrongEntry, match="no remark"):
        state.proposals.reject(BEN, number, " ")
    state.proposals.reject(BEN, number, "Too early")

    for again in (
        lambda: state.proposals.approve(BEN, number),
        lambda: state.proposals.withdraw(ANN, number),
    ):
        with pytest.raises(ChangedMeanwhile):
            again()
    assert state.proposals.rows(ANN)[0].remark == "Too early"


def test_only_the_author_takes_it_back(state: State) -> None:
    """
    Ben cannot, Ann can.
    """
    number = propose(state)
    with pytest.raises(NotAllowed):
        state.proposals.withdraw(BEN, number)

    state.proposals.withdraw(ANN, number)

    assert state.proposals.rows(ANN)[0].state is ProposalState.WITHDRAWN


def test_roles_and_scope_decide(state: State) -> None:
    """
    A viewer proposes nothing, a lead approves nothing; who sees shipping in Germany neither sees nor decides what is
    for all markets or for service, and can propose for Germany.
    """
    number = propose(state)
    with pytest.raises(NotAllowed):
        propose(state, who=VERA)
    for who in (ANN, MINE):
        with pytest.raises(NotAllowed):
            state.proposals.approve(who, number)
    with pytest.raises(NotAllowed):
        propose(state, who=MINE)
    with pytest.raises(NotAllowed):
        propose(state, replace(ROW, kpi="csat", segment="market=DE"), MINE)

    propose(state, replace(ROW, segment="market=DE"), MINE)
    propose(state, replace(ROW, segment="market=FR"))

    assert {each.row.segment for each in state.proposals.rows(MINE)} == {"", "market=DE"}
    assert state.proposals.series(MINE, KPI, "market=FR") == Series()


def test_every_step_leaves_a_trail(state: State) -> None:
    """
    Proposed by Ann, set by Ben.
    """
    state.proposals.approve(BEN, propose(state))

    assert [(each.who, each.what) for each in state.audit.rows(LOCAL_OWNER)] == [
        ("Ben", "target set"), ("Ann", "target proposed"),
    ]  # fmt: skip
