"""The process that reads files: limited, alone, and gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import HEADER

from connectors.errors import SourceError
from connectors.file import reader
from connectors.file.job import Job


def children() -> list[str]:
    """The reading processes this one has."""
    words = ["ps", "-o", "args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(words, capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if "connectors.file.child" in line]


def test_nothing_is_left_behind(firm, monkeypatch, tmp_path: Path) -> None:
    """
    No process, no file: after the last piece, and when the reader stops in the middle.
    """
    monkeypatch.setattr(reader.tempfile, "tempdir", str(tmp_path))
    file = firm.write("p.csv", HEADER + "\n" + "P1,DE,2024-03-01,\n" * 10)
    job = Job(paths=(str(file),), folder="", piece_rows=1)

    assert sum(texts.frame.height for texts in reader.read(job)) == 10
    broken_off = reader.read(job)
    next(broken_off)
    broken_off.close()

    assert children() == []
    assert list(tmp_path.glob("fairlead-read-*")) == []


def test_it_knows_no_environment(firm) -> None:
    """
    Secrets of the deployment are not handed on.
    """
    assert set(reader.ENVIRONMENT) == {
        "PYTHONPATH", "POLARS_MAX_THREADS", "MALLOC_ARENA_MAX", "ARROW_DEFAULT_MEMORY_POOL", "TZ", "LC_ALL",
        "_RJEM_MALLOC_CONF", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_",
    }  # fmt: skip


def test_memory_is_limited(firm) -> None:
    """
    A million rows do not fit into 300 MB of address space; the message says what to raise.
    """
    file = firm.write("p.json", "[" + ",".join(['{"a": "' + "x" * 100 + '"}'] * 1_000_000) + "]")

    with pytest.raises(SourceError, match="raise memory_mb"):
        list(reader.read(Job(paths=(str(file),), folder="", memory_mb=300)))


def test_time_is_limited(firm) -> None:
    """
    One second of CPU is not enough for a big JSON file.
    """
    file = firm.write("p.json", "[" + ",".join(['{"a": {"b": "1"}}'] * 3_000_000) + "]")

    with pytest.raises(SourceError, match="raise cpu_seconds"):
        list(reader.read(Job(paths=(str(file),), folder="", cpu_seconds=1)))


def test_silence_is_limited(tmp_path: Path) -> None:
    """
    A pipe nobody writes to says nothing for ever; the reader gives up.
    """
    os.mkfifo(tmp_path / "p.csv")

    with pytest.raises(SourceError, match=r"does not exist|Nothing was read"):
        list(reader.read(Job(paths=(str(tmp_path / "p.csv"),), folder=""), wait_seconds=1))

    assert children() == []


def test_a_noisy_death_does_not_hold_anybody_up() -> None:
    """
    More complaints than a pipe holds: they are taken as they come, and the last ones are kept.
    """
    noise = "import sys\nfor n in range(9_999): print('y' * 99, n, file=sys.stderr)"
    child = subprocess.Popen(
        [sys.executable, "-c", noise],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    words = reader._listen(child)
    child.wait(60)
    reader._end(child)

    assert len(words) <= 10


def test_a_sync_that_stops_leaves_no_process(firm) -> None:
    """
    A missing column, an order of dates to ask for, drift: the child is gone when the report is there.
    """
    for body in ("P1,DE,03/04/2024,\n", "".join(f"P{n},DE,soon,\n" for n in range(30))):
        firm.write("p.csv", HEADER + "\n" + body)
        report = firm.sync(firm.shipments("p.csv"))

        assert report.message
        assert children() == []
