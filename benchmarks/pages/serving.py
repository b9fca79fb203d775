"""One server that is measured: started, its CPU and memory, and whether it has come to rest. Linux only."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from settings import WEB_ALLOCATION
from worker.supervisor import web_command

HOUSE = Path(__file__).parents[2]
PATIENCE, QUIET, LONGEST_WORK = 90.0, 0.04, 90.0


class NoAnswer(Exception):
    """The server did not answer in time; the message holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    process: int

    @property
    def cpu(self) -> float:
        """CPU seconds of the process until now, to the nanosecond."""
        return time.clock_gettime((~self.process << 3) | 2)

    @property
    def memory_mb(self) -> float:
        """Its resident memory."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def rest(self) -> None:
        """Wait until it works at nothing: caches are warm, and what is measured is what was asked."""
        until, quiet = time.monotonic() + LONGEST_WORK, 0
        while time.monotonic() < until and quiet < 3:
            before = self.cpu
            time.sleep(1)
            quiet = quiet + 1 if self.cpu - before < QUIET else 0


@contextmanager
def fairlead(home: Path, log: Path) -> Iterator[Server]:
    """Our server on a home, started as `fairlead up` starts it, its caches warm."""
    port = free_port()
    environment = {**WEB_ALLOCATION, "FAIRLEAD_HOME": str(home), "PYTHONPATH": str(HOUSE)}
    command = web_command(HOUSE / "server.py", "127.0.0.1", port)
    with serving(command, port, "_stcore/health", environment, log, HOUSE) as server:
        server.rest()
        yield server


@contextmanager
def naive(content: Path, log: Path) -> Iterator[Server]:
    """The naive page on stock Streamlit, outside our folder and therefore without our settings."""
    port, script = free_port(), Path(__file__).parent / "naive_page.py"
    environment = {"BENCH_CONTENT": str(content)}
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.address", "127.0.0.1",
        "--server.port", str(port), "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    with serving(command, port, "_stcore/health", environment, log, content) as server:
        yield server


@contextmanager
def dash(python: Path, content: Path, log: Path) -> Iterator[Server]:
    """The Dash page, by the interpreter of an environment that has Dash."""
    port, script = free_port(), Path(__file__).parent / "dash_page.py"
    environment = {"BENCH_CONTENT": str(content)}
    with serving([str(python), str(script), str(port)], port, "", environment, log, content) as server:
        yield server


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], port: int, ready: str, environment: Mapping[str, str], log: Path, folder: Path
) -> Iterator[Server]:
    """Run a server until the end of the block."""
    with log.open("w") as told:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=told, stderr=told
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/{ready}", process, log)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise NoAnswer(f"No answer from {url}: {log.read_text()[-2000:]}")
