"""The session of a browser: the secret in its cookie, and the person the users table knows by it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from pages.door.provider import Provider
from pages.parts.load import opened_store
from store.scope import Principal
from store.state import State, User

COOKIE = "fairlead_session"


@dataclass(frozen=True)
class Entrance:
    """
    What the door of a deployment knows of it. `signs_in`: people have accounts, with a `provider` or here; else the
    pages are for whoever sits at this machine. `safe`: they are reached over TLS, so that the cookie may insist on it.
    `base`: the path they lie under, such as `/ops`; empty at the root.
    """

    home: Path
    database: str = field(repr=False)
    signs_in: bool = False
    lasts: timedelta = timedelta(hours=12)
    safe: bool = False
    base: str = ""
    provider: Provider | None = None

    @property
    def state(self) -> State:
        """The state database, opened once a process."""
        return opened_store(self.home, self.database).state

    def person(self, token: str | None) -> User | None:
        """Who holds this token now; asked on every run, so that what an administrator changes counts at once."""
        return self.state.sessions.whose(token, datetime.now(UTC)) if token else None

    def principal(self, token: str | None) -> Principal | None:
        """On whose behalf this token acts now; None for nobody."""
        person = self.person(token)
        return person.principal if person else None

    def let_in(self, answer: Response, token: str) -> None:
        """Hand the browser its secret: no script reads it, and no other site sends it along with a form."""
        self.hand(answer, COOKIE, token, int(self.lasts.total_seconds()))

    def let_out(self, answer: Response) -> None:
        """Take the secret away."""
        self.take(answer, COOKIE)

    def hand(self, answer: Response, name: str, value: str, age_s: int) -> None:
        """A cookie for as long as `age_s` seconds, for our pages and nobody's script."""
        answer.set_cookie(
            name, value, max_age=age_s, path=self.base or "/", httponly=True, samesite="lax", secure=self.safe
        )

    def take(self, answer: Response, name: str) -> None:
        """A cookie of ours goes."""
        answer.delete_cookie(name, path=self.base or "/", httponly=True, samesite="lax", secure=self.safe)


Entering = Callable[[], Entrance | None]
"""Finds the entrance; None where the settings are wrong, which the pages say."""


def address_of(request: HTTPConnection) -> str:
    """Where a request comes from; a proxy on this machine is asked whom it speaks for."""
    near = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return told if told and near in ("127.0.0.1", "::1") else near


def inside(wanted: str, base: str) -> str:
    """The page to go on to, on this server only; else the first one under `base`."""
    parts = urlsplit(wanted)
    safe = (
        wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    )
    return wanted if safe and not any(each.isspace() or ord(each) < 32 for each in wanted) else f"{base}/"
