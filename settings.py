"""Everything a deployment may change, read from FAIRLEAD_ variables by the two doors and nobody else."""

from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Freed memory is kept for five seconds: giving it back at once took a tenth of the CPU of loading a file.
ALLOCATION = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:5000,muzzy_decay_ms:5000"}
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


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
    host: str = Field("127.0.0.1", description="Address the pages are served on")
    port: int = Field(8501, ge=1, le=65535, description="Port the pages are served on")
    sync_every_minutes: int = Field(60, ge=1, description="Minutes between two rounds of the worker")
    rejected_days: int = Field(30, ge=1, description="Days a rejected row is kept")

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str) -> str:
        if host not in LOCAL_HOSTS:
            raise ValueError(
                f"sign-in does not exist yet, so the pages are served to this machine only; "
                f"use one of {', '.join(LOCAL_HOSTS)} and a tunnel (ssh -L) to look from elsewhere"
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
