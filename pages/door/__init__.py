"""The door of the pages: who may come in. Plain HTML forms before Streamlit, so that nobody sees a page first."""

from pages.door.guard import Guard
from pages.door.provider import Provider
from pages.door.routes import routes
from pages.door.session import COOKIE, Entrance

__all__ = ["COOKIE", "Entrance", "Guard", "Provider", "routes"]
