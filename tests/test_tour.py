"""The tour shows every page, with pictures that are there, that a command takes again, and that are not too large."""

import ast
import re
from pathlib import Path

from kpi.model import Department

HOUSE = Path(__file__).parent.parent
TOUR = (HOUSE / "docs" / "tour.md").read_text(encoding="utf-8")
PICTURES = {each.name: each for each in (HOUSE / "docs" / "pictures").iterdir()}
NAMED = set(re.findall(r"pictures/([\w-]+\.webp)", TOUR))


def shots() -> dict[str, str]:
    """Name and path of the shots that `tests/browser/pictures.py` takes, as far as they are written out."""
    tree = ast.parse((HOUSE / "tests" / "browser" / "pictures.py").read_text(encoding="utf-8"))
    calls = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "Shot"
    ]
    plain = [[arg.value for arg in each.args[:2] if isinstance(arg, ast.Constant)] for each in calls]
    return {str(told[0]): str(told[1]) if len(told) > 1 else "kpi" for told in plain if told}


def test_every_picture_is_shown_and_every_shown_one_is_there() -> None:
    """
    In the tour; README shows some of them.
    """
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")

    assert set(PICTURES) == NAMED
    assert set(re.findall(r"pictures/([\w-]+\.webp)", readme)) <= NAMED


def test_every_page_is_on_the_tour() -> None:
    """
    The overview, each department, a KPI, the flow, targets, the data page, a source, and bringing data.
    """
    paths = {re.split(r"[?&]", path)[0] for path in shots().values()}

    assert {
        "",
        "kpi",
        "flow",
        "data",
        "source",
        "bring",
        "targets",
        *(each.value for each in Department),
    } <= paths
    assert {f"{name}-light.webp" for name in shots()} <= NAMED


def test_the_pictures_are_of_modest_size() -> None:
    """
    Together under six megabytes, so that a clone stays quick.
    """
    assert sum(each.stat().st_size for each in PICTURES.values()) < 6_000_000
