"""Sync runs, cursors and freshness."""

from datetime import UTC, date, datetime

import pytest

from store.scope import LOCAL_OWNER
from store.state import Counts, CursorMoved, RunStatus, State

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_run_keeps_its_counts(state: State):
    """
    Ten rows read: three new, one changed, five as before, one rejected.
    """
    counts = Counts("shipments", read=10, new=3, changed=1, unchanged=5, rejected=1, days_touched=2,
                    unusable={"no promise": 4})  # fmt: skip
    number = state.runs.start_run(LOCAL_OWNER, "deliveries")
    state.runs.record_counts(LOCAL_OWNER, number, [Counts("shipments", read=5)])
    for _ in range(2):
        state.runs.finish_run(LOCAL_OWNER, number, RunStatus.OK, data_time=NOON, counts=[counts])

    (run,) = state.runs.last_runs(LOCAL_OWNER)
    assert (run.id, run.source, run.status, run.data_time, run.counts) == (
        number, "deliveries", RunStatus.OK, NOON, (counts,),
    )  # fmt: skip
    assert run.finished_at is not None
    assert run.started_at <= run.finished_at


def test_run_numbers_only_grow(state: State):
    """
    A later run has a higher number, whatever its source.
    """
    numbers = [state.runs.start_run(LOCAL_OWNER, source) for source in ("a", "b", "a")]

    assert numbers == sorted(set(numbers))
    assert [run.source for run in state.runs.last_runs(LOCAL_OWNER, limit=2)] == ["a", "b"]


def test_an_interrupted_run_is_closed_by_the_next(state: State):
    """
    The process was killed in its first run; the second one says so and leaves other sources alone.
    """
    for source in ("a", "b", "a"):
        state.runs.start_run(LOCAL_OWNER, source)

    assert [(run.source, run.status, run.message) for run in state.runs.last_runs(LOCAL_OWNER)] == [
        ("a", RunStatus.RUNNING, ""),
        ("b", RunStatus.RUNNING, ""),
        ("a", RunStatus.FAILED, "Interrupted: the process ended."),
    ]


def test_a_cursor_moves_only_from_where_it_was_seen(state: State):
    """
    Two runs read from 'p1'; the second one to move it is refused, and the cursor stays with the first.
    """
    run = state.runs.start_run(LOCAL_OWNER, "orders")
    assert state.runs.cursor(LOCAL_OWNER, "orders") is None

    state.runs.move_cursor(LOCAL_OWNER, "orders", "", "p1", expected=None, run=run)
    state.runs.move_cursor(LOCAL_OWNER, "orders", "", "p2", expected="p1", run=run)
    with pytest.raises(CursorMoved, match="stands at 'p2', not at 'p1'"):
        state.runs.move_cursor(LOCAL_OWNER, "orders", "", "p9", expected="p1", run=run)

    assert state.runs.cursor(LOCAL_OWNER, "orders") == "p2"
    state.runs.reset_cursors(LOCAL_OWNER, "orders")
    assert state.runs.cursor(LOCAL_OWNER, "orders") is None


def test_freshness_is_of_the_last_good_run(state: State):
    """
    The last attempt failed; the data are those of the run before.
    """
    good = state.runs.start_run(LOCAL_OWNER, "orders")
    state.runs.finish_run(LOCAL_OWNER, good, RunStatus.OK, data_time=NOON)
    bad = state.runs.start_run(LOCAL_OWNER, "orders")
    state.runs.finish_run(LOCAL_OWNER, bad, RunStatus.DRIFT, "No column 'Carrier'.")
    state.runs.start_run(LOCAL_OWNER, "calls")

    calls, orders = state.runs.freshness(LOCAL_OWNER)
    assert (calls.source, calls.last_ok_at, calls.data_time) == ("calls", None, None)
    assert (orders.data_time, orders.latest.id, orders.latest.status) == (NOON, bad, RunStatus.DRIFT)
    assert orders.last_ok_at is not None


def test_compute_runs_remember_their_evaluation_day(state: State):
    """
    A failed refresh does not count as the last one.
    """
    day = date(2026, 3, 1)
    assert state.runs.last_compute(LOCAL_OWNER, "shipping") is None
    good = state.runs.start_compute(LOCAL_OWNER, "shipping", day)
    state.runs.finish_compute(LOCAL_OWNER, good, RunStatus.OK)
    bad = state.runs.start_compute(LOCAL_OWNER, "shipping", date(2026, 3, 2))
    state.runs.finish_compute(LOCAL_OWNER, bad, RunStatus.FAILED, "disk full")

    last = state.runs.last_compute(LOCAL_OWNER, "shipping")
    assert last is not None
    assert (last.id, last.as_of) == (good, day)
