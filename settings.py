"""Everything a deployment may change, read from FAIRLEAD_ variables by the two doors and nobody else."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Freed memory is kept for five seconds: giving it back at once took a tenth of the CPU of loading a file.
ALLOCATION = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:5000,muzzy_decay_ms:5000"}
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class SignIn(StrEnum):
    """How people are known: not at all, or by accounts kept here."""

    NONE = "none"
    LOCAL = "local"


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
    database_url: str = Field("", description="State database; empty means SQLite under home")
    sign_in: SignIn = Field(SignIn.NONE, description="`none`: whoever sits here; `local`: accounts kept here")
    session_hours: int = Field(12, ge=1, le=720, description="Hours after which people sign in again")
    public_url: str = Field("", description="Address people open, such as https://kpi.example.com")
    host: str = Field("127.0.0.1", description="Address the pages are served on")
    port: int = Field(8501, ge=1, le=65535, description="Port the pages are served on")
    sync_every_minutes: int = Field(60, ge=1, description="Minutes between two rounds of the worker")
    rejected_days: int = Field(30, ge=1, description="Days a rejected row is kept")

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str, told: ValidationInfo) -> str:
        """Other machines come in only where people sign in, and only over TLS."""
        if host in LOCAL_HOSTS:
            return host
        if told.data.get("sign_in") is not SignIn.LOCAL:
            raise ValueError(
                f"without sign-in the pages are served to this machine only; set FAIRLEAD_SIGN_IN=local, or use one "
                f"of {', '.join(LOCAL_HOSTS)} and a tunnel (ssh -L) to look from elsewhere"
            )
        if not str(told.data.get("public_url", "")).startswith("https://"):
            raise ValueError(
                "passwords must not travel in the open; put a proxy with TLS before the pages and set "
                "FAIRLEAD_PUBLIC_URL to the https:// address that people open"
            )
        return host

    @field_validator("home", "config", "data")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the state database."""
        return self.database_url or f"sqlite:///{self.home / 'state.db'}"


def read_settings(**given: object) -> Settings:
    """The settings, where a value given (not None) wins over its variable. Raises SettingError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as refused:
        raise SettingError("; ".join(_complaint(error) for error in refused.errors())) from None


def _complaint(error: object) -> str:
    match error:
        case {"loc": (str(name), *_), "input": value, "msg": str(message)}:
            reason = message.removeprefix("Value error, ")
            return f"Setting {name} (FAIRLEAD_{name.upper()}) is '{value}': {reason}."
        case _:
            return str(error)
