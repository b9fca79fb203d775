"""The HTML frame around all pages: Streamlit's own, with our name and font, told where the server is."""

from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

STEPS = (Path(__file__).parent / "steps.js").read_text(encoding="utf-8")
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
FONT = "./static/media/SourceSansVF-Upright.ttf.BsWL4Kly.woff2"
FIRST = "overview"  # the page at the root; Streamlit knows it by no other address
PROBES = ("healthz", "readyz")
DOORS = ("sign-in", "sign-out", "set-up", "join")  # forms of our own
RUNS = "runs"  # what the script of a run asks
OTHERS = ("static", "app", "media", "_stcore", "component", "oauth2callback", "auth", RUNS, *PROBES, *DOORS)


class Shell:
    """Middleware that answers every page's address with our frame; all else goes on to Streamlit.

    Without being told, Streamlit's script looks for the server below the page's own address first: two failed
    requests in the console and a wait before every linked page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = base_path().strip("/")
        if is_page(scope, base) and inside(scope, base) == FIRST:
            query = scope.get("query_string", b"").decode("latin-1")
            await RedirectResponse(f"{base_path()}/{'?' if query else ''}{query}", 307)(scope, receive, send)
        elif is_page(scope, base):
            answer = HTMLResponse(frame(base), headers={"Cache-Control": "no-cache"})
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def base_path() -> str:
    """The path all pages lie under, such as `/ops`; empty at the root of a host."""
    told = str(streamlit.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{told}" if told else ""


def is_page(scope: Scope, base: str = "") -> bool:
    """Whether a browser asks for a page: a GET for HTML under `base`, of no file and none of the server's own paths."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path = str(scope["path"]).strip("/")
    if base and path != base and not path.startswith(f"{base}/"):
        return False
    asked = inside(scope, base)
    wants = Headers(scope=scope).get("accept", "")
    return "." not in asked and asked.split("/", 1)[0] not in OTHERS and "text/html" in wants


def inside(scope: Scope, base: str = "") -> str:
    """What a request asks for below `base`, without slashes around it."""
    return str(scope["path"]).strip("/").removeprefix(base).strip("/")


@cache
def frame(base: str) -> str:
    """Streamlit's index with our title, icon and font, the server's address under `base`, and one step back for each
    thing a person does.
    """
    told = f'<script>window.__streamlit={{BACKEND_BASE_URL:location.origin+"/{base}"}};\n{STEPS}</script>'
    text = INDEX.read_text(encoding="utf-8")
    for theirs, ours in {
        "<head>": f"<head>\n    {told}",
        "<title>Streamlit</title>": "<title>Fairlead</title>",
        'href="./favicon.png"': 'href="./app/static/favicon.png"',
        FONT: "./app/static/inter.woff2",
    }.items():
        text = text.replace(theirs, ours)
    return text
