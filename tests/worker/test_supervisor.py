"""The supervisor of `fairlead up`: both processes start, live and stop together."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from worker.supervisor import PortTaken, check_port

SCRIPT = """
import sys
from worker.supervisor import Child, supervise
import worker.supervisor
worker.supervisor.RESTART_AFTER_SECONDS = 0.1
say = lambda name, then: [sys.executable, "-c", f"import time; print('{name}', flush=True); {then}"]
children = [Child(name, say(name, then), {}, restart=restart) for name, then, restart in CHILDREN]
sys.exit(supervise(children))
"""
FOREVER = "time.sleep(600)"


def started(children: list[tuple[str, str, bool]]) -> subprocess.Popen[str]:
    house = Path(__file__).parent.parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.replace("CHILDREN", repr(children))],
        cwd=house,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_term_stops_both_cleanly() -> None:
    """
    After TERM the supervisor ends with code 0 and nothing of it is left.
    """
    whole = started([("worker", FOREVER, True), ("web", FOREVER, False)])
    assert whole.stdout is not None
    said = {whole.stdout.readline().strip(), whole.stdout.readline().strip()}

    whole.send_signal(signal.SIGTERM)

    more, _ = whole.communicate(timeout=120)
    assert whole.returncode == 0
    assert said == {"worker", "web"}
    assert more == ""


def test_the_end_of_the_web_ends_the_whole_with_its_code() -> None:
    """
    A web that ends by itself with code 3 stops the worker, and the supervisor passes the 3 on.
    """
    whole = started([("worker", FOREVER, True), ("web", "raise SystemExit(3)", False)])

    whole.communicate(timeout=120)

    assert whole.returncode == 3


def test_a_worker_that_dies_is_started_again() -> None:
    """
    The second "worker" on the output is the restarted one.
    """
    whole = started([("worker", "raise SystemExit(1)", True)])
    assert whole.stdout is not None

    lines = [whole.stdout.readline().strip() for _ in range(2)]

    whole.terminate()
    whole.communicate(timeout=120)
    assert lines == ["worker", "worker"]


def test_a_taken_port_is_said_with_the_way_out() -> None:
    """
    Another program on the port is no traceback but a sentence that names --port.
    """
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"Port {port} of 127.0.0.1 is taken .* --port"):
            check_port("127.0.0.1", port)


def test_a_free_port_is_fine() -> None:
    """
    Port 0 stands for any free one.
    """
    check_port("127.0.0.1", 0)
