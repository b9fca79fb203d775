"""The firm's OpenID provider by settings, one way to it and back, and who its claims say somebody is."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kpi.model import Department
from store.scope import Scope
from store.state import Role
from store.state.identities import Arrival, Newcomers
from store.state.secrets import new_token

KINDS = ("department", "market", "team")
EVERY, ALL = "*", "all"


class ProviderError(Exception):
    """The provider did not answer as agreed; the message is for the log, not for strangers."""


class NoAddress(ProviderError):
    """The provider told no e-mail address, or none that it vouches for."""


class TooLongAgo(ProviderError):
    """The person proved who they are longer ago than a session lasts; the provider has to ask again."""


class WrongParts(ValueError):
    """The setting that says which group sees which part cannot be read."""


@dataclass(frozen=True)
class Part:
    """What a group sees: one `name` of a kind, all of the kind where it is `*`; everything where the kind is `all`."""

    group: str
    kind: str
    name: str = EVERY


@dataclass(frozen=True)
class Provider:
    """
    One provider by settings; `issuer` without a slash at its end. `roles` are pairs of a group and the role it seeds,
    the first that fits counts; `parts` what groups see, all that fit add up; `vouched`: addresses count although the
    provider does not say that it checked them.
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
    parts: tuple[Part, ...] = ()
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
    name, session = str(claims.get("name") or email), str(claims.get("sid") or "")
    scope = scope_of(provider.parts, groups)
    return Arrival(provider.issuer, str(claims["sub"]), email.strip(), name, role, scope, session)


def parts_of(told: str) -> tuple[Part, ...]:
    """
    What groups see, of `group=department:shipping, group=market:DE, group=team:*, group=all`. Raises WrongParts.
    """
    return tuple(_part(each) for each in told.split(",") if each.strip())


def _part(told: str) -> Part:
    group, _, what = (word.strip() for word in told.rpartition("="))
    kind, _, name = (word.strip() for word in what.partition(":"))
    known = (kind == ALL and not name) or (kind in KINDS and bool(name))
    if not group or not known:
        raise WrongParts(
            f"'{told.strip()}' is no group and what it sees; write group=department:NAME, group=market:NAME, "
            "group=team:NAME (* for all of them) or group=all"
        )
    departments = [each.value for each in Department]
    if kind == "department" and name not in (*departments, EVERY):
        raise WrongParts(f"there is no department '{name}'; write one of {', '.join(departments)}")
    return Part(group, kind, name or EVERY)


def scope_of(parts: Collection[Part], groups: Collection[str]) -> Scope:
    """
    What somebody of these groups sees at first: of each kind that any group is limited by, what their own groups give,
    which may be nothing; of the other kinds everything.
    """
    mine = [part for part in parts if part.group in groups]
    if any(part.kind == ALL for part in mine):
        return Scope()
    return Scope(*(_names(kind, parts, mine) for kind in KINDS))


def _names(kind: str, parts: Collection[Part], mine: Collection[Part]) -> frozenset[str] | None:
    names = frozenset(part.name for part in mine if part.kind == kind)
    limited = any(part.kind == kind and part.name != EVERY for part in parts)
    return None if not limited or EVERY in names else names


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
