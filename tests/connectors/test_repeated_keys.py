"""Keys met before in one pull, however the pieces of the pull overlap."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from connectors.repeated import SeenKeys


@given(st.lists(st.lists(st.integers(0, 60).map(str), max_size=20), max_size=8))
def test_a_key_is_new_exactly_once(pieces: list[list[str]]) -> None:
    """
    Over all pieces each key is met for the first time once, where it stands first.
    """
    seen, keys = SeenKeys(), set[str]()

    for piece in pieces:
        told = seen.first_time(pl.Series(piece, dtype=pl.String)).to_list()

        expected = []
        for key in piece:
            expected.append(key not in keys)
            keys.add(key)
        assert told == expected
