"""Stored secrets opened and sealed: passwords, client secrets and tokens that a firm keeps in Fairlead."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from store.database import StateError
from store.home import SYSTEM
from store.key_file import KeyFile, KeyFileError
from store.redaction import learn
from store.scope import Principal
from store.sealing import Key, NotSealedSo, seal, unseal
from store.state import State
from store.state.edits import WrongEntry
from store.state.stored_secrets import KeyChanged, Sealed, StoredSecrets

STORED = "stored:"
TRIES = 5  # how often somebody else may change the key while we look
LONGEST = 65_536
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class SecretLost(StateError):
    """A stored secret that no key at hand opens, or that was changed in the database."""


@dataclass(frozen=True)
class Opened:
    """A secret, and the version of it that was read: hand it back when writing the next one."""

    value: str = field(repr=False)
    version: int


@dataclass(frozen=True)
class Tried:
    """Whether a stored secret opens; `problem` is empty where it does."""

    name: str
    problem: str


@dataclass(frozen=True)
class Vault:
    """
    The stored secrets of a deployment with the file that opens them. Connectors read by `value` and write tokens that
    rotate by `put`; every method raises KeyFileError and StateError.
    """

    secrets: StoredSecrets
    key_file: KeyFile
    principal: Principal = SYSTEM

    def value(self, name: str) -> str:
        """What is kept under a name. Raises NoSecret, SecretLost."""
        return self.open(name).value

    def open(self, name: str) -> Opened:
        """The same with its version. Raises NoSecret, SecretLost."""
        for _ in range(TRIES):
            sealed = self.secrets.find(self.principal, name)
            if key := self._key(sealed.key_id):
                return Opened(learn(_opened(key, sealed)), sealed.version)
        raise self._lost(sealed.key_id)

    def put(self, name: str, value: str, seen: int | None = None) -> int:
        """
        Keep a secret under a name; with `seen`, only in place of that version, so that of two who renew a token one is
        told (ChangedMeanwhile). Returns the version. Raises WrongEntry, SecretLost.
        """
        _check(name, value)
        learn(value)
        for _ in range(TRIES):
            key = self._sealing()
            try:
                return self.secrets.put(self.principal, Sealed(name, key.id, seal(key, name, value)), seen)
            except KeyChanged:
                continue
        raise KeyFileError("The key was changed again and again meanwhile. Try again.")

    def change_key(self) -> int:
        """
        Seal everything with a new key and forget the old one; how many secrets there are. Killed at any moment it
        leaves secrets that open and a file that opens them: the old key goes last. Raises SecretLost.
        """
        with self.key_file.only_one():
            known = self.secrets.key_id(self.principal)
            if known is None:
                self.key_file.made()
                return 0
            old, fresh = self._sealing(), Key.fresh()
            self.key_file.write([old, fresh])
            many = self.secrets.reseal(
                self.principal, known, fresh.id, lambda each: seal(fresh, each.name, _opened(old, each))
            )
            self.key_file.write([fresh])
            return many

    def tried(self) -> list[Tried]:
        """Whether each stored secret opens."""
        return [Tried(each.name, self._problem(each)) for each in self.secrets.rows(self.principal)]

    def _problem(self, sealed: Sealed) -> str:
        try:
            self.open(sealed.name)
        except StateError as problem:
            return str(problem)
        return ""

    def _sealing(self) -> Key:
        """The key that seals, made where nothing was sealed yet. Raises SecretLost."""
        for _ in range(TRIES):
            known = self.secrets.key_id(self.principal)
            if known is None:
                return self.key_file.made()
            if key := self._key(known):
                return key
        raise self._lost(known or "")

    def _key(self, key_id: str) -> Key | None:
        return next((key for key in self.key_file.held() if key.id == key_id), None)

    def _lost(self, key_id: str) -> SecretLost:
        return SecretLost(
            f"Stored secrets are sealed with key {key_id}, which {self.key_file.path} does not hold. Put that file "
            "back from your copy of it, or name the right one by FAIRLEAD_KEY_FILE. If it is lost for good, "
            "'fairlead secret forget-all' forgets them, and each has to be set again."
        )


def stored_name(reference: str) -> str | None:
    """The name in a reference such as `stored:warehouse`; None for a reference of another kind."""
    return reference.removeprefix(STORED) if reference.startswith(STORED) else None


def read_stored(home: Path, database: str, key_file: Path, name: str) -> str:
    """One stored secret of a deployment that is not open yet. Raises StateError."""
    with State.open(database) as state:
        return Vault(state.secrets, KeyFile(key_file, home)).value(name)


def _opened(key: Key, sealed: Sealed) -> str:
    try:
        return unseal(key, sealed.name, sealed.text)
    except NotSealedSo:
        raise SecretLost(
            f"The secret '{sealed.name}' was changed in the database, or belongs to another name; set it again with: "
            f"fairlead secret set {sealed.name}"
        ) from None


def _check(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise WrongEntry(
            f"'{name[:64]}' is no name for a secret; use up to 64 small letters, digits, dots, dashes and underscores, "
            "such as warehouse or shop.client-secret."
        )
    if not value.strip():
        raise WrongEntry(f"The secret '{name}' is empty; type it, or hand it over by standard input.")
    if len(value) > LONGEST:
        raise WrongEntry(f"The secret '{name}' has {len(value):,} characters; {LONGEST:,} are the most.")
