"""A firm in which an alert has just fired, and whatever channels a test gives it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from alerts.evaluation import Moment, evolve
from alerts.findings import Finding
from alerts.reasons import Reason
from alerts.state import Evaluation, Outcome
from connectors.config import read_config
from store.home import Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import Owned, Owner, User
from worker.messages import Messenger

KPI, MONDAY = "on_time_delivery_rate", date(2025, 6, 2)
NOON = datetime(2025, 6, 9, 12, tzinfo=UTC)
ANN = User("ann@example.com", "Ann", Role.LEAD)


@dataclass
class Desk:
    """A store, a clock that a test moves, and a messenger by both."""

    store: Store
    now: datetime = NOON
    channels: str = ""
    secrets: dict[str, str] = field(default_factory=lambda: {"stored:sign": "s3cret-of-the-signature"})

    def fire(self, kpi: str = KPI, department: str = "shipping") -> None:
        """The KPI, which Ann answers for, was well for a week and became worse in the next."""
        self.store.state.owners.assign(LOCAL_OWNER, Owner(Owned.KPI, kpi, department, ANN.email))
        weeks = [Outcome.OK, Outcome.BREACH]
        for many in (1, 2):
            told = tuple(Evaluation(MONDAY + timedelta(weeks=n), each) for n, each in enumerate(weeks[:many]))
            found = Finding(Reason.SPECIAL_CAUSE, kpi, department, "", told)
            evolve(self.store.state.episodes, LOCAL_OWNER, [found], Moment(self.now, self.now.date()))

    def messenger(self) -> Messenger:
        config = read_config(self.channels)
        return Messenger(
            self.store, lambda: config, lambda name: self.secrets.get(name, name), "https://kpi.example.com",
            lambda: self.now, Random(1),
        )  # fmt: skip

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)

    def states(self) -> list[tuple[str, str]]:
        """State and recipient of each message, the oldest first."""
        rows = self.store.state.deliveries.rows(LOCAL_OWNER)
        return [(each.state.value, each.recipient) for each in reversed(rows)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Ann, a lead, is the only person."""
    store = open_store(tmp_path / "home", departments={KPI: "shipping", "csat_score": "service"})
    store.state.users.save(LOCAL_OWNER, ANN, seen=0)
    yield Desk(store)
    store.close()


def by_mail(port: int) -> str:
    return (
        f'[channels.mail]\nkind = "email"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'from = "kpi@example.com"\n'
    )


def by_hook(url: str) -> str:
    return f'[channels.ops]\nkind = "webhook"\nurl = "{url}"\nsecret = "stored:sign"\ninside = true\n'
