"""How a request says who asks: with a key, with user and password, or with a token of OAuth2."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from connectors.block import Block
from store.redaction import learn


class SignIn(StrEnum):
    """A header of its own, a bearer token, a user with a password, a parameter of the address, or OAuth2."""

    HEADER = "header"
    BEARER = "bearer"
    BASIC = "basic"
    QUERY = "query"
    OAUTH = "oauth"


class Grant(StrEnum):
    """For what a token is given: client id and secret alone, or a refresh token that a person once got with them."""

    CLIENT = "client"
    REFRESH = "refresh"


@dataclass(frozen=True)
class Tokens:
    """
    Where tokens are got: `address`, whole or a path of the system's own host. `basic`: client id and secret go by the
    header of a password, else in the form; `rotates`: each refresh token is good for one renewal; `more` goes along.
    `scope` is what a service account asks for, where the system takes those.
    """

    address: str
    grant: Grant
    basic: bool = False
    rotates: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""


@dataclass(frozen=True)
class Auth:
    """
    `name` is the header or parameter of a key, or the user of a password, in which {user} stands for the one of the
    source; `value` what is written there around {key}, where it is not the key alone, such as `Token {key}` or, as
    password, `{key}:`.
    """

    kind: SignIn
    name: str
    value: str = ""
    tokens: Tokens | None = None


class Signature(Protocol):
    """What goes along with every request."""

    def headers(self) -> Mapping[str, str]: ...

    def parameters(self) -> Mapping[str, str]: ...

    def renewed(self) -> bool:
        """Whether there is another one, after the host refused this one."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """What the host hears and nobody else, also where it tells it back."""
        ...


@dataclass(frozen=True)
class Signed:
    """A signature that stays as it is."""

    in_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    in_address: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept_back: tuple[str, ...] = field(default=(), repr=False)

    def headers(self) -> Mapping[str, str]:
        return self.in_headers

    def parameters(self) -> Mapping[str, str]:
        return self.in_address

    def renewed(self) -> bool:
        return False

    def secrets(self) -> tuple[str, ...]:
        return self.kept_back


def signed(auth: Auth, user: str, secret: str) -> Signed:
    """The signature of a key, which is told in no log from here on."""
    learn(secret)
    match auth.kind:
        case SignIn.BASIC:
            pair = auth.value or f"{auth.name.format(user=user)}:{{key}}"
            both = basic(pair.replace("{key}", secret))
            return Signed({"Authorization": both}, {}, (secret, both.removeprefix("Basic ")))
        case SignIn.QUERY:
            return Signed({}, {auth.name: secret}, (secret,))
        case _:
            return Signed({auth.name: written(auth, secret)}, {}, (secret,))


def basic(pair: str) -> str:
    """The header of a user with a password."""
    return f"Basic {learn(b64encode(pair.encode()).decode())}"


def written(auth: Auth, secret: str) -> str:
    """The key as its header wants it."""
    around = auth.value or ("{key}" if auth.kind is SignIn.HEADER else "Bearer {key}")
    return around.replace("{key}", secret)


USUAL = {SignIn.BASIC: "{user}", SignIn.QUERY: "api_key"}


def read_auth(block: Block) -> Auth:
    """The declared way of signing in. Raises ConfigError."""
    block.only(("kind", "name", "value", "token", "grant", "by", "rotates", "more", "scope"))
    kind = SignIn(block.choice("kind", list(SignIn), SignIn.BEARER) or SignIn.BEARER)
    name = block.text("name", USUAL.get(kind, "Authorization")) or ""
    return Auth(kind, name, block.text("value", "") or "", _tokens(block) if kind is SignIn.OAUTH else None)


def _tokens(block: Block) -> Tokens:
    address = block.required("token", '"https://accounts.example.com/token"')
    if not address.startswith("/") and (urlsplit(address).scheme not in ("https", "http")):
        raise block.wrong("token", f'is {address!r}; write "https://..." or a path of the host, "/token".')
    more = {key: str(value) for key, value in block.block("more").values.items()}
    return Tokens(
        address, Grant(block.choice("grant", list(Grant), Grant.REFRESH) or Grant.REFRESH),
        block.choice("by", ("form", "basic"), "form") == "basic", block.flag("rotates"), more,
        block.text("scope", "") or "",
    )  # fmt: skip
