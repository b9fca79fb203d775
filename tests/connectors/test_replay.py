"""Rejected rows come back: after the mapping was mended, or after the source was."""

import sqlite3

import pytest
from conftest import HEADER

from connectors.config import read_config
from connectors.plan import Config, SourceConfig
from connectors.rejected import remark, replay
from connectors.sql import sql_source
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus


def replayed(firm, toml: str) -> list:
    return replay(firm.store, read_config(toml, folder=firm.folder), LOCAL_OWNER, firm.builders)


def test_rows_pass_once_the_mapping_knows_their_word(firm) -> None:
    """
    TBD stands for no promise: declared as empty, the row arrives, and nothing is waiting any more.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,\nP2,DE,TBD,2024-03-02\n")
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    assert len(firm.reasons()) == 1

    (report,) = replayed(firm, toml.replace('"Promised"', '{ from = "Promised", empty = ["TBD"] }'))

    assert (report.status, report.counts[0].new) == (RunStatus.OK, 1)
    assert sorted(firm.stored()["shipment_id"]) == ["P1", "P2"]
    assert firm.reasons() == []
    assert len(firm.store.state.runs.last_runs(LOCAL_OWNER)) == 1


def test_rows_that_are_still_bad_stay(firm) -> None:
    """
    Nothing was mended: nothing is taken in, and the row waits as before.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,\nP2,DE,TBD,2024-03-02\n")
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    before = firm.reasons()

    (report,) = replayed(firm, toml)

    assert (report.status, report.counts[0].new) == (RunStatus.OK, 0)
    assert firm.reasons() == before


def test_a_repeated_key_is_not_replayed(firm) -> None:
    """
    The second P1 would replace the first without anybody having said so.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,2024-03-01\nP1,DE,2024-03-01,2024-03-09\n")
    toml = firm.shipments("p.csv")
    firm.sync(toml)

    assert replayed(firm, toml) == []
    assert firm.stored()["delivered_day"].dt.day().to_list() == [1]


def test_a_column_that_was_not_kept_is_named(firm) -> None:
    """
    Raw values are those of the mapped columns: a mapping that begins to need another one cannot be replayed.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,\nP2,DE,TBD,2024-03-02\n")
    toml = firm.shipments("p.csv")
    firm.sync(toml)

    (report,) = replayed(firm, toml + 'columns.carrier = "Carrier"\n')

    assert report.status is RunStatus.FAILED
    assert "the rejected rows of shipments has no column 'Carrier'" in report.message


def test_a_row_mended_at_the_source_is_resolved_by_the_next_sync(firm) -> None:
    """
    The export is corrected: the sync takes the row in and closes the complaint.
    """
    toml = firm.shipments("p.csv")
    for promised in ("TBD", "2024-03-02"):
        firm.write("p.csv", HEADER + f"\nP1,DE,2024-03-01,\nP2,DE,{promised},\n")
        firm.sync(toml)

    assert firm.reasons() == []


WMS = """
[sources.wms]
connector = "sql"
url = "env:WMS"
[sources.wms.tables.shipments]
table = "parcels"
key = "id"
columns.shipped_day = "sent"
columns.promised_day = "promised"
"""


def test_a_database_is_not_asked_again(firm) -> None:
    """
    TBD was mended in the database and, in the mapping, declared as no date: the row arrives from what was kept, and the
    mended day waits for the next sync, which is said.
    """
    firm.folder.mkdir()
    url = f"sqlite:///{firm.folder / 'wms.db'}"
    firm.builders["sql"] = lambda config: sql_source(config, resolve=lambda _: url)
    with sqlite3.connect(firm.folder / "wms.db") as database:
        database.execute("CREATE TABLE parcels (id TEXT, sent TEXT, promised TEXT)")
        database.execute(
            "INSERT INTO parcels VALUES ('P1', '2024-03-01', '2024-03-04'), ('P2', '2024-03-02', 'TBD')"
        )
        database.commit()
        firm.sync(WMS)
        database.execute("UPDATE parcels SET promised = '2024-03-09' WHERE id = 'P2'")
    database.close()
    mended = WMS.replace('"promised"', '{ from = "promised", empty = ["TBD"] }')

    told = remark(firm.store, read_config(mended), LOCAL_OWNER, "wms")
    (report,) = replayed(firm, mended)

    assert (report.counts[0].new, firm.reasons()) == (1, [])
    assert firm.stored().sort("shipment_id")["promised_day"].is_null().to_list() == [False, True]
    assert "the database of 'wms' was not asked" in told


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("demo", "made up and come without a mapping"),
        ("gone", "No mapping of 'gone'"),
        ("parcels", "repeats a key"),
    ],
)
def test_where_nothing_can_come_of_it_it_is_said_why(firm, source: str, said: str) -> None:
    """
    Made-up rows have no mapping, a source may have gone, and a second P1 has to be judged by its source.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,2024-03-01\nP1,DE,2024-03-01,2024-03-09\n")
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    config = Config(sources=(*read_config(toml).sources, SourceConfig("demo", "demo")))

    assert said in remark(firm.store, config, LOCAL_OWNER, source)
