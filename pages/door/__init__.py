"""The door of the pages: who may come in. Plain HTML forms before Streamlit, so that nobody sees a page first."""

from pages.door.guard import PROBED, Guard
from pages.door.headers import Headers
from pages.door.health import health_routes
from pages.door.hosts import Hosts
from pages.door.provider import Provider
from pages.door.routes import failed, routes
from pages.door.session import COOKIE, Entrance

__all__ = [
    "COOKIE",
    "PROBED",
    "Entrance",
    "Guard",
    "Headers",
    "Hosts",
    "Provider",
    "failed",
    "health_routes",
    "routes",
]
