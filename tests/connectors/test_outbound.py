"""A call outside: to the open internet only, at the address that was looked at, never sent on."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from connectors.outbound import OutboundRefused, call, is_open
from worker.heartbeat import Heartbeat

OURS = (
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "192.168.0.9", "100.64.0.1", "::1", "fe80::1",
    "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1",
)  # fmt: skip


@pytest.mark.parametrize("address", OURS)
def test_addresses_of_our_own_are_not_called(address: str) -> None:
    """
    Whatever the name: looked up, and refused before anything is sent; one of two is enough.
    """
    assert not is_open(address)
    with pytest.raises(OutboundRefused, match="is not on the open internet"):
        call("https://hc.example.com/ping", look=lambda *_: ["93.184.216.34", address])


def test_addresses_of_others_are_open() -> None:
    assert is_open("93.184.216.34")
    assert is_open("2606:4700::1111")


@pytest.mark.parametrize(
    "url", ["http://hc.example.com/x", "ftp://hc.example.com", "https://a:b@c.com", "https://", "x"]
)
def test_only_https_without_a_user_is_called(url: str) -> None:
    with pytest.raises(OutboundRefused, match="must be https://host/path"):
        call(url)


class Switch(BaseHTTPRequestHandler):
    """Answers well, sends on, or fails, by the path."""

    asked: list[str] = []  # noqa: RUF012  # of one server at a time

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = {"/on": 302, "/bad": 500}.get(self.path, 200)
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def switch() -> Iterator[str]:
    Switch.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Switch)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_heartbeat_is_called_once_a_minute_and_a_failure_is_logged(
    switch: str, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Two good jobs within a minute: one call. An answer that is no 2xx is logged by its host; nobody is sent on, and the
    rest of the address, which is a secret, is in no log.
    """
    seconds, path = iter((0.0, 59.0, 61.0, 200.0, 300.0)), iter(("/secret", "/on", "/bad"))
    heart = Heartbeat(lambda: switch + next(path), inside=True, clock=lambda: next(seconds))

    for _ in range(5):
        heart.beat()

    assert Switch.asked == ["/secret", "/on", "/bad"]
    assert [each for each in ("302", "500") if each in caplog.text] == ["302", "500"]
    assert "StopIteration" in caplog.text  # nothing that fails to tell the address stops a job
    assert "secret" not in caplog.text


def test_without_an_address_nothing_is_called() -> None:
    Heartbeat(lambda: "").beat()
