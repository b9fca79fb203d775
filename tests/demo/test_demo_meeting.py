"""Last week's meeting of the made-up firm: what this week's begins with."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from small_company import small_store

from commands.first_meeting import hold_last_weeks
from demo.promises import promise
from kpi.score import Status
from meetings.pack import frozen_of
from meetings.promises import Kept, promises
from store.scope import LOCAL_OWNER
from store.state.meeting_records import Meeting

LAST = date(2025, 4, 24)  # a Thursday: last week's Monday is the 14th


def test_it_was_held_over_the_figures_of_its_own_sunday(tmp_path: Path) -> None:
    """
    Shipping is off target since the 7th of April: frozen on Monday the 14th is the week that had just ended, with a
    comment on it, a decision and an action, and the promise made before it; held once, however often it is loaded.
    """
    store = small_store(tmp_path)
    promise(store.state, LOCAL_OWNER, LAST)
    held = hold_last_weeks(store, LOCAL_OWNER, LAST)
    again = hold_last_weeks(store, LOCAL_OWNER, LAST)
    assert held is not None
    assert again is None
    frozen = frozen_of(store.state, LOCAL_OWNER, held.id)
    (item,) = [each for each in frozen.agenda.items if each.kpi == "on_time_delivery_rate"]
    store.close()

    assert (held.week, held.closed_at) == (date(2025, 4, 14), datetime(2025, 4, 14, 9, 40, tzinfo=UTC))
    assert (item.period, item.status) == (date(2025, 4, 7), Status.OFF_TARGET.value)
    assert all(said for _, said in frozen.commented)
    assert [each.text[:12] for each in frozen.promised] == ["Move half of"]
    assert len(frozen.decisions) == len(frozen.actions) == 1
    assert frozen.genuine


def test_this_week_s_meeting_begins_with_what_was_not_kept(tmp_path: Path) -> None:
    """The scans were promised for Thursday the 17th: late on the 25th, before the one that is not due yet."""
    store = small_store(tmp_path)
    promise(store.state, LOCAL_OWNER, LAST)
    hold_last_weeks(store, LOCAL_OWNER, LAST)
    rows = store.state.actions.rows(LOCAL_OWNER)
    store.close()

    found = promises(rows, Meeting("shipping", date(2025, 4, 21)), LAST + timedelta(days=1))
    assert [(each.kept, each.action.due) for each in found] == [
        (Kept.LATE, date(2025, 4, 17)), (Kept.OPEN, LAST + timedelta(days=5)),
    ]  # fmt: skip


def test_nobody_meets_over_nothing(tmp_path: Path) -> None:
    """Two weeks earlier nothing had been off for two weeks running: there was no meeting."""
    store = small_store(tmp_path)
    assert hold_last_weeks(store, LOCAL_OWNER, LAST - timedelta(weeks=2)) is None
    assert store.state.meetings.rows(LOCAL_OWNER) == []
    store.close()
