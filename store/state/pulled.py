"""What is known of pulls and computes: how each run went, what it did, and how fresh a source is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from store.state.rhythms import Expected


class RunStatus(StrEnum):
    """How a run ended; `drift` means the source no longer looks as agreed and nothing was taken."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    DRIFT = "drift"


@dataclass(frozen=True)
class Counts:
    """What a run did to one fact table, in rows; `unusable` counts rows a KPI cannot use, by reason."""

    fact: str
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    days_touched: int = 0
    unusable: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One pull of one source; times in UTC."""

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    message: str
    data_time: datetime | None
    counts: tuple[Counts, ...] = ()


@dataclass(frozen=True)
class Freshness:
    """The last good pull of a source, None when there was none, and how the latest attempt went.

    `before`: what the last good pull did, where the latest one is still under way. `expected`: how often it brings
    something, which says when it is late.
    """

    source: str
    last_ok_at: datetime | None
    data_time: datetime | None
    latest: Run
    before: tuple[Counts, ...] = ()
    expected: Expected = field(default_factory=Expected)

    def is_late(self, now: datetime) -> bool:
        """Whether it has missed its turn, or was never read well."""
        late_after = self.expected.rhythm.late_after
        if self.last_ok_at is None:
            return True
        return late_after is not None and now - self.last_ok_at > late_after

    @property
    def facts(self) -> frozenset[str]:
        """The fact tables it sends."""
        return frozenset(each.fact for each in self.latest.counts or self.before)


@dataclass(frozen=True)
class Computed:
    """One refresh of a grain's components, made for the evaluation day `as_of`."""

    id: int
    grain: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    message: str
