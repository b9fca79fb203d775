"""The web server's door: the pages of app.py, run once before anybody is let in and kept warm from then on."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.runtime import get_instance
from streamlit.starlette import App

from app import entrance_of
from pages.door import PROBED, Entrance, Guard, Headers, Hosts, failed, health_routes, routes
from pages.parts.load import opened_store
from pages.parts.shell import Shell, base_path
from pages.parts.trouble import unexpected
from pages.parts.viewer import Viewer
from pages.parts.warming import warm_if_new
from pages.run.ways import run_routes
from settings import LOCAL_HOSTS, SettingError, read_settings, refuse_weak_secrets
from store.redaction import guard_output
from store.scope import LOCAL_OWNER

EVERY_S = 30.0
log = logging.getLogger("fairlead.web")
guard_output()


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
    seen, settled = "", False
    while True:
        seen = await asyncio.to_thread(look, seen)
        if seen and not settled:
            stay()
            settled = True
        await asyncio.sleep(EVERY_S)


def stay() -> None:
    """Code and warm caches live as long as the server; no reader should wait while cycles are sought in them."""
    gc.collect()
    gc.freeze()


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


def at_the_door() -> list[Middleware]:
    """What stands before the pages, outermost first. Raises SettingError where a secret would keep nobody out."""
    base = base_path()
    try:
        settings = read_settings()
    except SettingError:  # the pages say what is wrong, to this machine only
        settings = None
    if settings:
        refuse_weak_secrets(settings)
    known = settings.known_hosts if settings else LOCAL_HOSTS
    safe = settings is not None and settings.address.startswith("https://")
    return [
        Middleware(Headers, base=base, safe=safe),
        Middleware(Hosts, known=known, free=[f"{base}{path}" for path in PROBED]),
        Middleware(Guard, entering=entrance, base=base),
        Middleware(Shell),
    ]


app = App(
    Path(__file__).parent / "app.py",
    lifespan=ready,
    routes=[
        *health_routes(entrance, base_path()),
        *routes(entrance, base_path()),
        *run_routes(entrance, base_path()),
    ],
    middleware=at_the_door(),
    on_script_error=unexpected,
    exception_handlers={Exception: failed},
)
