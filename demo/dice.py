"""Dice that need no memory: the same name and row always roll the same number, in any order and any range."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer[Any]]
Days = Whole  # days since 1970-01-01
Number = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Rolls = NDArray[np.uint64]  # one row's identity, as a number

_MIXERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Dice:
    """All chance of one made-up history, drawn from its seed, the name of the draw and the row's identity."""

    seed: int

    def uniform(self, name: str, rows: Rolls) -> Number:
        """From 0 up to, not including, 1."""
        salt = np.uint64(
            int.from_bytes(blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest(), "big")
        )
        mixed = _mix(_mix(rows ^ salt) + salt)
        return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53)

    def normal(self, name: str, rows: Rolls) -> Number:
        """Mean 0, deviation 1 (Box and Muller)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(f"{name}, radius", rows)))
        return np.asarray(radius * np.cos(2.0 * np.pi * self.uniform(f"{name}, angle", rows)))

    def lasting(self, name: str, rows: Rolls, median: float | Number, spread: float) -> Number:
        """Log-normal: half of all are below `median`; `spread` is the deviation of the logarithm."""
        return np.asarray(median * np.exp(spread * self.normal(name, rows)))

    def happens(self, name: str, rows: Rolls, chance: float | Number) -> Flags:
        return np.asarray(self.uniform(name, rows) < chance)

    def count(self, name: str, rows: Rolls, mean: Number) -> Whole:
        """About Poisson: deviation is the root of the mean."""
        drawn = np.floor(mean + np.sqrt(mean) * self.normal(name, rows) + self.uniform(f"{name}, rest", rows))
        return np.asarray(np.maximum(drawn, 0).astype(np.int64))

    def pick(self, name: str, rows: Rolls, weights: list[float]) -> Whole:
        """The number of the weight that was hit."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        hit = np.searchsorted(edges, self.uniform(name, rows) * edges[-1], side="right")
        return np.asarray(np.minimum(hit, len(weights) - 1).astype(np.int64))


def identity(*parts: Whole | int) -> Rolls:
    """One number for a row from whole numbers under 2^20 that name it, e.g. day, market and place of the day."""
    together = np.zeros(1, dtype=np.uint64)
    for part in parts:
        together = _mix(together * np.uint64(1 << 20) + np.asarray(part, dtype=np.int64).astype(np.uint64))
    return together


def _mix(values: Rolls) -> Rolls:
    mixed = (values ^ (values >> np.uint64(30))) * _MIXERS[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIXERS[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
