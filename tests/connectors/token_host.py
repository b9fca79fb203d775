"""A host of tokens on loopback, with the system that wants them: what the tests of OAuth2 declarations share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from system_calls import source
from web_shop import Asked, Shop, Told, opened

SIGNED = """
account = "{account}"
token_host = "{tokens}"
client = "client-1"
secret = "env:SECRET"
refresh = "env:REFRESH"
"""
WANTED = {
    "grant_type": "refresh_token", "client_id": "client-1", "client_secret": "canary-2718281",
    "refresh_token": "canary-2718281",
}  # fmt: skip


@dataclass
class Giver:
    """
    Gives canary-access, then canary-access-2 and so on, each good for an hour, for a form that says what RFC 6749
    section 6 wants and nothing else; the refresh token stays.
    """

    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        is_form = asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
        if asked.method != "POST" or not is_form or dict(parse_qsl(asked.body)) != WANTED:
            return Told({"error": "invalid_request"}, 400)
        token = "canary-access" + (f"-{len(self.asked)}" if self.asked[1:] else "")
        return Told({"access_token": token, "expires_in": 3600, "token_type": "bearer"})


@contextmanager
def asking(
    system: str, answer: Callable[[Asked], Told], since: str = "2025-03-01", more: str = "",
    account: str = "17", giver: Giver | None = None,
) -> Iterator[tuple[Shop, str]]:  # fmt: skip
    """The host with the source that asks it."""
    with opened(giver or Giver()) as tokens, opened(answer) as host:
        told = SIGNED.format(tokens=tokens.host, account=account)
        yield host, source(system, host.host, since, told + more)
