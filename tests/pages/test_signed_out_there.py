"""The provider says by itself that somebody signed out: what it signed for us ends sessions, nothing else does."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from authlib.integrations.starlette_client import StarletteOAuth2App
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from plain_browser import Answer, Browser
from starlette.applications import Starlette
from starlette.middleware import Middleware

from pages.door import Entrance, Guard, Provider, openid, routes
from pages.parts.load import opened_store
from store.state import State
from store.state.identities import Arrival, Newcomers
from store.state.sessions import named_by

PROVIDER = Provider(
    "https://login.example.com", "fairlead", "q7Xw-fR2v_9tLzP4", "https://kpi.example.com/sign-in/callback"
)
KEY, OTHER = ECKey.generate_key("P-256", {"kid": "1"}), ECKey.generate_key("P-256", {"kid": "1"})
ANN = Arrival(PROVIDER.issuer, "7f3a", "ann@example.com", "Ann")
EVENTS = {"http://schemas.openid.net/event/backchannel-logout": {}}


def claims(**more: object) -> dict[str, object]:
    now = int(time.time())
    told: dict[str, object] = {
        "iss": PROVIDER.issuer, "aud": "fairlead", "iat": now, "exp": now + 120, "jti": "1", "events": EVENTS,
        "sub": ANN.subject, "sid": "s1", **more,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def signed(told: Mapping[str, object], key: ECKey = KEY) -> str:
    return jwt.encode({"alg": "ES256", "kid": "1", "typ": "logout+jwt"}, dict(told), key)


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Entrance:
    home = tmp_path_factory.mktemp("there")
    return Entrance(home, f"sqlite:///{home / 'state.db'}", signs_in=True, provider=PROVIDER)


@pytest.fixture
def state(entrance: Entrance, monkeypatch: pytest.MonkeyPatch) -> State:
    """Ann has come by the provider, whose keys are at hand."""
    client = StarletteOAuth2App(
        framework=None, name="provider", client_id="fairlead", client_secret="q7Xw-fR2v_9tLzP4",
        server_metadata_url="https://login.example.com/.well-known/openid-configuration",
    )  # fmt: skip
    client.server_metadata |= {
        "issuer": PROVIDER.issuer, "jwks": {"keys": [KEY.as_dict(private=False)]}, "_loaded_at": time.time(),
        "id_token_signing_alg_values_supported": ["ES256"],
    }  # fmt: skip
    monkeypatch.setattr(openid, "_unread", lambda _provider: client)
    store = opened_store(entrance.home, entrance.database)
    store.state.identities.arrive(ANN, Newcomers.VIEWER, datetime.now(UTC))
    return store.state


@pytest.fixture
def browser(entrance: Entrance) -> Browser:
    guard = Middleware(Guard, entering=lambda: entrance)
    return Browser(Starlette(routes=routes(lambda: entrance), middleware=[guard]))


def said(browser: Browser, token: str, origin: str = "http://kpi") -> Answer:
    """What the provider's server posts."""
    return browser.post(
        "/sign-in/ended", {"logout_token": token}, content_length=str(len(token) + 13), origin=origin
    )


def is_in(state: State, token: str) -> bool:
    return state.sessions.whose(token, datetime.now(UTC)) is not None


@pytest.fixture
def token(state: State) -> str:
    return state.sessions.start(ANN.email, datetime.now(UTC), provider_session=named_by(ANN.issuer, "s1"))


@pytest.mark.parametrize("more", [{}, {"sid": None}, {"sub": None}, {"aud": ["other", "fairlead"]}])
def test_what_the_provider_signed_ends_the_session(
    browser: Browser, state: State, token: str, more: dict[str, object]
) -> None:
    """By person and session, by person, by session; at once, and saying it twice is no mistake."""
    for _ in range(2):
        answer = said(browser, signed(claims(**more)))
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, "", "no-store")
    assert not is_in(state, token)


WRONG: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://evil.example"}, "another audience": {"aud": "other"},
    "too old": {"iat": int(time.time()) - 3600, "exp": int(time.time()) + 3600}, "run out": {"exp": 1},
    "without an end": {"exp": None}, "of tomorrow": {"iat": int(time.time()) + 86_400}, "no purpose": {"events": None},
    "another purpose": {"events": {"http://schemas.openid.net/event/other": {}}}, "an ID token": {"nonce": "1"},
    "without a number": {"jti": None}, "about nobody": {"sub": None, "sid": None},
}  # fmt: skip


FORGED = ("another key", "a secret for a key", "not signed", "no token", "nothing", "huge")


@pytest.mark.parametrize("what", [*WRONG, *FORGED])
def test_anything_else_ends_nothing(browser: Browser, state: State, token: str, what: str) -> None:
    shared = OctKey.import_key(PROVIDER.client_secret, {"kid": "1"})
    plain = signed(claims())
    forged = {
        "another key": signed(claims(), OTHER), "no token": "a.b.c", "nothing": "", "huge": "x" * 20_000,
        "not signed": f"eyJhbGciOiJub25lIn0.{plain.split('.')[1]}.",
        "a secret for a key": jwt.encode({"alg": "HS256", "kid": "1"}, claims(), shared),
    }  # fmt: skip
    sent = signed(claims(**WRONG[what])) if what in WRONG else forged[what]
    answer = said(browser, sent)

    assert (answer.status, answer.body) == (400, "400")
    assert is_in(state, token)


def test_a_page_of_another_site_cannot_say_it(browser: Browser, state: State, token: str) -> None:
    """Not even with a token that is right: providers send no Origin, and other sites get no further."""
    assert said(browser, signed(claims()), "https://evil.example").status == 403
    assert browser.get("/sign-in/ended").status == 400
    assert is_in(state, token)
