"""Views as stored: one's own and shared ones, one that a page opens with, nothing beyond the scope."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import inspect

from store.database import make_engine
from store.migrations import migrate
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ChangedMeanwhile, NotAllowed, Note, State, View, ViewError, WrongEntry

ANN, BOB = Principal("Ann"), Principal("Bob")
SERVICE = Principal("Eve", Scope(departments=frozenset({"service"})))
FRANCE = Principal("Zoé", Scope(markets=frozenset({"FR"})))
PEAK = View("Peak in Germany", "overview", "market=DE&period=26+weeks", market="DE")
LANES = View("Lanes", "shipping", "", department="shipping", shared=True)


def test_a_view_is_its_owners_until_it_is_shared(state: State) -> None:
    """
    Ann keeps one: Bob is not told of it; shared, he may open it but not change it.
    """
    kept = state.views.add(ANN, PEAK)
    assert (kept.owner, kept.version, kept.query) == ("Ann", 1, "market=DE&period=26+weeks")
    assert state.views.rows(ANN) == [kept]
    assert state.views.rows(BOB) == []

    shared = state.views.save(ANN, replace(kept, shared=True))
    assert state.views.rows(BOB) == [shared]
    for change in (state.views.save, state.views.remove):
        with pytest.raises(NotAllowed, match="belongs to Ann"):
            change(BOB, shared)
    with pytest.raises(NotAllowed):
        state.views.save(BOB, replace(shared, owner="Bob"))


def test_nobody_is_told_of_what_they_may_not_see(state: State) -> None:
    """
    A shared view of shipping is not for service, one of Germany not for France.
    """
    lanes, peak = state.views.add(ANN, LANES), state.views.add(ANN, replace(PEAK, shared=True))

    assert state.views.rows(BOB) == [lanes, peak]
    assert state.views.rows(SERVICE) == [peak]
    assert state.views.rows(FRANCE) == [lanes]


def test_a_page_opens_with_one_view(state: State) -> None:
    """
    The one chosen last; another page's and another person's stay.
    """
    first = state.views.add(ANN, replace(PEAK, is_default=True))
    state.views.add(ANN, replace(LANES, is_default=True))
    state.views.add(BOB, replace(PEAK, name="Bob's", is_default=True))
    second = state.views.add(ANN, replace(PEAK, name="Calm", is_default=True))

    told = {(each.name, each.is_default) for each in [*state.views.rows(ANN), *state.views.rows(BOB)]}
    assert told == {("Peak in Germany", False), ("Lanes", True), ("Bob's", True), ("Calm", True)}
    with pytest.raises(ChangedMeanwhile):
        state.views.save(ANN, replace(first, name="Peak"))
    assert second.version == 1


def test_a_removed_view_is_gone(state: State) -> None:
    """
    It is not listed and no page opens with it; changing it afterwards finds another version.
    """
    kept = state.views.add(ANN, replace(PEAK, is_default=True))
    state.views.remove(ANN, kept)

    assert state.views.rows(ANN) == []
    assert [entry.what for entry in state.audit.rows(LOCAL_OWNER)] == ["view removed", "view kept"]
    with pytest.raises(ChangedMeanwhile):
        state.views.save(ANN, kept)
    with pytest.raises(WrongEntry):
        state.views.save(ANN, replace(kept, id=99))


def test_a_form_sent_twice_keeps_one_view(state: State) -> None:
    """
    The same key.
    """
    assert state.views.add(ANN, PEAK, key="one") == state.views.add(ANN, PEAK, key="one")
    assert len(state.views.rows(ANN)) == 1


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"name": " "}, "has no name"),
        ({"name": "x" * 61}, "61 characters; 60 are the most"),
        ({"query": "x" * 2001}, "2001 characters"),
    ],
)
def test_a_wrong_view_is_refused(wrong: dict[str, str], said: str) -> None:
    """
    Without a name, or too long.
    """
    with pytest.raises(ViewError, match=said):
        replace(PEAK, **wrong)  # type: ignore[arg-type]


def test_notes_outlive_the_step(empty_url: str) -> None:
    """
    A database with a note gets the table of views and keeps the note.
    """
    engine = make_engine(empty_url)
    migrate(engine, upto="0004")
    assert "saved_views" not in inspect(engine).get_table_names()
    state = State.on(engine)
    kept = state.annotations.add(LOCAL_OWNER, Note(date(2026, 5, 4), date(2026, 5, 4), "Moved"))
    migrate(engine)

    assert state.annotations.rows(LOCAL_OWNER) == [kept]
    assert state.views.add(LOCAL_OWNER, PEAK).version == 1
    engine.dispose()
