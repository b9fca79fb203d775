"""What the people of the made-up firm promised and noted."""

from datetime import date, timedelta
from pathlib import Path

from demo.promises import promise
from kpi.catalog import find
from store.scope import LOCAL_OWNER
from store.state import State, segment_pairs

LAST = date(2026, 11, 21)


def test_promises_and_notes_are_of_real_kpis_and_made_once(tmp_path: Path) -> None:
    """
    Each on a KPI of its department, cut as the KPI is; one promise is overdue; loading the demo again adds none.
    """
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        for _ in range(2):
            promise(state, LOCAL_OWNER, LAST)
        actions, notes = state.actions.rows(LOCAL_OWNER), state.annotations.rows(LOCAL_OWNER)

    assert (len(actions), len(notes)) == (3, 5)
    for each in (*actions, *notes):
        kpi = find(each.kpi)
        assert kpi.department.value == each.department
        assert set(segment_pairs(each.segment)) <= set(kpi.dimensions)
    assert [each.due < LAST for each in actions] == [True, False, False]
    assert min(each.starts_on for each in notes) == LAST - timedelta(days=180)
