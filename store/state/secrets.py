"""Passwords and tokens: made, told apart, and kept as hashes only."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

N, R, P = 2**15, 8, 1  # OWASP's least for scrypt with 32 MiB: a tenth of a second
SHORTEST = 12
_MEMORY = 2 * 128 * N * R


class WeakPassword(ValueError):
    """A password that is too easy to guess; the message says why."""


def hashed_password(password: str) -> str:
    """`scrypt$N$r$p$salt$hash`, the last two in base64; another salt each time."""
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", str(N), str(R), str(P), _text(salt), _text(_scrypt(password, salt, N, R, P))])


def is_password(password: str, stored: str) -> bool:
    """Whether this is the password; takes the same time for each one that is not."""
    _, n, r, p, salt, known = stored.split("$")
    found = _scrypt(password, b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, b64decode(known))


def require_strong(password: str, *about: str) -> None:
    """Raises WeakPassword for one that is short, repeats itself or is what is known `about` the person."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"The password has {len(password)} characters; use at least {SHORTEST}.")
    if len(set(password.casefold())) < SHORTEST // 2:
        raise WeakPassword("The password repeats a few characters; use several words instead.")
    for known in about:
        for part in (known, known.partition("@")[0]):
            if len(part) > 3 and part.casefold() in password.casefold():
                raise WeakPassword("The password holds the name or address of its owner; leave them out.")


def new_token() -> str:
    """A secret of 256 bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hashed_token(token: str) -> str:
    """What is stored of it: a token has too many bits to be guessed, so a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=max(_MEMORY, 2 * 128 * n * r))


def _text(value: bytes) -> str:
    return b64encode(value).decode()
