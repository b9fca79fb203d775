"""The people page: who comes in and as what; forms that save once; what people answer for."""

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.home import Store
from store.normalise.identity import pseudonym
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ErrandKind, Owned, Role, User, Versioned, secrets

ANN = User(
    "ann@example.com", "Ann <b>", Role.LEAD, departments=frozenset({"shipping"}), markets=frozenset({"DE"})
)
MIA = User("mia@example.com", "Mia", Role.MANAGER)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "N", 16)


def show(*args: object) -> None:
    """Runs inside the page's script."""
    from dataclasses import replace

    from pages.people import render

    render(replace(args[0], seen={}))  # type: ignore[type-var]


def opened(store: Store, principal: Principal = LOCAL_OWNER, person: str = "") -> AppTest:
    viewer = Viewer(store, principal, invites="https://kpi.example.com")
    page = AppTest.from_function(show, args=(viewer,), default_timeout=60)
    if person:
        page.query_params["person"] = person
    return page.run()


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for kind in (page.html, page.text, page.header) for each in kind)


def fill(page: AppTest, kind: str, name: str, value: object) -> None:
    (field,) = [each for each in page.get(kind) if str(each.key).startswith(f"{name}_")]
    field.set_value(value)


def test_a_person_is_added_and_the_link_is_shown_once(own: Store) -> None:
    """After saving the link stands there; at the next click it is gone, and the person can be chosen."""
    page = opened(own)
    assert "Nobody was added yet" in said(page)
    page.button(key="people_new").click().run()
    fill(page, "text_input", "name", "Bea")
    fill(page, "text_input", "email", "Bea@Example.com")
    fill(page, "selectbox", "role", Role.APPROVER)
    fill(page, "multiselect", "markets", ["DE"])
    page.button(key="save_people").click().run()

    assert not page.exception
    assert page.code[0].value.startswith("https://kpi.example.com/join?token=")
    found = own.state.users.find(LOCAL_OWNER, "bea@example.com")
    assert found is not None
    assert found.value == User("bea@example.com", "Bea", Role.APPROVER, markets=frozenset({"DE"}))
    page.run()
    assert not page.code
    assert page.selectbox(key="chosen_person").value == "bea@example.com"


@pytest.mark.parametrize(
    ("email", "why"), [("no address", "is no e-mail address"), ("", "is no e-mail address")]
)
def test_a_wrong_entry_is_told_and_the_form_stays(own: Store, email: str, why: str) -> None:
    page = opened(own)
    page.button(key="people_new").click().run()
    fill(page, "text_input", "name", "Bea")
    fill(page, "text_input", "email", email)
    page.button(key="save_people").click().run()

    assert why in said(page)
    assert own.state.users.rows(LOCAL_OWNER) == []


def test_the_second_editor_sees_both_versions(own: Store) -> None:
    """While Ann's role is changed here, somebody closes her account: it is told, and saving again keeps both."""
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    page = opened(own, person=ANN.email)
    page.button(key="people_change").click().run()
    own.state.users.save(LOCAL_OWNER, replace(ANN, active=False), seen=1)
    fill(page, "selectbox", "role", Role.MANAGER)
    page.button(key="save_people").click().run()

    assert "Somebody else was faster" in said(page)
    assert "Ann &lt;b&gt; · lead · shipping · DE · all · closed" in said(page)
    page.button(key="save_people").click().run()
    assert own.state.users.rows(LOCAL_OWNER) == [Versioned(replace(ANN, role=Role.MANAGER, active=False), 3)]


def test_a_lead_who_left_is_named_as_missing(own: Store) -> None:
    """Mia leads Ann; once Mia's account is closed the list asks for another lead, and the form still shows her."""
    own.state.users.save(LOCAL_OWNER, MIA, seen=0)
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    page = opened(own, person=ANN.email)
    page.button(key="people_change").click().run()
    fill(page, "selectbox", "lead", MIA.email)
    page.button(key="save_people").click().run()
    assert own.state.leads.sees_person(MIA.principal, ANN.email)
    assert "has left" not in said(page)

    own.state.users.save(LOCAL_OWNER, replace(MIA, active=False), seen=1)
    assert "Mia has left: choose another" in said(page.run())
    page.button(key="people_change").click().run()
    (lead,) = [each for each in page.selectbox if str(each.key).startswith("lead_")]
    assert lead.value == MIA.email


def test_an_account_is_closed_and_opened_again(own: Store) -> None:
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    page = opened(own, person=ANN.email)
    for purpose, state in (("close", False), ("open", True)):
        page.button(key=f"people_{purpose}").click().run()
        page.button(key="save_people").click().run()
        assert own.state.users.rows(LOCAL_OWNER)[0].value.active is state


def test_a_manager_of_a_part_sees_and_gives_that_part(own: Store) -> None:
    """A manager of shipping finds Ann, not Mia; the form offers no administrator and no other department."""
    for user in (ANN, MIA):
        own.state.users.save(LOCAL_OWNER, user, seen=0)
    page = opened(own, Principal("Sam", Scope(departments=frozenset({"shipping"})), Role.MANAGER))
    assert "Ann &lt;b&gt;" in said(page)
    assert "mia@example.com" not in said(page)

    page.button(key="people_new").click().run()
    (role,) = [each for each in page.selectbox if str(each.key).startswith("role_")]
    (departments,) = [each for each in page.multiselect if str(each.key).startswith("departments_")]
    assert "admin" not in role.options
    assert departments.options == ["Shipping"]


def test_who_leaves_hands_over(own: Store) -> None:
    """Ann's open action is reported and goes to Mia with one button."""
    for user in (ANN, MIA):
        own.state.users.save(LOCAL_OWNER, user, seen=0)
    action = Action("on_time_delivery_rate", "shipping", "Call <i>", ANN.email, date(2025, 5, 1))
    own.state.actions.add(LOCAL_OWNER, action)
    page = opened(own, person=ANN.email)
    assert "Call &lt;i&gt;" in said(page)
    page.button(key="start_hand_over").click().run()
    page.button(key="save_hand_over").click().run()

    assert [each.owner for each in own.state.actions.rows(LOCAL_OWNER)] == [MIA.email]
    assert "Nothing: no KPI" in said(page)


def test_somebody_answers_for_a_kpi(own: Store) -> None:
    own.state.users.save(LOCAL_OWNER, MIA, seen=0)
    page = opened(own)
    page.button(key="start_owner").click().run()
    page.selectbox(key="person_owner").set_value(MIA.email)
    page.button(key="save_owner").click().run()

    (owner,) = own.state.owners.rows(LOCAL_OWNER)
    assert (owner.what, owner.person) == (Owned.KPI, MIA.email)


def test_others_do_not_come_in(own: Store) -> None:
    own.state.users.save(LOCAL_OWNER, MIA, seen=0)
    page = opened(own, ANN.principal)

    assert "You are here as lead and may not let people in" in said(page)
    assert "mia@example.com" not in said(page)


def test_a_person_is_erased_once_the_id_was_typed_again(own: Store) -> None:
    """
    Another id erases nobody. The same one writes the erasure down and asks the worker; the id itself is kept nowhere.
    """
    page = opened(own)
    fill(page, "text_input", "one_person", "K-4711")
    page.run()
    assert [each.key for each in page.get("download_button")] == ["person_export"]
    page.button(key="person_erase").click().run()
    page.text_input(key="again_erase_person").set_value("K-4712")
    page.button(key="save_erase_person").click().run()
    assert "nothing was erased" in said(page)
    assert own.state.erasures.under_way() == []

    page.text_input(key="again_erase_person").set_value("K-4711")
    page.button(key="save_erase_person").click().run()

    assert not page.exception
    assert "Erasing the person from every table" in said(page)
    assert [each.digest for each in own.state.erasures.under_way()] == [pseudonym("K-4711", own.secret)]
    errand = own.state.errands.under_way(LOCAL_OWNER, ErrandKind.ERASE)
    assert errand is not None
    assert "4711" not in f"{errand}{own.state.audit.rows(LOCAL_OWNER)}"


def test_a_manager_finds_nothing_about_single_persons(own: Store) -> None:
    page = opened(own, MIA.principal)

    assert "What is kept of one person" not in said(page)
    assert not page.exception
