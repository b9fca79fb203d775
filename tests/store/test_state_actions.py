"""Actions as stored: kept whole, changed under a lock, seen within the scope."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import inspect, text

from store.database import make_engine
from store.migrations import migrate
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ActionError, ActionStatus, ChangedMeanwhile, NotAllowed, State, WrongEntry

MAY = date(2026, 5, 4)
CALL = Action("on_time_delivery_rate", "shipping", "Call the carrier", "Ann", MAY)
GERMAN = replace(CALL, text="Move the cut-off", segment="market=DE", due=date(2026, 5, 1))
MACHINE = Action("scrap_rate", "manufacturing", "Change the tool", "Bob", MAY)
SHIPPING = Principal("Ann", Scope(departments=frozenset({"shipping"})), role=Role.LEAD)
FRANCE = Principal("Zoé", Scope(markets=frozenset({"FR"})), role=Role.LEAD)


def test_an_action_comes_back_as_opened(state: State) -> None:
    """
    With who opened it and when; its text is one line, and the trail tells of it.
    """
    stored = state.actions.add(SHIPPING, replace(CALL, text=" Call\n the  carrier "))

    assert (stored.text, stored.opened_by, stored.version, stored.status) == (
        "Call the carrier", "Ann", 1, ActionStatus.OPEN,
    )  # fmt: skip
    assert stored.opened_at is not None
    assert state.actions.find(LOCAL_OWNER, stored.id) == stored
    (entry,) = state.audit.rows(LOCAL_OWNER)
    assert (entry.who, entry.what, entry.subject) == (
        "Ann", "action opened", f"action {stored.id}",
    )  # fmt: skip


def test_those_due_first_come_first(state: State) -> None:
    """
    The German one is due on 1 May, the other on 4 May; closed ones only when asked for.
    """
    call, german = (state.actions.add(LOCAL_OWNER, each) for each in (CALL, GERMAN))
    state.actions.save(LOCAL_OWNER, replace(call, status=ActionStatus.DONE), "action done")

    assert [each.text for each in state.actions.rows(LOCAL_OWNER)] == ["Move the cut-off", "Call the carrier"]
    assert state.actions.rows(LOCAL_OWNER, status=ActionStatus.OPEN) == [german]
    assert state.actions.rows(LOCAL_OWNER, kpi="scrap_rate") == []


def test_the_second_editor_of_an_action_is_told(state: State) -> None:
    """
    Both saw version 1; the second one reads what the first one made of it.
    """
    seen = state.actions.add(LOCAL_OWNER, CALL)
    later = state.actions.save(LOCAL_OWNER, replace(seen, owner="Eve"), "action changed")
    assert later.version == 2

    with pytest.raises(ChangedMeanwhile, match=r"'Call the carrier' of Eve, due 2026-05-04, open") as raised:
        state.actions.save(LOCAL_OWNER, replace(seen, owner="Bob"), "action changed")
    assert raised.value.theirs == later


def test_a_form_sent_twice_opens_one_action(state: State) -> None:
    """
    The same key, after a lost answer say: one action, and the same one is returned.
    """
    first, second = (state.actions.add(LOCAL_OWNER, CALL, key="form 1") for _ in range(2))

    assert first == second
    assert state.actions.rows(LOCAL_OWNER) == [first]


def test_other_departments_and_markets_are_not_seen(state: State) -> None:
    """
    Shipping sees no machine; France sees what is for all markets and nothing of Germany.
    """
    call, german, machine = (state.actions.add(LOCAL_OWNER, each) for each in (CALL, GERMAN, MACHINE))

    assert state.actions.rows(SHIPPING) == [german, call]
    assert state.actions.rows(FRANCE) == [call, machine]
    with pytest.raises(WrongEntry, match=f"There is no action {machine.id};"):
        state.actions.find(SHIPPING, machine.id)


def test_nobody_changes_what_is_not_theirs(state: State) -> None:
    """
    Neither by opening one elsewhere nor by calling another department's action their own.
    """
    machine, german = (state.actions.add(LOCAL_OWNER, each) for each in (MACHINE, GERMAN))

    with pytest.raises(NotAllowed, match="does not see manufacturing"):
        state.actions.add(SHIPPING, MACHINE)
    with pytest.raises(NotAllowed, match="for FR only, not for all markets"):
        state.actions.add(FRANCE, CALL)
    for who, theirs in ((SHIPPING, machine), (FRANCE, german)):
        disguised = replace(theirs, department="shipping", segment="market=FR")
        with pytest.raises(WrongEntry, match="There is no action"):
            state.actions.save(who, disguised, "action changed")
    assert state.actions.rows(LOCAL_OWNER) == [german, machine]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"text": " "}, "text of an action is empty"),
        ({"owner": ""}, "owner of an action is empty"),
        ({"text": "x" * 201}, "has 201 characters; 200 are the most"),
    ],
)
def test_an_action_needs_a_text_and_an_owner(wrong: dict[str, str], said: str) -> None:
    """
    And neither may be as long as a page.
    """
    with pytest.raises(ActionError, match=said):
        replace(CALL, **wrong)  # type: ignore[arg-type]


def test_a_database_with_rows_gets_the_table(empty_url: str) -> None:
    """
    One made before there were actions keeps its rows and can open one afterwards.
    """
    engine = make_engine(empty_url)
    migrate(engine, upto="0002")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO markets VALUES ('DE', 'Germany', 'Europe/Berlin', 'EUR', 'DE', 'de', 1)")
        )
    assert "actions" not in inspect(engine).get_table_names()
    engine.dispose()

    with State.open(empty_url) as state:
        assert state.actions.add(LOCAL_OWNER, CALL).version == 1
        assert [each.value.code for each in state.markets.rows(LOCAL_OWNER)] == ["DE"]
