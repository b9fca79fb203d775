"""A made-up helpdesk on loopback: as many tickets as wanted, page by page, each page asked for written down."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
CHANNELS = ("email", "chat", "phone", "web")
SYSTEM = """
auth = {{ kind = "bearer" }}
limit = {{ a_minute = 6000000 }}
[streams.tickets]
path = "/tickets"
records = "tickets"
pages = {{ kind = "number", size = "size", rows = {rows} }}
since = {{ parameter = "since", field = "updated_at" }}
[tables.tickets]
stream = "tickets"
key = "id"
duplicates = "last by updated_at"
columns.created_at = "created_at"
columns.channel = "via.channel"
columns.team = "group.id"
columns.status = {{ from = "status", map = {{ open = "open", solved = "solved" }} }}
columns.first_reply_at = "times.first_reply"
columns.resolved_at = "times.solved"
columns.reopens = "counts.reopens"
"""
SOURCE = """
[company]
name = "Killed often"
timezone = "UTC"
[sources.desk]
connector = "http"
system = "desk.toml"
host = "{host}"
since = "2025-01-01"
inside = true
"""


@dataclass
class Desk:
    """
    `tickets` of them, `rows` a page. At every 50th place one of 145 places before comes again, and every 199th ticket
    is of no day that exists. `meant` is called with the number of the request before it is answered.
    """

    tickets: int
    rows: int
    asked: list[int] = field(default_factory=list)
    meant: Callable[[int], None] = lambda _: None
    host: str = ""

    @property
    def pages(self) -> int:
        return -(-self.tickets // self.rows)

    def page(self, number: int) -> bytes:
        first = (number - 1) * self.rows
        rows = [self.ticket(at) for at in range(first, min(first + self.rows, self.tickets))]
        return json.dumps({"tickets": rows}).encode()

    def ticket(self, at: int) -> dict[str, Any]:
        """The ticket at a place; one that comes again is solved by now."""
        again = at % 50 == 49 and at > 145
        number = at - 145 if again else at
        made, changed = BEGIN + timedelta(minutes=number), BEGIN + timedelta(minutes=at)
        is_solved = again or number % 3 == 0
        return {
            "id": number, "created_at": "2025-02-30" if number % 199 == 198 else made.isoformat(),
            "updated_at": changed.isoformat(), "via": {"channel": CHANNELS[number % 4], "source": {"rel": None}},
            "group": {"id": f"team-{number % 7}", "name": "A team"}, "status": "solved" if is_solved else "open",
            "times": {
                "first_reply": (made + timedelta(minutes=number % 90)).isoformat(),
                "solved": (made + timedelta(hours=2)).isoformat() if is_solved else None,
            },
            "counts": {"reopens": int(number % 5 == 0), "replies": number % 6}, "subject": f"Parcel {number}",
            "tags": ["late", "parcel"], "custom_fields": [{"id": n, "value": f"v{number % n}"} for n in range(1, 9)],
        }  # fmt: skip


@contextmanager
def opened(desk: Desk) -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            desk.asked.append(page)
            body = desk.page(page)
            desk.meant(len(desk.asked))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # who asked was killed
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    desk.host = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
