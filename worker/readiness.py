"""Open the pages once after the server has started, so that the first visitor meets a warm and complete Fairlead."""

import http.client
import logging
import threading
import time

PROBE = "/_stcore/script-health-check"
PATIENCE_S, STEP_S = 120.0, 0.5
log = logging.getLogger("fairlead.up")


def is_ready(host: str, port: int, timeout: float = 60.0) -> bool:
    """Whether the server runs the app without an error; the first time this loads and registers every page."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", PROBE)
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def announce_when_ready(host: str, port: int) -> threading.Thread:
    """Probe the server in the background until it is ready, and log that it is."""

    def probe() -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if is_ready(host, port):
                log.info("the pages are ready on http://%s:%s", host, port)
                return
            time.sleep(STEP_S)
        log.warning("the pages did not become ready within %g s", PATIENCE_S)

    thread = threading.Thread(target=probe, name="readiness", daemon=True)
    thread.start()
    return thread
