"""Nothing is served without a session: pages, their live connection, media, uploads and metrics alike."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.door.session import COOKIE, Entering
from pages.parts.shell import DOORS, PROBES, is_page

FREE = ("/static/", "/app/static/")  # Streamlit's own scripts, our font and icon
PROVIDER = ("/sign-in/provider", "/sign-in/callback", "/sign-in/ended")
PROBED = frozenset({*(f"/{probe}" for probe in PROBES), "/_stcore/health"})
FORMS = frozenset({*(f"/{door}" for door in DOORS), *PROVIDER, *PROBED})


class Guard:
    """Middleware before all others; in a deployment without sign-in it lets everything through."""

    def __init__(self, app: ASGIApp, entering: Entering, base: str = "") -> None:
        self.app, self.entering, self.base = app, entering, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_free(scope["path"], self.base):
            await self.app(scope, receive, send)
            return
        entrance, token = self.entering(), HTTPConnection(scope).cookies.get(COOKIE)
        if (
            entrance is None
            or not entrance.signs_in
            or await run_in_threadpool(entrance.person, token) is not None
        ):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "session"})
        else:
            await _refused(scope, self.base)(scope, receive, send)


def is_free(path: str, base: str = "") -> bool:
    """Whether a path holds nothing of the firm; all that is ours lies under `base`."""
    if not path.startswith(f"{base}/"):
        return False
    inside = path.removeprefix(base)
    return inside in FORMS or (inside.startswith(FREE) and ".." not in inside.split("/"))


def _refused(scope: Scope, base: str) -> PlainTextResponse | RedirectResponse:
    if not is_page(scope, base.strip("/")):
        return PlainTextResponse("401", status_code=401, headers={"Cache-Control": "no-store"})
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = str(scope["path"]) + (f"?{query}" if query else "")
    return RedirectResponse(f"{base}/sign-in?next={quote(wanted, safe='')}", status_code=303)
