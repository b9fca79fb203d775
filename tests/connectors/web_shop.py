"""A system on loopback that answers as it is told to, and remembers what it was asked."""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

DECLARED = """
auth = {{ kind = "bearer" }}
limit = {{ a_minute = 600000, header = "x-reset", clock = "{clock}" }}
[streams.parcels]
path = "/parcels"
records = "data.rows"
pages = {{ {pages} }}
since = {{ parameter = "from", field = "changed", lookback_s = 60 }}
[tables.shipments]
stream = "parcels"
key = "id"
[tables.shipments.columns]
market = "to.country"
promised_day = "promised"
delivered_day = "came"
"""
BY_NUMBER = 'kind = "number", size = "rows", rows = 2'
BY_TOKEN = 'kind = "token", parameter = "cursor", found = "next", end = "done"'
SOURCE = """
[sources.shop]
connector = "http"
system = "shop.toml"
host = "{host}"
key = "env:SHOP"
since = "2025-01-01"
inside = true
"""


@dataclass
class Told:
    """
    One answer: a status, a body (JSON unless it is bytes) and headers. `how`: `drip`, a byte after the other, or
    `reset`, the connection is broken off in the middle.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    how: str = ""


@dataclass
class Asked:
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    method: str = "GET"
    body: str = ""


@dataclass
class Shop:
    """`answer` says what a request gets."""

    answer: Callable[[Asked], Told]
    asked: list[Asked] = field(default_factory=list)
    host: str = ""

    def pages(self) -> list[str]:
        return [each.parameters.get("page", "") for each in self.asked]


def parcel(number: int, **more: Any) -> dict[str, Any]:
    """Parcel n to DE, promised and delivered on 4 March 2025, changed at n past noon."""
    return {
        "id": f"P{number}", "to": {"country": "DE"}, "promised": "2025-03-04", "came": "2025-03-04",
        "changed": f"2025-03-05T12:{number:02}:00Z", **more,
    }  # fmt: skip


def page(*rows: Any, **more: Any) -> Told:
    return Told({"data": {"rows": list(rows)}, **more})


def numbered(pages: Mapping[str, Told]) -> Callable[[Asked], Told]:
    """Answers by the number of the page; an empty page for any other."""
    return lambda asked: pages.get(asked.parameters.get("page", "1"), page())


def in_turn(*answers: Told) -> Callable[[Asked], Told]:
    """One answer after the other, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """A byte after the other, until nobody listens."""
    with suppress(OSError):
        for byte in body:
            handler.wfile.write(bytes([byte]))
            Event().wait(0.02)
    handler.close_connection = True


def reset(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Half of it, then the connection is broken off."""
    handler.wfile.write(body[: len(body) // 2])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


HOWS = {"drip": drip, "reset": reset}


@contextmanager
def opened(answer: Callable[[Asked], Told], own: ssl.SSLContext | None = None) -> Iterator[Shop]:
    """With the certificates of `own` over TLS."""
    shop = Shop(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked = Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers), self.command, sent)
            shop.asked.append(asked)
            told = shop.answer(asked)
            body = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            self.send_response_only(told.status)
            headers = {
                "Content-Type": "application/json", "Content-Length": str(len(body)),
                "Date": self.date_time_string(), **told.headers,
            }  # fmt: skip
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if told.how:
                HOWS[told.how](self, body)
            else:
                self.wfile.write(body)
            if int(headers["Content-Length"]) > len(body):
                self.close_connection = True

        def finish(self) -> None:
            with suppress(OSError):  # a connection that was broken off
                super().finish()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if own is not None:
        server.socket = own.wrap_socket(server.socket, server_side=True)
    shop.host = f"http{'s' if own else ''}://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
