"""What the claims of an OpenID provider say somebody is, and whose answer fits which way out."""

from dataclasses import replace

import pytest

from pages.door.provider import (
    Flow,
    NoAddress,
    Provider,
    WrongParts,
    arrival_of,
    groups_of,
    parts_of,
    scope_of,
)
from store.scope import Scope
from store.state import Role

PROVIDER = Provider(
    "https://login.example.com", "fairlead", "a secret of the firm", "https://kpi.example.com/sign-in/callback",
    roles=(("chiefs", Role.ADMIN), ("desk", Role.MANAGER)),
)  # fmt: skip
ANN = {
    "sub": "7f3a",
    "email": "ann@example.com",
    "email_verified": True,
    "name": "Ann",
    "groups": ["desk", "staff"],
}


def test_a_checked_address_and_the_first_group_that_fits() -> None:
    """Ann is in two groups; one of them seeds a role."""
    came = arrival_of(PROVIDER, ANN)

    assert (came.subject, came.email, came.name, came.role) == (
        "7f3a",
        "ann@example.com",
        "Ann",
        Role.MANAGER,
    )
    assert arrival_of(PROVIDER, {**ANN, "groups": ["desk", "chiefs"]}).role is Role.ADMIN
    assert arrival_of(PROVIDER, {**ANN, "groups": ["staff"], "name": ""}).role is None


@pytest.mark.parametrize(
    "told",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        {"email": "ann"},
        {"email": "ann@x@example.com"},
        {"email": "ann@example.com, eve@example.com"},
        {"email": ["ann@example.com"]},
    ],
)
def test_an_address_that_is_none_or_nobody_checked(told: dict[str, object]) -> None:
    """Whoever could claim any address could be anybody."""
    with pytest.raises(NoAddress):
        arrival_of(PROVIDER, {**ANN, **told})


def test_a_provider_that_says_nothing_about_addresses_may_be_trusted() -> None:
    """Then silence counts for yes, and no still counts for no; another claim than the e-mail is never vouched for."""
    vouched, silent = replace(PROVIDER, vouched=True), {**ANN, "email_verified": None}
    assert arrival_of(vouched, silent).email == "ann@example.com"
    with pytest.raises(NoAddress):
        arrival_of(vouched, {**ANN, "email_verified": False})

    by_name = replace(PROVIDER, email_claim="preferred_username")
    with pytest.raises(NoAddress):
        arrival_of(by_name, {**ANN, "preferred_username": "ada@example.com"})
    named = arrival_of(replace(by_name, vouched=True), {**ANN, "preferred_username": "ada@example.com"})
    assert named.email == "ada@example.com"


@pytest.mark.parametrize(
    ("claims", "path", "groups"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://example.com/groups": ["a"]}, "https://example.com/groups", {"a"}),
        ({"groups": {"a": 1}}, "groups", set()),
        ({}, "realm_access.roles", set()),
    ],
)
def test_groups_are_found_where_providers_put_them(
    claims: dict[str, object], path: str, groups: set[str]
) -> None:
    assert groups_of(claims, path) == groups


def test_an_answer_fits_one_way_out_only() -> None:
    """State, nonce and verifier follow from the browser's secret, differ from each other, and do not tell it."""
    flow, other = Flow(), Flow()

    assert flow.is_of(flow.state)
    assert not flow.is_of(other.state)
    assert len({flow.state, flow.nonce, flow.verifier, flow.secret}) == 4
    assert Flow(flow.secret).verifier == flow.verifier
    assert flow.secret not in repr(flow)
    assert PROVIDER.client_secret not in repr(PROVIDER)


PARTS = parts_of(
    "logistics=department:shipping, german=market:DE, nordic=market:SE, nordic=market:DK, a=b=team:one, chiefs=all, "
    "world=market:*, night=team:two"
)


@pytest.mark.parametrize(
    ("groups", "scope"),
    [
        (["chiefs", "german"], Scope()),
        (["german"], Scope(frozenset(), frozenset({"DE"}), frozenset())),
        (
            ["logistics", "german", "nordic", "night"],
            Scope(frozenset({"shipping"}), frozenset({"DE", "SE", "DK"}), frozenset({"two"})),
        ),
        (["logistics", "world", "a=b"], Scope(frozenset({"shipping"}), None, frozenset({"one"}))),
        (["staff"], Scope(frozenset(), frozenset(), frozenset())),
    ],
)
def test_groups_say_what_a_newcomer_sees(groups: list[str], scope: Scope) -> None:
    """What one's groups give adds up; of a kind that any group is limited by, who gets none sees none."""
    assert scope_of(PARTS, groups) == scope


def test_a_kind_no_group_names_limits_nobody() -> None:
    """A firm that tells markets only; and one that tells nothing."""
    assert scope_of(parts_of("german=market:DE"), ["german"]) == Scope(markets=frozenset({"DE"}))
    assert scope_of(parts_of("staff=market:*"), []) == Scope()
    assert scope_of((), ["german"]) == Scope()
    arrived = arrival_of(replace(PROVIDER, parts=parts_of("desk=market:DE")), {**ANN, "sid": "s1"})
    assert (arrived.scope, arrived.session) == (Scope(markets=frozenset({"DE"})), "s1")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("german", "is no group and what it sees"),
        ("german=DE", "is no group"),
        ("=market:DE", "is no group"),
        ("german=market:", "is no group"),
        ("german=all:DE", "is no group"),
        ("german=department:shiping", "no department 'shiping'; write one of"),
    ],
)
def test_parts_that_cannot_be_read_are_refused(told: str, why: str) -> None:
    with pytest.raises(WrongParts, match=why):
        parts_of(told)
