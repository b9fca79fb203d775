"""Units a mapping may name, as exact fractions of the unit that is stored."""

from collections.abc import Mapping
from fractions import Fraction

_TIME = {
    "us": Fraction(1), "ms": Fraction(1_000), "s": Fraction(1_000_000), "min": Fraction(60_000_000),
    "h": Fraction(3_600_000_000), "days": Fraction(86_400_000_000), "weeks": Fraction(604_800_000_000),
}  # fmt: skip
_MASS = {
    "mg": Fraction(1, 1_000), "g": Fraction(1), "kg": Fraction(1_000), "t": Fraction(1_000_000),
    "lb": Fraction("453.59237"), "oz": Fraction("28.349523125"),
}  # fmt: skip
_VOLUME = {
    "ml": Fraction(1), "cm3": Fraction(1), "l": Fraction(1_000), "dm3": Fraction(1_000),
    "m3": Fraction(1_000_000), "in3": Fraction("16.387064"), "ft3": Fraction("28316.846592"),
}  # fmt: skip
_SCALES: tuple[Mapping[str, Fraction], ...] = (_TIME, _MASS, _VOLUME)


def units_for(stored: str) -> tuple[str, ...]:
    """The units that can be turned into the stored one; empty where only the stored one is possible."""
    return next((tuple(scale) for scale in _SCALES if stored in scale), ())


def factor(given: str, stored: str) -> Fraction:
    """How many of the stored unit one of the given unit is; raises KeyError where they do not compare."""
    if given == stored:
        return Fraction(1)
    scale = next((scale for scale in _SCALES if stored in scale), {})
    return scale[given] / scale[stored]
