"""The first visitor meets a warm server: it was opened once before."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from worker.readiness import PROBE, announce_when_ready, is_ready


class Pages(BaseHTTPRequestHandler):
    """Not ready at the first question, ready from then on."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self.send_response(200 if len(self.asked) > 1 else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def port() -> Iterator[int]:
    """A server of pages on a free port."""
    Pages.asked = []
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_asks_until_the_pages_are_ready(port: int) -> None:
    """
    The first answer is 503, the second 200: then it stops asking.
    """
    told: list[str] = []

    announce_when_ready("127.0.0.1", port, told.append).join(120)

    assert Pages.asked == [PROBE, PROBE]
    assert told == [f"Fairlead is on http://127.0.0.1:{port} (Ctrl-C stops it)"]


def test_nobody_there_is_not_ready() -> None:
    """
    A refused connection is no error, only not ready yet.
    """
    assert not is_ready("127.0.0.1", 1)


def test_pages_under_a_path_are_asked_there(port: int) -> None:
    """
    The probe and the address people are told both lie under it.
    """
    told: list[str] = []

    announce_when_ready("127.0.0.1", port, told.append, "/ops").join(120)

    assert set(Pages.asked) == {f"/ops{PROBE}"}
    assert told == [f"Fairlead is on http://127.0.0.1:{port}/ops (Ctrl-C stops it)"]
