"""Real exports, loaded through the product with the mappings that lie beside."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import PostgresServer
from real_sets import AS_OF, HERE, Load, Loaded

from connectors.config import load_config
from connectors.registry import BUILDERS
from connectors.sql import sql_source
from kpi.compute import refresh
from store.home import open_store
from store.scope import LOCAL_OWNER
from worker.rounds import Job, failed, pull


@pytest.fixture(scope="session")
def load(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Loads a set by the name of its TOML, once a session; `references` are what its env: names stand for."""
    open_stores: dict[str, Loaded] = {}

    def loaded(name: str, **references: str) -> Loaded:
        if name not in open_stores:
            store = open_store(tmp_path_factory.mktemp(name))
            config = load_config(HERE / f"{name}.toml", shared / "data")
            builders = {**BUILDERS, "sql": lambda source: sql_source(source, lambda text: references[text])}
            reports = pull(Job(store, config, builders, LOCAL_OWNER, AS_OF.day))
            assert not failed(reports)
            refresh(store.lake, AS_OF)
            open_stores[name] = Loaded(store, name, shared)
        return open_stores[name]

    yield loaded
    for each in open_stores.values():
        each.store.close()


@pytest.fixture(scope="session")
def northwind(shared: Path, postgres_server: PostgresServer) -> str:
    """The URL of a real PostgreSQL that holds Northwind."""
    name = postgres_server.new_database()
    script = (shared / "data" / "northwind_postgres" / "northwind.sql").read_bytes()
    with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
        connection.execute(script)
    return postgres_server.url(name)
