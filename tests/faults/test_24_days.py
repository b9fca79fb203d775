"""Twenty-four days in which everything goes wrong once: the worker catches up, and nothing is lost or told twice."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from messages.conftest import by_hook
from messages.receivers import Hook, hook
from postgres_server import running_postgres
from weather import A_DAY, DEPARTMENT, KPI, Weather, day, outcome

from alerts.state import DAILY, Evaluation, Notice, replay
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state.deliveries import DeliveryState
from store.state.episode_records import Closing, Happened
from store.state.job_rules import JobStatus

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRED = {Happened.OPENED, Happened.REASON_ADDED, Happened.CAME_BACK}


def live(weather: Weather, step: timedelta, restart: Callable[[], None] = lambda: None) -> None:
    """Days 5 to 8 without the source, 10 without a disk, 13 an hour early, 16 a day late, restarts in between."""
    weather.pass_time(5 * DAY, step)
    weather.down = True
    weather.pass_time(4 * DAY, step)
    weather.down = False
    weather.pass_time(DAY, step)
    weather.full = True
    weather.pass_time(DAY, step)
    weather.full = False
    weather.pass_time(2 * DAY, step)
    weather.wrong = -HOUR
    weather.pass_time(2 * DAY, step)
    weather.wrong = DAY
    weather.pass_time(DAY, step)
    weather.wrong = timedelta()
    weather.pass_time(DAY, step)
    for _ in range(4):
        crash = Thread(target=restart)
        crash.start()
        weather.pass_time(2 * DAY, step)
        crash.join()


def check(weather: Weather, place: Hook, days: int) -> None:
    """As if nothing had ever gone wrong, but for the one time the source was late."""
    store = weather.store
    runs = store.state.signs.log(LOCAL_OWNER, 10_000)
    assert JobStatus.FAILED in {each.status for each in runs}
    assert weather.told() == tuple(Evaluation(day(n), outcome(n)) for n in range(days))
    facts = weather.facts().collect()
    assert facts["shipment_id"].n_unique() == facts.height == days * A_DAY
    steps = replay([Evaluation(day(n), outcome(n)) for n in range(days)], DAILY)
    told = Counter(step.notice for step in steps if step.notice)
    happened = Counter[tuple[str, bool, bool]]()
    everything = store.state.episodes.rows(LOCAL_OWNER, datetime(2000, 1, 1, tzinfo=UTC))
    for each in everything:
        history = store.state.episodes.history(LOCAL_OWNER, each.id)
        assert [event.n for event in history] == [*range(1, len(history) + 1)]
        for event in history:
            happened[each.kpi, event.kind in FIRED, event.kind is Happened.CLOSED] += 1
    assert happened[KPI, True, False] == told[Notice.FIRING] == 3
    assert happened[KPI, False, True] == told[Notice.RESOLVED] == 3
    assert (happened["", True, False], happened["", False, True]) == (1, 1)
    assert {each.ending for each in everything} == {Closing.RECOVERED.value}
    arrived(weather, place)
    for job in store.state.signs.jobs(LOCAL_OWNER):
        assert (job.attempts, job.message) == (0, "")


def arrived(weather: Weather, place: Hook) -> None:
    """Every notice by both channels, once each."""
    state = weather.store.state
    notices = state.episodes.notices(LOCAL_OWNER)
    rows = state.deliveries.rows(LOCAL_OWNER, limit=1_000)
    assert {each.state for each in rows} == {DeliveryState.SENT}
    assert Counter((each.notices, each.channel) for each in rows) == Counter(
        ((notice.id,), channel) for notice in notices for channel in ("ops", "drop")
    )
    files = {each.stem for each in (weather.folder / "out").iterdir()}
    assert len(place.keys) == len(set(place.keys)) == len(files) == len(notices)
    assert len({(each.episode, each.what, each.duty) for each in notices}) == len(notices)


def by_both(place: Hook, folder: Path) -> str:
    return by_hook(place.url) + f'[channels.drop]\nkind = "file"\nfolder = "{folder}/out"\n'


def test_24_days_with_faults_in_few_steps(tmp_path: Path) -> None:
    """
    The worker looks twice a day; the state database is a file on the disk that is full for a day.
    """
    with hook() as place:
        store = open_store(tmp_path / "home", departments={KPI: DEPARTMENT})
        weather = Weather(store, tmp_path, by_both(place, tmp_path))
        live(weather, 12 * HOUR)
        check(weather, place, 24)
        store.close()


@pytest.mark.faults
def test_24_days_with_faults_hour_by_hour(tmp_path: Path) -> None:
    """
    With PostgreSQL that crashes four times under work.
    """
    with running_postgres() as server, hook() as place:
        store = open_store(tmp_path / "home", server.url(), departments={KPI: DEPARTMENT})
        weather = Weather(store, tmp_path, by_both(place, tmp_path))
        live(weather, HOUR, server.restart)
        check(weather, place, 24)
        store.close()
