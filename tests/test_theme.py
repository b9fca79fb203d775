"""The theme: known options, readable text, marks that everybody can tell apart."""

import subprocess
import sys
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from kpi.score import Status
from pages.parts.theme import MARKS, PILLS, SIGNAL, palette, style

HOUSE = Path(__file__).parent.parent
CONFIG = tomllib.loads((HOUSE / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
Triple = tuple[float, float, float]

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
SIGHT: dict[str, tuple[Triple, Triple, Triple]] = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ: tuple[Triple, Triple, Triple] = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)


def times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def linear(colour: str) -> Triple:
    """Linear RGB of #RRGGBB."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    lower, higher = sorted(times(XYZ, linear(colour))[1] for colour in (one, other))
    return (higher + 0.05) / (lower + 0.05)


def lab(rgb: Triple) -> Triple:
    """CIELAB under D65."""
    clipped: Triple = tuple(min(max(part, 0.0), 1.0) for part in rgb)  # type: ignore[assignment]
    x, y, z = (
        _cube(part / white) for part, white in zip(times(XYZ, clipped), (0.95047, 1.0, 1.08883), strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube(part: float) -> float:
    return float(part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116)


def distance(one: str, other: str, sight: str) -> float:
    """CIE76 distance as somebody with this sight sees it."""
    seen = [lab(times(SIGHT[sight], linear(colour))) for colour in (one, other)]
    return float(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)


def test_streamlit_knows_every_option() -> None:
    """
    A misspelt option would be ignored with a line in the log that nobody reads.
    """
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "not a valid config option" not in shown.stdout + shown.stderr
    assert CONFIG["server"]["address"] == "127.0.0.1"


def test_nothing_is_loaded_from_another_host() -> None:
    """
    The font is served by Fairlead itself.
    """
    assert [face["url"] for face in CONFIG["theme"]["fontFaces"]] == ["app/static/inter.woff2"]
    assert (HOUSE / "static" / "inter.woff2").read_bytes()[:4] == b"wOF2"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "text", ["textColor", "grayTextColor", "orangeTextColor", "redTextColor", "greenTextColor"]
)
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_is_readable(mode: str, text: str, ground: str) -> None:
    """
    4.5 to 1 on page and card.
    """
    assert contrast(CONFIG["theme"][mode][text], CONFIG["theme"][mode][ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_our_own_markup_is_readable_too(mode: str) -> None:
    """
    4.5 to 1 for every text colour on page and card, and for the text of a pill on its ground; 3 to 1 for marks.
    """
    colours = palette(mode)
    texts = (colours.text, colours.quiet, colours.off_text, colours.watch_text, colours.accent)
    marks = (colours.off, colours.watch, colours.target, colours.ink)

    for ground in (colours.page, colours.surface):
        assert min(contrast(text, ground) for text in texts) >= 4.5
        assert min(contrast(mark, ground) for mark in marks) >= 3
    for ground in vars(PILLS[mode]).values():
        assert contrast(colours.text, ground) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_markup_and_theme_use_the_same_colours(mode: str) -> None:
    """
    What components take from the theme's variables and what we write ourselves cannot drift apart.
    """
    theme, colours = CONFIG["theme"][mode], palette(mode)

    assert (theme["greenColor"], theme["orangeColor"], theme["redColor"]) == (
        colours.target, colours.watch, colours.off,
    )  # fmt: skip
    assert (theme["orangeTextColor"], theme["redTextColor"]) == (colours.watch_text, colours.off_text)
    assert (theme["textColor"], theme["backgroundColor"]) == (colours.text, colours.page)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_page_is_dark_on_white_on_paper(mode: str) -> None:
    """
    In dark mode everything is turned over for print; no placeholder is left in either.
    """
    sheet = style(palette(mode))

    assert ("filter:invert(1)" in sheet) == (mode == "dark")
    assert "html,body,#root{background:#fff!important}" in sheet
    assert "{paper}" not in sheet
    assert "{turned}" not in sheet


def test_every_status_has_a_shape_of_its_own() -> None:
    """
    Colour is never alone: eight statuses and the signal, nine shapes.
    """
    shapes = [glyph for glyph, _ in MARKS.values()] + [SIGNAL[0]]

    assert set(MARKS) == set(Status)
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_target_watch_and_off_are_told_apart(mode: str, sight: str) -> None:
    """
    At least 25 between any two marks, for every kind of colour vision.
    """
    marks = [CONFIG["theme"][mode][name] for name in ("greenColor", "orangeColor", "redColor")]

    assert min(distance(one, other, sight) for one, other in combinations(marks, 2)) >= 25
