"""Accounts of an OpenID provider: who they are here, and what they never change, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.database import StateError
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import NotAllowed, Role, State, User
from store.state.identities import Arrival, Closed, Newcomers, OtherIdentity, Unknown
from store.state.sessions import named_by

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
ANN = User("ann@example.com", "Ann", Role.LEAD, markets=frozenset({"DE"}))
CAME = Arrival("https://login.example.com", "7f3a", "Ann@Example.com", "Ann Lee", Role.ADMIN)


def known(state: State, email: str) -> User:
    found = state.users.find(LOCAL_OWNER, email)
    assert found is not None
    return found.value


def test_a_user_who_is_there_keeps_role_and_scope(state: State) -> None:
    """The groups would make Ann an administrator; the users table says lead of Germany, and that is what counts."""
    state.users.save(LOCAL_OWNER, ANN, seen=0)

    assert state.identities.arrive(CAME, Newcomers.REFUSE, NOON) == ANN.email
    assert known(state, ANN.email) == ANN


def test_a_linked_account_stays_the_same_person(state: State) -> None:
    """Later the provider knows Ann by another address: the lasting number says that it is her."""
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    state.identities.arrive(CAME, Newcomers.REFUSE, NOON)

    married = replace(CAME, email="ann.ray@example.com")
    assert state.identities.arrive(married, Newcomers.REFUSE, NOON) == ANN.email


@pytest.mark.parametrize(
    ("newcomers", "role", "becomes"),
    [
        (Newcomers.REFUSE, None, None),
        (Newcomers.REFUSE, Role.ADMIN, None),
        (Newcomers.GROUPS, None, None),
        (Newcomers.GROUPS, Role.MANAGER, Role.MANAGER),
        (Newcomers.VIEWER, None, Role.VIEWER),
        (Newcomers.VIEWER, Role.LEAD, Role.LEAD),
    ],
)
def test_a_newcomer(state: State, newcomers: Newcomers, role: Role | None, becomes: Role | None) -> None:
    """Refused, or let in with the role that a group seeds, or as viewer: the setting says which."""
    came = replace(CAME, role=role)
    if becomes is None:
        with pytest.raises(Unknown, match="no access"):
            state.identities.arrive(came, newcomers, NOON)
        assert state.users.rows(LOCAL_OWNER) == []
    else:
        assert known(state, state.identities.arrive(came, newcomers, NOON)).role is becomes


def test_groups_count_at_the_first_sign_in_only(state: State) -> None:
    """
    Ann came as manager of shipping in Germany; an administrator made her a viewer of France, and her groups do not make
    her what she was again, whatever they say by then.
    """
    scope = Scope(frozenset({"shipping"}), frozenset({"DE"}), None)
    came = replace(CAME, role=Role.MANAGER, scope=scope)
    email = state.identities.arrive(came, Newcomers.GROUPS, NOON)
    assert (known(state, email).scope, known(state, email).role) == (scope, Role.MANAGER)
    less = replace(known(state, email), role=Role.VIEWER, departments=None, markets=frozenset({"FR"}))
    state.users.save(LOCAL_OWNER, less, seen=1)

    state.identities.arrive(replace(came, scope=Scope()), Newcomers.GROUPS, NOON)
    assert known(state, email) == less


@pytest.mark.parametrize(
    ("subject", "session", "left"),
    [
        (CAME.subject, "s1", {"s2", "local", "other"}),
        (CAME.subject, "", {"other"}),
        ("", "s1", {"s2", "local", "other"}),
        (CAME.subject, "s3", {"s1", "s2", "local", "other"}),
        ("nobody", "", {"s1", "s2", "local", "other"}),
        ("nobody", "s1", {"s1", "s2", "local", "other"}),
        ("", "", {"s1", "s2", "local", "other"}),
    ],
)
def test_the_provider_ends_sessions(state: State, subject: str, session: str, left: set[str]) -> None:
    """
    One by its name, or all of a person; of people and sessions it does not know, none. Bo has a session of the same
    name at another provider.
    """
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    state.identities.arrive(CAME, Newcomers.REFUSE, NOON)
    state.users.save(LOCAL_OWNER, replace(ANN, email="bo@example.com"), seen=0)
    tokens = {
        name: state.sessions.start(ANN.email, NOON, provider_session=named_by(CAME.issuer, name))
        for name in ("s1", "s2")
    }
    tokens["s1"] = state.sessions.rotate(tokens["s1"], NOON) or ""
    tokens["local"] = state.sessions.start(ANN.email, NOON)
    elsewhere = named_by("https://other.example.com", "s1")
    tokens["other"] = state.sessions.start("bo@example.com", NOON, provider_session=elsewhere)

    many = state.sessions.end_at_provider(CAME.issuer, subject, session, NOON)

    assert {name for name, token in tokens.items() if state.sessions.whose(token, NOON)} == left
    assert many == len(tokens) - len(left)
    told = [each.after for each in state.audit.rows(LOCAL_OWNER) if each.what == "signed out by the provider"]
    assert told == ([{"provider": CAME.issuer, "sessions": many}] if many else [])


def test_a_closed_account_stays_closed(state: State) -> None:
    """Whether or not the provider's account was linked before."""
    state.users.save(LOCAL_OWNER, replace(ANN, active=False), seen=0)
    for _ in range(2):
        with pytest.raises(Closed):
            state.identities.arrive(CAME, Newcomers.VIEWER, NOON)


def test_an_address_given_to_somebody_new_opens_nothing(state: State) -> None:
    """Ann left, the provider gave her address to another Ann: refused until an administrator forgets the first one."""
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    state.identities.arrive(CAME, Newcomers.VIEWER, NOON)
    other = replace(CAME, subject="9b21")
    with pytest.raises(OtherIdentity, match=r"unlink ann@example\.com"):
        state.identities.arrive(other, Newcomers.VIEWER, NOON)

    token = state.sessions.start(ANN.email, NOON)
    assert state.identities.unlink(LOCAL_OWNER, ANN.email) == 1
    assert state.sessions.whose(token, NOON) is None
    assert state.identities.arrive(other, Newcomers.VIEWER, NOON) == ANN.email


def test_who_does_not_see_everything_unlinks_nobody(state: State) -> None:
    state.users.save(LOCAL_OWNER, ANN, seen=0)
    with pytest.raises(NotAllowed):
        state.identities.unlink(Principal("bo", Scope(frozenset({"shipping"}))), ANN.email)
    with pytest.raises(StateError, match="No user"):
        state.identities.unlink(LOCAL_OWNER, "nobody@example.com")


def test_joining_and_linking_are_in_the_trail(state: State) -> None:
    state.identities.arrive(CAME, Newcomers.GROUPS, NOON)

    trail = [(each.who, each.what) for each in reversed(state.audit.rows(LOCAL_OWNER))]
    assert trail == [("ann@example.com", "joined"), ("ann@example.com", "linked")]
