"""How often a source is expected: learnt from its loads, said by people, or by the configuration."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from store.models import SyncRun
from store.rhythm import Origin, Rhythm, learnt
from store.scope import LOCAL_OWNER
from store.state import Brought, Expected, Freshness, RunStatus, State

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
OF_FILE = Brought("files", "shape", "[sources.files]", "march.csv")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
        yield opened


def load(state: State, *days: int) -> None:
    """Good loads so many days after Monday."""
    for day in days:
        run = state.runs.start_run(LOCAL_OWNER, "files")
        state.runs.finish_run(LOCAL_OWNER, run, RunStatus.OK)
        at = MONDAY + timedelta(days=day)
        state.engines.change(
            lambda session, run=run, at=at: session.execute(
                update(SyncRun).where(SyncRun.id == run).values(finished_at=at)
            ) and None
        )  # fmt: skip


def fresh(state: State) -> Freshness:
    (one,) = state.runs.freshness(LOCAL_OWNER)
    return one


@pytest.mark.parametrize(
    ("gaps", "rhythm"),
    [
        ((1,), None),
        ((1, 1, 1), Rhythm.DAILY),
        ((1, 1, 1, 1, 3, 1, 1, 1, 1, 3), Rhythm.WEEKLY),  # nobody loads on Saturdays: never late on one
        ((1, 1, 1, 1, 1, 9), Rhythm.DAILY),
        ((7, 7, 8), Rhythm.WEEKLY),
        ((1, 29, 1, 30), Rhythm.MONTHLY),  # each month's file was corrected the day after
        ((31, 28, 31), Rhythm.MONTHLY),
        ((90, 92), Rhythm.QUARTERLY),
    ],
)
def test_a_rhythm_is_learnt_from_the_days_of_loads(gaps: tuple[int, ...], rhythm: Rhythm | None) -> None:
    """
    The longest usual gap, of many without the one exception; two days are no rhythm.
    """
    days = [date(2025, 1, 1)]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))

    assert learnt([*days, *days]) is rhythm


def test_a_monthly_file_is_not_late_after_a_day(state: State) -> None:
    """
    Brought in once it is expected within the month; loaded on three Mondays it is expected weekly.
    """
    state.brought.save(LOCAL_OWNER, OF_FILE)
    load(state, 0)
    assert fresh(state).expected == Expected(Rhythm.MONTHLY, Origin.ASSUMED)
    assert [fresh(state).is_late(MONDAY + timedelta(days=days)) for days in (2, 34, 36)] == [
        False,
        False,
        True,
    ]

    load(state, 7, 14)
    assert fresh(state).expected == Expected(Rhythm.WEEKLY, Origin.LEARNT)
    assert [fresh(state).is_late(MONDAY + timedelta(days=days)) for days in (21, 23)] == [False, True]


def test_what_is_said_wins_and_the_configuration_over_people(state: State) -> None:
    """
    A person says once: never late. The configuration says daily: the person's choice no longer counts, until the
    configuration says nothing any more; then it is learnt. Each change is in the trail, once.
    """
    load(state, 0)
    before = state.stamp().runs
    state.rhythms.tell(LOCAL_OWNER, "files", Rhythm.ONCE)
    state.rhythms.tell(LOCAL_OWNER, "files", Rhythm.ONCE)
    assert not fresh(state).is_late(MONDAY + timedelta(days=999))
    assert state.stamp().runs != before

    state.rhythms.configure(LOCAL_OWNER, {"files": Rhythm.DAILY, "others": None})
    state.rhythms.tell(LOCAL_OWNER, "files", Rhythm.MONTHLY)
    assert fresh(state).expected == Expected(Rhythm.DAILY, Origin.CONFIGURED)

    state.rhythms.configure(LOCAL_OWNER, {"files": None})
    assert fresh(state).expected == Expected(Rhythm.DAILY, Origin.ASSUMED)
    told = [each.what for each in state.audit.rows(LOCAL_OWNER)]
    assert told.count("rhythm told") == 3
