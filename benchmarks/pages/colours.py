"""How far apart the marks of a status are for people with each kind of colour blindness, by the test of the theme."""

import runpy
from itertools import combinations
from pathlib import Path

from pages.parts.theme import palette

THEME_TEST = Path(__file__).parents[2] / "tests" / "test_theme.py"


def least_separation() -> dict[str, float]:
    """The smallest CIE76 distance between any two marks under any simulated sight, by theme."""
    known = runpy.run_path(str(THEME_TEST))
    distance, sights = known["distance"], known["SIGHT"]
    return {
        mode: min(
            float(distance(one, other, sight))
            for one, other in combinations((marks.target, marks.watch, marks.off), 2)
            for sight in sights
        )
        for mode in ("light", "dark")
        for marks in (palette(mode),)
    }
