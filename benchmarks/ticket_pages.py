"""A helpdesk on loopback with so many tickets, 1,000 a page: `python -m benchmarks.ticket_pages FOLDER TICKETS`."""

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEGIN, ROWS = datetime(2024, 1, 1, tzinfo=UTC), 1_000
SAID = "the parcel is late and nobody at the depot answers so please tell me where it is now"
WORDS = SAID.split()
CHANNELS, STATES = ("email", "chat", "phone", "web"), ("open", "pending", "solved", "closed")


def ticket(number: int) -> dict[str, Any]:
    """A ticket as helpdesks send them: nested, with much that no KPI reads; about 1.6 kB."""
    made = BEGIN + timedelta(minutes=4 * number)
    reply = made + timedelta(minutes=number % 300)
    solved = made + timedelta(hours=number % 90) if number % 4 > 1 else None
    text = " ".join(WORDS[(number + at) % len(WORDS)] for at in range(70))
    return {
        "id": number, "url": f"https://desk.example.com/api/v2/tickets/{number}.json", "external_id": None,
        "created_at": stamp(made), "updated_at": stamp(solved or reply), "type": "question", "subject": text[:40],
        "description": text, "priority": "normal", "status": STATES[number % 4], "recipient": None,
        "requester_id": 4_000_000 + number % 90_000, "assignee_id": 300 + number % 60, "group_id": 20 + number % 12,
        "via": {"channel": CHANNELS[number % 4], "source": {"from": {}, "to": {}, "rel": None}},
        "satisfaction_rating": {"score": "unoffered"}, "tags": ["late", "depot", f"lane_{number % 40}"],
        "custom_fields": [{"id": 90_000 + at, "value": f"value {number % (at + 2)}"} for at in range(12)],
        "metric_set": {
            "reopens": int(number % 9 == 0), "replies": number % 5, "solved_at": solved and stamp(solved),
            "first_reply_at": stamp(reply),
            "reply_time_in_minutes": {"calendar": number % 300, "business": number % 90},
            "full_resolution_time_in_minutes": {"calendar": 60 * (number % 90), "business": 20 * (number % 90)},
        },
    }  # fmt: skip


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def write(folder: Path, tickets: int) -> int:
    """The pages as files, the last one empty; how many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = -(-tickets // ROWS)
    for page in range(1, pages + 2):
        rows = [ticket(at) for at in range((page - 1) * ROWS, min(page * ROWS, tickets))]
        following = page + 1 if page <= pages else None
        (folder / str(page)).write_text(json.dumps({"tickets": rows, "next": following}))
    return sum(file.stat().st_size for file in folder.iterdir())


def serve(folder: Path) -> None:
    """Answers until it is ended; the first line it says is its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = (folder / parse_qs(urlsplit(self.path).query).get("page", ["1"])[0]).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        write(Path(sys.argv[1]), int(sys.argv[2]))
    serve(Path(sys.argv[1]))
