"""The firm's OpenID provider, by way of Authlib: where a browser is sent, and who came back from there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from authlib.integrations.starlette_client import StarletteOAuth2App

from pages.door.provider import Flow, Provider, ProviderError, arrival_of
from store.state.identities import Arrival

TIMEOUT_S = 10.0
TOKEN_LASTS_S = 600.0
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
SIGNED_BY = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


async def way_out(provider: Provider, flow: Flow, lasts_s: int, anew: bool = False) -> str:
    """
    The provider's address to send a browser to; `anew` makes it ask for the password even where it knows the person.
    Raises what the network raises, and ProviderError.
    """
    client = await _client(provider)
    more = {"prompt": "login"} if anew else {}
    asked = await client.create_authorization_url(
        provider.callback,
        state=flow.state,
        nonce=flow.nonce,
        code_verifier=flow.verifier,
        max_age=lasts_s,
        **more,
    )
    return str(asked["url"])


async def came_back(provider: Provider, flow: Flow, code: str) -> tuple[Arrival, datetime | None]:
    """
    Who stands behind the provider's code, its signature, issuer, audience, nonce and age checked, and when they last
    proved it (None where the provider does not say). Raises what Authlib and the network raise, and ProviderError.
    """
    client = await _client(provider)
    token = await client.fetch_access_token(provider.callback, code=code, code_verifier=flow.verifier)
    claims = await client.parse_id_token(token, nonce=flow.nonce)
    if claims is None:
        raise ProviderError("the provider sent no ID token; is 'openid' among the scopes?")
    since = claims.get("auth_time")
    told = {**await _more(client, provider, claims, token), **claims}
    return arrival_of(provider, told), datetime.fromtimestamp(since, UTC) if since else None


@dataclass(frozen=True)
class SignedOut:
    """Who signed out at the provider, and in which of its sessions; one of both may be empty."""

    subject: str
    session: str


async def signed_out(provider: Provider, token: str) -> SignedOut:
    """
    Who a logout token says signed out, its signature, issuer, audience, age and purpose checked (OpenID Connect
    Back-Channel Logout 1.0, 2.6). Raises ProviderError and what Authlib and the network raise.
    """
    client = await _client(provider)
    told = await client.parse_id_token({"id_token": token}, None, claims_cls=LogoutToken)
    return SignedOut(str(told.get("sub") or ""), str(told.get("sid") or ""))


class LogoutToken(dict[str, Any]):
    """The claims of a logout token, as Authlib checks claims."""

    def __init__(
        self, claims: Mapping[str, Any], _header: object, known: Mapping[str, Any], asked: Mapping[str, Any]
    ) -> None:
        super().__init__(claims)
        self.issuers, self.audience = known["iss"]["values"], asked["client_id"]

    def validate(self, leeway: int) -> None:
        """Raises ProviderError. A token that names no purpose, or holds a nonce, is another kind of token."""
        now, until, made = time.time(), self.get("exp"), self.get("iat")
        events, heard = self.get("events"), self.get("aud")
        right = {
            "iss": self.get("iss") in self.issuers,
            "aud": self.audience in (heard if isinstance(heard, list) else [heard]),
            "exp": isinstance(until, int | float) and until > now - leeway,
            "iat": isinstance(made, int | float) and now - TOKEN_LASTS_S - leeway < made < now + leeway,
            "events": isinstance(events, Mapping) and isinstance(events.get(LOGOUT), Mapping),
            "jti": bool(self.get("jti")),
            "nonce": "nonce" not in self,
            "sub": bool(self.get("sub") or self.get("sid")),
        }
        if wrong := [name for name, fits in right.items() if not fits]:
            raise ProviderError(f"the logout token is wrong in {', '.join(wrong)}")


async def way_to_sign_out(provider: Provider) -> str:
    """Where the provider itself signs people out; empty where it does not tell."""
    client = await _client(provider)
    if "end_session_endpoint" not in client.server_metadata:
        return ""
    return str((await client.create_logout_url(client_id=provider.client_id))["url"])


async def _more(
    client: StarletteOAuth2App, provider: Provider, claims: Mapping[str, object], token: Mapping[str, object]
) -> Mapping[str, object]:
    """What the provider tells beside the ID token; asked only where something is missing there."""
    wanted = {provider.email_claim}
    if provider.roles:
        wanted.add(provider.groups_claim.partition(".")[0])
    if not provider.vouched:
        wanted.add("email_verified")
    if wanted <= set(claims) or "userinfo_endpoint" not in client.server_metadata:
        return {}
    told: Mapping[str, object] = await client.userinfo(token=token)
    if told.get("sub") != claims["sub"]:
        raise ProviderError("the provider told of somebody else than the ID token")
    return told


async def _client(provider: Provider) -> StarletteOAuth2App:
    """Authlib's client, its provider looked up once a process."""
    client = _unread(provider)
    found = await client.load_server_metadata()
    if str(found.get("issuer")).rstrip("/") != provider.issuer:
        _unread.cache_clear()
        raise ProviderError(f"the provider calls itself {found.get('issuer')!r}, not {provider.issuer!r}")
    offered = found.get("id_token_signing_alg_values_supported") or []
    found["id_token_signing_alg_values_supported"] = [each for each in offered if each in SIGNED_BY] or [
        "RS256"
    ]
    return client


@lru_cache(maxsize=4)
def _unread(provider: Provider) -> StarletteOAuth2App:
    return StarletteOAuth2App(
        framework=None,
        name="provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": provider.scopes, "code_challenge_method": "S256", "timeout": TIMEOUT_S},
    )
