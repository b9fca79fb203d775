"""What a meeting looks at: every KPI that needs a decision, since when, why, and whether its procedure was followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from kpi.reason import Reason
from meetings.promises import Kept
from sop.diagnosis.verdict import Verdict as Diagnosed
from store.state.meeting_records import Verdict

FOUND = {
    Diagnosed.NOT_FOLLOWED: Verdict.NOT_FOLLOWED, Diagnosed.REFINE: Verdict.REFINE, Diagnosed.BOTH: Verdict.BOTH,
    Diagnosed.OUTSIDE: Verdict.OUTSIDE,
}  # fmt: skip
VERSION = 2  # 1 had the KPIs that are off and the promises only


@dataclass(frozen=True)
class Behind:
    """
    One procedure that drives the KPI: what its records say, of how many. `followed` with its bounds, and the failures
    among records that followed it and that did not: shares from 0 to 1, None where nothing was counted.
    """

    sop: str
    verdict: Diagnosed
    records: int
    missing: int
    followed: float | None = None
    low: float | None = None
    high: float | None = None
    failed_followed: float | None = None
    failed_missed: float | None = None


@dataclass(frozen=True)
class Point:
    """One period of a KPI: its first day, value and target in the KPI's unit."""

    start: date
    value: float | None
    target: float | None


@dataclass(frozen=True)
class Item:
    """
    One KPI that needs a decision: its last settled period, value and target in the KPI's unit, since when, the rows it
    would take to be back, the slice that stands out, and what is known of its procedures. `episode`: its alert.
    `n` rows were counted and `immature` of them waited for their outcome; `version`: of the definition, 0 where that
    was not frozen yet; `trend`: the periods up to that one, oldest first.
    """

    kpi: str
    status: str
    period: date
    value: float | None
    target: float | None
    since: date
    rows: int
    off_target: bool
    signal: bool
    reason: Reason | None = None
    behind: tuple[Behind, ...] = ()
    also: tuple[str, ...] = ()
    episode: int | None = None
    n: int = 0
    immature: int = 0
    version: int = 0
    trend: tuple[Point, ...] = ()

    @property
    def found(self) -> Verdict:
        """What the evidence says first; to watch it where there is not enough."""
        telling = [FOUND[each.verdict] for each in self.behind if each.verdict in FOUND]
        order = (Verdict.BOTH, Verdict.NOT_FOLLOWED, Verdict.REFINE, Verdict.OUTSIDE)
        return min(telling, key=order.index, default=Verdict.WATCH)

    @property
    def sop(self) -> str:
        """The procedure that verdict is about; empty where nothing is known."""
        return next((each.sop for each in self.behind if FOUND.get(each.verdict) is self.found), "")


@dataclass(frozen=True)
class Promised:
    """What became of an action, by its number: no name and no words."""

    action: int
    version: int
    kept: Kept
    due: date
    weeks: int


@dataclass(frozen=True)
class Score:
    """How one KPI of the department stood; `period` is None where none is over yet, `name` as the catalogue has it."""

    kpi: str
    name: str
    status: str
    period: date | None = None
    value: float | None = None
    target: float | None = None
    n: int = 0


@dataclass(frozen=True)
class Meaning:
    """What a number meant: the texts of its definition as the catalogue has them, and its version."""

    kpi: str
    name: str
    meaning: str
    formula: str
    unit: str
    version: int


@dataclass(frozen=True)
class Source:
    """Until when a source behind the figures had reported; moments in UTC, None where nothing is known."""

    name: str
    read_at: datetime | None
    data_time: datetime | None
    late: bool


@dataclass(frozen=True)
class Spreading:
    """
    How far the major version of a procedure that counts `since` had come four weeks later. Of its `people` so many had
    read it and were trained (None for fewer than five); checks and runs of the seven days before: `worked` by it of
    `checks`.
    """

    sop: str
    version: str
    since: date
    people: int | None
    read: int | None
    trained: int | None
    worked: int
    checks: int


class Because(StrEnum):
    """Why a figure that was frozen is another one by now."""

    DEFINITION = "definition"
    OUTCOMES = "outcomes"
    ROWS = "rows"
    CORRECTED = "corrected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Restated:
    """
    A figure the meeting of the Monday `week` looked at, and what is said of the same period now; how many rows it was
    counted of, then and now, and the `sources` behind it that were read since.
    """

    kpi: str
    week: date
    period: date
    before: float | None
    after: float
    because: Because
    rows_before: int = 0
    rows_after: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agenda:
    """
    Everything a meeting looks at; `as_of` is the evaluation day of the figures, `currency` that of money. `sops`: the
    keys of procedures with what they are called. `restated`: figures of the meeting before that are others by now;
    `spreads`: versions that were four weeks old since then.
    """

    as_of: date | None
    currency: str
    items: tuple[Item, ...] = ()
    promised: tuple[Promised, ...] = ()
    company: str = ""
    made_up: bool = False
    scores: tuple[Score, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    sources: tuple[Source, ...] = ()
    sops: tuple[tuple[str, str], ...] = ()
    restated: tuple[Restated, ...] = ()
    spreads: tuple[Spreading, ...] = ()
    version: int = VERSION


_ADAPTER = TypeAdapter(Agenda)


def as_content(agenda: Agenda) -> dict[str, Any]:
    """As it is frozen with a meeting."""
    content: dict[str, Any] = _ADAPTER.dump_python(agenda, mode="json")
    return content


def of_content(content: Mapping[str, object]) -> Agenda:
    """As it was frozen."""
    return _ADAPTER.validate_python(dict(content))
