"""The web server's door: the pages of app.py, run once before anybody is let in."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.runtime import get_instance
from streamlit.starlette import App

from pages.parts.shell import Shell

log = logging.getLogger("fairlead.web")


@asynccontextmanager
async def warm(_app: App) -> AsyncIterator[None]:
    """Run the script once: from then on Streamlit knows every page, so that a first link into it is found."""
    ran, said = await get_instance().does_script_run_without_error()
    if not ran:
        log.warning("the pages did not open at the start: %s", said)
    yield


app = App(Path(__file__).parent / "app.py", lifespan=warm, middleware=[Middleware(Shell)])
