"""Rejected rows come back: after the mapping was mended, or after the source was."""

from conftest import HEADER

from connectors.config import read_config
from connectors.rejected import replay
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
