"""By which channels messages go out: the blocks [channels.NAME] of fairlead.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from connectors.block import Block, suggestion
from connectors.credentials import WAYS, is_reference
from store.permits import Role
from store.scope import Principal, Scope

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Kind(StrEnum):
    """What a channel is."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    FILE = "file"


@dataclass(frozen=True)
class Channel:
    """
    One way out. E-mail goes to the person of a notice; every other channel is a place, which is told what concerns its
    departments and markets (None: all). `packs`: whether the pack of a meeting is attached to its mail. `url`,
    `password`, `secret` are references to what is kept elsewhere.
    """

    name: str
    kind: Kind
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    inside: bool = False
    host: str = ""
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    ca_file: str = ""
    folder: Path = Path()
    packs: bool = False
    departments: frozenset[str] | None = None
    markets: frozenset[str] | None = None

    @property
    def principal(self) -> Principal:
        """Who reads a place: somebody who sees its part of the firm and may do nothing."""
        return Principal(self.name, Scope(self.departments, self.markets), Role.VIEWER)


_PLACE = ("departments", "markets")
KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.EMAIL: ("host", "port", "security", "user", "password", "from", "ca_file", "packs"),
    Kind.WEBHOOK: ("url", "secret", "inside", *_PLACE),
    Kind.SLACK: ("url", "inside", *_PLACE),
    Kind.TEAMS: ("url", "inside", *_PLACE),
    Kind.FILE: ("folder", *_PLACE),
}


def read_channels(blocks: Mapping[str, Block], folder: Path) -> tuple[Channel, ...]:
    """The channels as told. Raises ConfigError."""
    return tuple(_channel(name, block, folder) for name, block in blocks.items())


def _channel(name: str, block: Block, folder: Path) -> Channel:
    told = block.required("kind", '"email"')
    if told not in list(Kind):
        raise block.wrong("kind", f"is {told!r}. {suggestion(told, list(Kind))}")
    kind = Kind(told)
    block.only(("kind", *KEYS[kind]))
    if kind is Kind.EMAIL:
        return _email(name, block)
    departments, markets = (frozenset(block.texts(key)) or None for key in _PLACE)
    if kind is Kind.FILE:
        place = folder / block.required("folder", '"outbox"')
        return Channel(name, kind, folder=place, departments=departments, markets=markets)
    url, secret = block.required("url", '"stored:hook"'), ""
    if kind is Kind.WEBHOOK:
        secret = _reference(block, "secret", block.required("secret", '"stored:hook.secret"'))
    elif not is_reference(url):
        raise block.wrong("url", f"lets whoever knows it write there; it is a secret: write {WAYS}.")
    inside = block.flag("inside")
    return Channel(name, kind, url, secret, inside, departments=departments, markets=markets)


def _email(name: str, block: Block) -> Channel:
    host, sender = block.required("host", '"mail.example.com"'), block.required("from", '"kpi@example.com"')
    security = block.choice("security", SECURITY, "starttls") or "starttls"
    if security == "none" and host not in LOOPBACK:
        raise block.wrong(
            "security", "is 'none': messages would travel in the open; write 'starttls' or 'tls'."
        )
    if sender.count("@") != 1 or any(each.isspace() for each in sender):
        raise block.wrong("from", f"is {sender!r}; write one address such as 'kpi@example.com'.")
    user, password = block.text("user", "") or "", block.text("password", "") or ""
    if user and security == "none":
        raise block.wrong("user", "would sign in in the open; write security = 'starttls' or 'tls'.")
    return Channel(
        name, Kind.EMAIL, host=host, port=block.whole("port", PORTS[security], 1), security=security, user=user,
        password=_reference(block, "password", password) if user else "", sender=sender,
        ca_file=block.text("ca_file", "") or "", packs=block.flag("packs"),
    )  # fmt: skip


def _reference(block: Block, key: str, text: str) -> str:
    if not is_reference(text):
        raise block.wrong(key, f"must not stand here in the open; write {WAYS}.")
    return text
