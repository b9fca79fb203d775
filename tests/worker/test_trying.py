"""A source tried out by the worker, and the list of sources it keeps for the pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.config import read_config
from connectors.registry import BUILDERS
from store.brought import of_plain
from store.configured import Configured, configured_of
from store.home import Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Errand, ErrandKind, ErrandState, NotAllowed
from store.tried import Trial, Tried
from worker.errands import Errands
from worker.plan import told_jobs_of
from worker.rounds import Job

CONFIG = """
[sources.parcels]
connector = "file"
path = "parcels.csv"

[sources.parcels.tables.shipments]
key = "parcel"
columns.market = { constant = "DE" }
columns.shipped_day = "sent"
columns.promised_day = "promised"
"""
DESK = """
[sources.desk]
connector = "http"
system = "zendesk"
host = "https://firm.zendesk.com"
user = "ops@example.com"
key = "env:DESK"
since = "2025-01-01"
"""
PARCELS = "parcel,sent,promised\n1,2025-03-01,2025-03-05\n2,2025-02-31,2025-03-05\n"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "parcels.csv").write_text(PARCELS)
    store = open_store(tmp_path / "home")
    yield store
    store.close()


def job_of(store: Store, text: str = CONFIG) -> Job:
    config = read_config(text, "fairlead.toml", store.home.parent)
    return Job(store, config, BUILDERS, LOCAL_OWNER, date(2025, 3, 31))


def tried(store: Store, name: str) -> Errand:
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.TRY, {"source": name})
    worker = Errands(store, lambda: job_of(store), lambda tell: None)
    assert not worker.quick()
    assert not worker.slow()
    assert worker.asking()
    done = store.state.errands.get(LOCAL_OWNER, number)
    assert done is not None
    return done


def test_a_source_is_asked_and_nothing_of_it_is_kept(store: Store) -> None:
    """Of two parcels one was sent on the 31st of February: one fits, one does not; no run, no row, no cursor."""
    done = tried(store, "parcels")

    trial = of_plain(Trial, done.answer)
    why = trial.tables[0].why
    assert trial == Trial("parcels", (Tried("shipments", True, 2, 1, 1, why),))
    assert "2025-02-31" in why
    assert store.state.runs.last_runs(LOCAL_OWNER) == []
    assert store.lake.names() == []
    assert store.state.runs.cursor(LOCAL_OWNER, "parcels", "shipments") is None


def test_a_source_that_does_not_answer_is_told(store: Store) -> None:
    """The file is gone: the errand is done, and its table says that it did not answer, and why."""
    (store.home.parent / "parcels.csv").unlink()

    (table,) = of_plain(Trial, tried(store, "parcels").answer).tables
    assert not table.answered
    assert not table.is_well
    assert "parcels.csv" in table.why


def test_a_source_nobody_configured_is_refused(store: Store) -> None:
    """Whatever name was forged, the errand fails with a sentence."""
    done = tried(store, "desk")

    assert (done.state, done.message) == (ErrandState.FAILED, "There is no source 'desk' any more.")


@pytest.mark.parametrize(
    "who",
    [Principal("Vera", role=Role.LEAD), Principal("Gero", Scope(markets=frozenset({"DE"})), Role.ADMIN)],
)
def test_a_source_is_tested_by_who_brings_data_for_all(store: Store, who: Principal) -> None:
    """A lead, and an administrator of one market, are refused."""
    with pytest.raises(NotAllowed):
        store.state.errands.ask(who, ErrandKind.TRY, {"source": "parcels"})


def test_the_worker_keeps_which_sources_there_are(store: Store) -> None:
    """Two sources by name, with system and tables; one that leaves fairlead.toml leaves the list, too."""
    jobs = told_jobs_of(job_of(store, CONFIG + DESK), HOUR)

    assert "sync:desk" in [each.planned.name for each in jobs]
    desk, parcels = configured_of(store.state, LOCAL_OWNER)
    assert (desk.name, desk.connector, desk.system) == ("desk", "http", "zendesk")
    assert set(desk.tables) == {"tickets", "surveys"}
    assert parcels == Configured("parcels", "file", "", ("shipments",))

    told_jobs_of(job_of(store), HOUR)
    assert configured_of(store.state, LOCAL_OWNER) == [parcels]
    told_jobs_of(replace(job_of(store), config=read_config("", "fairlead.toml", store.home)), HOUR)
    assert configured_of(store.state, LOCAL_OWNER) == []
