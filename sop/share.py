"""A part of a whole, kept as its two counts so that it can be added up and divided last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """`numerator` out of `denominator`, both counts or points of the same kind."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where there is nothing to share."""
        return self.numerator / self.denominator if self.denominator else None
