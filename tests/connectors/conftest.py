"""A small firm for each test: a folder of exports, a configuration, and a store to sync into."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from connectors.batch import Batch
from connectors.config import read_config
from connectors.ending import ending
from connectors.http.source import http_source
from connectors.plant.source import plant_source
from connectors.registry import BUILDERS, Builder, build
from connectors.sql import sql_source
from connectors.sync import Report, sync
from store.contract import polars_schema
from store.facts import TABLES
from store.home import Store, open_store
from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER

SHIPMENTS = """
[sources.parcels]
connector = "file"
path = "{path}"
{source}

[sources.parcels.tables.shipments]
key = "Parcel"
{table}
columns.market = "Country"
columns.promised_day = "Promised"
columns.delivered_day = "Delivered"
"""
HEADER = "Parcel,Country,Promised,Delivered"


@dataclass
class Firm:
    """Writes exports, pulls and syncs them, and reads back what arrived."""

    folder: Path
    store: Store
    builders: dict[str, Builder]

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def shipments(self, path: str, *, source: str = "", table: str = "") -> str:
        """The configuration of parcels in files with the columns of HEADER."""
        return SHIPMENTS.format(path=path, source=source, table=table)

    def pull(self, toml: str) -> list[Batch]:
        """The batches of the only source, without a store."""
        (source,) = read_config(toml, folder=self.folder).sources
        with ending(build(source, self.builders).pull({}, full=False, since=None)) as batches:
            return list(batches)

    def rows(self, toml: str) -> pl.DataFrame:
        return pl.concat([batch.rows for batch in self.pull(toml)])

    def refused(self, toml: str) -> list[str]:
        return [reason for batch in self.pull(toml) for reason in batch.refused["reason"]]

    def sync(self, toml: str, *, full: bool = False, since: date | None = None) -> Report:
        """The report of the only source."""
        (report,) = self.sync_all(toml, full=full, since=since)
        return report

    def sync_all(self, toml: str, *, full: bool = False, since: date | None = None) -> list[Report]:
        config = read_config(toml, folder=self.folder)
        return sync(self.store, config, LOCAL_OWNER, full=full, since=since, builders=self.builders)

    def stored(self, table: str = "shipments", *, with_deleted: bool = False) -> pl.DataFrame:
        schema = polars_schema(TABLES[table])
        rows = self.store.lake.read(table, schema, lambda rows: rows)
        return rows if with_deleted else rows.filter(~pl.col("deleted"))

    def reasons(self) -> list[str]:
        """Why rows are waiting in the rejected rows."""
        return rejected_rows(self.store.lake, LOCAL_OWNER)["reason"].to_list()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a migrated state database, to copy from."""
    home = tmp_path_factory.mktemp("home")
    open_store(home).close()
    return home


@pytest.fixture
def firm(tmp_path: Path, empty_home: Path) -> Iterator[Firm]:
    home = tmp_path / "home"
    shutil.copytree(empty_home, home)
    store = open_store(home)
    builders = {
        **BUILDERS,
        "sql": sql_source,
        "plant": partial(plant_source, resolve=lambda _: "canary-2718281", home=home),
    }
    yield Firm(tmp_path / "exports", store, builders)
    store.close()


@pytest.fixture
def calling(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """The firm with a key for every system, which may be asked as fast as it answers."""
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    monkeypatch.setattr("connectors.http.pace.Pace.wait", lambda _: None)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    return firm


@pytest.fixture
def signing_in(calling: Firm) -> Firm:
    """The firm of `calling`, in which what is no reference stands for itself, such as a client id."""
    resolve = lambda text: "canary-2718281" if ":" in text else text  # noqa: E731
    calling.builders["http"] = partial(http_source, resolve=resolve)
    return calling
