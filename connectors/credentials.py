"""Secrets of sources, by reference: what a configuration may say of them, and what it stands for."""

from collections.abc import Callable

from connectors.errors import ConfigError
from store.database import StateError
from store.private_files import NotPrivate

Resolve = Callable[[str], str]
KINDS = ("stored:", "env:", "file:", "keyring:")
WAYS = "stored:NAME (kept by `fairlead secret set NAME`), env:NAME, file:PATH or keyring:NAME"


def is_reference(text: str) -> bool:
    """Whether a text stands for a secret kept elsewhere."""
    return text.startswith(KINDS)


def secret_of(source: str, key: str, reference: str, resolve: Resolve) -> str:
    """What a reference in the block of a source stands for. Raises ConfigError, also for a secret in the open."""
    if not is_reference(reference):
        raise in_the_open(source, key)
    return resolved(source, key, reference, resolve)


def resolved(source: str, key: str, text: str, resolve: Resolve) -> str:
    """The same for what need not be secret. Raises ConfigError."""
    try:
        return resolve(text)
    except (StateError, NotPrivate, ValueError, OSError) as wrong:
        raise ConfigError(f"Source '{source}': {key} cannot be read: {wrong}") from None


def in_the_open(source: str, key: str) -> ConfigError:
    """The refusal of a secret that stands in the configuration itself."""
    return ConfigError(
        f"Source '{source}': {key} holds a secret in the open, where copies and backups take it along; write {WAYS}."
    )
