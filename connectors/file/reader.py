"""The serving side of reading files: starts the limited child, takes its pieces, and survives its death."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, cast

import polars as pl

from connectors.ending import ending
from connectors.errors import SourceError
from connectors.file.job import Job
from connectors.layout import Hand
from connectors.mapping import Texts

HOUSE = Path(__file__).parent.parent.parent
ENVIRONMENT = {
    "PYTHONPATH": str(HOUSE),
    "POLARS_MAX_THREADS": "2",
    "MALLOC_ARENA_MAX": "1",  # address space is limited, and each arena reserves a lot of it
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:5000,muzzy_decay_ms:5000",  # blocks come and go: keep what is freed
    "MALLOC_MMAP_THRESHOLD_": "134217728",
    "MALLOC_TRIM_THRESHOLD_": "536870912",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}
LAST_WORDS = 4_096


def read(job: Job, wait_seconds: float = 300) -> Iterator[Texts]:
    """The pieces of a job, each deleted from disk once it is taken. Raises SourceError."""
    with ending(_messages(job, wait_seconds)) as messages:
        yield from (_taken(message) for message in messages)


def _taken(message: Mapping[str, Any]) -> Texts:
    import pyarrow  # type: ignore[import-untyped]  # slow to load, and not every source is a file
    import pyarrow.ipc  # type: ignore[import-untyped]

    path = Path(message["piece"])
    with pyarrow.memory_map(str(path)) as mapped:  # no copy, so less work than reading it
        frame = cast(pl.DataFrame, pl.from_arrow(pyarrow.ipc.open_file(mapped).read_all()))
    path.unlink()  # the pages stay as long as the frame does
    return Texts(frame, message["place"], Hand(message["hand"]), frozenset(message["typed"]))


def look(job: Job, wait_seconds: float = 60) -> Iterator[dict[str, Any]]:
    """What the child says about the tops of the files. Raises SourceError."""
    with ending(_messages(replace(job, look=True), wait_seconds)) as messages:
        yield from (message["top"] for message in messages)


def _messages(job: Job, wait_seconds: float) -> Iterator[dict[str, Any]]:
    """What the child says until it is done; it is gone afterwards, whatever happened."""
    folder = tempfile.mkdtemp(prefix="fairlead-read-")
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "connectors.file.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    words = _listen(child)
    try:
        yield from _conversation(child, words, replace(job, folder=folder), wait_seconds)
    finally:
        _end(child)
        shutil.rmtree(folder, ignore_errors=True)


def _conversation(
    child: subprocess.Popen[bytes], words: deque[bytes], job: Job, wait_seconds: float
) -> Iterator[dict[str, Any]]:
    _tell(child, job.to_json())
    while True:
        line = _line(child, wait_seconds)
        if not line:
            raise SourceError(_obituary(child, words, job))
        message = cast(dict[str, Any], json.loads(line))
        if "error" in message:
            raise SourceError(message["error"])
        if "done" in message:
            return
        yield message
        _tell(child, "")


def _tell(child: subprocess.Popen[bytes], text: str) -> None:
    assert child.stdin is not None  # noqa: S101 - opened as a pipe above
    try:
        child.stdin.write(text.encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        return  # it has died or is done; its last words are still to be read


def _line(child: subprocess.Popen[bytes], wait_seconds: float) -> bytes:
    """The next whole line; empty at the end. Raises SourceError when nothing comes in time."""
    assert child.stdout is not None  # noqa: S101 - opened as a pipe above
    line, until, handle = bytearray(), monotonic() + wait_seconds, child.stdout.fileno()
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([handle], [], [], max(until - monotonic(), 0))
        if not ready:
            raise SourceError(
                f"Nothing was read for {wait_seconds:g} seconds. Split the file, or raise wait_seconds.",
                retry=True,
            )
        if not (byte := os.read(handle, 1)):
            return b""
        line += byte
    return bytes(line)


def _listen(child: subprocess.Popen[bytes]) -> deque[bytes]:
    """Take what the child complains about, so that it never waits for a listener, and keep the last of it."""
    words: deque[bytes] = deque(maxlen=10)

    def listen() -> None:
        assert child.stderr is not None  # noqa: S101 - opened as a pipe above
        with child.stderr:
            for line in child.stderr:
                words.append(line[:LAST_WORDS])

    Thread(target=listen, daemon=True, name="last words").start()
    return words


def _obituary(child: subprocess.Popen[bytes], words: deque[bytes], job: Job) -> str:
    """Why the child died, in words."""
    code = child.wait()
    names = ", ".join(Path(path).name for path in job.paths[:3])
    if code == -signal.SIGXCPU or code == -signal.SIGKILL:
        return f"{names}: reading took more CPU time than allowed. Split the file, or raise cpu_seconds."
    last = words[-1].decode("utf-8", "replace").strip()[:200] if words else ""
    return (
        f"{names}: reading needed more memory than allowed, or the file is broken ({last or f'exit {code}'}). "
        f"A workbook with a single cell far away does this: delete the empty rows and columns behind the table. "
        f"For a file that is really large, raise memory_mb of the source."
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the whole session of the child, and collect it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):  # the listener closes the third
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
