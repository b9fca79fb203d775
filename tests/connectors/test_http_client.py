"""One question to a host: what passes by itself is asked again, all else is one clear line, and no secret leaves."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from own_certificate import certificate_of
from web_shop import Asked, Shop, Told, in_turn, opened

from connectors.errors import SourceError
from connectors.http.asking import Question
from connectors.http.client import Client
from connectors.http.declared import Clock, Limit
from connectors.http.signing import Signed
from store.redaction import learn

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)
SECRET = "canary-3141592"


def client(shop: Shop, waits: list[float], clock: Clock = Clock.SECONDS, **more: object) -> Client:
    limit = Limit(10_000, "x-reset", clock)
    given = {"inside": True, **more}
    own = Signed({"Authorization": f"Bearer {SECRET}"})
    return Client("shop", shop.host, own, limit, sleep=waits.append, now=lambda: NOON, **given)  # type: ignore[arg-type]


def asked(answer: Callable[[Asked], Told], **more: object) -> tuple[object, list[float], Shop]:
    """The body, how long was waited, and the host."""
    waits: list[float] = []
    with opened(answer) as shop:
        found = client(shop, waits, **more)  # type: ignore[arg-type]
        try:
            return found.ask(Question("/parcels")).body, waits, shop
        finally:
            found.close()


HOST_NOON = NOON.replace(hour=15)  # its clock is three hours ahead of ours
DATE = {"Date": format_datetime(HOST_NOON, usegmt=True)}
BUSY_UNTIL = {**DATE, "Retry-After": format_datetime(HOST_NOON.replace(second=7), usegmt=True)}


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Told({}, 429, {"Retry-After": "2"}), 2.0),
        (Told({}, 429, {"Retry-After": "2.5"}), 2.5),
        (Told({}, 429, BUSY_UNTIL), 7.0),
        (Told({}, 429, {"x-reset": "36"}), 36.0),
        (Told({}, 503, {"Retry-After": "3"}), 3.0),
        (Told({}, 429), None), (Told({}, 500), None), (Told(b'{"a": [1, 2', 200), None),
        (Told(b"<html>Maintenance</html>", 200, {"Content-Type": "text/html"}), None),
        (Told(b"{}", 200, {"Content-Length": "100"}), None),
    ],
)  # fmt: skip
def test_what_passes_by_itself_is_asked_again(fault: Told, wait: float | None) -> None:
    """Twice wrong, then right: the answer counts. The host's own wait is kept, else at most half and one second."""
    body, waits, shop = asked(in_turn(fault, fault, Told({"right": 1})))

    assert (body, len(shop.asked)) == ({"right": 1}, 3)
    assert waits == [wait, wait] if wait else 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0


def test_a_limit_may_end_at_a_moment_since_1970() -> None:
    """Nine seconds after now, by the kind of clock that the system is declared to have, which may go wrong."""
    busy = Told({}, 429, {**DATE, "x-reset": str(int(HOST_NOON.timestamp()) + 9)})
    assert asked(in_turn(busy, Told({})), clock=Clock.EPOCH)[1] == [9.0]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told({}, 500), "answered with 500, 6 times in a row"),
        (Told(b"<html>", 200, {"Content-Type": "text/html"}), r"not whole JSON \(text/html, 6 bytes\), 6 times"),
        (Told({}, 429, {"Retry-After": "3600"}), "wants to be left alone for 3,600 s"),
        (Told({}, 401), r"refused the key \(401\). Look at the key"),
        (Told({"why": f"no {SECRET}"}, 400), "answered with 400"),
        (Told({}, 302, {"Location": "https://other.example.com/x"}), "sends on to https://other.example.com"),
        (Told({}, 302, {"Location": "/parcels"}), "without an end"),
        (Told({}, 304), "answered with 304"),
    ],
)  # fmt: skip
def test_what_stays_wrong_is_one_line(told: Told, why: str) -> None:
    """It names the source and the host, says what to do, and holds no secret."""
    learn(SECRET)
    with pytest.raises(SourceError, match=why) as error:
        asked(in_turn(told))
    assert str(error.value).startswith("Source 'shop': 127.0.0.1 ")
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_another_host_never_hears_the_key() -> None:
    """The first host sends on to a second one of ours: it is asked nothing."""
    with opened(in_turn(Told({}))) as other, pytest.raises(SourceError):
        asked(in_turn(Told({}, 307, {"Location": f"{other.host}/parcels"})))
    assert other.asked == []


def test_it_follows_within_the_host() -> None:
    """A path that moved is followed, with the key."""
    body, _, shop = asked(
        lambda each: Told({}, 308, {"Location": "/new"}) if each.path == "/parcels" else Told({"a": 1})
    )
    assert (body, [each.path for each in shop.asked]) == ({"a": 1}, ["/parcels", "/new"])
    assert shop.asked[1].headers["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::a00:1"])
def test_inner_addresses_are_not_asked(address: str) -> None:
    """A name that means an address inside is refused before anything is sent."""
    limit = Limit(10_000, "", Clock.SECONDS)
    own = Client("shop", "https://shop.example.com", Signed(), limit, look=lambda *_: [address])
    with pytest.raises(SourceError, match="not on the open internet"):
        own.ask(Question("/parcels"))
    assert own.requests == 0
    own.close()


def test_keys_do_not_travel_in_the_open() -> None:
    """Plain HTTP is refused unless the system is one's own."""
    with pytest.raises(SourceError, match="not reached over TLS"):
        asked(in_turn(Told({})), inside=False)


def test_amounts_keep_their_digits() -> None:
    """1.10 stays 1.10, and a number of 17 digits keeps all of them."""
    body, _, _ = asked(in_turn(Told(b'{"price": 1.10, "id": 12345678901234567}')))
    assert body == {"price": "1.10", "id": 12345678901234567}


def test_an_answer_without_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the most megabytes are not kept."""
    monkeypatch.setattr("connectors.http.client.MOST_MB", 1)
    with pytest.raises(SourceError, match="more than 1 MB"):
        asked(in_turn(Told(b'"' + b"x" * 1_200_000 + b'"')))


@pytest.mark.parametrize(("name", "is_believed"), [("shop.example.com", True), ("other.example.com", False)])
def test_the_name_is_checked_though_the_address_is_asked(
    tmp_path: Path, name: str, is_believed: bool
) -> None:
    """Over TLS the checked address is connected to, and its certificate has to be that of the declared name."""
    made = certificate_of(tmp_path, x509.DNSName(name))
    trust = ssl.create_default_context(cafile=str(made.file))
    with opened(in_turn(Told({"a": 1})), made.context) as shop:
        port = shop.host.rpartition(":")[2]
        shop.host = f"https://shop.example.com:{port}"
        own = client(shop, [], trust=trust, look=lambda *_: ["127.0.0.1"])
        try:
            if is_believed:
                assert own.ask(Question("/parcels")).body == {"a": 1}
                assert shop.asked[0].headers["Host"] == f"shop.example.com:{port}"
            else:
                with pytest.raises(SourceError, match="ConnectError"):
                    own.ask(Question("/parcels"))
                assert shop.asked == []
        finally:
            own.close()


QUESTION = Question("/parcels", {"a": "1"}, b'{"page": 2}')


def posted(answer: Callable[[Asked], Told]) -> Shop:
    """The host, after it was asked a question with a body."""
    with opened(answer) as shop:
        own = client(shop, [])
        try:
            own.ask(QUESTION)
        finally:
            own.close()
        return shop


def test_a_question_with_a_body_is_posted_and_asked_again() -> None:
    """Once busy, then sent on with 307, then answered: the body goes along each time, the parameters to the first."""
    shop = posted(in_turn(Told({}, 503), Told({}, 307, {"Location": "/new"}), Told({})))
    assert [(each.method, each.path, each.body, each.parameters) for each in shop.asked] == [
        ("POST", "/parcels", '{"page": 2}', {"a": "1"}),
        ("POST", "/parcels", '{"page": 2}', {"a": "1"}),
        ("POST", "/new", '{"page": 2}', {}),
    ]
    assert shop.asked[0].headers["Content-Type"] == "application/json"


def test_a_body_is_not_lost_on_the_way() -> None:
    """302 would make a question without a body of it."""
    with pytest.raises(SourceError, match="with 302, which would lose the body"):
        posted(in_turn(Told({}, 302, {"Location": "/new"})))


def test_a_secret_that_is_cut_off_is_hidden_whole() -> None:
    """It stands across the 200th sign of a refusal, of which 200 are told."""
    learn(SECRET)
    with pytest.raises(SourceError) as error:
        asked(in_turn(Told(f"{'x' * 195}{SECRET}".encode(), 400)))
    assert SECRET[:5] not in str(error.value)


def test_a_body_may_ask_for_patience() -> None:
    """A code of the declared ones is waited for, whatever the status; another one under 400 is an end."""
    busy = Limit(10_000, "", Clock.SECONDS, ("error", "code"), ("17",))
    waits: list[float] = []
    with opened(
        in_turn(Told({"error": {"code": 17}}, 400), Told({"error": {"code": 17}}), Told({"a": 1}))
    ) as shop:
        own = client(shop, waits)
        own.limit = busy
        assert own.ask(Question("/parcels")).body == {"a": 1}
        shop.answer = in_turn(Told({"error": {"code": 4}}, 400))
        with pytest.raises(SourceError, match="answered with 400"):
            own.ask(Question("/parcels"))
        own.close()
    assert len(waits) == 2
