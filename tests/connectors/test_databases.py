"""Databases of other systems: read only, whole or from a cursor on, by any driver the same."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from connectors import sql
from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.sql import sql_source
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

ROWS = [
    (1, "2024-03-01", "12.50", "2024-03-01 10:00:00"),
    (2, "2024-03-02", None, "2024-03-02 10:00:00"),
    (3, "2024-03-03", "0.10", "2024-03-03 10:00:00"),
]
SETUP = (
    "CREATE TABLE parcels (id INTEGER PRIMARY KEY, promised DATE NOT NULL, freight NUMERIC(12, 4), changed TIMESTAMP)",
    *(f"INSERT INTO parcels VALUES ({i}, '{p}', {f or 'NULL'}, '{c}')" for i, p, f, c in ROWS),
)
TOML = """
[sources.wms]
connector = "sql"
url = "env:WMS"
[sources.wms.tables.shipments]
{read}
key = "id"
columns.promised_day = "promised"
columns.freight = "freight"
"""


@pytest.fixture(params=["sqlite", "postgres rows", "postgres arrow"])
def database(request, firm, monkeypatch) -> Iterator[tuple]:
    """A function that runs statements, and a firm that knows the database; each way of reading once."""
    if request.param == "sqlite":
        firm.folder.mkdir(exist_ok=True)
        url = f"sqlite:///{firm.folder / 'wms.db'}"

        def run(*statements: str) -> None:
            with sqlite3.connect(firm.folder / "wms.db") as connection:
                for statement in statements:
                    connection.execute(statement)
            connection.close()

        server, name = None, ""
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = server.new_database()
        url, run = server.url(name), partial(server.run, database=name)
        if request.param == "postgres rows":
            monkeypatch.setattr(sql, "find_spec", lambda name: None)
    run(*SETUP)
    firm.builders["sql"] = partial(
        sql_source, resolve=lambda reference: url if reference == "env:WMS" else reference
    )
    yield firm, run
    if server:
        server.drop_database(name)


@pytest.mark.parametrize(
    "read", ['table = "parcels"', 'query = "SELECT id, promised, freight FROM parcels;"']
)
def test_a_table_and_a_query(database, read: str) -> None:
    """
    Three parcels, by the name of the table or by a SELECT; amounts are exact, and known by their key.
    """
    firm, _ = database
    toml = TOML.format(read=read)

    first, second = firm.sync(toml).counts[0], firm.sync(toml).counts[0]

    assert (first.new, second.new, second.changed, second.unchanged) == (3, 0, 0, 3)
    rows = firm.stored().sort("shipment_id")
    assert rows.select("shipment_id", "promised_day", "freight_micros").rows() == [
        ("1", date(2024, 3, 1), 12_500_000),
        ("2", date(2024, 3, 2), None),
        ("3", date(2024, 3, 3), 100_000),
    ]
    assert rows["source_id"][0] in ("parcels:1", "shipments:1")


def test_from_the_cursor_on(database) -> None:
    """
    The second sync reads the last parcel again and the new one; with a lookback of a day one more.
    """
    firm, run = database
    toml = TOML.format(read='table = "parcels"\ncursor = "changed"')
    first = firm.sync(toml).counts[0].read
    run("INSERT INTO parcels VALUES (4, '2024-03-04', 7, '2024-03-04 10:00:00')")
    second = firm.sync(toml).counts[0]
    third = firm.sync(toml.replace('"changed"', '"changed"\nlookback = "1 d"')).counts[0]

    assert (first, second.read, second.new, second.unchanged) == (3, 2, 1, 1)
    assert (third.read, third.new) == (2, 0)


def test_a_changed_row_is_found_by_its_cursor(database) -> None:
    """
    Parcel 1 gets another promise; only it and the last one are read.
    """
    firm, run = database
    toml = TOML.format(read='table = "parcels"\ncursor = "changed"')
    firm.sync(toml)
    run("UPDATE parcels SET promised = '2024-04-01', changed = '2024-03-05 08:00:00' WHERE id = 1")

    counts = firm.sync(toml).counts[0]

    assert (counts.read, counts.changed, counts.days_touched) == (2, 1, 2)


def test_a_number_as_cursor(database) -> None:
    """
    Ids grow; with a lookback of 2 the last three are read again.
    """
    firm, _ = database
    toml = TOML.format(read='table = "parcels"\ncursor = "id"\nlookback = 2')

    assert [firm.sync(toml).counts[0].read for _ in range(2)] == [3, 3]
    assert firm.sync(toml.replace("lookback = 2", "lookback = 0")).counts[0].read == 1


def test_since_and_full(database) -> None:
    """
    From a day on, or everything again, whatever the cursor says.
    """
    firm, _ = database
    toml = TOML.format(read='table = "parcels"\ncursor = "changed"')
    firm.sync(toml)

    assert firm.sync(toml, since=date(2024, 3, 2)).counts[0].read == 2
    assert firm.sync(toml, full=True).counts[0].read == 3


def test_rows_that_are_gone_from_a_snapshot(database) -> None:
    """
    Parcel 2 is deleted in the database.
    """
    firm, run = database
    toml = TOML.format(read='table = "parcels"\nmode = "snapshot"')
    firm.sync(toml)
    run("DELETE FROM parcels WHERE id = 2")

    assert firm.sync(toml).counts[0].deleted == 1


def test_nothing_is_written_to_the_database(database) -> None:
    """
    A function that writes does not help a query past the read-only connection.
    """
    firm, _ = database
    toml = TOML.format(read='query = "WITH gone AS (DELETE FROM parcels RETURNING *) SELECT * FROM gone"')

    report = firm.sync(toml)

    assert report.status is RunStatus.FAILED
    assert firm.sync(TOML.format(read='table = "parcels"')).counts[0].new == 3


def test_an_empty_table_is_no_fault(database) -> None:
    """
    Nothing to read is nothing new.
    """
    firm, run = database
    run("DELETE FROM parcels")

    report = firm.sync(TOML.format(read='table = "parcels"'))

    assert (report.status, report.counts[0].read) == (RunStatus.OK, 0)


def test_what_the_database_says_is_told_in_one_line(database) -> None:
    """
    A table that does not exist, a column that does not exist.
    """
    firm, _ = database

    for read in ('table = "parcel"', 'query = "SELECT nothing FROM parcels"'):
        report = firm.sync(TOML.format(read=read))
        assert report.status is RunStatus.FAILED
        assert report.message.startswith("Source 'wms': the database says: ")
        assert "\n" not in report.message


def test_the_password_is_never_told(firm) -> None:
    """
    Nobody listens on port 1; the message names the failure, and not the secret.
    """
    firm.builders["sql"] = partial(sql_source, resolve=lambda _: "postgresql://robot:hunter2@127.0.0.1:1/wms")

    report = firm.sync(TOML.format(read='table = "parcels"'))

    assert report.status is RunStatus.FAILED
    assert "refused" in report.message
    assert "hunter2" not in report.message
    assert "hunter2" not in str(firm.store.state.runs.last_runs(LOCAL_OWNER))


@pytest.mark.parametrize(
    "read, complaint",
    [
        ("", "write either query"),
        ('table = "t"\nquery = "SELECT 1"', "write either query"),
        ('query = "DELETE FROM t"', "has to be one SELECT"),
        ('query = "SELECT 1; DELETE FROM t"', "has to be one SELECT"),
        ('table = "t"\ncursor = "c"\nmode = "snapshot"', "a snapshot is read whole"),
        ('table = "t"\nlookback = "soon"', "lookback is 'soon'; write for example '2 d'"),
    ],
)
def test_mappings_that_cannot_be_read_are_refused(read: str, complaint: str) -> None:
    """
    Before anything is asked of the database.
    """
    (source,) = read_config(TOML.format(read=read)).sources

    with pytest.raises(ConfigError, match=complaint):
        sql_source(source, resolve=lambda _: "sqlite://")


@pytest.mark.parametrize("url", ["no address", "nosuchkind://host/db", "oracle://host/db"])
def test_addresses_of_unknown_kinds_are_refused(url: str) -> None:
    """
    Not an address, an unknown kind, a driver that is not installed.
    """
    (source,) = read_config(TOML.format(read='table = "t"')).sources

    with pytest.raises(ConfigError, match="url is not an address of a database that can be read here"):
        sql_source(source, resolve=lambda _: url)


def test_a_relative_sqlite_file_lies_beside_the_other_files(firm) -> None:
    """
    sqlite:///wms.db is in the folder of the exports, not where somebody happened to start Fairlead.
    """
    (source,) = read_config(TOML.format(read='table = "t"'), folder=Path("/exports")).sources

    assert sql_source(source, resolve=lambda _: "sqlite:///wms.db").url.database == "/exports/wms.db"
