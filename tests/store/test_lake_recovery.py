"""What the lake does with what a crash, a power cut or a bad disk leaves behind."""

import json
import multiprocessing
import os
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from store.lake import Lake, LakeDamaged, Recovery

ROWS = pl.Schema({"parcel": pl.Int64})
HERE, LATER = "this start", "a later start"


def lake_at(root: Path, boot: str = HERE, *, checkpoint_every: int = 20) -> Lake:
    return Lake(root, checkpoint_every=checkpoint_every, boot=boot)


def add(lake: Lake, number: int) -> bool:
    rows = pl.DataFrame({"parcel": [number], "month": ["2024-01"]})
    return lake.append("parcels", rows, marks={"feed": number})


def parcels(lake: Lake) -> list[int]:
    return lake.scan("parcels", ROWS).collect()["parcel"].sort().to_list()


def entry(root: Path, version: int) -> Path:
    return root / "parcels" / "_delta_log" / f"{version:020}.json"


def data_file(root: Path, version: int) -> Path:
    actions = [json.loads(line) for line in entry(root, version).read_text().splitlines()]
    (path,) = [action["add"]["path"] for action in actions if "add" in action]
    return root / "parcels" / path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A lake with parcels 0 and 1 acknowledged, and parcel 2 written but not acknowledged."""
    lake = lake_at(tmp_path)
    for number in (0, 1, 2):
        mark = (tmp_path / "parcels" / "_durable.json").read_bytes() if number == 2 else b""
        add(lake, number)
    (tmp_path / "parcels" / "_durable.json").write_bytes(mark)
    return tmp_path


def test_readers_see_only_what_is_acknowledged(root: Path) -> None:
    """
    A commit that is not acknowledged yet is neither counted nor read.
    """
    lake = lake_at(root)

    assert (lake.version("parcels"), lake.applied("parcels", "feed"), parcels(lake)) == (1, 1, [0, 1])


def test_a_killed_process_loses_nothing_it_wrote(root: Path) -> None:
    """
    The machine stayed up, so the commit after the mark is whole: it is kept and the replay is skipped.
    """
    lake = lake_at(root)

    assert lake.recover() == {"parcels": Recovery(version=2, kept=(2,))}
    assert parcels(lake) == [0, 1, 2]
    assert not add(lake, 2)


def test_after_a_restart_the_unacknowledged_commit_is_dropped(root: Path) -> None:
    """
    Its pages may be lost even where entry and sizes look right; the replay writes it again.
    """
    lake = lake_at(root, LATER)

    assert lake.recover() == {"parcels": Recovery(version=1, dropped=(2,))}
    assert parcels(lake) == [0, 1]
    assert add(lake, 2)
    assert parcels(lake) == [0, 1, 2]


def test_where_starts_have_no_name_the_commit_is_dropped(root: Path) -> None:
    """
    On macOS no boot id tells whether the machine restarted: the commit after the mark always goes.
    """
    mark = root / "parcels" / "_durable.json"
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "boot": ""}))

    assert lake_at(root, "").recover() == {"parcels": Recovery(version=1, dropped=(2,))}


def test_a_reader_recovers_after_a_restart(root: Path) -> None:
    """
    The first reader after a restart of the machine does not wait for a writer to drop the torn tail.
    """
    entry(root, 2).write_bytes(b"")

    assert parcels(lake_at(root, LATER)) == [0, 1]
    assert not entry(root, 2).exists()


@pytest.mark.parametrize("torn", [b"", b'{"commitInfo":{', b"\0" * 600, b"[]\n"])
@pytest.mark.parametrize("boot", [HERE, LATER])
def test_a_torn_entry_above_the_mark_is_dropped(root: Path, torn: bytes, boot: str) -> None:
    """
    Empty, cut short or zeroed: the commit was not acknowledged and goes.
    """
    entry(root, 2).write_bytes(torn)
    lake = lake_at(root, boot)

    assert lake.recover()["parcels"].dropped == (2,)
    assert add(lake, 2)
    assert parcels(lake) == [0, 1, 2]


@pytest.mark.parametrize("boot", [HERE, LATER])
def test_a_lost_data_file_above_the_mark_drops_its_commit(root: Path, boot: str) -> None:
    """
    An entry whose file is shorter than recorded is not whole.
    """
    file = data_file(root, 2)
    file.write_bytes(file.read_bytes()[:-1])

    assert lake_at(root, boot).recover()["parcels"].dropped == (2,)


def test_zeroed_pages_of_the_right_size_are_not_believed(root: Path) -> None:
    """
    A data file of the recorded size with zeros in it passes every check but the restart rule.
    """
    file = data_file(root, 2)
    file.write_bytes(b"\0" * file.stat().st_size)

    assert lake_at(root, LATER).recover()["parcels"].dropped == (2,)
    assert parcels(lake_at(root, LATER)) == [0, 1]


def test_an_emptied_acknowledged_entry_is_damage(root: Path) -> None:
    """
    Delta would open the table without an error and without the rows; the lake names the table and stops.
    """
    entry(root, 1).write_bytes(b"")
    entry(root, 2).unlink()

    with pytest.raises(LakeDamaged, match=r"'parcels' lost data.*Restore a backup"):
        lake_at(root, LATER).recover()


def test_a_missing_or_short_data_file_is_damage(root: Path) -> None:
    """
    A live file of an acknowledged version that is gone or has another size stops the lake at its start.
    """
    file = data_file(root, 0)
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(LakeDamaged, match="another size"):
        lake_at(root).recover()
    file.unlink()
    with pytest.raises(LakeDamaged, match="is missing"):
        add(lake_at(root, LATER), 3)


def test_an_unreadable_mark_or_log_is_damage(root: Path) -> None:
    """
    Without its mark's content, or with a torn entry in the middle of the log, nobody knows what was acknowledged.
    """
    entry(root, 0).write_bytes(b'{"commitInfo":{')
    with pytest.raises(LakeDamaged):
        lake_at(root, LATER).recover()
    (root / "parcels" / "_durable.json").write_bytes(b"\0" * 100)
    with pytest.raises(LakeDamaged, match="mark of 'parcels' is unreadable"):
        lake_at(root).version("parcels")


@pytest.fixture
def checkpointed(tmp_path: Path) -> Path:
    """Four versions, a checkpoint at version 2."""
    lake = lake_at(tmp_path, checkpoint_every=2)
    for number in range(4):
        add(lake, number)
    return tmp_path


def test_a_checkpoint_comes_after_its_commit(checkpointed: Path) -> None:
    """
    The mark knows the checkpoint; the table opens from it.
    """
    mark = json.loads((checkpointed / "parcels" / "_durable.json").read_text())
    entry(checkpointed, 0).unlink()

    assert (mark["version"], mark["checkpoint"]) == (3, 2)
    assert parcels(lake_at(checkpointed, LATER)) == [0, 1, 2, 3]


def test_a_torn_checkpoint_is_dropped(checkpointed: Path) -> None:
    """
    A checkpoint above the marked one, with its hint, may be torn: both go, the entries are still there.
    """
    log = checkpointed / "parcels" / "_delta_log"
    DeltaTable(checkpointed / "parcels").create_checkpoint()
    (log / f"{3:020}.checkpoint.parquet").write_bytes(b"")
    lake = lake_at(checkpointed, LATER)

    assert lake.recover()["parcels"].checkpoints_dropped == (3,)
    assert not (log / "_last_checkpoint").exists()
    assert parcels(lake) == [0, 1, 2, 3]
    assert add(lake, 4)


@pytest.mark.parametrize("hint", [b"", b'{"vers', b'{"version":7}'])
def test_a_torn_hint_is_dropped(checkpointed: Path, hint: bytes) -> None:
    """
    The file that points at the checkpoint is only a hint.
    """
    (checkpointed / "parcels" / "_delta_log" / "_last_checkpoint").write_bytes(hint)
    lake = lake_at(checkpointed)

    assert lake.recover()["parcels"].version == 3
    assert parcels(lake) == [0, 1, 2, 3]


def test_a_disk_that_refuses_undoes_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whichever fsync of a commit fails, the write raises, nothing acknowledged is lost, and a retry succeeds.
    """
    lake = lake_at(tmp_path, checkpoint_every=2)
    add(lake, 0)
    real, refused = os.fsync, 0
    for nth in range(1, 40):
        left = nth

        def fsync(handle: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(5, "Input/output error")
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        before = parcels(lake)
        try:
            add(lake, nth)
        except OSError:
            refused += 1
        assert set(before) <= set(parcels(lake)) <= {*before, nth}
        monkeypatch.setattr(os, "fsync", real)
        add(lake, nth)
        assert parcels(lake) == [*before, nth]
    assert refused > 10
    assert parcels(lake_at(tmp_path, LATER)) == list(range(40))


def test_a_folder_that_is_no_table_is_left_alone(tmp_path: Path) -> None:
    """
    Recovery writes nothing into other people's folders.
    """
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "notes").mkdir()

    assert lake_at(tmp_path).recover() == {}
    assert list((tmp_path / "notes").iterdir()) == []


def count_up(root: str, times: int) -> None:
    """Read a number and write it back, one higher; the lock makes it one step."""
    lake = Lake(Path(root), lock_timeout=60)
    for _ in range(times):
        with lake.writing("counter"):
            rows = lake.scan("counter", pl.Schema({"key": pl.Int64, "n": pl.Int64})).collect()
            rows = rows.with_columns(pl.col("n") + 1)
            lake.merge("counter", rows, key=["key"], marks={})


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    """
    Two processes raise the same counter ten times each: it stands at 20.
    """
    lake = Lake(tmp_path)
    lake.append("counter", pl.DataFrame({"key": [1], "n": [0], "month": ["none"]}), marks={})
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=count_up, args=(str(tmp_path), 10)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    assert lake.scan("counter", pl.Schema({"n": pl.Int64})).collect()["n"].to_list() == [20]
    assert lake.version("counter") == 20
