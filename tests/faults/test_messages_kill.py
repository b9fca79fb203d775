"""Workers die while they evaluate and deliver: every transition takes effect once, every message arrives."""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as of_day
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from message_worker import KPIS, findings, work_on
from messages.conftest import by_hook, by_mail
from messages.receivers import Hook, Mailbox, hook, mailbox
from postgres_server import PostgresServer

from alerts.evaluation import Moment, evolve
from alerts.state import Notice, replay
from store.home import Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import Owned, Owner, User
from store.state.deliveries import Delivery, DeliveryState
from store.state.episode_records import Happened
from store.state.job_rules import JobStatus
from store.state.wishes import Wish
from worker.messages.channels import digest

ANN = User("ann@example.com", "Ann", Role.LEAD)
FIRED = {Happened.OPENED, Happened.REASON_ADDED, Happened.CAME_BACK}
NOW = datetime.now(UTC)
PATIENCE_S = 120.0
LIVES = multiprocessing.get_context("spawn")  # a fork of a process that has polars' threads may stand still


@dataclass
class Firm:
    """A home folder that workers live and die on, and the servers on this machine that take its messages."""

    folder: Path
    database: str
    box: Mailbox
    place: Hook
    weeks: int = 1
    lives: list[BaseProcess] = field(default_factory=list)

    def founded(self) -> "Firm":
        """Ann answers for both KPIs and may be told at any hour; the first week was evaluated."""
        store = self.store()
        store.state.users.save(LOCAL_OWNER, ANN, seen=0)
        never_quiet = Wish(ANN.email, quiet_from=of_day(7), quiet_until=of_day(7))
        store.state.wishes.save(ANN.principal, never_quiet, date(2024, 1, 1))
        for kpi, department in KPIS.items():
            store.state.owners.assign(LOCAL_OWNER, Owner(Owned.KPI, kpi, department, ANN.email))
        evolve(store.state.episodes, LOCAL_OWNER, findings(1), Moment(NOW, NOW.date()))
        store.close()
        (self.folder / "born").touch()
        self.tell(0)
        return self

    def store(self) -> Store:
        return open_store(self.folder / "home", self.database, departments=KPIS)

    def tell(self, more: int) -> None:
        """So many weeks more of the source."""
        self.weeks += more
        new = self.folder / "weeks.new"
        new.write_text(str(self.weeks))
        os.replace(new, self.folder / "weeks")

    def start(self) -> None:
        """One worker more; returns once it begins to work."""
        born = (self.folder / "born").stat().st_size
        channels = by_mail(self.box.port) + by_hook(self.place.url)
        arguments = (str(self.folder), self.database, channels)
        self.lives.append(LIVES.Process(target=work_on, args=arguments))
        self.lives[-1].start()
        until(lambda: (self.folder / "born").stat().st_size > born)

    def kill(self, at: int = 0) -> None:
        process = self.lives.pop(at)
        process.kill()
        process.join()

    def crash(self, kills: int, chance: random.Random) -> None:
        """Two weeks come in, a worker is at it for a random while, dies, and another follows."""
        for _ in range(kills):
            self.tell(2)
            time.sleep(chance.uniform(0, 0.25))
            self.kill(chance.randrange(len(self.lives)))
            self.start()


def until(well: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not well():
        assert time.monotonic() < deadline, "nobody works any more"
        time.sleep(0.01)


def is_done(store: Store, weeks: int) -> bool:
    """Whether the last week is evaluated and nothing waits to be sent."""
    seen = store.state.episodes.evolve(LOCAL_OWNER, lambda ledger: ledger.watches())
    last = findings(weeks)[0].evaluations[-1].period
    if {each.period for each in seen.values()} != {last}:
        return False
    waits = store.state.deliveries.rows(LOCAL_OWNER, [DeliveryState.WAITING])
    return not waits and not store.state.deliveries.is_due(datetime.now(UTC))


def crashed(folder: Path, database: str, kills: int) -> tuple[int, int]:
    """How many runs were lost and how many messages came more than once, after all was checked."""
    chance = random.Random(11)
    with mailbox() as box, hook() as place:
        firm = Firm(folder, database, box, place).founded()
        firm.start()
        try:
            firm.crash(kills, chance)
            firm.start()
            firm.crash(max(1, kills // 5), chance)
            store = firm.store()
            until(lambda: is_done(store, firm.weeks))
        finally:
            while firm.lives:
                firm.kill()
        transitions_took_effect_once(store, firm.weeks)
        messages_arrived(store, box, place)
        lost = sum(each.status is not JobStatus.OK for each in store.state.signs.log(LOCAL_OWNER, 100_000))
        store.close()
    return lost, len(box.ids) - len(set(box.ids)) + len(place.keys) - len(set(place.keys))


def transitions_took_effect_once(store: Store, weeks: int) -> None:
    """As often as the data say: neither an opening nor an end is missing or there twice, and no event either."""
    everything = store.state.episodes.rows(LOCAL_OWNER, datetime(2000, 1, 1, tzinfo=UTC))
    began, ended = Counter[str](), Counter[str]()
    for each in everything:
        history = store.state.episodes.history(LOCAL_OWNER, each.id)
        assert [event.n for event in history] == [*range(1, len(history) + 1)]
        began[each.kpi] += sum(event.kind in FIRED for event in history)
        ended[each.kpi] += sum(event.kind is Happened.CLOSED for event in history)
    for found in findings(weeks):
        told = Counter(step.notice for step in replay(found.evaluations, found.policy))
        assert began[found.kpi] == told[Notice.FIRING]
        assert ended[found.kpi] == told[Notice.RESOLVED]


def messages_arrived(store: Store, box: Mailbox, place: Hook) -> None:
    """Of each notice one message by mail and one by hook, all of them there, nothing that was never written."""
    notices = store.state.episodes.notices(LOCAL_OWNER, limit=100_000)
    rows = store.state.deliveries.rows(LOCAL_OWNER, limit=100_000)
    assert Counter((each.notices, each.channel) for each in rows) == Counter(
        ((notice.id,), channel) for notice in notices for channel in ("mail", "ops")
    )
    assert {each.state for each in rows} == {DeliveryState.SENT}
    assert set(place.keys) == keys_of(rows, "ops")
    assert {told.strip("<>").partition("@")[0] for told in box.ids} == keys_of(rows, "mail")


def keys_of(rows: list[Delivery], channel: str) -> set[str]:
    """What receivers know the messages of a channel by; no two are known by the same."""
    found = [digest(each.key) for each in rows if each.channel == channel]
    assert len(found) == len(set(found))
    return set(found)


def test_a_few_deaths_lose_and_double_nothing(tmp_path: Path) -> None:
    """
    Five workers killed while they evaluate and deliver, then one of two that work at once.
    """
    crashed(tmp_path, "", 5)


@pytest.mark.faults
def test_a_hundred_deaths_on_sqlite(tmp_path: Path) -> None:
    """
    A hundred workers, then twenty of two at once; some died in the middle of something.
    """
    assert sum(crashed(tmp_path, "", 100)) > 0


@pytest.mark.faults
def test_a_hundred_deaths_on_postgres(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """
    The same on PostgreSQL.
    """
    name = postgres_server.new_database()
    try:
        assert sum(crashed(tmp_path, postgres_server.url(name), 100)) > 0
    finally:
        postgres_server.drop_database(name)
