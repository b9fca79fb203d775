"""What every command needs at hand: where things are, who is asking, the store and the configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connectors.batch import Connector
from connectors.config import load_config
from connectors.errors import ConfigError
from connectors.plan import Config, SourceConfig
from connectors.registry import BUILDERS, Builder
from connectors.sql import sql_source
from demo.connector import DemoConnector
from demo.place import demo_config, is_demo
from kpi.catalog import DEPARTMENTS
from kpi.engine import AsOf
from kpi.freshness import reported_of
from kpi.ledger import entries
from kpi.model import Kpi
from kpi.score import Judgement
from store.company_file import load_company
from store.database import StateError
from store.home import SYSTEM, Store, open_store
from store.key_file import KeyFile
from store.permits import Permit
from store.scope import LOCAL_OWNER, Principal
from store.state.edits import require
from store.vault import Vault, stored_name
from worker.rounds import Job

if TYPE_CHECKING:
    from connectors.plant.listening import Listener

USUAL = "fairlead.toml"


@dataclass
class Desk:
    """The settings of this call as plain values, and what is opened from them on first use."""

    home: Path
    config_file: Path
    data: Path | None
    database: str = field(repr=False)
    keys: Path
    resolve: Callable[[str], str]
    host: str = "127.0.0.1"
    port: int = 8501
    address: str = "http://127.0.0.1:8501"
    base: str = ""
    keeps_accounts: bool = False
    asks_provider: bool = False
    sync_every_minutes: int = 60
    rejected_days: int = 30
    heartbeat_url: str = field(default="", repr=False)
    heartbeat_inside: bool = False
    acting: str = ""
    refuse_weak_secrets: Callable[[], None] = lambda: None
    environment: Mapping[str, str] = field(default_factory=dict)
    web_allocation: Mapping[str, str] = field(default_factory=dict)

    @property
    def web_environment(self) -> dict[str, str]:
        """What the process that serves the pages is started with."""
        return {**self.environment, **self.web_allocation}

    def job(self) -> Job:
        """What sync and compute work on, for who may bring data in; else raises NotAllowed."""
        self.require(Permit.BRING_DATA)
        return Job(
            self.store, self.config, self.builders(), self.principal, self.yesterday, self.rejected_days,
            company_of_pages=not self.config_file.exists() and not is_demo(self.home),
        )  # fmt: skip

    def fresh_job(self) -> Job:
        """The job with a configuration read anew, so that a running worker follows its changes."""
        self.forget_config()
        return self.job()

    def builders(self) -> dict[str, Builder]:
        """Every kind of source, the demo company among them."""
        return {
            **BUILDERS,
            "sql": partial(sql_source, resolve=self.secret),
            "http": self._http,
            "plant": self._plant,
            "demo": partial(DemoConnector.of, yesterday=self.yesterday),
        }

    def _http(self, config: SourceConfig) -> Connector:
        from connectors.http.source import http_source  # loads an HTTP client, which few commands need

        return http_source(config, self.secret, self.vault, self.home)

    def _plant(self, config: SourceConfig) -> Connector:
        from connectors.plant.source import plant_source  # as above

        return plant_source(config, self.secret, self.home)

    def listener(self, name: str) -> "Listener":
        """What listens to the plant of that name. Raises ConfigError."""
        from connectors.plant.listening import Listener  # loads an MQTT client, which one command needs
        from connectors.plant.source import plant_source

        (config,) = (each for each in self.config.sources if each.name == name)
        found = plant_source(config, self.secret, self.home)
        return Listener(name, found.plant, found.journal, found.password)

    def secret(self, reference: str) -> str:
        """What `stored:NAME` or a reference of another kind stands for. Raises StateError and what `resolve` raises."""
        name = stored_name(reference)
        return self.resolve(reference) if name is None else self.vault().value(name)

    def vault(self, principal: Principal = SYSTEM) -> Vault:
        """The stored secrets, opened for the machine's own work, or for a person who may keep them."""
        return Vault(self.store.state.secrets, KeyFile(self.keys, self.home), principal)

    def forget_config(self) -> None:
        self.__dict__.pop("config", None)

    def close(self) -> None:
        """Let go of the store, so that other processes find nothing of ours open."""
        if "store" in self.__dict__:
            self.__dict__.pop("store").close()

    @cached_property
    def store(self) -> Store:
        return open_store(self.home, self.database, DEPARTMENTS)

    @cached_property
    def principal(self) -> Principal:
        """Who is asking: the local owner, or the user of `--as`, with that person's role and scope."""
        if not self.acting:
            return LOCAL_OWNER
        found = self.store.state.users.find(LOCAL_OWNER, self.acting)
        if found is None or not found.value.active:
            raise StateError(f"No active user has the address {self.acting}; `fairlead user list` shows all.")
        return found.value.principal

    def require(self, permit: Permit) -> None:
        """Raises NotAllowed unless whoever is asking may do this."""
        require(self.principal, permit)

    def took(self, what: Path | str) -> None:
        """Notes in the audit trail that data left, as a file or otherwise. Raises NotAllowed, before anything does."""
        self.store.state.audit.took(self.principal, what if isinstance(what, str) else what.name)

    @cached_property
    def config(self) -> Config:
        """fairlead.toml; without one, the demo's if the demo was loaded here, else the firm as the pages were told it.

        Raises ConfigError, also where a file was named that does not exist.
        """
        if self.config_file.exists():
            return load_config(self.config_file, self.data)
        if is_demo(self.home):
            return demo_config(self.home)
        if self.config_file.name != USUAL:
            raise self._unconfigured()
        return Config(load_company(self.home))

    def configured(self) -> Config:
        """The configuration, which must name sources. Raises ConfigError."""
        if self.config_file.exists() or self.config.sources:
            return self.config
        raise self._unconfigured()

    def _unconfigured(self) -> ConfigError:
        return ConfigError(
            f"{self.config_file} does not exist. Write one (`fairlead source inspect FILE` drafts it), name another "
            "with --config, or load the example company with `fairlead demo`."
        )

    @property
    def yesterday(self) -> date:
        """The last closed day in the company's zone."""
        zone = ZoneInfo(load_company(self.home).timezone)
        return datetime.now(zone).date() - timedelta(days=1)

    def as_of(self) -> AsOf | None:
        """The moment the components stand for; None before the first compute."""
        known = [
            entry for entry in entries(self.store.lake).values() if entry.as_of_day and entry.as_of_epoch
        ]
        latest = max(known, key=lambda entry: entry.as_of_epoch or 0, default=None)
        if latest is None or latest.as_of_day is None or latest.as_of_epoch is None:
            return None
        return AsOf(latest.as_of_day, latest.as_of_epoch)

    def judgement(self, kpi: Kpi, as_of: AsOf | None = None) -> Judgement:
        """Targets in force, the last closed day, and how far the KPI's sources have reported."""
        moment = as_of or self.as_of()
        fresh = self.store.state.runs.freshness(self.principal)
        reported = reported_of(kpi, fresh, datetime.now(UTC))
        return Judgement(
            targets=self.store.state.targets.frame(self.principal),
            closed=reported.closed(moment.day if moment else None),
            synced=reported.late,
        )
