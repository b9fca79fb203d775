"""`fairlead up`: the web and the worker as two processes that start and stop together."""

import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 25.0
RESTART_AFTER_SECONDS = 5.0
log = logging.getLogger("fairlead.up")


class PortTaken(Exception):
    """Another program already listens where the pages should be served."""


def check_port(host: str, port: int) -> None:
    """Raises PortTaken with the way out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(
                f"Port {port} of {host} is taken ({taken.strerror}). Stop what runs there, or choose another --port."
            ) from None


def web_command(server: Path, host: str, port: int, base: str = "") -> list[str]:
    """The command that serves the pages under the path `base`; it must run in the folder of `server`, for its theme.

    `-OO`: nobody reads the docstrings of libraries in a server, and they are a twentieth of its memory.
    """
    return [
        sys.executable, "-OO", "-m", "streamlit", "run", str(server),
        "--server.address", host, "--server.port", str(port), "--server.headless", "true",
        "--server.baseUrlPath", base,
    ]  # fmt: skip


@dataclass
class Child:
    """One supervised process; a child that may `restart` is started again when it ends by itself."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path | None = None
    restart: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    ended_at: float | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            list(self.command), env=dict(self.environment), cwd=self.folder, start_new_session=True
        )
        self.ended_at = None
        log.info("%s started (process %s)", self.name, self.process.pid)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, deadline: float) -> None:
        """Ask it to end, and make it end when it does not within the grace."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is ended", self.name)
            self.process.kill()
            self.process.wait()


class Stopped(BaseException):
    """Somebody asked the whole to stop."""


def supervise(children: Sequence[Child], *, pause: Callable[[float], None] = time.sleep) -> int:
    """
    Run the children until one that must not end ends, or until Ctrl-C or TERM; then stop all.

    Returns the exit code: 0 after a wish to stop, else that of the child that ended.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        for child in children:
            child.start()
        while True:
            for child in children:
                if (code := _look_after(child)) is not None:
                    return code
            pause(0.5)
    except Stopped:
        return 0
    finally:
        _stop_all(children)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _look_after(child: Child) -> int | None:
    """Restart what may be restarted; the exit code of what may not."""
    if not child.has_ended():
        return None
    code = child.process.returncode if child.process else 1
    if not child.restart:
        log.error("%s ended with code %s", child.name, code)
        return code or 1
    if child.ended_at is None:
        child.ended_at = time.monotonic()
        log.warning("%s ended with code %s; it starts again in %g s", child.name, code, RESTART_AFTER_SECONDS)
    elif time.monotonic() - child.ended_at >= RESTART_AFTER_SECONDS:
        child.start()
    return None


def _stop_all(children: Sequence[Child]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.stop(deadline)
