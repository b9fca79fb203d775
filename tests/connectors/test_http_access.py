"""Tokens of OAuth2: got once, renewed before and when they end, and a refresh token that rotates is spent once."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest
from web_shop import BY_NUMBER, DECLARED, SOURCE, Asked, Shop, Told, opened, page, parcel

from connectors.errors import SourceError
from connectors.http.access import Access, Credentials, Kept, Record, digest
from connectors.http.signing import Auth, Grant, SignIn, Tokens
from connectors.http.source import http_source
from store.key_file import KeyFile
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus
from store.vault import Vault

SECRETS = {
    "stored:client": "client-1", "stored:secret": "canary-secret-1", "stored:refresh": "canary-refresh-0",
}  # fmt: skip
BY_TOKENS = 'auth = {{ kind = "oauth", token = "{token}", grant = "{grant}"{more} }}'
GIVEN = 'client = "stored:client"\nsecret = "stored:secret"\nrefresh = "stored:refresh"\n'


class Provider:
    """Gives tokens T1, T2, ..., good for an hour; with `rotates` each refresh token is good once."""

    def __init__(self, *, rotates: bool = False) -> None:
        self.rotates, self.spent, self.forms = rotates, list[str](), list[dict[str, str]]()
        self.valid: set[str] = set()
        self.held = "canary-refresh-0"

    def __call__(self, asked: Asked) -> Told:
        form = dict(parse_qsl(asked.body))
        self.forms.append(form)
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.held:
                return Told({"error": "invalid_grant", "token": form["refresh_token"]}, 400)
            self.spent.append(self.held)
            self.held = f"canary-refresh-{len(self.spent)}" if self.rotates else self.held
        self.valid = {f"canary-token-{len(self.forms)}"}
        told = {"access_token": f"canary-token-{len(self.forms)}", "expires_in": 3600}
        return Told({**told, "refresh_token": self.held} if self.rotates else told)


@pytest.fixture
def vault(firm: Any, tmp_path: Path) -> Callable[[], Vault]:
    return lambda: Vault(
        firm.store.state.secrets, KeyFile(tmp_path / "keys" / "secrets.key", tmp_path / "home")
    )


@pytest.fixture
def asking(firm: Any, vault: Callable[[], Vault], monkeypatch: pytest.MonkeyPatch) -> Any:
    firm.builders["http"] = partial(http_source, resolve=lambda text: SECRETS.get(text, text), vault=vault)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    return firm


@pytest.fixture
def tokens() -> Iterator[Shop]:
    with opened(Provider()) as host:
        yield host


def declare(asking: Any, token: str, grant: str = "refresh", more: str = "") -> None:
    told = DECLARED.format(pages=BY_NUMBER, clock="seconds")
    asking.write(
        "shop.toml", told.replace('auth = { kind = "bearer" }', BY_TOKENS.format(token=token, grant=grant, more=more))
    )  # fmt: skip


def guarded(valid: Callable[[], set[str]], pages: dict[str, Told]) -> Callable[[Asked], Told]:
    """Pages by number for whoever brings a token that is valid now, 401 for everybody else."""

    def answer(asked: Asked) -> Told:
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in valid():
            return Told({"error": "expired"}, 401)
        return pages.get(asked.parameters.get("page", "1"), page())

    return answer


THREE = {"1": page(parcel(1)), "2": page(parcel(2)), "3": page(parcel(3))}


def synced(asking: Any, tokens: Shop, more: str = GIVEN) -> tuple[Any, Shop]:
    """The report of one sync, and the host with the pages."""
    with opened(guarded(lambda: tokens.answer.valid, THREE)) as shop:  # type: ignore[attr-defined]
        return asking.sync(SOURCE.format(host=shop.host).replace('key = "env:SHOP"\n', more)), shop


@pytest.mark.parametrize("by", ["form", "basic"])
def test_client_credentials_give_one_token_for_a_pull(asking: Any, tokens: Shop, by: str) -> None:
    """Four pages, one token, asked for at another host with id, secret and scope, as the system wants them."""
    declare(asking, f"{tokens.host}/token", "client", f', by = "{by}", more = {{ scope = "read" }}')
    report, shop = synced(asking, tokens)
    known = {"grant_type": "client_credentials", "scope": "read"}
    own = {"client_id": "client-1", "client_secret": "canary-secret-1"}
    pair = b64encode(b"client-1:canary-secret-1").decode()

    assert (report.status, report.counts[0].new, len(shop.asked)) == (RunStatus.OK, 3, 4)
    assert tokens.answer.forms == [known if by == "basic" else known | own]  # type: ignore[attr-defined]
    assert (tokens.asked[0].headers.get("Authorization") == f"Basic {pair}") is (by == "basic")


def test_a_token_that_ends_in_the_middle_is_renewed_once(asking: Any, tokens: Shop) -> None:
    """The second page is refused; with another token it is read, and no row is lost or read twice."""
    declare(asking, f"{tokens.host}/token")
    provider: Any = tokens.answer
    ended = False

    def answer(asked: Asked) -> Told:
        nonlocal ended
        if asked.parameters["page"] == "2" and not ended:
            ended, provider.valid = True, set()
        return guarded(lambda: provider.valid, THREE)(asked)

    with opened(answer) as shop:
        report = asking.sync(SOURCE.format(host=shop.host).replace('key = "env:SHOP"\n', GIVEN))
    assert (report.status, report.counts[0].read, shop.pages()) == (
        RunStatus.OK,
        3,
        ["1", "2", "2", "3", "4"],
    )
    assert provider.spent == ["canary-refresh-0", "canary-refresh-0"]


def test_a_host_that_refuses_every_token_is_asked_twice(asking: Any, tokens: Shop) -> None:
    declare(asking, f"{tokens.host}/token")
    with opened(lambda _: Told({}, 401)) as shop:
        report = asking.sync(SOURCE.format(host=shop.host).replace('key = "env:SHOP"\n', GIVEN))
    assert "refused the key (401)" in report.message
    assert (len(shop.asked), len(tokens.asked)) == (2, 2)


def test_a_refresh_token_that_rotates_is_kept_and_seen_nowhere(asking: Any, vault: Any) -> None:
    """
    Three pulls: the first spends the given one, the second uses the token that was kept, the third spends the second
    one after the host took the token back. What is kept stands in no table as it is.
    """
    with opened(Provider(rotates=True)) as tokens:
        provider: Any = tokens.answer
        declare(asking, f"{tokens.host}/token", more=", rotates = true")
        done = [synced(asking, tokens)[0].message, synced(asking, tokens)[0].message]
        assert provider.spent == ["canary-refresh-0"]
        provider.valid = set()
        done.append(synced(asking, tokens)[0].message)

    assert (done, provider.spent) == (["", "", ""], ["canary-refresh-0", "canary-refresh-1"])
    assert "canary-refresh-2" in vault().value("oauth.shop")
    files = [file.read_bytes() for file in asking.store.home.rglob("*") if file.is_file()]
    assert not [each for each in files if b"canary-" in each]


def test_a_refresh_token_given_anew_takes_the_place_of_the_kept_one(asking: Any, monkeypatch: Any) -> None:
    """The chain broke: the pull says so and what to do; with another one by hand it goes on from there."""
    with opened(Provider(rotates=True)) as tokens:
        provider: Any = tokens.answer
        declare(asking, f"{tokens.host}/token", more=", rotates = true")
        synced(asking, tokens)
        provider.held, provider.valid = "canary-refresh-x", set()
        broken, _ = synced(asking, tokens)
        monkeypatch.setitem(SECRETS, "stored:refresh", "canary-refresh-x")
        done, _ = synced(asking, tokens)

    assert "answered with 400" in broken.message
    assert "sign in to the system anew" in broken.message
    assert "canary-" not in broken.message
    assert (broken.status, done.status, provider.spent[-1]) == (
        RunStatus.FAILED,
        RunStatus.OK,
        "canary-refresh-x",
    )


def access(vault: Any, tokens: Shop, waits: list[float] | None = None) -> Access:
    """A process of its own that asks with what is kept."""
    told = Tokens(f"{tokens.host}/token", Grant.REFRESH, rotates=True)
    own = Credentials("client-1", "canary-secret-1", "canary-refresh-0")
    slept = (waits if waits is not None else []).append
    return Access(
        "shop", Auth(SignIn.OAUTH, "Authorization", tokens=told), told, told.address, own, Kept("shop", vault),
        inside=True, sleep=slept,
    )  # fmt: skip


def test_of_many_at_once_one_spends_the_refresh_token(asking: Any, vault: Any) -> None:
    """Eight threads begin together: the provider is asked once, and all of them sign with the token it gave."""
    with opened(Provider(rotates=True)) as tokens:
        provider: Any = tokens.answer
        line, found, wrong = Barrier(8), list[str](), list[BaseException]()

        def work() -> None:
            own = access(vault, tokens)
            own.sleep = lambda _: None
            line.wait()
            for _ in range(50):
                try:
                    return found.append(own.headers()["Authorization"])
                except SourceError as busy:
                    if not busy.retry:
                        wrong.append(busy)

        threads = [Thread(target=work) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert wrong == []
    assert (provider.spent, set(found), len(found)) == (["canary-refresh-0"], {"Bearer canary-token-1"}, 8)


def test_a_claim_is_waited_for_and_ends(vault: Any, tokens: Shop) -> None:
    """Another process is spending it: nothing is asked; five minutes later, as that one died, it is."""
    begin = 1_000_000.0
    own, waits = access(vault, tokens), list[float]()
    own.sleep, own.now = waits.append, lambda: begin
    assert own.kept is not None
    mine = Record("canary-refresh-0", digest(own.credentials.refresh), claimed=begin + 300)
    own.kept.write(mine, 0)
    with pytest.raises(SourceError, match="another process is renewing"):
        own.headers()
    assert (tokens.asked, len(waits)) == ([], 60)
    own.now = lambda: begin + 301
    assert own.headers() == {"Authorization": "Bearer canary-token-1"}


def test_a_token_is_renewed_a_minute_before_its_end(vault: Any, tokens: Shop) -> None:
    """It lasts an hour: at 58 minutes it is still used, at 59 there is another one."""
    begin = 1_000_000.0
    own = access(vault, tokens)
    told = []
    for minute in (0, 58, 59):
        own.now = lambda minute=minute: begin + 60 * minute  # type: ignore[misc]
        told.append(own.headers()["Authorization"])
    assert told == ["Bearer canary-token-1", "Bearer canary-token-1", "Bearer canary-token-2"]


def test_a_token_host_may_be_another_one_of_the_firm(asking: Any, tokens: Shop) -> None:
    """The declared address is of the maker; the source names its own host, and the path stays."""
    declare(asking, "https://login.example.com/common/token")
    report, _ = synced(asking, tokens, f'{GIVEN}token_host = "{tokens.host}"\n')
    assert report.status is RunStatus.OK
    assert [each.path for each in tokens.asked] == ["/common/token"]
    assert asking.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") is not None
