"""The web server's door: the pages of app.py, run once before anybody is let in and kept warm from then on."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.runtime import get_instance
from streamlit.starlette import App

from app import entrance_of
from pages.door import Entrance, Guard, routes
from pages.parts.load import opened_store
from pages.parts.shell import Shell, base_path
from pages.parts.viewer import Viewer
from pages.parts.warming import warm_if_new
from settings import SettingError, read_settings
from store.scope import LOCAL_OWNER

EVERY_S = 30.0
log = logging.getLogger("fairlead.web")


@asynccontextmanager
async def ready(_app: App) -> AsyncIterator[None]:
    """Run the script once: from then on Streamlit knows every page, so that a first link into it is found."""
    ran, said = await get_instance().does_script_run_without_error()
    if not ran:
        log.warning("the pages did not open at the start: %s", said)
    warming = asyncio.create_task(keep_warm())
    yield
    warming.cancel()
    with suppress(asyncio.CancelledError):
        await warming


async def keep_warm() -> None:
    """After every sync, work out what the pages will be asked for, beside those who read."""
    seen = ""
    while True:
        seen = await asyncio.to_thread(look, seen)
        await asyncio.sleep(EVERY_S)


def look(seen: str) -> str:
    """The version of the data, its caches filled if it is new; nothing where the settings are wrong."""
    try:
        settings = read_settings()
    except SettingError:  # the pages say what is wrong
        return seen
    return warm_if_new(lambda: Viewer(opened_store(settings.home, settings.database), LOCAL_OWNER), seen)


def entrance() -> Entrance | None:
    """How people come in; None where the settings are wrong, which the pages say."""
    try:
        return entrance_of(read_settings())
    except SettingError:
        return None


BASE = base_path()
app = App(
    Path(__file__).parent / "app.py",
    lifespan=ready,
    routes=routes(entrance, BASE),
    middleware=[Middleware(Guard, entering=entrance, base=BASE), Middleware(Shell)],
)
