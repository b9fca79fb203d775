"""Nothing is served without a session: pages, their live connection, media, uploads and metrics alike."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.door.session import COOKIE, Entering
from pages.parts.shell import DOORS, is_page

FREE = ("/static/", "/app/static/")  # Streamlit's own scripts, our font and icon
FORMS = frozenset({*(f"/{door}" for door in DOORS), "/_stcore/health"})


class Guard:
    """Middleware before all others; in a deployment without sign-in it lets everything through."""

    def __init__(self, app: ASGIApp, entering: Entering) -> None:
        self.app, self.entering = app, entering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_free(scope["path"]):
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
            await _refused(scope)(scope, receive, send)


def is_free(path: str) -> bool:
    """Whether a path holds nothing of the firm."""
    return path in FORMS or (path.startswith(FREE) and ".." not in path.split("/"))


def _refused(scope: Scope) -> PlainTextResponse | RedirectResponse:
    if not is_page(scope):
        return PlainTextResponse("401", status_code=401, headers={"Cache-Control": "no-store"})
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = str(scope["path"]) + (f"?{query}" if query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", status_code=303)
