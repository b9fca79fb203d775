"""The HTML frame of every page: told where the server is, named after Fairlead, only for pages."""

import pytest
from starlette.types import Scope

from pages.parts.shell import INDEX, frame, is_page


def asked(path: str, accept: str = "text/html,*/*", method: str = "GET") -> Scope:
    return {"type": "http", "method": method, "path": path, "headers": [(b"accept", accept.encode())]}


def test_the_frame_says_where_the_server_is() -> None:
    """
    Otherwise the browser asks /shipping/_stcore/health first and is refused; a base path stands behind the host.
    """
    assert 'BACKEND_BASE_URL:location.origin+"/"' in frame("")
    assert 'BACKEND_BASE_URL:location.origin+"/ops"' in frame("ops")


def test_the_frame_carries_our_name_icon_and_font() -> None:
    """
    All that is replaced exists in the installed Streamlit; its own font is never asked for.
    """
    ours, theirs = frame(""), INDEX.read_text(encoding="utf-8")

    assert "<title>Fairlead</title>" in ours
    assert ours.count("./app/static/") == 2
    assert "SourceSans" in theirs
    assert "SourceSans" not in ours


@pytest.mark.parametrize("path", ["/", "/shipping", "/kpi"])
def test_a_page_is_answered_with_the_frame(path: str) -> None:
    """
    What a browser asks for when a link is opened.
    """
    assert is_page(asked(path))


@pytest.mark.parametrize(
    "scope",
    [
        asked("/_stcore/health"),
        asked("/static/js/index.js"),
        asked("/app/static/inter.woff2"),
        asked("/oauth2callback"),
        asked("/shipping", accept="*/*"),
        asked("/shipping", method="POST"),
        {"type": "websocket", "path": "/_stcore/stream", "headers": []},
    ],
    ids=lambda scope: f"{scope.get('method', 'socket')} {scope['path']}",
)
def test_all_else_goes_on_to_the_server(scope: Scope) -> None:
    """
    Files, the server's own paths, programs that want no HTML.
    """
    assert not is_page(scope)


def test_under_a_base_path_only_its_pages_count() -> None:
    """
    A proxy may serve something else beside it.
    """
    assert is_page(asked("/ops/shipping"), "ops")
    assert is_page(asked("/ops"), "ops")
    assert not is_page(asked("/opsy/shipping"), "ops")
    assert not is_page(asked("/ops/_stcore/health"), "ops")
