"""A user of Fairlead who is erased: a pseudonym in every column, also of the trail that nobody else can change."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from store.models import Base
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import Action, LastAdministrator, NotAllowed, Note, State, User, WrongEntry

KIM = User("kim@example.com", "Kim Lee", Role.LEAD)
ADA = User("ada@example.com", "Ada", Role.ADMIN)
DAY = date(2026, 5, 4)


def everything(state: State) -> str:
    """Every row of every table."""
    with state.engines.read.connect() as connection:
        tables = Base.metadata.sorted_tables
        return "\n".join(str(connection.execute(table.select()).all()) for table in tables)


@pytest.fixture
def people(state: State) -> State:
    """Kim opened an action, wrote notes and is named in others'; another Kim has one word as a name."""
    for user in (KIM, ADA, User("other@example.com", "Lee")):
        state.users.save(LOCAL_OWNER, user, seen=0)
    kim = KIM.principal
    state.actions.add(
        kim, Action("on_time_delivery_rate", "shipping", "Ask Kim Lee's carrier", KIM.email, DAY)
    )
    state.annotations.add(kim, Note(DAY, DAY, "Strike; see kim@example.com.", "shipping"))
    state.annotations.add(ADA.principal, Note(DAY, DAY, "Kim Leeds was here", "shipping"))
    return state


def test_name_and_address_are_in_no_table_any_more(people: State) -> None:
    """
    What Kim left stands there under a pseudonym; who did it is in the trail, and not to whom. Somebody else's name
    that begins alike stays.
    """
    alias = people.erasures.erase_user(ADA.principal, "Kim@Example.com ")

    left = everything(people)
    assert "kim@example.com" not in left.lower()
    assert "Kim Lee'" not in left
    assert 'Kim Lee"' not in left
    assert "Kim Leeds was here" in left
    assert "'Lee'" in left
    assert [each.owner for each in people.actions.rows(LOCAL_OWNER)] == [alias]
    assert f"see {alias}." in left
    assert alias in people.audit.names(LOCAL_OWNER)[0]
    found = people.users.find(LOCAL_OWNER, alias)
    assert found is not None
    assert not found.value.active
    (entry,) = [each for each in people.audit.rows(LOCAL_OWNER) if each.what == "person erased"]
    assert (entry.who, entry.after["kind"] if entry.after else "") == (ADA.email, "user")


def test_the_trail_stays_closed_before_and_after(people: State) -> None:
    for _ in range(2):
        for change in ("UPDATE audit_trail SET who = 'x'", "DELETE FROM audit_trail"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                people.engines.write.begin() as connection,
            ):
                connection.execute(text(change))
        if people.users.find(LOCAL_OWNER, KIM.email):
            people.erasures.erase_user(ADA.principal, KIM.email)


def test_who_cannot_be_erased_is_told_why(people: State) -> None:
    """
    Not oneself, not the only administrator, nobody unknown; and a refusal changes nothing.
    """
    before = everything(people)
    for who, email, refusal in (
        (ADA.principal, ADA.email, WrongEntry),
        (LOCAL_OWNER, ADA.email, LastAdministrator),
        (ADA.principal, "nobody@example.com", WrongEntry),
        (KIM.principal, ADA.email, NotAllowed),
    ):
        with pytest.raises(refusal):
            people.erasures.erase_user(who, email)
    assert everything(people) == before
