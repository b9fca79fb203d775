"""A browser without a network: it asks an app by its plain interface."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from anyio import sleep_forever
from anyio.from_thread import start_blocking_portal
from starlette.types import ASGIApp, Message

from pages.door import COOKIE

HTML = {"accept": "text/html"}


@dataclass
class Answer:
    """What came back; `kind` is that of the first message."""

    kind: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def cookie(self) -> str:
        return self.headers.get("set-cookie", "")

    @property
    def token(self) -> str:
        found = re.match(rf"{COOKIE}=([^;]+)", self.cookie)
        assert found, f"no session in '{self.cookie}'"
        return found[1]


@dataclass
class Browser:
    """Sends requests to an app by its plain interface, with what a browser adds."""

    app: ASGIApp
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("http", "GET", path, b"", headers)

    def head(self, path: str) -> Answer:
        return self._ask("http", "HEAD", path, b"", {})

    def post(self, path: str, filled: dict[str, str], **headers: str) -> Answer:
        told = {"content-type": "application/x-www-form-urlencoded", "origin": "http://kpi", **headers}
        return self._ask("http", "POST", path, urlencode(filled).encode(), told)

    def connect(self, path: str) -> Answer:
        return self._ask("websocket", "GET", path, b"", {})

    def _ask(self, kind: str, method: str, path: str, body: bytes, more: dict[str, str]) -> Answer:
        bare, _, query = path.partition("?")
        told = {
            "host": "kpi",
            **HTML,
            **self.headers,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        scope = {
            "type": kind, "method": method, "path": bare, "raw_path": bare.encode(), "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in told.items()], "client": ("192.0.2.7", 1),
            "server": ("kpi", 80), "scheme": "http" if kind == "http" else "ws", "http_version": "1.1", "root_path": "",
            "subprotocols": [],
        }  # fmt: skip
        sent: list[Message] = []
        first = {"type": "http.request", "body": body} if kind == "http" else {"type": "websocket.connect"}

        waiting = [first]

        async def receive() -> Message:
            if not waiting:
                await sleep_forever()  # it neither sends more nor goes away
            return waiting.pop()

        async def send(message: Message) -> None:
            sent.append(message)

        with (
            start_blocking_portal() as portal
        ):  # a loop of its own: a browser test of this process may hold one
            portal.call(self.app, scope, receive, send)
        start = sent[0]
        headers = {name.decode(): value.decode() for name, value in start.get("headers", [])}
        text = b"".join(each.get("body", b"") for each in sent).decode(errors="replace")
        return Answer(start["type"], start.get("status", 0), headers, text)
