"""Say where the pages are once the server lets people in; it opens them itself before that."""

import http.client
import logging
import threading
import time
from collections.abc import Callable

PROBE = "/_stcore/health"
PATIENCE_S, STEP_S = 120.0, 0.5
log = logging.getLogger("fairlead.up")


def is_ready(host: str, port: int, base: str = "", timeout: float = 60.0) -> bool:
    """Whether the server answers: it does so only after it has run every page's script once."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", f"{base}{PROBE}")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def announce_when_ready(
    host: str, port: int, tell: Callable[[str], None], base: str = ""
) -> threading.Thread:
    """Probe the server in the background until it is ready, and tell a person so."""

    def probe() -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if is_ready(host, port, base):
                tell(f"Fairlead is on http://{host}:{port}{base} (Ctrl-C stops it)")
                return
            time.sleep(STEP_S)
        log.warning("the pages did not become ready within %g s", PATIENCE_S)

    thread = threading.Thread(target=probe, name="readiness", daemon=True)
    thread.start()
    return thread
