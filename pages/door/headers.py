"""What every answer tells the browser: whose scripts run, who may frame it, that it means what it says."""

import hashlib
import re
from base64 import b64encode
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.shell import frame

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORMS = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
FILES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
TLS_ONLY = "max-age=31536000"
POLICY = "Content-Security-Policy"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Headers:
    """
    Middleware around all others. What has a policy of its own keeps it; a file somebody made or brought may do nothing
    when it is opened by itself; all else gets that of the pages. `safe`: browsers come back over TLS only.
    """

    def __init__(self, app: ASGIApp, base: str = "", safe: bool = False) -> None:
        self.app, self.base = app, base
        self.more = {**EVERYWHERE, **({"Strict-Transport-Security": TLS_ONLY} if safe else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        made = scope["path"].startswith(f"{self.base}/media/")

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.more)
                headers.setdefault(POLICY, FILES if made else pages_policy(self.base.strip("/")))
            await send(message)

        await self.app(scope, receive, tell)


@cache
def pages_policy(base: str) -> str:
    """
    The tightest policy the pages run under: no script but the server's own files, the inline ones of our frame by their
    hashes, and components (which Streamlit loads from `blob:`); no eval but of WebAssembly, with which its messages
    count beyond 53 bits; nobody else's host. Styles are inline everywhere in Streamlit.
    """
    inline = " ".join(f"'sha256-{_hashed(script)}'" for script in _INLINE.findall(frame(base)))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {inline}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


def _hashed(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()
