"""Which figures of an earlier meeting are others now, by how much and why; page and command freeze the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from small_company import small_store

from kpi.catalog import KPIS
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from meetings.agenda import Agenda, Because, Item
from meetings.gathered import Earlier, restated
from meetings.looking import look
from pages.meeting.load import load_agenda, load_promises
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state.meeting_records import Meeting

KPI = KPIS["on_time_delivery_rate"]
WEEK = date(2026, 4, 27)
CLOSED = datetime(2026, 5, 4, 9, tzinfo=UTC)
NOW = Period(WEEK, WEEK + timedelta(days=6), Status.OFF_TARGET, 0.75, 0.93, None, 40)
THEN = Item(KPI.key, "off_target", WEEK, 0.8, 0.93, WEEK, 6, True, False, n=40, version=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = small_store(tmp_path / "home")
    yield store
    store.close()


def found(item: Item, now: Period = NOW) -> list[tuple[Because, float | None, float]]:
    earlier = Earlier(date(2026, 5, 4), CLOSED, Agenda(WEEK, "EUR", (item,)))
    standing = Standing(KPI, Every.WEEK, (now,))
    return [(each.because, each.before, each.after) for each in restated(earlier, {KPI.key: standing})]


def test_a_restated_figure_has_a_cause() -> None:
    """Another version, open outcomes that came in, more rows, or rows that were corrected: 80 % became 75 %; of an
    agenda without counts it is not known."""
    assert found(THEN) == [(Because.CORRECTED, 0.8, 0.75)]
    assert found(replace(THEN, n=30)) == [(Because.ROWS, 0.8, 0.75)]
    assert found(replace(THEN, immature=4)) == [(Because.OUTCOMES, 0.8, 0.75)]
    assert found(replace(THEN, version=7)) == [(Because.DEFINITION, 0.8, 0.75)]
    assert found(replace(THEN, version=0)) == [(Because.UNKNOWN, 0.8, 0.75)]


def test_the_same_figure_is_not_restated() -> None:
    """Nor is one of a period nobody looks at any more."""
    assert found(replace(THEN, value=0.75)) == []
    assert found(replace(THEN, period=WEEK - timedelta(weeks=1))) == []


def test_page_and_command_freeze_the_same(store: Store) -> None:
    """The agenda the page shows is the agenda the command line freezes, figure by figure."""
    today = date.today()
    meeting = store.state.meetings.open(
        LOCAL_OWNER, Meeting("shipping", today - timedelta(days=today.weekday()))
    )
    viewer = Viewer(store, LOCAL_OWNER)
    shown = load_agenda(viewer, meeting, load_promises(viewer, meeting))
    asked = look(store, LOCAL_OWNER, meeting, datetime.now(UTC))

    assert asked == shown
    (off,) = [each for each in asked.items if each.kpi == KPI.key]
    assert (off.value, off.n, len(off.trend), off.trend[-1].value) == (0.75, 40, 13, 0.75)
    assert KPI.key in {each.kpi for each in asked.scores}
    assert asked.company == "Small & <b>Sons</b>"
    assert asked.sources
