"""Passwords, sessions and links that work once, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from store.database import StateError
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import NotAllowed, Role, State, User, secrets
from store.state.accounts import TRIES, TRIES_FROM, SpentToken, TooManyTries, WrongPassword
from store.state.audit import Wanted
from store.state.flood import MOST, Flood
from store.state.secrets import WeakPassword, hashed_password, is_password, require_strong

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD = "kettle orbit mango"
ANN = User("ann@example.com", "Ann", Role.LEAD, markets=frozenset({"DE"}))
FRENCH_MANAGER = Principal("bo@example.com", Scope(markets=frozenset({"FR"})), role=Role.MANAGER)


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes its time only where it is what is tested."""
    if "state" in request.fixturenames:
        monkeypatch.setattr(secrets, "N", 16)


def invited(state: State, user: User = ANN, password: str = PASSWORD) -> User:
    """Ann with a password."""
    state.users.save(LOCAL_OWNER, user, seen=0)
    return state.accounts.accept(state.accounts.invite(LOCAL_OWNER, user.email, NOON), password, NOON)


def every_text(state: State) -> str:
    """All that the database keeps of signing in, as one text."""
    tables = (
        "users",
        "passwords",
        "sessions",
        "one_time_tokens",
        "failed_sign_ins",
        "audit_trail",
        "done_commands",
    )
    with state.engines.read.connect() as connection:
        return "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)


def test_a_password_is_told_from_others_and_salted() -> None:
    """The same password twice gives two hashes; both know it, and neither knows another."""
    one, other = hashed_password(PASSWORD), hashed_password(PASSWORD)

    assert one != other
    assert is_password(PASSWORD, one)
    assert is_password(PASSWORD, other)
    assert not is_password(PASSWORD + " ", one)


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "at least 12"), ("aaaaabbbbbccccc", "repeats"), ("ann-lee is here", "name or address")],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why):
        require_strong(password, "Ann Lee", "ann-lee@example.com")


def test_the_first_administrator_is_set_up_once(state: State) -> None:
    """The token of the terminal makes one administrator who sees all; it opens nothing a second time."""
    assert state.accounts.needs_set_up()
    token = state.accounts.set_up_token(NOON)
    made = state.accounts.set_up(token, "Ada", "Ada@Example.com", PASSWORD, NOON + HOUR)

    assert (made.email, made.role, made.departments) == ("ada@example.com", Role.ADMIN, None)
    assert not state.accounts.needs_set_up()
    with pytest.raises(SpentToken):
        state.accounts.set_up(token, "Eve", "eve@example.com", PASSWORD, NOON + HOUR)
    with pytest.raises(StateError, match="administrator already"):
        state.accounts.set_up_token(NOON)


def test_a_second_set_up_token_ends_the_first(state: State) -> None:
    """Whoever reads an old terminal comes too late; so does who waits a day."""
    old = state.accounts.set_up_token(NOON)
    new = state.accounts.set_up_token(NOON)

    for token, at in ((old, NOON), (new, NOON + DAY)):
        with pytest.raises(SpentToken):
            state.accounts.set_up(token, "Eve", "eve@example.com", PASSWORD, at)


def test_an_invited_person_signs_in(state: State) -> None:
    """Ann follows her link, signs in with her password, and is seen as Ann until she signs out."""
    invited(state)
    ann = state.accounts.check("ANN@example.com ", PASSWORD, "192.0.2.1", NOON)
    token = state.sessions.start(ann.email, NOON)

    assert state.sessions.whose(token, NOON + HOUR) == ANN
    state.sessions.end(token, NOON + HOUR)
    assert state.sessions.whose(token, NOON + HOUR) is None


def test_an_invitation_works_once_and_for_three_days(state: State) -> None:
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    late = state.accounts.invite(LOCAL_OWNER, ANN.email, NOON)
    with pytest.raises(SpentToken):
        state.accounts.accept(late, PASSWORD, NOON + 3 * DAY)

    again = state.accounts.invite(LOCAL_OWNER, ANN.email, NOON)
    state.accounts.accept(again, PASSWORD, NOON)
    for token in (late, again, "made up"):
        with pytest.raises(SpentToken):
            state.accounts.accept(token, PASSWORD, NOON)


def test_only_who_sees_all_of_a_person_invites(state: State) -> None:
    state.users.save(LOCAL_OWNER, ANN, seen=0)

    with pytest.raises(NotAllowed):
        state.accounts.invite(FRENCH_MANAGER, ANN.email, NOON)
    with pytest.raises(StateError, match="No active user"):
        state.accounts.invite(LOCAL_OWNER, "nobody@example.com", NOON)


def test_a_stranger_and_a_wrong_password_are_told_the_same(state: State) -> None:
    """Nobody learns from the answer which addresses have an account, or which are closed."""
    invited(state)
    state.users.save(LOCAL_OWNER, User("old@example.com", "Old", active=False), seen=0)

    said = set()
    for email in (ANN.email, "nobody@example.com", "old@example.com"):
        with pytest.raises(WrongPassword) as raised:
            state.accounts.check(email, "not the password", "192.0.2.1", NOON)
        said.add(str(raised.value))
    assert len(said) == 1


def test_guessing_is_stopped_and_the_right_password_waits_too(state: State) -> None:
    """After five wrong passwords the right one is refused for a quarter of an hour, then taken."""
    invited(state)
    for minute in range(TRIES):
        with pytest.raises(WrongPassword):
            state.accounts.check(ANN.email, "not the password", "192.0.2.1", NOON + minute * MINUTE)

    with pytest.raises(TooManyTries, match="Wait 10 minutes"):
        state.accounts.check(ANN.email, PASSWORD, "192.0.2.1", NOON + 5 * MINUTE)
    assert state.accounts.check(ANN.email, PASSWORD, "192.0.2.1", NOON + 16 * MINUTE) == ANN


def test_one_address_may_not_try_many_accounts(state: State) -> None:
    """
    Thirty accounts with one wrong password each close the door for that address, not for others. Of 120 attempts at the
    closed door the first, the tenth and the hundredth leave an entry.
    """
    invited(state)
    for number in range(TRIES_FROM):
        with pytest.raises(WrongPassword):
            state.accounts.check(f"user{number}@example.com", "not the password", "192.0.2.9", NOON)

    for _ in range(120):
        with pytest.raises(TooManyTries):
            state.accounts.check(ANN.email, PASSWORD, "192.0.2.9", NOON)
    assert state.accounts.check(ANN.email, PASSWORD, "192.0.2.1", NOON) == ANN

    refused = state.audit.rows(LOCAL_OWNER, wanted=Wanted(what="sign-in refused"))
    told = [(each.subject, each.after) for each in reversed(refused)]
    who = {"account": ANN.email, "address": "192.0.2.9"}
    assert told == [("address 192.0.2.9", {"attempts": many, **who}) for many in (1, 10, 100)]


def test_a_flood_is_counted_anew_after_a_while_and_takes_no_room() -> None:
    """The first and the tenth within a quarter of an hour are told; of many thousand subjects the latest are known."""
    flood = Flood(timedelta(minutes=15))
    assert [flood.count("a", NOON) for _ in range(10)] == [1, *[None] * 8, 10]
    assert [flood.count("a", NOON + 15 * MINUTE) for _ in range(2)] == [1, None]
    for number in range(MOST):
        flood.count(f"b{number}", NOON)
    assert flood.count("a", NOON + 15 * MINUTE) == 1


@pytest.mark.parametrize("how", ["time", "disabled", "everywhere", "password"])
def test_a_session_ends(state: State, how: str) -> None:
    """By age, when the account is closed, everywhere at once, and when a new password is set."""
    invited(state)
    token = state.sessions.start(ANN.email, NOON)
    assert state.sessions.whose(token, NOON + 11 * HOUR) == ANN

    match how:
        case "disabled":
            state.users.save(LOCAL_OWNER, replace(ANN, active=False), seen=1)
        case "everywhere":
            state.sessions.end_everywhere(ANN.principal, ANN.email)
        case "password":
            link = state.accounts.invite(LOCAL_OWNER, ANN.email, NOON)
            state.accounts.accept(link, "another long secret", NOON)
    assert state.sessions.whose(token, NOON + (12 if how == "time" else 11) * HOUR) is None


def test_a_changed_role_and_scope_count_at_once(state: State) -> None:
    """The session says who; what she may do is read from her row each time."""
    invited(state)
    token = state.sessions.start(ANN.email, NOON)
    state.users.save(LOCAL_OWNER, replace(ANN, role=Role.VIEWER, markets=frozenset({"FR"})), seen=1)

    found = state.sessions.whose(token, NOON)
    assert found is not None
    assert (found.role, found.markets) == (Role.VIEWER, {"FR"})


def test_a_rotated_session_ends_when_the_first_would_have(state: State) -> None:
    invited(state)
    first = state.sessions.start(ANN.email, NOON)
    second = state.sessions.rotate(first, NOON + 6 * HOUR)

    assert second is not None
    assert state.sessions.whose(first, NOON + 6 * HOUR) is None
    assert state.sessions.whose(second, NOON + 11 * HOUR) == ANN
    assert state.sessions.whose(second, NOON + 12 * HOUR) is None
    assert state.sessions.rotate(first, NOON + 6 * HOUR) is None


def test_nobody_signs_others_out_without_seeing_everything(state: State) -> None:
    invited(state)

    with pytest.raises(NotAllowed):
        state.sessions.end_everywhere(FRENCH_MANAGER, ANN.email)
    state.sessions.end_everywhere(LOCAL_OWNER, ANN.email)


def test_no_secret_is_stored(state: State) -> None:
    """Who steals the database can sign in as nobody: no password, cookie or link is in it."""
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    link = state.accounts.invite(LOCAL_OWNER, ANN.email, NOON)
    state.accounts.accept(link, PASSWORD, NOON)
    cookie = state.sessions.start(ANN.email, NOON)
    with pytest.raises(WrongPassword):
        state.accounts.check(ANN.email, "wrong but secret", "192.0.2.1", NOON)

    kept = every_text(state)
    assert ANN.email in kept
    assert not [secret for secret in (link, PASSWORD, cookie, "wrong but secret") if secret in kept]


def test_coming_in_and_going_out_is_in_the_trail(state: State) -> None:
    invited(state)
    with pytest.raises(WrongPassword):
        state.accounts.check(ANN.email, "not the password", "192.0.2.1", NOON)
    token = state.sessions.start(ANN.email, NOON)
    state.sessions.end(token, NOON)
    state.sessions.end_everywhere(ANN.principal, ANN.email)

    trail = [(each.who, each.what) for each in reversed(state.audit.rows(LOCAL_OWNER))]
    assert trail == [
        ("local owner", "user set"),
        ("local owner", "invited"),
        (ANN.email, "password set"),
        ("nobody", "wrong password"),
        (ANN.email, "signed in"),
        (ANN.email, "signed out"),
        (ANN.email, "signed out everywhere"),
    ]
