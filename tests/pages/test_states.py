"""What stands in place of figures: shape, words, a way out, and nothing read as markup."""

import pytest

from pages.parts.states import State, state_html


@pytest.mark.parametrize("state", State)
def test_each_state_has_a_shape_and_says_what_it_is(state: State) -> None:
    """
    The shape is for the eyes; a reader's program hears the words.
    """
    told = state_html(state, "Nothing to show", "Choose all markets.")

    assert f'aria-hidden="true">{state.glyph}</b>' in told
    assert "<strong>Nothing to show</strong><p>Choose all markets.</p>" in told
    assert "<h1>Nothing to show</h1>" in state_html(state, "Nothing to show", "", alone=True)


def test_states_are_told_apart_without_colour() -> None:
    """
    Four states, four shapes; only a failure interrupts.
    """
    assert len({state.glyph for state in State}) == len(State)
    assert [state for state in State if state.role == "alert"] == [State.FAILED]


def test_a_name_from_data_stays_text() -> None:
    """
    A market may be called anything.
    """
    assert "<b>DE</b>" not in state_html(State.EMPTY, "Nothing for <b>DE</b>", "")
