"""Syncing: twice the same is nothing new, a changed row changes its days, one failure stops nobody else."""

import fcntl
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from conftest import HEADER

from connectors.config import read_config
from connectors.errors import ConfigError, SyncRunning
from connectors.sync import only_one, sync
from connectors.take import Intake
from store.scope import LOCAL_OWNER
from store.state.runs import Counts, RunStatus


def parcels(*rows: str) -> str:
    return HEADER + "\n" + "".join(row + "\n" for row in rows)


def day(n: int, delivered: int | None = None) -> str:
    """Parcel n, promised on the n-th of March."""
    return f"P{n},DE,2024-03-{n:02},{f'2024-03-{delivered:02}' if delivered else ''}"


def counted(counts: Counts) -> tuple[int, ...]:
    """read, new, changed, unchanged, deleted, rejected, days"""
    return (counts.read, counts.new, counts.changed, counts.unchanged, counts.deleted, counts.rejected,
            counts.days_touched)  # fmt: skip


def test_the_second_sync_has_nothing_new(firm) -> None:
    """
    Three parcels, one of them bad: two new at first, two unchanged afterwards, by recognition and by reading.
    """
    firm.write("p.csv", parcels(day(1), day(2), "P3,DE,soon,"))
    toml = firm.shipments("p.csv")

    assert [counted(firm.sync(toml, full=full).counts[0]) for full in (False, False, True)] == [
        (3, 2, 0, 0, 0, 1, 2),
        (3, 0, 0, 2, 0, 1, 0),
        (3, 0, 0, 2, 0, 1, 0),
    ]
    assert len(firm.reasons()) == 1


def test_an_unchanged_source_is_not_read_again(firm, monkeypatch) -> None:
    """
    The same bytes under the same mapping: no file is opened by a child, and the counts are those of a reading.
    """
    firm.write("p.csv", parcels(day(1)))
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    taken: list[object] = []
    monkeypatch.setattr(Intake, "take", lambda self, batch, accept_empty: taken.append(batch))

    again = firm.sync(toml)
    other_mapping = firm.sync(toml.replace('columns.market = "Country"', ""))

    assert counted(again.counts[0]) == (1, 0, 0, 1, 0, 0, 0)
    assert (len(taken), other_mapping.status) == (1, RunStatus.OK)


def test_a_change_that_keeps_size_and_time_is_seen(firm) -> None:
    """
    Content counts: the 5th becomes the 6th, and the file claims to be as old as before.
    """
    file = firm.write("p.csv", parcels(day(1, 5)))
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    before = file.stat()
    firm.write("p.csv", parcels(day(1, 6)))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert firm.sync(toml).counts[0].changed == 1


def test_a_change_of_zone_is_a_change_of_the_source(firm) -> None:
    """
    Half past eleven in the evening is another day in Kiritimati: the moment moves, and so does its day.
    """
    firm.write("o.csv", "No,At\nA,2024-03-01 23:30:00\n")
    toml = '[sources.s]\nconnector="file"\npath="o.csv"\n[sources.s.tables.orders]\nkey="No"\ncolumns.ordered_at="At"\n'
    firm.sync(toml)

    report = firm.sync('[company]\ntimezone = "Pacific/Kiritimati"\n' + toml)

    assert report.counts[0].changed == 1


def test_a_changed_row_changes_its_days_and_no_other(firm) -> None:
    """
    P2 of three moves from the 2nd to the 9th of March: one changed, two unchanged, two days touched.
    """
    firm.write("p.csv", parcels(day(1), day(2), day(3)))
    toml = firm.shipments("p.csv")
    firm.sync(toml)
    firm.write("p.csv", parcels(day(1), "P2,DE,2024-03-09,", day(3)))

    assert counted(firm.sync(toml).counts[0]) == (3, 0, 1, 2, 0, 0, 2)


def test_a_snapshot_marks_what_is_gone(firm) -> None:
    """
    P2 is gone from the second snapshot and back in the third.
    """
    toml = firm.shipments("p.csv", source='mode = "snapshot"')
    found = []
    for rows in ((day(1), day(2)), (day(1),), (day(1), day(2))):
        firm.write("p.csv", parcels(*rows))
        counts = firm.sync(toml).counts[0]
        found.append((counts.new, counts.changed, counts.deleted, firm.stored().height))

    assert found == [(2, 0, 0, 2), (0, 0, 1, 1), (0, 1, 0, 2)]


def test_a_row_that_turns_bad_is_still_in_the_snapshot(firm) -> None:
    """
    P2 cannot be read today; yesterday's P2 stays until a snapshot comes without it.
    """
    toml = firm.shipments("p.csv", source='mode = "snapshot"')
    firm.write("p.csv", parcels(day(1), day(2)))
    firm.sync(toml)
    firm.write("p.csv", parcels(day(1), "P2,DE,soon,"))

    assert counted(firm.sync(toml).counts[0]) == (2, 0, 0, 1, 0, 1, 0)
    assert sorted(firm.stored()["shipment_id"]) == ["P1", "P2"]


def test_a_snapshot_deletes_rows_of_its_own_source_only(firm) -> None:
    """
    Two sources fill shipments; the parcels of the other stay when one sends less.
    """
    firm.write("p.csv", parcels(day(1), day(2)))
    firm.write("q.csv", parcels(day(3)))
    ours = firm.shipments("p.csv", source='mode = "snapshot"')
    theirs = firm.shipments("q.csv", source='mode = "snapshot"').replace("sources.parcels", "sources.others")
    firm.sync_all(ours + theirs)
    firm.write("p.csv", parcels(day(2)))
    firm.sync_all(ours + theirs)

    assert sorted(firm.stored()["shipment_id"]) == ["P2", "P3"]


def test_later_files_replace_rows_of_earlier_ones(firm) -> None:
    """
    Three daily files, each with an update of P1: the last file's P1 counts, by name of the file.
    """
    for at in (1, 2, 3):
        firm.write(f"day-{at}.csv", parcels(day(1, at), day(at + 10)))

    report = firm.sync(firm.shipments("day-*.csv"))

    assert report.counts[0].rejected == 0
    assert dict(firm.stored().select("shipment_id", "delivered_day").rows())["P1"] == date(2024, 3, 3)
    assert firm.stored().height == 4


def test_files_that_only_add_rows_must_not_repeat_a_key(firm) -> None:
    """
    With mode append the P1 of the second file is rejected.
    """
    firm.write("day-1.csv", parcels(day(1, 5)))
    firm.write("day-2.csv", parcels(day(1, 9), day(2)))

    report = firm.sync(firm.shipments("day-*.csv", source='mode = "append"'))

    assert (report.counts[0].new, report.counts[0].rejected) == (2, 1)


def test_rows_without_a_key_are_known_by_file_and_row(firm) -> None:
    """
    Two files of a pattern both have a second row; they are two parcels.
    """
    firm.write("day-1.csv", parcels(day(1)))
    firm.write("day-2.csv", parcels(day(2)))
    toml = firm.shipments("day-*.csv").replace('"Parcel"', '"_row"')
    firm.sync(toml)

    assert sorted(firm.stored()["shipment_id"]) == ["day-1.csv:2", "day-2.csv:2"]
    assert firm.sync(toml, full=True).counts[0].unchanged == 2


def test_one_source_that_fails_does_not_stop_the_others(firm) -> None:
    """
    The first file is missing, the second is there.
    """
    firm.write("q.csv", parcels(day(1)))
    other = firm.shipments("q.csv").replace("sources.parcels", "sources.others")

    first, second = firm.sync_all(firm.shipments("p.csv") + other)

    assert (first.status, second.status) == (RunStatus.FAILED, RunStatus.OK)
    assert firm.stored().height == 1


def test_every_run_is_on_record(firm) -> None:
    """
    The data page reads runs with their counts and messages from the state database.
    """
    firm.write("p.csv", parcels(day(1)))
    firm.sync(firm.shipments("p.csv"))
    firm.sync(firm.shipments("missing.csv"))

    failed, good = firm.store.state.runs.last_runs(LOCAL_OWNER, "parcels")

    assert (good.status, counted(good.counts[0])) == (RunStatus.OK, (1, 1, 0, 0, 0, 0, 1))
    assert (failed.status, counted(failed.counts[0])) == (RunStatus.FAILED, (0, 0, 0, 0, 0, 0, 0))
    assert "No file fits" in failed.message


def test_only_one_sync_at_a_time(firm) -> None:
    """
    While another process holds the home's lock, a sync says so and does nothing.
    """
    firm.write("p.csv", parcels(day(1)))
    with only_one(firm.store), pytest.raises(SyncRunning, match=f"process {os.getpid()}"):
        firm.sync(firm.shipments("p.csv"))

    assert firm.sync(firm.shipments("p.csv")).status is RunStatus.OK


def test_the_lock_is_free_when_its_holder_is_gone(firm) -> None:
    """
    A lock file that a dead process left behind holds nobody up.
    """
    with only_one(firm.store):
        handle = os.open(firm.store.locks / "sync.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


def test_a_source_nobody_knows_is_refused(firm) -> None:
    """
    With the nearest name there is.
    """
    config = read_config(firm.shipments("p.csv"), folder=Path())

    with pytest.raises(ConfigError, match=r"There is no source 'parcel'\. Did you mean 'parcels'"):
        sync(firm.store, config, LOCAL_OWNER, names=["parcel"])


def test_rates_that_come_later_reach_the_rows_that_waited(firm) -> None:
    """
    10 dollars are in the lake before anybody knows the rate; with 1 EUR = 1.25 USD they become 8 euros.
    """
    firm.write("o.csv", "No,Day,Net\nA,2024-03-01,10\n")
    firm.write("r.csv", "Id,Day,Rate\n1,2024-03-01,1.25\n")
    orders = '[sources.o]\nconnector="file"\npath="o.csv"\n[sources.o.tables.orders]\nkey="No"\n'
    orders += 'columns.ordered_day="Day"\ncolumns.net="Net"\ncolumns.currency={constant="USD"}\n'
    rates = '[sources.r]\nconnector="file"\npath="r.csv"\n[sources.r.tables.fx_rates]\nkey="Id"\n'
    rates += 'columns.rate_day="Day"\ncolumns.rate="Rate"\ncolumns.currency={constant="USD"}\n'
    firm.sync(orders)
    before = firm.stored("orders")["net_company_micros"].to_list()

    firm.sync_all(orders + rates)

    assert (before, firm.stored("orders")["net_company_micros"].to_list()) == ([None], [8_000_000])


def test_customers_are_known_by_their_hash_also_when_they_are_gone(firm) -> None:
    """
    The snapshot of customers keeps the one who is still there, although the lake never sees the plain id.
    """
    toml = '[sources.c]\nconnector="file"\npath="c.csv"\nmode="snapshot"\n[sources.c.tables.customers]\nkey="Id"\n'
    toml += 'columns.first_order_day="Day"\n'
    firm.write("c.csv", "Id,Day\nanna,2024-03-01\nbert,2024-03-02\n")
    firm.sync(toml)
    firm.write("c.csv", "Id,Day\nanna,2024-03-01\n")

    counts = firm.sync(toml).counts[0]

    assert (counts.unchanged, counts.deleted) == (1, 1)
    assert firm.stored("customers")["first_order_day"].to_list() == [date(2024, 3, 1)]
    assert "anna" not in str(firm.stored("customers").rows())


def test_a_large_first_load_is_whole(firm) -> None:
    """
    25,000 parcels in small pieces become one table, with days counted once.
    """
    rows = [f"P{n},DE,2024-03-{n % 28 + 1:02}," for n in range(25_000)]
    firm.write("p.csv", parcels(*rows))

    report = firm.sync(firm.shipments("p.csv", source='mode = "snapshot"'))

    assert counted(report.counts[0]) == (25_000, 25_000, 0, 0, 0, 0, 28)
    assert firm.stored()["shipment_id"].n_unique() == 25_000


def test_the_source_id_of_a_row_leads_back_to_it(firm) -> None:
    """
    File and row, as a person opens it.
    """
    firm.write("p.csv", parcels(day(1), day(2)))
    firm.sync(firm.shipments("p.csv"))

    assert firm.stored().sort("shipment_id").select("source", "source_id").rows() == [
        ("parcels", "p.csv:2"),
        ("parcels", "p.csv:3"),
    ]
    assert firm.stored()["seen_at"].dtype == pl.Datetime("us", "UTC")
