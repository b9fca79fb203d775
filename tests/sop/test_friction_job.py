"""Steps of runs are counted by day: added up they say the same as the runs, and only days that changed are redone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_adherence import WEEKS, adherence_store
from small_company import LAST, frame

from kpi.period import Span
from sop.diagnosis.friction import Friction, friction
from sop.friction_job import compute_friction, step_days
from store.facts import SopRunSteps
from store.home import Store
from store.scope import LOCAL_OWNER, Principal, Scope

SPAN = Span(WEEKS[0], LAST)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Store]:
    store = adherence_store(tmp_path)
    yield store
    store.close()


def test_only_days_of_new_runs_are_counted_again(firm: Store) -> None:
    """
    A run of the last Monday: that day alone; the weighing of 1030 s loses 1000 more. Again: nothing. Team two sees
    half of the checks; who does not see procedures nothing.
    """
    lost = {each.step: each.seconds_lost for each in counted(firm)}
    row = {
        "step_id": "r/1", "run_id": "r", "sop": "packing", "step": "weigh", "executed_day": WEEKS[-1], "weight": 1,
        "score": 1, "max_score": 1, "not_applicable": False, "critical": False, "pass_mark": 85, "seconds": 1_030,
        "limit_seconds": 30, "skipped": False, "corrected": False,
    }  # fmt: skip
    firm.lake.append(SopRunSteps.name, frame(SopRunSteps, [row]), marks={"x": 2})

    assert compute_friction(firm.lake) == [WEEKS[-1]]
    assert compute_friction(firm.lake) == []
    assert {each.step: each.seconds_lost for each in counted(firm)} == lost | {"weigh": lost["weigh"] + 1_000}
    assert lost == {"weigh": 720, "seal": 640, "count": 0}
    team = Principal("two", Scope(teams=frozenset({"two"})))
    found = [(each.step, each.runs) for each in counted(firm, team)]
    assert found == [("weigh", 41), ("count", 2), ("seal", 40)]
    assert counted(firm, Principal("other", Scope(departments=frozenset({"service"})))) == []


def counted(store: Store, who: Principal = LOCAL_OWNER) -> list[Friction]:
    return friction(step_days(store.lake, who, SPAN).lazy())
