"""Only the names people know this server by: another one in their browser is somebody's trick."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOKS = ("GET", "HEAD", "OPTIONS")


class Hosts:
    """
    Middleware that refuses requests for another host than the `known` ones (421), and live connections and changes that
    a page of another site began (403). `free` paths, such as those of probes, are answered under any name.
    """

    def __init__(self, app: ASGIApp, known: Collection[str], free: Collection[str] = ()) -> None:
        self.app, self.known, self.free = app, frozenset(map(str.lower, known)), frozenset(free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] in self.free:
            await self.app(scope, receive, send)
        elif wrong := self._refusal(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "host"})
            else:
                await PlainTextResponse(str(wrong), status_code=wrong)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> int:
        headers = Headers(scope=scope)
        asked = headers.getlist("host")
        if len(asked) != 1 or host_of(asked[0]) not in self.known:
            return 421
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in LOOKS
        if changes and origin is not None and urlsplit(origin).netloc.lower() != asked[0].lower():
            return 403
        return 0


def host_of(asked: str) -> str:
    """The name in a Host header, without the port; empty where it is none."""
    try:
        parts = urlsplit(f"//{asked}")
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return ""
    plain = port_is_number and not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return (parts.hostname or "").rstrip(".") if plain else ""
