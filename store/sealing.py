"""Texts sealed with a key (AES-256-GCM) and bound to the name they are kept under; the one door to cryptography."""

import hashlib
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

KEY_BYTES, NONCE_BYTES = 32, 12
_CONTEXT = "fairlead stored secret 1"


class NotSealedSo(ValueError):
    """A sealed text that another key made, that was kept under another name, or that somebody changed."""


@dataclass(frozen=True)
class Key:
    """One key; what is sealed names it by `id`, which tells nothing of it."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, this one {len(self.secret)}")

    @property
    def id(self) -> str:
        return hashlib.sha256(b"fairlead key id" + self.secret).hexdigest()[:16]

    @classmethod
    def fresh(cls) -> "Key":
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def of(cls, text: str) -> "Key":
        """The key a line of a key file stands for. Raises ValueError."""
        return cls(b64decode(text, validate=True))

    def written(self) -> str:
        """The line of a key file that stands for it."""
        return b64encode(self.secret).decode()


def seal(key: Key, name: str, text: str) -> str:
    """The text as only the key opens it, under this name only; another time it looks otherwise."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to load, and few processes seal

    nonce = os.urandom(NONCE_BYTES)
    return b64encode(nonce + AESGCM(key.secret).encrypt(nonce, text.encode(), _bound(key, name))).decode()


def unseal(key: Key, name: str, sealed: str) -> str:
    """The text again. Raises NotSealedSo."""
    from cryptography.exceptions import InvalidTag  # as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        whole = b64decode(sealed, validate=True)
        plain = AESGCM(key.secret).decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], _bound(key, name))
    except (ValueError, InvalidTag):
        raise NotSealedSo(
            f"what is kept as '{name}' was not sealed with key {key.id} under this name"
        ) from None
    return plain.decode()


def _bound(key: Key, name: str) -> bytes:
    return "\0".join((_CONTEXT, key.id, name)).encode()
