"""A real mail server and a real web server on this machine, which answer as they are told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """Mails that were taken; `answers` are given first, one a mail, then "250 OK"."""

    answers: list[str] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answers and not (answer := self.answers.pop(0)).startswith("2"):
            return answer
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [each["Message-ID"] for each in self.mails]


class AnyPort(Controller):
    """On a port that the machine picks."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailbox(*answers: str, **smtp: object) -> Iterator[Mailbox]:
    """`smtp`: what the server asks for, in the words of aiosmtpd."""
    box = Mailbox(list(answers))
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **smtp)
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """Requests that came, whatever was answered; `answers` are given first, one each, then 204."""

    answers: list[int] = field(default_factory=list)
    retry_after: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in/token-of-the-hook"

    @property
    def keys(self) -> list[str]:
        return [each["Idempotency-Key"] for each in self.headers]

    def said(self, at: int = 0) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.bodies[at])
        return found


@contextmanager
def hook(*answers: int) -> Iterator[Hook]:
    seen = Hook(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            seen.headers.append(dict(self.headers))
            self.send_response(seen.answers.pop(0) if seen.answers else 204)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            if seen.retry_after:
                self.send_header("Retry-After", seen.retry_after)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_port
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
