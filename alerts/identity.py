"""Which alert is which: one for each rule, KPI and segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from json import dumps


@dataclass(frozen=True)
class Segment:
    """The slice an alert speaks of, as (dimension, value) pairs in the order of their names; empty is the total."""

    keys: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, where: Mapping[str, str]) -> "Segment":
        return cls(tuple(sorted(where.items())))

    @property
    def is_total(self) -> bool:
        return not self.keys

    def holds(self, other: "Segment") -> bool:
        """Whether `other` is a narrower slice of this one."""
        return self != other and set(self.keys) < set(other.keys)


def fingerprint(rule: str, kpi: str | None, segment: Segment) -> str:
    """16 hex digits that are the same for the same rule, KPI and segment, whatever order its keys came in.

    An alert on a source has no KPI. kpi-domain 4.
    """
    told = dumps([rule, kpi, segment.keys], ensure_ascii=False)
    return blake2b(told.encode(), digest_size=8).hexdigest()
