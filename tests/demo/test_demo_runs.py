"""The floor of the made-up firm: two weeks of runs, each of a version in force, for cases that are in the books."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from taken_in import LAST

from demo.generate import frames
from demo.library import past_of_library
from demo.running import PEOPLE, runs_of_floor
from sop.library import procedure_of
from sop.runs.standing import Stand, standings, steps_of
from sop.taking_in import bring_along
from store.scope import LOCAL_OWNER, Principal
from store.state import NotAllowed, Role, State
from store.state.run_past import bring_runs_along


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path_factory.mktemp('runs')}/state.db") as opened:
        bring_along(opened, LOCAL_OWNER, past_of_library(LAST))
        bring_runs_along(opened.engines, LOCAL_OWNER, runs_of_floor(opened, LOCAL_OWNER, LAST))
        yield opened


def test_the_floor_is_at_work(state: State) -> None:
    """
    About a hundred runs of four procedures: most are finished with every step answered, three open ones are of whoever
    loaded the example, some were left lying or given up with a reason. Loaded again nothing is added.
    """
    found = list(runs_of_floor(state, LOCAL_OWNER, LAST))
    finished = state.procedure_runs.finished_since(found[-1].started_at - timedelta(days=60))
    mine = state.procedure_runs.mine(LOCAL_OWNER)

    assert 90 <= len(found) <= 112
    assert len(finished) > 80
    assert len(mine) == 3
    assert {each.sop for each in found} == {
        "order_fulfilment", "customs_paperwork", "escalation", "hot_melt_binding",
    }  # fmt: skip
    assert 1 <= sum(bool(each.reason) for each in found) <= 15
    assert any(each.ended_at is None and each.person.startswith(PEOPLE) for each in found)
    for run, answers in finished:
        text = procedure_of(state, LOCAL_OWNER, run.edition)
        assert all(each.is_answered for _, each in standings(steps_of(text, run), answers))
    stands = [
        each.stand
        for run, answers in finished
        for _, each in standings(steps_of(procedure_of(state, LOCAL_OWNER, run.edition), run), answers)
    ]
    assert stands.count(Stand.MISSED) / len(stands) == pytest.approx(0.05, abs=0.02)
    assert bring_runs_along(state.engines, LOCAL_OWNER, found) == 0
    with pytest.raises(NotAllowed):
        bring_runs_along(state.engines, Principal("Mo", role=Role.MANAGER), found)


def test_what_they_were_run_for_is_in_the_books(state: State) -> None:
    """
    And so are the orders, tickets and batches that checks looked at.
    """
    runs = list(runs_of_floor(state, LOCAL_OWNER, LAST))
    ids = {"orders": "order_id", "tickets": "ticket_id", "production_runs": "run_id"}
    tables = {
        table.name: rows
        for table, rows in frames(LAST - timedelta(days=24), LAST, known_at=LAST)
        if table.name in (*ids, "sop_run_steps")
    }
    known = {name: set(tables[name][column]) for name, column in ids.items()}
    of_kind = dict(zip(("order", "ticket", "batch"), known.values(), strict=True))
    for each in runs:
        if each.new.case.kind != "batch":  # the plant is shut on some days
            assert each.new.case.id in of_kind[each.new.case.kind], each.new.case
    checked = tables["sop_run_steps"].select("case_kind", "case_id").drop_nulls().unique().rows()
    assert len(checked) > 50
    assert {kind for kind, _ in checked} == {"order", "ticket", "batch"}
    missing = [id for kind, id in checked if id not in of_kind[kind]]
    assert len(missing) <= len(checked) * 0.02, missing
