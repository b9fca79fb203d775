"""Service accounts: a token is asked for by a claim that the account's key signs (RFC 7523, section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTS_S = 3_600
KIND = "service_account"
WANTED = ("client_email", "private_key")


class NoServiceAccount(ValueError):
    """What should be the key file of a service account is none."""


@dataclass(frozen=True)
class ServiceAccount:
    """An account of a program: its address, its private key (PEM), and what the host calls that key."""

    email: str
    key: str = field(repr=False)
    key_id: str = ""

    def claim(self, scope: str, audience: str, now: float) -> str:
        """
        The signed claim (a JWT by RS256) for a token of that scope, good for an hour from `now` on, in seconds since
        1970. Raises NoServiceAccount for a key that cannot sign.
        """
        from joserfc import jwt  # loads a library that few sources need
        from joserfc.errors import JoseError
        from joserfc.jwk import RSAKey

        begun = int(now)
        said = {"iss": self.email, "scope": scope, "aud": audience, "iat": begun, "exp": begun + LASTS_S}
        head = {"alg": "RS256", **({"kid": self.key_id} if self.key_id else {})}
        try:
            return jwt.encode(head, said, RSAKey.import_key(self.key))
        except (JoseError, ValueError, TypeError):
            raise NoServiceAccount(
                f"the private key of {self.email} cannot be read; take the key file as it came from the console."
            ) from None


def service_account_in(secret: str) -> ServiceAccount | None:
    """
    The account whose key file, in JSON, a secret is; None for any other secret. Raises NoServiceAccount for a key file
    that lacks something.
    """
    if not secret.lstrip().startswith("{"):
        return None
    try:
        told = msgspec.json.decode(secret, type=dict[str, Any])
    except msgspec.DecodeError:
        raise NoServiceAccount("the secret begins like a key file in JSON and is not whole.") from None
    _require(told)
    return ServiceAccount(told["client_email"], told["private_key"], str(told.get("private_key_id") or ""))


def _require(told: Mapping[str, Any]) -> None:
    if (kind := told.get("type")) != KIND:
        raise NoServiceAccount(f'the key file is of type {str(kind)[:40]!r}; one of type "{KIND}" is wanted.')
    if missing := [name for name in WANTED if not isinstance(told.get(name), str) or not told[name]]:
        raise NoServiceAccount(f"the key file of the service account has no {missing[0]}; download it anew.")
