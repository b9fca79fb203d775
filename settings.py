"""Everything a deployment may change, read from FAIRLEAD_ variables by the two doors and nobody else."""

import hashlib
import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.private_files import NotPrivate, read_private, require_private
from store.redaction import learn, redacted

# Freed memory is kept for five seconds: giving it back at once took a tenth of the CPU of loading a file.
ALLOCATION = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:5000,muzzy_decay_ms:5000"}
# The pages live long and work little: one place less to keep freed memory in, and it is given back soon.
WEB_ALLOCATION = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:1000,muzzy_decay_ms:0,background_thread:true,narenas:2",
    "MALLOC_ARENA_MAX": "2",
}
LEAST_SECRET, LEAST_PASSWORD = 16, 10
GUESSED = (
    "changeme",
    "change-me",
    "change_me",
    "password",
    "example",
    "placeholder",
    "your-",
    "your_",
    "default",
)
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
STORED = "stored:"


class SignIn(StrEnum):
    """How people are known: not at all, by accounts kept here, or by the firm's OpenID provider."""

    NONE = "none"
    LOCAL = "local"
    OIDC = "oidc"


class SettingError(Exception):
    """A setting cannot be used; the message names it, its value and the way out."""


class Settings(BaseSettings):
    """The settings of one deployment. All paths are absolute, so that every process means the same place."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRLEAD_", env_ignore_empty=True, extra="forbid", frozen=True, validate_default=True
    )

    home: Path = Field(
        Path("var"),
        description="Folder of the lake, the state database and the secret that hashes customer ids",
    )
    config: Path = Field(Path("fairlead.toml"), description="Company, markets and sources")
    data: Path | None = Field(None, description="Folder that relative source paths start from")
    database_url: str = Field("", repr=False, description="State database; empty means SQLite under home")
    key_file: Path | None = Field(
        None,
        description="Key of stored secrets, outside home; default in the user's own configuration folder",
    )
    sign_in: SignIn = Field(SignIn.NONE, description="`none`: whoever sits here; `local`: accounts; `oidc`")
    oidc_issuer: str = Field("", description="Address of the OpenID provider, as it calls itself")
    oidc_client_id: str = Field("", description="What the provider calls Fairlead")
    oidc_client_secret: str = Field(
        "", repr=False, description="`stored:NAME`, `file:PATH`, `env:NAME` or the secret itself"
    )
    oidc_scopes: str = Field("openid email profile", description="Scopes to ask for, with spaces between")
    oidc_email_claim: str = Field("email", description="Claim that holds the e-mail address")
    oidc_trust_email: bool = Field(
        False, description="Take addresses the provider says nothing about for checked"
    )
    oidc_groups_claim: str = Field("groups", description="Claim that holds the groups; may be nested: a.b")
    oidc_roles: str = Field("", description="Roles that groups seed at the first sign-in: group=role, ...")
    oidc_parts: str = Field("", description="What groups see at the first sign-in: group=market:DE, ...")
    oidc_newcomers: Literal["refuse", "groups", "viewer"] = Field(
        "refuse", description="Who is not in the users table: refused, or let in by a group, or as viewer"
    )
    session_hours: int = Field(12, ge=1, le=720, description="Hours after which people sign in again")
    public_url: str = Field("", description="Address people open, such as https://kpi.example.com")
    hosts: str = Field("", description="Further names the pages are opened under, with commas between")
    host: str = Field("127.0.0.1", description="Address the pages are served on")
    port: int = Field(8501, ge=1, le=65535, description="Port the pages are served on")
    sync_every_minutes: int = Field(
        60, ge=1, description="Minutes between two runs of each job of the worker"
    )
    heartbeat_url: str = Field(
        "",
        repr=False,
        description="Address called after jobs went well (a dead-man's switch): `stored:NAME`, `file:PATH`, `env:NAME` "
        "or the https:// address itself",
    )
    heartbeat_inside: bool = Field(False, description="The heartbeat may go to the firm's own network")
    rejected_days: int = Field(30, ge=1, description="Days a rejected row is kept")

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str, told: ValidationInfo) -> str:
        """Other machines come in only where people sign in, and only over TLS."""
        if host in LOCAL_HOSTS:
            return host
        if told.data.get("sign_in") is SignIn.NONE:
            raise ValueError(
                f"without sign-in the pages are served to this machine only; set FAIRLEAD_SIGN_IN=local (or oidc), or "
                f"use one of {', '.join(LOCAL_HOSTS)} and a tunnel (ssh -L) to look from elsewhere"
            )
        if not str(told.data.get("public_url", "")).startswith("https://"):
            raise ValueError(
                "passwords must not travel in the open; put a proxy with TLS before the pages and set "
                "FAIRLEAD_PUBLIC_URL to the https:// address that people open"
            )
        return host

    @field_validator("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    @classmethod
    def _needed_for_oidc(cls, value: str, told: ValidationInfo) -> str:
        if told.data.get("sign_in") is SignIn.OIDC and not value:
            raise ValueError(
                "sign-in with an OpenID provider needs it; docs/deployment.md shows where to find it"
            )
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _over_tls(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if issuer and parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
            raise ValueError("write the https:// address of the provider")
        return issuer.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _whole(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment
        ):
            raise ValueError("write the whole address that people open, such as https://kpi.example.com")
        return url.rstrip("/")

    @field_validator("home", "config", "data", "key_file")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @property
    def address(self) -> str:
        """The address people open, without a slash at its end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def base(self) -> str:
        """The path of that address, such as `/ops`; empty at the root of a host."""
        return urlsplit(self.public_url).path

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """The names a browser may ask for: of this machine, of the public address, and those that were told."""
        told = [each.strip() for each in self.hosts.split(",") if each.strip()]
        return (*LOCAL_HOSTS, urlsplit(self.address).hostname or "", *told)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the state database."""
        return self.database_url or f"sqlite:///{self.home / 'state.db'}"

    @property
    def keys(self) -> Path:
        """The file with the key of stored secrets: one for each home, where no copy of the home takes it along."""
        if self.key_file is not None:
            return self.key_file
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return folder / "fairlead" / f"{hashlib.sha256(str(self.home).encode()).hexdigest()[:12]}.key"


def read_settings(**given: object) -> Settings:
    """The settings, where a value given (not None) wins over its variable. Raises SettingError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as refused:
        raise SettingError("; ".join(_complaint(error) for error in refused.errors())) from None


def resolve(reference: str) -> str:
    """
    The secret a reference stands for: `env:NAME`, `file:PATH`, `keyring:NAME`, or the text itself; no log will tell it.
    Raises ValueError, OSError, NotPrivate for a file others can read.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        if name not in os.environ:
            raise ValueError(f"'{reference}' names a variable that is not set; set {name} and try again.")
        return learn(os.environ[name])
    if kind == "file":
        return learn(read_private(Path(name)))
    if kind == "keyring":
        from store.system_keyring import read_keyring  # loads a library that few secrets are kept by

        return read_keyring(name)
    return reference


@cache
def provider_secret(settings: Settings) -> str:
    """The secret that proves to the provider that we are Fairlead, read once a process. Raises SettingError."""
    reference = settings.oidc_client_secret
    try:
        if reference.startswith(STORED):
            return _stored(settings, reference.removeprefix(STORED))
        return learn(resolve(reference))
    except (OSError, ValueError, NotPrivate) as wrong:
        raise SettingError(
            f"Setting oidc_client_secret (FAIRLEAD_OIDC_CLIENT_SECRET) cannot be read: {wrong}"
        ) from None


def _stored(settings: Settings, name: str) -> str:
    """A secret kept in the state database. Raises ValueError."""
    from store.database import StateError  # read where a secret is kept in the database only
    from store.vault import read_stored

    try:
        return read_stored(settings.home, settings.database, settings.keys, name)
    except StateError as wrong:
        raise ValueError(str(wrong)) from None


def refuse_weak_secrets(settings: Settings) -> None:
    """
    Raises SettingError for a secret others can read or guess: the file that hashes customer ids, and, where people sign
    in, the provider's secret and the database's password.
    """
    try:
        require_private(settings.home / "secret")
        if settings.sign_in is SignIn.OIDC and settings.oidc_client_secret.startswith("file:"):
            require_private(Path(settings.oidc_client_secret.removeprefix("file:")))
    except NotPrivate as open_to_all:
        raise SettingError(str(open_to_all)) from None
    if settings.sign_in is SignIn.OIDC:
        secret = provider_secret(settings)
        _refuse_guessable("oidc_client_secret", secret, LEAST_SECRET, "make a new one at the provider")
    password = urlsplit(settings.database_url).password
    if settings.sign_in is not SignIn.NONE and password is not None:
        _refuse_guessable(
            "database_url", password, LEAST_PASSWORD, "give the database's user another password"
        )


def _refuse_guessable(name: str, secret: str, least: int, way_out: str) -> None:
    known = next((word for word in GUESSED if word in secret.casefold()), None)
    if len(secret) >= least and len(set(secret)) >= least // 2 and known is None:
        return
    why = (
        f"holds '{known}', as examples do"
        if known
        else f"has fewer than {least} characters, or repeats a few"
    )
    raise SettingError(f"The secret in {name} (FAIRLEAD_{name.upper()}) {why}; {way_out}.")


def _complaint(error: object) -> str:
    match error:
        case {"loc": (str(name), *_), "input": value, "msg": str(message)}:
            reason = message.removeprefix("Value error, ")
            shown = redacted(str(value))
            return f"Setting {name} (FAIRLEAD_{name.upper()}) is '{shown}': {reason}."
        case _:
            return str(error)
