"""The part of the business a target is for, written as `carrier=DHL;market=DE`; empty means all of it."""

import re
from collections.abc import Mapping

_ANOTHER_PAIR = re.compile(r",\s*(\w+)\s*=")  # a comma alone may well stand in a value


class SegmentError(ValueError):
    """A segment that cannot be read."""


def holds_pair(value: str) -> bool:
    """Whether a value is really a value and another pair, as in `DHL,mode=air`."""
    return _ANOTHER_PAIR.search(value) is not None


def segment_text(pairs: Mapping[str, str]) -> str:
    """The one way to write a segment: pairs sorted by dimension."""
    for dimension, value in pairs.items():
        if not dimension or not value or set("=;") & set(dimension) or ";" in value:
            raise SegmentError(f"'{dimension}={value}' is not a pair of a segment; write 'carrier=DHL'.")
    return ";".join(f"{dimension}={pairs[dimension]}" for dimension in sorted(pairs))


def segment_pairs(text: str) -> dict[str, str]:
    """The pairs of a written segment. Raises SegmentError naming the part that is wrong."""
    pairs: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        dimension, equals, value = (each.strip() for each in part.partition("="))
        if holds_pair(value):
            right = _ANOTHER_PAIR.sub(r";\1=", part)
            raise SegmentError(
                f"'{part}' in segment '{text}' looks like several pairs; part them by ';': '{right}'."
            )
        if not equals or not dimension or not value:
            raise SegmentError(f"'{part}' in segment '{text}' is not a pair; write 'carrier=DHL;market=DE'.")
        if dimension in pairs:
            raise SegmentError(f"Segment '{text}' names {dimension} twice; name each dimension once.")
        pairs[dimension] = value
    return pairs
