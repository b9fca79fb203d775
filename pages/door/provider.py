"""The firm's OpenID provider by settings, one way to it and back, and who its claims say somebody is."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from store.state import Role
from store.state.identities import Arrival, Newcomers
from store.state.secrets import new_token


class ProviderError(Exception):
    """The provider did not answer as agreed; the message is for the log, not for strangers."""


class NoAddress(ProviderError):
    """The provider told no e-mail address, or none that it vouches for."""


class TooLongAgo(ProviderError):
    """The person proved who they are longer ago than a session lasts; the provider has to ask again."""


@dataclass(frozen=True)
class Provider:
    """
    One provider by settings; `issuer` without a slash at its end. `roles` are pairs of a group and the role it seeds,
    the first that fits counts; `vouched`: addresses count although the provider does not say that it checked them.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    callback: str
    scopes: str = "openid"
    email_claim: str = "email"
    vouched: bool = False
    groups_claim: str = "groups"
    roles: tuple[tuple[str, Role], ...] = ()
    newcomers: Newcomers = Newcomers.REFUSE


@dataclass(frozen=True)
class Flow:
    """
    One way to the provider and back. The browser keeps `secret` in a cookie; all that goes out is derived from it, so
    that nobody else's answer fits and the server keeps nothing.
    """

    secret: str = field(default_factory=new_token, repr=False)

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    def is_of(self, state: str) -> bool:
        """Whether an answer with this state belongs to the way this browser went."""
        return hmac.compare_digest(self.state.encode(), state.encode())

    def _derived(self, what: str) -> str:
        return hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).hexdigest()


def arrival_of(provider: Provider, claims: Mapping[str, object]) -> Arrival:
    """Who the claims say somebody is. Raises NoAddress."""
    email = claims.get(provider.email_claim)
    if not isinstance(email, str) or email.count("@") != 1 or any(map(str.isspace, email.strip())):
        raise NoAddress(f"claim '{provider.email_claim}' is {email!r}, which is no e-mail address")
    checked = claims.get("email_verified") if provider.email_claim == "email" else None
    if not (checked in (True, "true") or (provider.vouched and checked is None)):
        raise NoAddress(
            f"the provider does not vouch for {email} (email_verified is {checked!r}); where it knows addresses to be "
            "true without saying so, set FAIRLEAD_OIDC_TRUST_EMAIL=true"
        )
    groups = groups_of(claims, provider.groups_claim)
    role = next((role for group, role in provider.roles if group in groups), None)
    return Arrival(provider.issuer, str(claims["sub"]), email.strip(), str(claims.get("name") or email), role)


def groups_of(claims: Mapping[str, object], path: str) -> frozenset[str]:
    """The groups under a claim, or under one inside others (`realm_access.roles`)."""
    found: object = claims
    for name in [path] if path in claims else path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    match found:
        case str():
            return frozenset({found})
        case list():
            return frozenset(map(str, found))
        case _:
            return frozenset()
