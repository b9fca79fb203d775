"""What was noticed of a source beside its rows: how much its host still allows, and which fields its records have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from store.scope import Principal
from store.state import State

STREAM = "observed"  # under which a source keeps it, beside its cursors
NEW_FOR = timedelta(days=90)
ENOUGH = 20  # records without a field before it counts as gone


@dataclass(frozen=True)
class Quota:
    """What a host said of its limit, and when: requests left of so many, or only how many a minute it allows."""

    told_at: datetime
    left: int | None = None
    of: int | None = None
    a_minute: float | None = None


@dataclass(frozen=True)
class Seen:
    """When a field came first and last; `at`: how many records had been looked at by then."""

    first: datetime
    last: datetime
    at: int


@dataclass(frozen=True)
class StreamFields:
    """
    The fields of a stream by their path (`items[].sku`; `*` stands for names that are data), looked at since a moment
    in so many records, those that a mapping reads, and the tables it fills. Names only, never values.
    """

    since: datetime
    looked_at: int = 0
    fields: Mapping[str, Seen] = field(default_factory=dict)
    mapped: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    def is_mapped(self, path: str) -> bool:
        return plain(path) in {plain(each) for each in self.mapped}

    def new(self, now: datetime) -> list[str]:
        """Those that first came after the first pull, within ninety days; of a new object only the object."""
        known = {plain(path) for path, seen in self.fields.items() if seen.first <= self.since}
        fresh = [
            path
            for path, seen in self.fields.items()
            if seen.first > self.since and now - seen.first <= NEW_FOR and plain(path) not in known
        ]
        inside = {plain(path) for path in fresh}
        return sorted(path for path in fresh if not inside & set(_outer(plain(path))))

    def gone(self) -> list[str]:
        """Those a mapping reads that came once and do not come any more, though what is around them does."""
        latest: dict[str, int] = {}
        for path, seen in self.fields.items():
            latest[plain(path)] = max(seen.at, latest.get(plain(path), 0))
        around = {"": self.looked_at}
        for path, at in latest.items():
            outer = path.rpartition(".")[0]
            around[outer] = max(at, around.get(outer, 0))
        lost = {path for path, at in latest.items() if around[path.rpartition(".")[0]] - at >= ENOUGH}
        mapped = {plain(each) for each in self.mapped} & latest.keys()
        return sorted(path for path in mapped if path in lost or lost & set(_outer(path)))


@dataclass(frozen=True)
class Observed:
    """All that is kept of one source."""

    quota: Quota | None = None
    streams: Mapping[str, StreamFields] = field(default_factory=dict)


_KEPT = TypeAdapter(Observed)


def plain(path: str) -> str:
    """A path as mappings write it: without marks of lists, entries by number and names that are data."""
    return ".".join(part for part in path.replace("[]", "").split(".") if part != "*" and not part.isdigit())


def of_words(words: str | None) -> Observed:
    return _KEPT.validate_json(words) if words else Observed()


def as_words(observed: Observed) -> str:
    return _KEPT.dump_json(observed, exclude_defaults=True).decode()


def observed_of(state: State, principal: Principal, source: str) -> Observed:
    """What was noticed of a source; names of fields and numbers of requests, no figures."""
    return of_words(state.runs.cursor(principal, source, STREAM))


def _outer(path: str) -> Iterator[str]:
    """The objects around a field, the nearest first."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path
