"""The session of a browser: the secret in its cookie, and the person the users table knows by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import Response

from pages.parts.load import opened_store
from store.state import State, User

COOKIE = "fairlead_session"


@dataclass(frozen=True)
class Entrance:
    """
    What the door of a deployment knows of it. `signs_in`: people have accounts; else the pages are for whoever sits at
    this machine. `safe`: they are reached over TLS, so that the cookie may insist on it.
    """

    home: Path
    database: str
    signs_in: bool = False
    lasts: timedelta = timedelta(hours=12)
    safe: bool = False

    @property
    def state(self) -> State:
        """The state database, opened once a process."""
        return opened_store(self.home, self.database).state

    def person(self, token: str | None) -> User | None:
        """Who holds this token now; asked on every run, so that what an administrator changes counts at once."""
        return self.state.sessions.whose(token, datetime.now(UTC)) if token else None

    def let_in(self, answer: Response, token: str) -> None:
        """Hand the browser its secret: no script reads it, and no other site sends it along with a form."""
        age = int(self.lasts.total_seconds())
        answer.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=self.safe)

    def let_out(self, answer: Response) -> None:
        """Take the secret away."""
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self.safe)


Entering = Callable[[], Entrance | None]
"""Finds the entrance; None where the settings are wrong, which the pages say."""


def address_of(request: HTTPConnection) -> str:
    """Where a request comes from; a proxy on this machine is asked whom it speaks for."""
    near = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return told if told and near in ("127.0.0.1", "::1") else near
