"""What people type is kept letter by letter on both databases, or refused with a sentence; no query is made of it."""

from datetime import date

import pytest
from hostile import HOSTILE

from store.database import NotKept
from store.scope import LOCAL_OWNER
from store.state import Action, Note, State, View

DAY = date(2025, 4, 28)


def line(text: str) -> str:
    """As one line, of a length every field takes."""
    return " ".join(text[:60].split())


def test_each_string_comes_back_as_it_was_typed(state: State) -> None:
    """
    In the text and the owner of an action, in a note and in the name of a view; and the tables are still there.
    """
    for text in HOSTILE:
        state.actions.add(LOCAL_OWNER, Action("on_time_delivery_rate", "shipping", text[:60], text[:60], DAY))
        state.annotations.add(LOCAL_OWNER, Note(DAY, DAY, text[:60], "shipping"))
        state.views.add(LOCAL_OWNER, View(text[:60], "kpi", text))

    wanted = sorted(map(line, HOSTILE))
    actions = state.actions.rows(LOCAL_OWNER)
    assert sorted(each.text for each in actions) == sorted(each.owner for each in actions) == wanted
    assert sorted(each.text for each in state.annotations.rows(LOCAL_OWNER, DAY, DAY)) == wanted
    views = state.views.rows(LOCAL_OWNER)
    assert sorted(each.name for each in views) == wanted
    assert sorted(each.query for each in views) == sorted(HOSTILE)
    assert state.targets.count() == 0


def test_each_string_finds_itself_and_nothing_else(state: State) -> None:
    """
    As the address of a person and as a KPI: nobody and nothing is found, and no query breaks.
    """
    for text in HOSTILE:
        assert state.users.find(LOCAL_OWNER, text) is None
        assert state.targets.rows(LOCAL_OWNER, text) == []
        assert state.baselines.rows(LOCAL_OWNER, text) == []


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 a pair"])
def test_what_a_database_cannot_keep_is_refused_with_a_sentence(state: State, text: str) -> None:
    """
    NUL and half a surrogate pair: named in the message, nothing is written.
    """
    with pytest.raises(NotKept, match="holds the character"):
        state.actions.add(LOCAL_OWNER, Action("on_time_delivery_rate", "shipping", text, "Ann", DAY))
    assert state.actions.rows(LOCAL_OWNER) == []
