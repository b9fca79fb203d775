"""A source written into fairlead.toml: its block behind everything that stands there, checked before it is kept."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from connectors.config import read_config
from connectors.credentials import WAYS, is_reference
from connectors.errors import ConfigError
from connectors.http.declared import System, system_of

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
SECRET = ("key", "secret", "refresh")
SAID = {"host": "--address"}  # as --host is where Fairlead itself listens


def block_of(name: str, system: str, said: Mapping[str, str], folder: Path) -> str:
    """
    The block of a source that is asked over HTTP. Raises ConfigError for a name nobody can write, a secret in the open,
    and for what the system needs and was not said.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"'{name}' is no name of a source; write small letters, digits and _, such as desk."
        )
    declared = system_of(system, folder)
    for key in SECRET:
        if said.get(key) and not is_reference(said[key]):
            raise ConfigError(f"{key} is a secret in the open, where copies take it along; write {WAYS}.")
    if missing := [
        key for key in needed_by(declared) if not said.get(key) and not _of_a_person(key, declared, said)
    ]:
        ways = " ".join(SAID.get(each, f"--{each}") for each in missing)
        raise ConfigError(f"{system} needs {', '.join(missing)}; say it with {ways}.")
    told = {"connector": "http", "system": system, **{key: text for key, text in said.items() if text}}
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in told.items()]
    return "\n".join([f"[sources.{name}]", *lines, ""])


def needed_by(system: System) -> list[str]:
    """What a source of that system has to say beside from when on rows are wanted."""
    asked = ["since"] if system.host else ["host", "since"]
    asked += ["account"] if system.needs_account else []
    tokens = system.auth.tokens
    if tokens is None:
        return [*asked, "key", *(["user"] if "{user}" in system.auth.name else [])]
    return [*asked, "client", "secret", *(["refresh"] if tokens.grant.value == "refresh" else [])]


def _of_a_person(key: str, system: System, said: Mapping[str, str]) -> bool:
    """Whether it is what a person got for the source: with nothing but a secret a service account asks."""
    takes_accounts = system.auth.tokens is not None and bool(system.auth.tokens.scope)
    alone = bool(said.get("secret")) and not said.get("client") and not said.get("refresh")
    return key in ("client", "refresh") and takes_accounts and alone


def add(file: Path, name: str, block: str) -> None:
    """
    Puts the block at the end of the file; the rest of its text stays as it is. Raises ConfigError, and then leaves the
    file alone, where a source has that name or the whole would not be read.
    """
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if before and any(each.name == name for each in read_config(before, file.name, file.parent).sources):
        raise ConfigError(
            f"There is a source '{name}' in {file.name}; take another name, or change that one."
        )
    whole = f"{before.rstrip()}\n\n{block}" if before.strip() else block
    read_config(whole, file.name, file.parent)
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(whole, encoding="utf-8")
    if file.exists():
        beside.chmod(file.stat().st_mode & 0o777)
    os.replace(beside, file)
