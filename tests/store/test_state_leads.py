"""What single people did is for themselves and their direct lead: nobody else sees it, whatever their role."""

from dataclasses import replace

import pytest

from store.scope import LOCAL_OWNER, Principal
from store.state import Role, State, User, WrongEntry
from store.state.leads import Lead

ANN = User("ann@example.com", "Ann", Role.LEAD)
BEN = User("ben@example.com", "Ben", lead=ANN.email)
CLEO = User("cleo@example.com", "Cleo", lead="BEN@example.com ")
MIA = User("mia@example.com", "Mia", Role.MANAGER)
ADA = User("ada@example.com", "Ada", Role.ADMIN)


@pytest.fixture
def people(state: State) -> State:
    """Cleo is led by Ben, Ben by Ann; Mia manages them all, Ada is the administrator."""
    for user in (ANN, BEN, CLEO, MIA, ADA):
        state.users.save(LOCAL_OWNER, user, seen=0)
    return state


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (ANN.principal, {"ann@example.com", "ben@example.com"}),
        (BEN.principal, {"ben@example.com", "cleo@example.com"}),
        (CLEO.principal, {"cleo@example.com"}),
        (MIA.principal, {"mia@example.com"}),
        (ADA.principal, {"ada@example.com"}),
        (LOCAL_OWNER, {"local owner"}),
        (Principal("nobody@example.com", role=Role.ADMIN), {"nobody@example.com"}),
    ],
)
def test_a_person_is_seen_by_themselves_and_their_direct_lead(
    people: State, who: Principal, sees: set[str]
) -> None:
    """Not by the lead's lead, the manager or the administrator; by address and by number alike."""
    assert people.leads.seen(who) == sees
    addresses = [each.value.email for each in people.users.rows(LOCAL_OWNER)]
    assert {each for each in addresses if people.leads.sees_person(who, each.upper())} == sees & {*addresses}
    numbers = range(1, len(addresses) + 2)
    assert sum(people.leads.sees_person(who, each) for each in numbers) == len(sees & {*addresses})


@pytest.mark.parametrize("lead", [ANN.email, BEN.email, CLEO.email])
def test_nobody_is_led_by_themselves_or_in_a_circle(people: State, lead: str) -> None:
    """Ann under Ann, under Ben whom she leads, or under Cleo whom Ben leads: refused, and nothing is changed."""
    with pytest.raises(WrongEntry, match="choose somebody else as lead"):
        people.users.save(LOCAL_OWNER, replace(ANN, lead=lead), seen=1)
    assert people.leads.people(CLEO.principal) == []
    assert not people.leads.sees_person(BEN.principal, ANN.email)


def test_a_lead_has_to_be_there(people: State) -> None:
    """Nobody of that address, or somebody who left, cannot become a lead."""
    with pytest.raises(WrongEntry, match="add the lead first"):
        people.users.save(LOCAL_OWNER, replace(MIA, lead="zoe@example.com"), seen=1)
    people.users.save(LOCAL_OWNER, replace(CLEO, lead=BEN.email, active=False), seen=1)
    with pytest.raises(WrongEntry, match="is closed"):
        people.users.save(LOCAL_OWNER, replace(MIA, lead=CLEO.email), seen=1)


def test_a_lead_who_left_is_named_as_missing(people: State) -> None:
    """Ben's account is closed: Cleo's lead stands there as not active, and sees her no more; Cleo can be changed."""
    people.users.save(LOCAL_OWNER, replace(BEN, active=False), seen=1)

    assert people.leads.names(LOCAL_OWNER)[CLEO.email] == Lead(BEN.email, "Ben", active=False)
    assert not people.leads.sees_person(BEN.principal, CLEO.email)
    people.users.save(LOCAL_OWNER, replace(CLEO, name="Cleo B.", lead=BEN.email), seen=1)
    people.users.save(LOCAL_OWNER, replace(CLEO, lead=ANN.email), seen=2)
    assert [each.email for each in people.leads.people(ANN.principal)] == [CLEO.email]


def test_a_circle_that_came_to_be_elsewhere_ends(people: State) -> None:
    """Two editors at once could close a circle; the next change finds its end all the same."""
    with people.engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET lead_id = 2 WHERE id = 1")

    people.users.save(LOCAL_OWNER, replace(MIA, lead=ANN.email), seen=1)
    assert people.leads.sees_person(ANN.principal, MIA.email)
